package verify

import (
	"errors"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/trust"
)

// CheckOptions says how a message is checked. The zero value makes every check,
// against no anchors.
type CheckOptions struct {
	// Trust judges chains; its Untrusted and CRLs are filled in from the message.
	Trust trust.Options
	// JPKI adds those of the message's certificates to Trust.Anchors that are JPKI's
	// authorities (trust.JPKIAnchors). The store is then for this check alone.
	JPKI bool
	// Certificates are candidates for the signers', before the message's own.
	Certificates []*trust.Certificate
	// NoEmbedded leaves the message's certificates out of the search for the
	// signers' (-nointern); chains are built with them all the same.
	NoEmbedded bool
	// NoChain leaves the judgement of chains out (-noverify).
	NoChain bool
	// CAdES demands a signing-certificate attribute that names the chain.
	CAdES bool
}

// SignerResult holds the outcome of every check of one signer. A check that was
// not made has no fault.
type SignerResult struct {
	Info *cms.SignerInfo
	// Certificate is the signer's; nil when it was not found, and then nothing
	// else was checked.
	Certificate *trust.Certificate
	// Chain is the judgement of its chain; nil when that was not asked for.
	Chain *trust.Result
	// Revocation is what the judgement of the chain says of it.
	Revocation Revocation
	// Attributes is the fault of the signed attributes or of the signature over
	// them.
	Attributes Fault
	// SigningCertificate is the fault of the signing-certificate attribute, with
	// CheckOptions.CAdES.
	SigningCertificate Fault
	// Content is the fault of the content's digest, or, without signed
	// attributes, of the signature over it.
	Content Fault
}

// Result holds the outcome of every check of a message. It is data: Report and
// openssl's own verdict are made from it.
type Result struct {
	// Digests is the fault that keeps OpenSSL from digesting the content at all.
	Digests Fault
	Signers []SignerResult

	// chains is what chains were judged by; nil when they were not.
	chains *trust.Options
}

// ContentIntact reports whether no signer's content was found at fault.
func (r *Result) ContentIntact() bool {
	for _, s := range r.Signers {
		if !s.Content.OK() {
			return false
		}
	}
	return true
}

// Check verifies every signer of a message that is SignedData. It always makes
// all checks that are asked for, whatever failed before.
func (m *Message) Check(opt CheckOptions) *Result {
	opt.Trust.Untrusted, opt.Trust.CRLs = m.Certificates, m.CRLs
	if opt.JPKI && opt.Trust.Anchors != nil {
		opt.Trust.Anchors.AddPinned(m.Certificates)
	}
	r := &Result{Digests: m.digestsFault()}
	if !opt.NoChain {
		r.chains = &opt.Trust
	}
	for i := range m.SignedData.Signers {
		r.Signers = append(r.Signers, m.checkSigner(&m.SignedData.Signers[i], &opt))
	}
	return r
}

// digestsFault tells whether OpenSSL would set out to digest: it needs every
// listed algorithm to be known, and one at least.
func (m *Message) digestsFault() Fault {
	switch {
	case m.unknown != "":
		return Fault{Code: FaultUnknownDigest, Queue: []trust.QueueEntry{fetchFailed(m.unknown)}}
	case len(m.SignedData.DigestAlgorithms) == 0:
		return Fault{Code: FaultNoDigest}
	}
	return Fault{}
}

func (m *Message) checkSigner(s *cms.SignerInfo, opt *CheckOptions) SignerResult {
	r := SignerResult{Info: s, Certificate: m.signerCertificate(s, opt)}
	if r.Certificate == nil {
		return r
	}
	if !opt.NoChain {
		r.Chain = trust.VerifyOpenSSL(r.Certificate, opt.Trust)
		r.Revocation = revocationOf(r.Chain, &opt.Trust)
	}
	key, err := r.Certificate.PublicKey()
	if err != nil {
		r.Attributes, r.Content = Fault{Code: FaultNoPublicKey}, Fault{Code: FaultNoPublicKey}
		return r
	}
	if s.SignedAttrs != nil {
		r.Attributes = checkAttributes(key, s)
		if opt.CAdES && r.Chain != nil {
			r.SigningCertificate = checkSigningCertificate(s, r.Chain.Chain)
		}
	}
	if m.content {
		r.Content = m.checkContent(key, s)
	}
	return r
}

// revocationOf tells the state of revocation after a chain was judged.
func revocationOf(chain *trust.Result, opt *trust.Options) Revocation {
	switch {
	case !opt.CRLCheck && !opt.CRLCheckAll:
		return RevocationNotChecked
	case chain.Verdict == trust.Valid:
		return RevocationGood
	case chain.Code == trust.CodeCertificateRevoked:
		return RevocationRevoked
	}
	if _, sub := chainIndication(chain.Code); sub == TryLater {
		return RevocationMissing
	}
	return RevocationNotChecked // another fault came before
}

// signerCertificate returns the first candidate that the signer identifier
// fits (RFC 5652, 5.3), nil when there is none.
func (m *Message) signerCertificate(s *cms.SignerInfo, opt *CheckOptions) *trust.Certificate {
	for _, c := range opt.Certificates {
		if c.IdentifiedBy(s.Issuer, s.Serial, s.SubjectKeyID) {
			return c
		}
	}
	if opt.NoEmbedded {
		return nil
	}
	for _, c := range m.Certificates {
		if c.IdentifiedBy(s.Issuer, s.Serial, s.SubjectKeyID) {
			return c
		}
	}
	return nil
}

// checkAttributes checks the rules for attributes and the signature over them
// (RFC 5652, 5.4 and 5.6).
func checkAttributes(key *trust.PublicKey, s *cms.SignerInfo) Fault {
	if s.CheckAttributes() != nil {
		return Fault{Code: FaultAttributes}
	}
	h := hashOf(s.DigestAlgorithm.Algorithm)
	if h == 0 {
		return Fault{Code: FaultUnknownDigest, Queue: []trust.QueueEntry{fetchFailed(s.DigestAlgorithm.Algorithm)}}
	}
	message := s.SignedAttrs.Message()
	return verifyValue(key, s, h, message, der.Sum(h, message))
}

// checkContent checks the content's digest against the attribute, or with the
// signature value where there are no signed attributes.
func (m *Message) checkContent(key *trust.PublicKey, s *cms.SignerInfo) Fault {
	if m.unread != nil {
		return Fault{Code: FaultContentUnread}
	}
	if s.SignedAttrs != nil {
		if _, ok := s.SignedAttrs.Value(der.AttributeMessageDigest); !ok {
			return Fault{Code: FaultDigestUnreadable}
		}
	}
	digest := m.digests.Sum(digestOf(s.DigestAlgorithm.Algorithm))
	if digest == nil {
		return Fault{Code: FaultDigestNotListed}
	}
	if s.SignedAttrs != nil {
		return digestFault(s.VerifyMessageDigest(digest))
	}
	return verifyValue(key, s, hashOf(s.DigestAlgorithm.Algorithm), nil, digest)
}

func digestFault(err error) Fault {
	var fault *cms.VerifyError
	switch {
	case err == nil:
		return Fault{}
	case errors.As(err, &fault) && fault.Reason == cms.DigestLength:
		return Fault{Code: FaultDigestLength}
	case errors.As(err, &fault) && fault.Reason == cms.DigestMismatch:
		return Fault{Code: FaultDigest}
	}
	return Fault{Code: FaultDigestUnreadable, Queue: wrongType()}
}
