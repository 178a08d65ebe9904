package verify

import (
	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/trust"
)

// clauses are where a standard says otherwise.
var clauses = map[cms.Code]string{
	cms.BEREncoding:           "RFC 5652, 1",
	cms.SetNotSorted:          "X.690, 11.6",
	cms.MessageVersion:        "RFC 5652, 5.1",
	cms.ObsoleteChoice:        "RFC 5652, 10.2.2",
	cms.DigestListedTwice:     "RFC 5652, 5.1",
	cms.SignerVersion:         "RFC 5652, 5.3",
	cms.DigestNotListed:       "RFC 5652, 5.3",
	cms.DigestParameters:      "RFC 5754, 2",
	cms.WeakDigestAlgorithm:   "RFC 6194",
	cms.SignedAttrsNotDER:     "RFC 5652, 5.3",
	cms.SignedAttrsEmpty:      "RFC 5652, 5.3",
	cms.SignedAttrsMissing:    "RFC 5652, 5.3",
	cms.UnsignedAttrsEmpty:    "RFC 5652, 5.3",
	cms.AttributeMisplaced:    "RFC 5652, 11",
	cms.AttributeRepeated:     "RFC 5652, 11",
	cms.ContentTypeDiffers:    "RFC 5652, 11.1",
	cms.SigningTimeMalformed:  "RFC 5652, 11.3",
	cms.AlgorithmProtection:   "RFC 6211, 2",
	cms.SignatureAlgorithm:    "RFC 8933, 3",
	cms.SignatureParameters:   "RFC 4055, 5; RFC 5758, 3.2",
	cms.AttributesAsContent:   "RFC 5652, 5.3",
	cms.SigningCertificateBad: "RFC 5035, 5.4",
	cms.SignatureNotDER:       "RFC 5753, 7.2",
	cms.CertificateNotDER:     "RFC 5652, 10.2.2",
	cms.IssuerDiffers:         "RFC 5280, 7.1",
}

// harmless are the departures that a standard lets a verifier accept, and those
// that say something of the signer's choice and not of a fault.
var harmless = map[cms.Code]bool{
	cms.BEREncoding:         true, // RFC 5652, 1: any BER
	cms.SetNotSorted:        true, // likewise
	cms.ObsoleteChoice:      true,
	cms.DigestListedTwice:   true,
	cms.DigestNotListed:     true, // a fault of its own where the content is checked
	cms.WeakDigestAlgorithm: true, // RFC 5652 leaves the choice to the signer
	cms.IssuerDiffers:       true, // RFC 5280, 7.1: the names are equal
}

// Audited lists what RFC 5652 and its companions object to in a message and
// OpenSSL passes over, for the message as a whole.
func (m *Message) Audited() (list []Finding) {
	for _, f := range m.audit() {
		if f.Signer < 0 {
			list = append(list, finding(f))
		}
	}
	return list
}

// audit makes cms's audit once.
func (m *Message) audit() []cms.Finding {
	if !m.audited && m.SignedData != nil {
		m.audits, m.audited = m.SignedData.Audit(), true
	}
	return m.audits
}

// AuditedSigner is Audited for the signer at index i of r.
func (m *Message) AuditedSigner(r *Result, i int) (list []Finding) {
	for _, f := range m.audit() {
		if f.Signer == i {
			list = append(list, finding(f))
		}
	}
	s := r.Signers[i]
	if a := s.Info.DigestAlgorithm.Algorithm; digestOf(a) != a {
		list = append(list, digestNamedBySignature())
	}
	if s.Certificate == nil {
		return list
	}
	c := cms.CertificateFields{Raw: s.Certificate.Raw, Serial: s.Certificate.Serial, Issuer: s.Certificate.RawIssuer}
	for _, f := range s.Info.AuditCertificate(i, c) {
		list = append(list, finding(f))
	}
	list = append(list, auditKey(s, i)...)
	if s.Chain != nil {
		for _, f := range s.Chain.Findings {
			list = append(list, Finding{Code: "chain-" + codeWord(f.Code), Severity: Warning, Clause: f.Clause, Message: lang.M("%s", "%s", f.Text)})
		}
	}
	return list
}

// auditKey compares the signature algorithm with the kind of key.
func auditKey(s SignerResult, i int) (list []Finding) {
	key, err := s.Certificate.PublicKey()
	if err != nil {
		return nil
	}
	if id := s.Info.SignatureAlgorithm.Algorithm; key.Algorithm == trust.KeyDSA && id != der.DSA && id != dsaWith(s.Info.DigestAlgorithm.Algorithm) {
		list = append(list, finding(cms.Finding{Code: cms.SignatureAlgorithm, Signer: i, Type: id}))
	}
	for _, f := range s.Info.AuditKey(i, key.Identifier()) {
		found := finding(f)
		if f.Code == cms.SignatureParameters && key.Algorithm != trust.KeyEC && key.Algorithm != trust.KeyEd25519 {
			found.Severity = Info // RFC 4055, 5: absent ones are to be accepted too; other salts are allowed
		}
		list = append(list, found)
	}
	return list
}

// dsaWith returns DSA's signature algorithm with a digest (RFC 3370, 3.1; RFC 5754,
// 3.1), "" where there is none.
func dsaWith(digest der.OID) der.OID {
	switch digestOf(digest) {
	case der.SHA1:
		return der.DSAWithSHA1
	case der.SHA224:
		return der.DSAWithSHA224
	case der.SHA256:
		return der.DSAWithSHA256
	}
	return ""
}

func finding(f cms.Finding) Finding {
	severity := Warning
	if harmless[f.Code] {
		severity = Info
	}
	return Finding{Code: string(f.Code), Severity: severity, Clause: clauses[f.Code], Message: f.Message()}
}
