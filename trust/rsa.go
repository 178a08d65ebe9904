package trust

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/subtle"
	"math/big"

	"github.com/jsign-jp/jsign/internal/der"
)

// PSSParameters are RSASSA-PSS-params (RFC 4055, 3.1).
type PSSParameters struct {
	Hash         crypto.Hash
	MGF1Hash     crypto.Hash
	SaltLength   int // in a key: the least allowed
	TrailerField int
}

// ParsePSSParameters reads RSASSA-PSS-params: the parameters' element. ok is false
// when they are absent, broken, or name a hash or mask that is not known.
func ParsePSSParameters(parameters []byte) (p PSSParameters, ok bool) {
	p = PSSParameters{crypto.SHA1, crypto.SHA1, 20, 1}
	in, ok := only(parameters, der.TagSequence)
	if !ok {
		return p, false
	}
	if e, present, ok := in.optional(der.ContextConstructed); !ok {
		return p, false
	} else if present {
		if p.Hash, ok = e.content.hash(); !ok {
			return p, false
		}
	}
	if e, present, ok := in.optional(der.ContextConstructed | 1); !ok {
		return p, false
	} else if present {
		if p.MGF1Hash, ok = e.content.mgf1(); !ok {
			return p, false
		}
	}
	if ok = in.smallField(der.ContextConstructed|2, &p.SaltLength); !ok {
		return p, false
	}
	ok = in.smallField(der.ContextConstructed|3, &p.TrailerField)
	return p, ok && len(in) == 0 && p.TrailerField == 1
}

func (in *input) smallField(tag byte, v *int) bool {
	e, present, ok := in.optional(tag)
	if !ok || !present {
		return ok
	}
	content, ok := only(e.content, der.TagInteger)
	if ok {
		*v, ok = content.small()
	}
	return ok
}

func (in input) hash() (crypto.Hash, bool) {
	a, ok := in.algorithm()
	if !ok {
		return 0, false
	}
	return hashByOID(a.Algorithm)
}

func (in input) mgf1() (crypto.Hash, bool) {
	a, ok := in.algorithm()
	if !ok || a.Algorithm != der.MGF1 {
		return 0, false
	}
	return input(a.Parameters).hash()
}

func hashByOID(id OID) (crypto.Hash, bool) {
	for _, h := range []crypto.Hash{
		crypto.SHA256, crypto.SHA384, crypto.SHA512, crypto.SHA1, crypto.SHA224, crypto.SHA512_224, crypto.SHA512_256,
		crypto.SHA3_224, crypto.SHA3_256, crypto.SHA3_384, crypto.SHA3_512, crypto.MD5, crypto.RIPEMD160,
	} {
		if der.DigestOID(h) == id {
			return h, true
		}
	}
	return 0, false
}

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

// VerifyPKCS1 checks an RSASSA-PKCS1-v1_5 signature over a digest (RFC 8017,
// 8.2.2). A wrong one is a *SignatureError with OpenSSL's reasons. Keys below
// 1024 bits, which the standard library refuses, are verified too: whether they are
// strong enough is the caller's question.
func (k *PublicKey) VerifyPKCS1(h crypto.Hash, digest, signature []byte) error {
	if k.Algorithm != KeyRSA {
		return wrong()
	}
	if key := k.rsaKey(); key != nil && k.n.BitLen() <= maxFastModulus && rsa.VerifyPKCS1v15(key, h, digest, signature) == nil {
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
func (k *PublicKey) VerifyPSS(p PSSParameters, digest, signature []byte) error {
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
func verifyPSSEncoding(em []byte, emBits int, p PSSParameters, digest []byte) reason {
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
