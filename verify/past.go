package verify

import (
	"crypto"
	"time"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/trust"
)

// subject is a signature whose certificate is judged: a signer's, or a TSA's.
type subject struct {
	certificate *trust.Certificate
	value       []byte // the signature value
	// bound tells that the signature covers which certificate it was made with.
	bound   bool
	hashes  []crypto.Hash // that it rests on
	purpose trust.Purpose
	use     trust.TrustUse
	// signer tells a document's signature from a timestamp.
	signer bool
	// madeAt is when a timestamp says it was made; the zero time for other signatures.
	madeAt time.Time
	// after is a time before which the signature was not made; the zero time when
	// that is not known.
	after time.Time
}

// verdict is what the certificate's side of a signature comes to.
type verdict struct {
	indication Indication
	sub        SubIndication
	chain      []Certificate
	revocation Revocation
	evidence   []Evidence
	proven     time.Time
	findings   []Finding
}

// judge is validation for the long term (EN 319 102-1, 5.3, 5.5 and 5.6): the
// certificate as it is now; and where that does not do, as it was when the signature
// is proven to have existed. Only when nobody asks for revocation, a state that is
// not known passes.
func (h *history) judge(s *subject) verdict {
	present := h.examine(s, h.now)
	if present.passes(true) {
		return h.accept(s, present, nil)
	}
	var past *examination
	p, proven := h.proofs[idOf(s.value)]
	if proven {
		past = h.examine(s, p.at)
		past.joinStamp(p.by)
		if past.passes(true) {
			return h.accept(s, past, present)
		}
	}
	switch {
	case h.opt.RevocationOptional && present.passes(false):
		return h.accept(s, present, nil)
	case h.opt.RevocationOptional && proven && past.passes(false):
		return h.accept(s, past, present)
	}
	return h.refuse(s, present, past)
}

// accept makes the verdict on a signature that holds at the time of x. later is
// what is found today, where that does not do by itself.
func (h *history) accept(s *subject, x, later *examination) verdict {
	v := h.verdict(s, x)
	v.indication = TotalPassed
	if later != nil {
		v.findings = append(v.findings, later.settled()...)
	}
	return v
}

// refuse makes the verdict on a signature that holds neither now nor in the past.
func (h *history) refuse(s *subject, present, past *examination) verdict {
	v := h.verdict(s, present)
	v.indication, v.sub = present.indication, present.sub
	v.findings = append(v.findings, present.findings...)
	if past != nil {
		v.findings = append(v.findings, past.unproven(present)...)
	}
	h.proveFault(s, present, past, &v)
	return v
}

// proveFault tells of a refusal whether it is proven that the certificate was of no
// use when the signature was made (table 5: REVOKED, EXPIRED, NOT_YET_VALID).
func (h *history) proveFault(s *subject, present, past *examination, v *verdict) {
	if past != nil && past.code() == trust.CodeCertificateNotYetValid {
		v.indication, v.sub = TotalFailed, NotYetValid
		return
	}
	switch {
	case s.after.IsZero():
	case v.sub == RevokedNoPOE && present.revocations[0].RevokedBy(s.after):
		v.indication, v.sub = TotalFailed, Revoked
	case v.sub == OutOfBoundsNoPOE && s.after.After(s.certificate.NotAfter):
		v.indication, v.sub = TotalFailed, Expired
	}
}

// verdict fills in what does not depend on the outcome.
func (h *history) verdict(s *subject, x *examination) verdict {
	v := verdict{revocation: x.state, chain: describeChain(x.chain.Chain)}
	v.evidence = h.evidence(x, v.chain)
	if p, ok := h.proofs[idOf(s.value)]; ok {
		v.proven = p.at
	}
	return v
}

func (h *history) algorithms() *trust.AlgorithmPolicy {
	if h.trust.Algorithms != nil {
		return h.trust.Algorithms
	}
	standard := trust.DefaultAlgorithms()
	return &standard
}

// vouchesUntil is until when a certificate's key vouches for what nothing else proves to
// be older: the end of the certificate, or of the key's strength where that is earlier.
func (h *history) vouchesUntil(c *trust.Certificate) time.Time {
	if key, err := c.PublicKey(); err == nil {
		if until, ends := h.algorithms().KeyUntil(key); ends {
			return earlier(until, c.NotAfter)
		}
	}
	return c.NotAfter
}

// weak judges the signature's own hash and key at a time (EN 319 102-1, 5.2.8).
func (h *history) weak(s *subject, at time.Time) bool {
	policy := h.algorithms()
	for _, hash := range s.hashes {
		until := policy.SHA1Until
		if hash == crypto.MD5 {
			until = policy.MD5Until
		}
		if cms.WeakDigest(hash) && !at.Before(until) {
			return true
		}
	}
	key, err := s.certificate.PublicKey()
	return err == nil && policy.CheckKey(key, at) != trust.OK
}

func weakFinding() Finding {
	return Finding{Code: "weak-algorithm", Severity: Failure, Clause: "EN 319 102-1, 5.2.8",
		Message: lang.M("the signature uses a hash or a key that is no longer safe, and nothing proves that it is older", "安全でなくなったハッシュ方式または鍵による署名で、それ以前に作られた証拠がありません")}
}
