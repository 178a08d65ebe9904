package verify

import (
	"bytes"
	"crypto/sha3"
	"encoding/asn1"
	"math/big"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/pades"
	"github.com/jsign-jp/jsign/trust"
)

// Algorithms that are found in PDFs and that OpenSSL 3.0 does not verify in CMS:
// the value can be judged all the same; what it is worth is a question of policy.
const (
	oidEd448    der.OID = "\x2b\x65\x71"
	oidShake256 der.OID = "\x60\x86\x48\x01\x65\x03\x04\x02\x0c"
	plainECDSA  der.OID = "\x04\x00\x7f\x00\x07\x01\x01\x04\x01" // BSI TR-03111, 5.2.1.1, without its last arc
)

// shake256Size is how much of SHAKE256 is a message digest (RFC 8419, 2.3).
const shake256Size = 64

// judgeElse judges a value by the algorithms that CMS verification here leaves
// out. It reports whether the value is right.
func (c *pdfCase) judgeElse(m *Message, r SignerResult, p *pades.Proof) (bool, error) {
	s := r.Info
	if r.Certificate == nil || s.SignedAttrs == nil || s.CheckAttributes() != nil {
		return false, nil
	}
	digest, err := c.rangeDigest(s.DigestAlgorithm.Algorithm, p)
	want, ok := s.SignedAttrs.Value(der.AttributeMessageDigest)
	if err != nil || digest == nil || !ok {
		return false, err
	}
	var signed []byte
	if rest, err := asn1.Unmarshal(want, &signed); err != nil || len(rest) > 0 || !bytes.Equal(signed, digest) {
		return false, nil
	}
	return verifyElse(r.Certificate, s), nil
}

func (c *pdfCase) rangeDigest(algorithm der.OID, p *pades.Proof) ([]byte, error) {
	if algorithm == oidShake256 {
		h := sha3.NewSHAKE256()
		if err := c.copyCovered(h, p); err != nil {
			return nil, err
		}
		digest := make([]byte, shake256Size)
		_, err := h.Read(digest)
		return digest, err
	}
	if h := hashOf(algorithm); h != 0 {
		return c.digest(p, h)
	}
	return nil, nil
}

// publicKeyInfo is SubjectPublicKeyInfo (RFC 5280, 4.1).
type publicKeyInfo struct {
	Algorithm struct {
		Algorithm  asn1.RawValue
		Parameters asn1.RawValue `asn1:"optional"`
	}
	Key asn1.BitString
}

func verifyElse(cert *trust.Certificate, s *cms.SignerInfo) bool {
	var info publicKeyInfo
	if _, err := asn1.Unmarshal(cert.RawSubjectPublicKeyInfo, &info); err != nil {
		return false
	}
	message := s.SignedAttrs.Message()
	algorithm := der.OID(info.Algorithm.Algorithm.Bytes)
	switch {
	case algorithm == oidEd448:
		// RFC 8419, 2.3: the digest is SHAKE256 then.
		return s.DigestAlgorithm.Algorithm == oidShake256 && s.SignatureAlgorithm.Algorithm == oidEd448 &&
			verifyEd448(info.Key.Bytes, message, s.Signature)
	case len(s.SignatureAlgorithm.Algorithm) == len(plainECDSA)+1 && s.SignatureAlgorithm.Algorithm[:len(plainECDSA)] == plainECDSA:
		return verifyPlainECDSA(cert, s, message)
	case algorithm == der.RSAEncryption:
		return verifyNegativeRSA(info, s, message)
	}
	return false
}

// verifyPlainECDSA: the value is r and s, of equal length, one after the other.
// The last arc of the algorithm names the hash (TR-03111: 3 is SHA-256).
func verifyPlainECDSA(cert *trust.Certificate, s *cms.SignerInfo, message []byte) bool {
	hashes := map[byte]der.OID{2: der.SHA224, 3: der.SHA256, 4: der.SHA384, 5: der.SHA512}
	h := hashOf(hashes[s.SignatureAlgorithm.Algorithm[len(plainECDSA)]])
	key, err := cert.PublicKey()
	if err != nil || h == 0 || key.Algorithm != trust.KeyEC || len(s.Signature) == 0 || len(s.Signature)%2 != 0 {
		return false
	}
	half := len(s.Signature) / 2
	value, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(s.Signature[:half]), new(big.Int).SetBytes(s.Signature[half:])})
	if err != nil {
		return false
	}
	d := h.New()
	d.Write(message)
	return key.VerifyECDSA(d.Sum(nil), value) == nil
}

// verifyNegativeRSA: some certificates lack the zero that makes the modulus a
// positive INTEGER. There is one way only to take that number.
func verifyNegativeRSA(info publicKeyInfo, s *cms.SignerInfo, message []byte) bool {
	var key struct {
		N asn1.RawValue
		E int
	}
	h := hashOf(s.DigestAlgorithm.Algorithm)
	if _, err := asn1.Unmarshal(info.Key.Bytes, &key); err != nil || len(key.N.Bytes) == 0 || key.N.Bytes[0] < 0x80 || h == 0 {
		return false
	}
	positive, err := asn1.Marshal(struct {
		N *big.Int
		E int
	}{new(big.Int).SetBytes(key.N.Bytes), key.E})
	if err != nil {
		return false
	}
	spki := der.Sequence(der.Sequence(der.ObjectIdentifier(der.RSAEncryption), der.Null()), der.Element(der.TagBitString, []byte{0}, positive))
	repaired, err := trust.ParsePublicKey(spki)
	if err != nil {
		return false
	}
	d := h.New()
	d.Write(message)
	return repaired.VerifyPKCS1(h, d.Sum(nil), s.Signature) == nil
}
