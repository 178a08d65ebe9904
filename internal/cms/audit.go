package cms

import (
	"bytes"

	"github.com/jsign-jp/jsign/internal/der"
)

// Audit lists the message's departures from the standards, those of the signers
// included, as far as they can be told without the signers' certificates;
// SignerInfo.AuditKey tells the others.
func (sd *SignedData) Audit() []Finding {
	a := auditor{signer: -1}
	a.check(sd.NotDER < 0 && sd.contentsAreDER(), BEREncoding, "")
	a.check(sd.setsSorted(), SetNotSorted, "")
	a.check(sd.Trailing != TrailingData, TrailingOctets, "")
	a.check(sd.Version == sd.requiredVersion(), MessageVersion, "")
	for _, c := range sd.Certificates {
		a.check(c.Kind != ExtendedCertificate && c.Kind != AttributeCertificateV1, ObsoleteChoice, "")
		a.check(c.Kind != X509Certificate || isDER(c.Raw), CertificateNotDER, "")
	}
	for i, d := range sd.DigestAlgorithms {
		a.check(!listed(sd.DigestAlgorithms[:i], d.Algorithm), DigestListedTwice, d.Algorithm)
		a.check(digestParametersAllowed(d), DigestParameters, d.Algorithm)
	}
	for i := range sd.Signers {
		a.signer = i
		a.signerInfo(sd, &sd.Signers[i])
	}
	return a.findings
}

// auditor collects findings.
type auditor struct {
	signer   int
	findings []Finding
}

func (a *auditor) check(ok bool, code Code, t der.OID) {
	f := Finding{Code: code, Signer: a.signer, Type: t}
	if !ok && (len(a.findings) == 0 || a.findings[len(a.findings)-1] != f) {
		a.findings = append(a.findings, f)
	}
}

func (sd *SignedData) contentsAreDER() bool {
	for _, c := range sd.CRLs {
		if !isDER(c.Raw) {
			return false
		}
	}
	for i := range sd.Signers {
		if !isDER(sd.Signers[i].Raw) {
			return false
		}
	}
	return true
}

func isDER(b []byte) bool {
	_, ok, err := der.Check(b)
	return ok && err == nil
}

// setsSorted looks at the SETs OF that are not signed.
func (sd *SignedData) setsSorted() bool {
	var certificates, crls, signers, digests [][]byte
	for _, c := range sd.Certificates {
		certificates = append(certificates, c.Raw)
	}
	for _, c := range sd.CRLs {
		crls = append(crls, c.Raw)
	}
	for i := range sd.Signers {
		signers = append(signers, sd.Signers[i].Raw)
	}
	for _, d := range sd.DigestAlgorithms {
		digests = append(digests, d.Marshal())
	}
	return sorted(certificates) && sorted(crls) && sorted(signers) && sorted(digests)
}

func sorted(elements [][]byte) bool {
	for i := 1; i < len(elements); i++ {
		if bytes.Compare(elements[i-1], elements[i]) > 0 {
			return false
		}
	}
	return true
}

func listed(list []der.AlgorithmIdentifier, o der.OID) bool {
	for _, a := range list {
		if a.Algorithm == o {
			return true
		}
	}
	return false
}

// digestParametersAllowed: absent, or NULL, which must be taken (RFC 5754, 2).
func digestParametersAllowed(a der.AlgorithmIdentifier) bool {
	return a.Parameters == nil || a.HasNull()
}

func (a *auditor) signerInfo(sd *SignedData, s *SignerInfo) {
	version := 1
	if s.SubjectKeyID != nil {
		version = 3
	}
	a.check(s.Version == version, SignerVersion, "")
	a.check(listed(sd.DigestAlgorithms, s.DigestAlgorithm.Algorithm), DigestNotListed, s.DigestAlgorithm.Algorithm)
	a.check(digestParametersAllowed(s.DigestAlgorithm), DigestParameters, s.DigestAlgorithm.Algorithm)
	a.check(!WeakDigest(der.Hash(s.DigestAlgorithm.Algorithm)), WeakDigestAlgorithm, s.DigestAlgorithm.Algorithm)
	if s.UnsignedAttrs != nil {
		a.check(len(s.UnsignedAttrs.Attributes) > 0, UnsignedAttrsEmpty, "")
		a.attributeSet(s.UnsignedAttrs, false)
	}
	if s.SignedAttrs == nil {
		a.check(sd.ContentType == der.Data, SignedAttrsMissing, sd.ContentType)
		a.check(!LooksLikeAttributes(sd.contentStart), AttributesAsContent, "")
		return
	}
	a.check(len(s.SignedAttrs.Attributes) > 0, SignedAttrsEmpty, "")
	a.check(isDER(s.SignedAttrs.Raw) && s.SignedAttrs.sorted(), SignedAttrsNotDER, "")
	a.attributeSet(s.SignedAttrs, true)
	a.signedValues(sd, s)
}

func (s *AttributeSet) sorted() bool {
	encoded := make([][]byte, len(s.Attributes))
	for i, a := range s.Attributes {
		if !sorted(a.Values) {
			return false
		}
		encoded[i] = a.Marshal()
	}
	return sorted(encoded)
}

// attributeSet applies the rules of place and number, and the one that a
// signed attribute is there once (RFC 5652, 5.3).
func (a *auditor) attributeSet(set *AttributeSet, signed bool) {
	for _, rule := range attributeRules() {
		found := set.Get(rule.attribute)
		a.check(len(found) == 0 || rule.signed == signed, AttributeMisplaced, rule.attribute)
		if rule.single {
			for _, f := range found {
				a.check(len(f.Values) == 1, AttributeRepeated, rule.attribute)
			}
		}
	}
	for i, attribute := range set.Attributes {
		repeated := signed && hasType(set.Attributes[:i], attribute.Type)
		a.check(!repeated && len(attribute.Values) > 0, AttributeRepeated, attribute.Type)
	}
}

func hasType(attributes []Attribute, t der.OID) bool {
	for _, a := range attributes {
		if a.Type == t {
			return true
		}
	}
	return false
}

// signedValues looks into the attributes that have a meaning here.
func (a *auditor) signedValues(sd *SignedData, s *SignerInfo) {
	if v, ok := s.SignedAttrs.Value(der.AttributeContentType); ok {
		a.check(bytes.Equal(v, der.ObjectIdentifier(sd.ContentType)), ContentTypeDiffers, "")
	}
	if v, ok := s.SignedAttrs.Value(der.AttributeSigningTime); ok {
		_, err := ParseTime(v)
		a.check(err == nil, SigningTimeMalformed, "")
	}
	if v, ok := s.SignedAttrs.Value(der.AttributeCMSAlgorithmProtection); ok {
		a.check(s.protects(v), AlgorithmProtection, "")
	}
}

// protects checks CMSAlgorithmProtection (RFC 6211, 2): the digest algorithm and
// [1] the signature algorithm of this signer.
func (s *SignerInfo) protects(value []byte) bool {
	signature := s.SignatureAlgorithm.Marshal()
	signature[0] = der.ContextConstructed | 1
	return bytes.Equal(value, der.Sequence(s.DigestAlgorithm.Marshal(), signature))
}
