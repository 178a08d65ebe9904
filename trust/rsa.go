package trust

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/subtle"
	"math/big"

	"github.com/jsign-jp/jsign/internal/der"
)

// rsaKey returns the standard library's key; nil when the exponent is too large for it.
func (k *PublicKey) rsaKey() *rsa.PublicKey {
	if k.n == nil || k.e.BitLen() > 31 {
		return nil
	}
	return &rsa.PublicKey{N: k.n, E: int(k.e.Int64())}
}

// maxFastModulus is the longest modulus, in bits, up to which crypto/rsa, whose
// arithmetic takes the same time for every value, is faster than math/big. Above
// it takes twice (3072) to three times (4096) as long, and here nothing is secret.
const maxFastModulus = 2048

// A modulus longer than smallModulus bits goes with an exponent of maxLargeExponent
// bits at most, as in OpenSSL: the time is that of their product.
const (
	smallModulus     = 3072
	maxLargeExponent = 64
)

// VerifyPKCS1 checks an RSASSA-PKCS1-v1_5 signature over a digest (RFC 8017,
// 8.2.2). A wrong one is a *SignatureError with OpenSSL's reasons. Keys below
// 1024 bits, which the standard library refuses, are verified too: whether they are
// strong enough is the caller's question.
func (k *PublicKey) VerifyPKCS1(h crypto.Hash, digest, signature []byte) error {
	if k.Algorithm != KeyRSA {
		return wrong()
	}
	// For RIPEMD-160 crypto/rsa uses another identifier than OpenSSL.
	if key := k.rsaKey(); key != nil && k.n.BitLen() <= maxFastModulus && h != crypto.RIPEMD160 && rsa.VerifyPKCS1v15(key, h, digest, signature) == nil {
		return nil
	}
	em, err := k.rsaRecover(signature)
	if err != nil {
		return err
	}
	got, reason := unpadPKCS1(em)
	if reason.code != 0 {
		return wrong(rsaEntry(reason), rsaEntry(reasonPaddingCheck), providerEntry())
	}
	oid := der.DigestOID(h)
	if oid == "" || !bytes.Equal(got, digestInfo(oid, digest)) {
		return wrong(rsaEntry(reasonBadSignature), providerEntry())
	}
	return nil
}

// digestInfo encodes a DigestInfo with NULL parameters (RFC 8017, 9.2).
func digestInfo(oid OID, digest []byte) []byte {
	return der.Sequence(der.Sequence(der.ObjectIdentifier(oid), der.Null()), der.OctetString(digest))
}

// rsaRecover applies the public key; the result is as long as the modulus.
func (k *PublicKey) rsaRecover(signature []byte) ([]byte, error) {
	size := (k.n.BitLen() + 7) / 8
	if len(signature) != size {
		return nil, wrong(rsaEntry(reasonWrongLength), providerEntry())
	}
	if k.e.Cmp(k.n) >= 0 || k.n.BitLen() > smallModulus && k.e.BitLen() > maxLargeExponent {
		return nil, wrong(rsaEntry(reasonBadExponent), providerEntry())
	}
	s := new(big.Int).SetBytes(signature)
	if s.Cmp(k.n) >= 0 {
		return nil, wrong(rsaEntry(reasonTooLargeForModulus), providerEntry())
	}
	return s.Exp(s, k.e, k.n).FillBytes(make([]byte, size)), nil
}

// unpadPKCS1 removes type 1 padding (RFC 8017, 9.2); a fault has a code.
func unpadPKCS1(em []byte) (content []byte, fault reason) {
	const minPadding = 8
	if len(em) < minPadding+3 || em[0] != 0 {
		return nil, reasonInvalidPadding
	}
	if em[1] != 1 {
		return nil, reasonBlockType
	}
	ps := em[2:]
	n := 0
	for n < len(ps) && ps[n] == 0xff {
		n++
	}
	switch {
	case n == len(ps):
		return nil, reasonNullMissing
	case ps[n] != 0:
		return nil, reasonFixedHeader
	case n < minPadding:
		return nil, reasonPadCount
	}
	return ps[n+1:], reason{}
}

// VerifyPSS checks an RSASSA-PSS signature over a digest (RFC 8017, 8.1.2): the
// salt must be exactly as long as p says, and the mask's hash may differ from
// the digest's. A wrong one is a *SignatureError.
func (k *PublicKey) VerifyPSS(p der.PSSParameters, digest, signature []byte) error {
	if (k.Algorithm != KeyRSA && k.Algorithm != KeyRSAPSS) || !p.Hash.Available() || !p.MGF1Hash.Available() || len(digest) != p.Hash.Size() {
		return wrong()
	}
	if k.PSS != nil && (k.PSS.Hash != p.Hash || k.PSS.MGF1Hash != p.MGF1Hash || p.SaltLength < k.PSS.SaltLength) {
		return wrong()
	}
	em, err := k.rsaRecover(signature)
	if err != nil {
		return err
	}
	if fault := verifyPSSEncoding(em, k.n.BitLen()-1, p, digest); fault.code != 0 {
		return wrong(rsaEntry(fault), providerEntry())
	}
	return nil
}

// verifyPSSEncoding is EMSA-PSS-VERIFY (RFC 8017, 9.1.2) with emBits bits.
func verifyPSSEncoding(em []byte, emBits int, p der.PSSParameters, digest []byte) reason {
	if emBits == 0 { // nothing is left of a modulus of one bit
		return reasonDataTooLarge
	}
	if emBits%8 == 0 {
		if em[0] != 0 {
			return reasonFirstOctet
		}
		em = em[1:]
	}
	unused := uint(8*len(em) - emBits)
	if em[0]&^(0xff>>unused) != 0 {
		return reasonFirstOctet
	}
	if len(em) < len(digest)+2 || p.SaltLength > len(em)-len(digest)-2 {
		return reasonDataTooLarge
	}
	if em[len(em)-1] != 0xbc {
		return reasonLastOctet
	}
	db := bytes.Clone(em[:len(em)-len(digest)-1])
	h := em[len(db) : len(em)-1]
	mgf1XOR(db, p.MGF1Hash, h)
	db[0] &= 0xff >> unused
	ps := len(db) - p.SaltLength - 1
	zeros := len(db) - len(bytes.TrimLeft(db, "\x00"))
	if zeros == len(db) || db[zeros] != 1 {
		return reasonSaltRecovery
	}
	if zeros != ps {
		return reasonSaltLength
	}
	d := p.Hash.New()
	d.Write(make([]byte, 8))
	d.Write(digest)
	d.Write(db[ps+1:])
	if subtle.ConstantTimeCompare(d.Sum(nil), h) != 1 {
		return reasonBadPSS
	}
	return reason{}
}

// mgf1XOR is MGF1 (RFC 8017, B.2.1), applied.
func mgf1XOR(out []byte, h crypto.Hash, seed []byte) {
	for counter := uint32(0); len(out) > 0; counter++ {
		d := h.New()
		d.Write(seed)
		d.Write([]byte{byte(counter >> 24), byte(counter >> 16), byte(counter >> 8), byte(counter)})
		n := subtle.XORBytes(out, out, d.Sum(nil))
		out = out[n:]
	}
}
