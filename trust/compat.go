package trust

import (
	"sync"
	"time"
)

// verification is one run of VerifyOpenSSL: OpenSSL's X509_STORE_CTX.
type verification struct {
	opt       *Options
	now       time.Time
	leaf      *Certificate
	chain     []*Certificate
	untrusted int  // how many of chain came from the message
	crlPath   bool // a path for a CRL issuer is being verified
	policy    PolicyOutcome
}

// VerifyOpenSSL judges a certificate as OpenSSL 3.0 does: same choice of
// candidates without going back over the message's, same order of checks, same
// first fault. The order: the leaf's key strength; the chain built; critical
// extensions, CA flags, purpose, path length from leaf to root; strengths;
// names asked for; revocation; signatures and dates from the root down; name
// constraints; policies.
func VerifyOpenSSL(leaf *Certificate, opt Options) *Result {
	v := &verification{opt: &opt, now: opt.Moment(), leaf: leaf, chain: []*Certificate{leaf}, untrusted: 1}
	r := v.result(v.run())
	if r.Verdict == Valid && opt.Findings {
		r.Findings = v.findings()
	}
	return r
}

// findings lists what RFC 5280 has against the chain; signatures and revocation
// were judged already.
func (v *verification) findings() (list []Finding) {
	rfc := &validator{opt: v.opt, now: v.now, chain: v.chain, found: func(f Finding, _ []QueueEntry) bool {
		list = append(list, f)
		return true
	}}
	rfc.judge()
	return list
}

func (v *verification) result(fault Fault) *Result {
	r := &Result{
		Verdict: Invalid, Code: fault.Code, Depth: fault.Depth, Queue: fault.Queue,
		Chain: v.chain, Untrusted: v.untrusted, Policy: v.policy,
	}
	if fault.Code == OK {
		r.Verdict = Valid
	}
	return r
}

// Moment is the time of judgement, in whole seconds as certificates count.
func (o *Options) Moment() time.Time {
	t := o.Time
	switch {
	case !t.IsZero():
	case o.Now != nil:
		t = o.Now()
	default:
		t = time.Now()
	}
	return t.UTC().Truncate(time.Second)
}

// checksTime reports whether dates count.
func (o *Options) checksTime() bool { return !o.NoCheckTime || !o.Time.IsZero() }

func (o *Options) depth() int {
	if o.VerifyDepth == nil {
		return defaultVerifyDepth
	}
	return *o.VerifyDepth
}

func (o *Options) checkPolicies() bool {
	return o.PolicyCheck || o.ExplicitPolicy || o.InhibitAny || o.InhibitMap || len(o.Policies) > 0
}

func at(code Code, depth int) Fault { return Fault{Code: code, Depth: depth} }

func (v *verification) run() Fault {
	if !keyStrongEnough(v.leaf, v.opt.AuthLevel) {
		return at(CodeEEKeyTooSmall, 0)
	}
	for _, check := range []func() Fault{
		v.build, v.checkExtensions, v.checkLevels, v.checkIdentity, v.checkRevocation, v.checkSuiteB,
		v.checkSignatures, v.checkNameConstraints, v.checkPolicies,
	} {
		if fault := check(); fault.Code != OK {
			return fault
		}
	}
	return Fault{}
}

// timeFault judges a certificate's dates: valid from notBefore on and before
// notAfter, that second excluded as OpenSSL 3.0 does.
func (v *verification) timeFault(c *Certificate) Code {
	switch {
	case !v.opt.checksTime():
		return OK
	case c.NotBefore.IsZero():
		return CodeErrorInCertificateNotBeforeField
	case v.now.Before(c.NotBefore):
		return CodeCertificateNotYetValid
	case c.NotAfter.IsZero():
		return CodeErrorInCertificateNotAfterField
	case !v.now.Before(c.NotAfter):
		return CodeCertificateHasExpired
	}
	return OK
}

func keyStrongEnough(c *Certificate, level int) bool {
	if level <= 0 {
		return true
	}
	key, err := c.completeKey()
	return err == nil && key.SecurityBits >= minimumSecurity(level)
}

// checkLevels asks the security level of the issuers' keys and of all signatures but
// the anchor's.
func (v *verification) checkLevels() Fault {
	level := v.opt.AuthLevel
	if level <= 0 {
		return Fault{}
	}
	for i, c := range v.chain {
		if i > 0 && !keyStrongEnough(c, level) {
			return at(CodeCAKeyTooSmall, i)
		}
		if i == len(v.chain)-1 {
			break
		}
		if bits, ok := signatureSecurity(c.SignatureAlgorithm); !ok || bits < minimumSecurity(level) {
			return at(CodeCADigestTooWeak, i)
		}
	}
	return Fault{}
}

// checkSignatures verifies from the root down, each certificate's signature and then
// its dates.
func (v *verification) checkSignatures() Fault {
	n := len(v.chain) - 1
	issuer, subject := v.chain[n], v.chain[n]
	if likelyIssued(issuer, issuer) != OK && !v.opt.PartialChain {
		if n == 0 {
			return at(CodeUnableToVerifyLeafSignature, 0)
		}
		n--
		subject = v.chain[n]
	}
	for {
		if fault := v.checkSignature(issuer, subject, n); fault.Code != OK {
			return fault
		}
		if code := v.timeFault(subject); code != OK {
			return at(code, n)
		}
		if n--; n < 0 {
			return Fault{}
		}
		issuer, subject = subject, v.chain[n]
	}
}

func (v *verification) checkSignature(issuer, subject *Certificate, depth int) Fault {
	self := issuer == subject
	if self && (!v.opt.CheckSSSig || !issuer.SelfSigned()) {
		return Fault{}
	}
	issuerDepth := depth + 1
	if self {
		issuerDepth = depth
	}
	if !self || issuer.IsCA() {
		if code := signingAllowed(issuer, subject); code != OK {
			return at(code, issuerDepth)
		}
	}
	key, err := issuer.completeKey()
	if err != nil {
		return at(CodeUnableToDecodeIssuerPublicKey, issuerDepth)
	}
	if err := subject.VerifySignatureBy(key); err != nil {
		return Fault{Code: CodeCertificateSignatureFailure, Depth: depth, Queue: QueueOf(err)}
	}
	return Fault{}
}

// VerifySignatureBy checks the certificate's signature by a key. The result is kept,
// but for DSA keys, whose parameters may come from elsewhere: a certificate that is
// on many paths is verified once.
func (c *Certificate) VerifySignatureBy(key *PublicKey) error {
	verify := func() error {
		return key.VerifySigned(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature, c.signatureUnused)
	}
	if key.Algorithm == KeyDSA {
		return verify()
	}
	check, _ := c.lazy.signature.LoadOrStore(key.id, sync.OnceValue(verify))
	return check.(func() error)()
}

// QueueOf returns the queue of a *SignatureError, nil for another error.
func QueueOf(err error) []QueueEntry {
	if e, ok := err.(*SignatureError); ok {
		return e.Queue
	}
	return nil
}

// checkNameConstraints applies every CA's constraints to every certificate below it,
// but self-issued ones that are not the leaf (RFC 5280, 6.1.3 (b), (c)).
func (v *verification) checkNameConstraints() Fault {
	for i := len(v.chain) - 1; i >= 0; i-- {
		c := v.chain[i]
		if i != 0 && c.SelfIssued() {
			continue
		}
		if c.info().proxy && !validProxyName(c) {
			return at(CodeProxySubjectNameViolation, i)
		}
		for j := len(v.chain) - 1; j > i; j-- {
			n := v.chain[j].info().nameConstraints
			if n == nil {
				continue
			}
			if code := n.check(c, i == 0 && !c.hasDNSName()); code != OK {
				return at(code, i)
			}
		}
	}
	return Fault{}
}

func (c *Certificate) hasDNSName() bool {
	for _, g := range c.SubjectAltNames() {
		if g.Kind == DNSName {
			return true
		}
	}
	return false
}

func (v *verification) checkPolicies() Fault {
	if !v.opt.checkPolicies() || v.crlPath {
		return Fault{}
	}
	p := policyCheck{
		chain: v.chain, userSet: v.opt.Policies, explicit: v.opt.ExplicitPolicy,
		inhibitAny: v.opt.InhibitAny, inhibitMapping: v.opt.InhibitMap,
	}
	var f Fault
	v.policy, f.Code, f.Depth = p.run()
	return f
}

// checkRevocation asks about the leaf, or about the whole chain.
func (v *verification) checkRevocation() Fault {
	if !v.opt.CRLCheck && !v.opt.CRLCheckAll || v.crlPath && !v.opt.CRLCheckAll {
		return Fault{}
	}
	last := 0
	if v.opt.CRLCheckAll {
		last = len(v.chain) - 1
	}
	path := &Path{Chain: v.chain, Options: v.opt, Time: v.now, CheckTime: v.opt.checksTime()}
	if !v.crlPath {
		path.CRLIssuerPath = v.crlIssuerPath
	}
	for depth := 0; depth <= last; depth++ {
		if v.chain[depth].info().proxy {
			continue
		}
		if v.opt.Revocation == nil {
			return at(CodeUnableToGetCRL, depth)
		}
		if fault := v.opt.Revocation.CheckRevocation(path, depth); fault.Code != OK {
			return fault
		}
	}
	return Fault{}
}

// crlIssuerPath verifies a CRL issuer that is not on the path: for CRL signing, with
// the same anchors and flags, without a further such path.
func (v *verification) crlIssuerPath(issuer *Certificate) ([]*Certificate, Fault) {
	sub := &verification{opt: v.opt, now: v.now, leaf: issuer, chain: []*Certificate{issuer}, untrusted: 1, crlPath: true}
	fault := sub.run()
	return sub.chain, fault
}
