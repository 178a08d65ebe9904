package trust

import "slices"

// trustState is OpenSSL's X509_TRUST_*: what the anchors found so far say.
type trustState int

const (
	stateUntrusted trustState = iota
	stateTrusted
	stateRejected
)

// builder holds the state of a chain being built.
type builder struct {
	*verification
	candidates   []*Certificate // of the message, not used yet
	inUntrusted  bool           // search the message
	inTrusted    bool           // search the store
	alternate    bool           // search the store for an issuer of a shorter chain
	mayAlternate bool
	shorter      int // length of the shorter chain being tried
	maxDepth     int
	state        trustState
	fault        Fault
}

// build makes the chain: while there are issuers in the message those, or those of
// the store first, one candidate at each step and no way back, but for shortening
// the chain when that is allowed.
func (v *verification) build() Fault {
	b := &builder{verification: v, candidates: slices.Clone(v.opt.Untrusted), maxDepth: v.opt.depth() + 1}
	b.inUntrusted = len(b.candidates) > 0
	if !b.inUntrusted || !v.opt.NoTrustedFirst {
		b.inTrusted = true
	} else {
		b.mayAlternate = !v.opt.NoAltChains
	}
	for b.inUntrusted || b.inTrusted {
		if b.inTrusted {
			if b.stepTrusted() {
				break
			}
			if b.inTrusted && !b.inUntrusted {
				continue
			}
		}
		if b.inUntrusted {
			b.stepUntrusted()
		}
	}
	return b.finish()
}

// stepTrusted looks in the store for an issuer; true ends the search.
func (b *builder) stepTrusted() (done bool) {
	n := len(b.chain)
	i := n
	if b.alternate {
		i = b.shorter
	}
	current := b.chain[i-1]
	if n <= b.maxDepth {
		if issuer := b.issuerInStore(current); issuer != nil {
			selfSigned, ok := isSelfSigned(current)
			if !ok {
				b.fault = at(CodeUnspecified, n-1)
				return true
			}
			if grown, done := b.extend(current, issuer, i, selfSigned); done || grown {
				return done
			}
		}
	}
	return b.exhausted()
}

// extend takes an issuer from the store into the chain. grown means that the search
// goes on from there.
func (b *builder) extend(current, issuer *Certificate, i int, selfSigned bool) (grown, done bool) {
	if b.alternate {
		b.alternate = false
		b.chain = b.chain[:i]
		b.untrusted = i
	}
	n := len(b.chain)
	switch {
	case !selfSigned:
		b.chain = append(b.chain, issuer)
		var ok bool
		if selfSigned, ok = isSelfSigned(issuer); !ok {
			b.fault = at(CodeUnspecified, n-1)
			return false, true
		}
	case !current.Equal(issuer):
		return false, false // same name and key identifier, another certificate
	default:
		n--
		b.untrusted = n
		b.chain[n] = issuer
	}
	b.inUntrusted = false
	b.state = b.checkTrust(n)
	if b.state != stateUntrusted {
		return false, true
	}
	return !selfSigned, false
}

// exhausted decides what follows when the store has no issuer; true ends the search.
func (b *builder) exhausted() (done bool) {
	if b.inUntrusted {
		return false
	}
	if b.alternate {
		if b.shorter--; b.shorter > 0 {
			return false
		}
		return true
	}
	if !b.mayAlternate || b.untrusted < 2 {
		return true
	}
	b.alternate = true
	b.shorter = b.untrusted - 1
	return false
}

// stepUntrusted takes the best issuer of the message into the chain.
func (b *builder) stepUntrusted() {
	n := len(b.chain)
	current := b.chain[n-1]
	selfSigned, _ := isSelfSigned(current)
	if !selfSigned && n <= b.maxDepth {
		if i := b.best(b.candidates, current, true); i >= 0 {
			b.chain = append(b.chain, b.candidates[i])
			b.candidates = slices.Delete(b.candidates, i, i+1)
			b.untrusted++
			return
		}
	}
	b.inUntrusted = false
	b.inTrusted = true
}

// isSelfSigned: ok is false when the certificate's key cannot be read or an
// extension is broken.
func isSelfSigned(c *Certificate) (selfSigned, ok bool) {
	if _, err := c.completeKey(); err != nil || c.info().invalid {
		return false, false
	}
	return c.SelfSigned(), true
}

func (v *verification) issuerInStore(c *Certificate) *Certificate {
	list := v.opt.Anchors.issuersOf(c)
	if i := v.best(list, c, false); i >= 0 {
		return list[i]
	}
	return nil
}

// best chooses an issuer: the first that fits and is valid now, else the one that
// fits and is valid longest; -1 when none fits.
func (v *verification) best(list []*Certificate, c *Certificate, noDuplicates bool) int {
	found := -1
	for i, candidate := range list {
		if noDuplicates && !(c.SelfIssued() && len(v.chain) == 1) && v.inChain(candidate) {
			continue
		}
		if likelyIssued(candidate, c) != OK {
			continue
		}
		if v.timeFault(candidate) == OK {
			return i
		}
		if found < 0 || candidate.NotAfter.After(list[found].NotAfter) {
			found = i
		}
	}
	return found
}

func (v *verification) inChain(c *Certificate) bool {
	return slices.ContainsFunc(v.chain, c.Equal)
}

// checkTrust sees whether the certificates of the store in the chain, from number
// first on, settle the matter.
func (b *builder) checkTrust(first int) trustState {
	for i, c := range b.chain[first:] {
		switch b.opt.Anchors.trust(c, b.opt.Trust, true) {
		case stateTrusted:
			return stateTrusted
		case stateRejected:
			b.fault = at(CodeCertificateRejected, first+i)
			return stateRejected
		}
	}
	if !b.opt.PartialChain {
		return stateUntrusted
	}
	if first < len(b.chain) {
		return stateTrusted
	}
	return b.leafTrust()
}

// leafTrust is the last resort of a partial chain: the leaf itself is in the store.
func (b *builder) leafTrust() trustState {
	list := b.opt.Anchors.namesakes(b.chain[0])
	i := slices.IndexFunc(list, b.chain[0].Equal)
	if i < 0 {
		return stateUntrusted
	}
	if b.opt.Anchors.trust(list[i], b.opt.Trust, true) == stateRejected {
		b.fault = at(CodeCertificateRejected, 0)
		return stateRejected
	}
	b.chain[0] = list[i]
	b.untrusted = 0
	return stateTrusted
}

// finish turns the state into the outcome.
func (b *builder) finish() Fault {
	n := len(b.chain)
	if b.fault.Code == OK && b.state == stateUntrusted && n <= b.maxDepth && n == b.untrusted {
		b.state = b.checkTrust(n)
	}
	switch {
	case b.fault.Code != OK:
		return b.fault
	case b.state == stateTrusted:
		return Fault{}
	case n > b.maxDepth:
		return at(CodeCertificateChainTooLong, n-1)
	}
	if selfSigned, ok := isSelfSigned(b.chain[n-1]); ok && selfSigned {
		if n == 1 {
			return at(CodeDepthZeroSelfSignedCertificate, 0)
		}
		return at(CodeSelfSignedCertificateInChain, n-1)
	}
	if b.untrusted < n {
		return at(CodeUnableToGetIssuerCertificate, n-1)
	}
	return at(CodeUnableToGetIssuerCertificateLocally, n-1)
}
