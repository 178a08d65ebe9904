package revocation

import (
	"github.com/jsign-jp/jsign/trust"
)

// findResponder finds who signed a response and may (RFC 6960, 4.2.2.2): the
// certificate's issuer, or one to whom that issuer delegated it. status is the
// delegate's own, nil where it needs none. Without one, the refusal is that of the
// candidate that got furthest.
func (c *check) findResponder(a answer) (by *trust.Certificate, status *Evidence, refusal Refusal) {
	refusal = a.refuse("RFC 6960, 4.2.2.2", "the certificate of the OCSP response's signer is not there", "OCSP応答の署名者の証明書がありません")
	if a.isResponder(c.Issuer) {
		if refusal = c.signedBy(a, c.Issuer); refusal.Code == trust.OK {
			return c.Issuer, nil, refusal
		}
	}
	tried := 0
	for _, list := range [][]*trust.Certificate{a.Certificates, c.Candidates} {
		for _, candidate := range list {
			if tried == maxResponders || candidate.Equal(c.Issuer) || !a.isResponder(candidate) {
				continue
			}
			tried++
			r := c.signedBy(a, candidate)
			if r.Code == trust.OK {
				status, r = c.delegated(a, candidate)
			}
			if r.Code == trust.OK {
				return candidate, status, r
			}
			refusal = r
		}
	}
	return nil, nil, refusal
}

// signedBy judges the response's signature.
func (c *check) signedBy(a answer, by *trust.Certificate) Refusal {
	if err := a.verifySignature(by); err != nil {
		r := a.refuse("RFC 6960, 3.2 (2)", "the signature of the OCSP response does not verify", "OCSP応答の署名を検証できません")
		r.Queue = trust.QueueOf(err)
		return r
	}
	key, err := by.PublicKey()
	if err != nil {
		return refuseOCSP(a.OCSP, trust.CodeUnableToDecodeIssuerPublicKey, "RFC 6960, 3.2 (2)", "%s", "%s", err)
	}
	if code := c.algorithmPolicy().Check(a.SignatureAlgorithm, key, a.ProducedAt); code != trust.OK {
		return refuseOCSP(a.OCSP, code, "NIST SP 800-131A", "the OCSP response: %s", "OCSP応答: %s", code.Message())
	}
	return Refusal{}
}

// delegated judges a responder that is not the issuer: the issuer itself must have
// signed its certificate for this purpose (4.2.2.2), and it must be good itself.
func (c *check) delegated(a answer, by *trust.Certificate) (*Evidence, Refusal) {
	key, err := c.Issuer.PublicKey()
	used := a.ProducedAt
	if c.Time.After(used) {
		used = c.Time
	}
	switch {
	case err != nil || !c.Issuer.Issued(by) || by.VerifySignatureBy(key) != nil:
		return nil, a.refuse("RFC 6960, 4.2.2.2", "the certificate's issuer did not issue that of the OCSP response's signer", "OCSP応答の署名者の証明書は、対象証明書の発行者が発行したものではありません")
	case !by.IsOCSPResponder():
		return nil, a.refuse("RFC 6960, 4.2.2.2", "the signer of the OCSP response is no OCSP responder", "OCSP応答の署名者の証明書にOCSP署名の用途がありません")
	case by.NotBefore.IsZero(), by.NotAfter.IsZero(), a.ProducedAt.Before(by.NotBefore), used.After(by.NotAfter):
		return nil, a.refuse("RFC 6960, 4.2.2.2", "the certificate of the OCSP responder was not valid then", "OCSPレスポンダーの証明書は、その時点で有効ではありません")
	}
	if code := c.algorithmPolicy().Check(by.SignatureAlgorithm, key, by.NotBefore); code != trust.OK {
		return nil, refuseOCSP(a.OCSP, code, "NIST SP 800-131A", "the certificate of the OCSP responder: %s", "OCSPレスポンダーの証明書: %s", code.Message())
	}
	return c.delegateStatus(a, by)
}

// clauseNoCheck is about the revocation of a responder's own certificate.
const clauseNoCheck = "RFC 6960, 4.2.2.2.1"

// delegateStatus is RFC 6960, 4.2.2.2.1. By OCSP a responder would vouch for itself, so
// CRLs alone tell. One whose certificate names no way to check it, is not: so the CA
// wants it.
func (c *check) delegateStatus(a answer, by *trust.Certificate) (*Evidence, Refusal) {
	if by.HasOCSPNoCheck() {
		return nil, Refusal{}
	}
	q := c.Query
	q.Certificate, q.OCSPs, q.Chain = by, nil, nil
	if len(c.Chain) > 1 {
		q.Chain = append([]*trust.Certificate{by}, c.Chain[1:]...)
	}
	e := Check(q)
	used := a.ProducedAt
	if c.Time.After(used) {
		used = c.Time
	}
	switch {
	case e.RevokedBy(used):
		return nil, a.refuse(clauseNoCheck, "the certificate of the OCSP responder was revoked", "OCSPレスポンダーの証明書は失効しています")
	case e.Status == Good, e.Status == Revoked, len(by.CRLDistributionPoints()) == 0 && len(by.OCSPServers()) == 0:
		return &e, Refusal{}
	}
	return nil, a.refuse(clauseNoCheck, "the revocation of the OCSP responder's own certificate is not known", "OCSPレスポンダー自身の証明書の失効状態が不明です")
}
