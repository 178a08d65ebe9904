package der

import (
	"bytes"
	"crypto"
	"crypto/sha256"
)

// AlgorithmIdentifier names an algorithm and its parameters (RFC 5280, 4.1.1.2).
type AlgorithmIdentifier struct {
	Algorithm OID
	// Parameters is the parameters' element, tag and length included; nil when
	// absent.
	Parameters []byte
}

// Marshal returns the SEQUENCE.
func (a AlgorithmIdentifier) Marshal() []byte {
	return Sequence(ObjectIdentifier(a.Algorithm), a.Parameters)
}

// Equal reports whether both name the same algorithm with the same parameters;
// absent and NULL parameters are different here.
func (a AlgorithmIdentifier) Equal(b AlgorithmIdentifier) bool {
	return a.Algorithm == b.Algorithm && (a.Parameters == nil) == (b.Parameters == nil) && bytes.Equal(a.Parameters, b.Parameters)
}

// HasNull reports whether the parameters are NULL.
func (a AlgorithmIdentifier) HasNull() bool { return bytes.Equal(a.Parameters, Null()) }

// DigestOID returns the identifier of a hash, "" for one that has none here.
func DigestOID(h crypto.Hash) OID {
	switch h {
	case crypto.MD5:
		return MD5
	case crypto.RIPEMD160:
		return RIPEMD160
	case crypto.SHA1:
		return SHA1
	case crypto.SHA224:
		return SHA224
	case crypto.SHA256:
		return SHA256
	case crypto.SHA384:
		return SHA384
	case crypto.SHA512:
		return SHA512
	case crypto.SHA512_224:
		return SHA512_224
	case crypto.SHA512_256:
		return SHA512_256
	}
	return sha3OID(h)
}

func sha3OID(h crypto.Hash) OID {
	switch h {
	case crypto.SHA3_224:
		return SHA3_224
	case crypto.SHA3_256:
		return SHA3_256
	case crypto.SHA3_384:
		return SHA3_384
	case crypto.SHA3_512:
		return SHA3_512
	}
	return ""
}

// Hash returns the hash an identifier names, 0 for an unknown one. Whether the
// hash is linked in, crypto.Hash.Available tells.
func Hash(o OID) crypto.Hash {
	for h := crypto.MD4; h <= crypto.BLAKE2b_512; h++ {
		if oid := DigestOID(h); oid != "" && oid == o {
			return h
		}
	}
	return 0
}

// Sum returns the digest of message by a hash that is linked in.
func Sum(h crypto.Hash, message []byte) []byte {
	if h == crypto.SHA256 { // nearly always, and then without the detour of a hash.Hash
		d := sha256.Sum256(message)
		return d[:]
	}
	d := h.New()
	d.Write(message)
	return d.Sum(nil)
}

// DigestAlgorithm returns the identifier of a digest algorithm in a CMS
// digestAlgorithm field: parameters absent (RFC 5754, 2; RFC 8702, 3.1).
func DigestAlgorithm(h crypto.Hash) AlgorithmIdentifier {
	return AlgorithmIdentifier{Algorithm: DigestOID(h)}
}

// RSAAlgorithm returns the identifier of RSASSA-PKCS1-v1_5 with a SHA-2 hash:
// parameters NULL (RFC 4055, 5; RFC 5754, 3.2). ok is false for other hashes.
func RSAAlgorithm(h crypto.Hash) (a AlgorithmIdentifier, ok bool) {
	switch h {
	case crypto.SHA256:
		a.Algorithm = SHA256WithRSA
	case crypto.SHA384:
		a.Algorithm = SHA384WithRSA
	case crypto.SHA512:
		a.Algorithm = SHA512WithRSA
	default:
		return a, false
	}
	a.Parameters = Null()
	return a, true
}

// PSSAlgorithm returns the identifier of RSASSA-PSS with a hash, MGF1 with the
// same hash, a salt as long as the hash and trailer field 1 (RFC 4055, 3.1; RFC
// 8702 keeps it for SHA-2). The hashes inside carry NULL, as RFC 4055's
// constants (2.1) do. SHA-1, whose fields would have to be left out as
// defaults, is not offered: ok is false.
func PSSAlgorithm(h crypto.Hash) (a AlgorithmIdentifier, ok bool) {
	if h == crypto.SHA1 || DigestOID(h) == "" {
		return a, false
	}
	hash := AlgorithmIdentifier{DigestOID(h), Null()}.Marshal()
	mgf := AlgorithmIdentifier{MGF1, hash}.Marshal()
	return AlgorithmIdentifier{RSASSAPSS, Sequence(
		Element(ContextConstructed, hash),
		Element(ContextConstructed|1, mgf),
		Element(ContextConstructed|2, Integer(int64(h.Size()))),
	)}, true
}

// ECDSAAlgorithm returns the identifier of ECDSA with a SHA-2 hash: parameters
// absent (RFC 5758, 3.2). ok is false for other hashes.
func ECDSAAlgorithm(h crypto.Hash) (a AlgorithmIdentifier, ok bool) {
	switch h {
	case crypto.SHA256:
		a.Algorithm = ECDSAWithSHA256
	case crypto.SHA384:
		a.Algorithm = ECDSAWithSHA384
	case crypto.SHA512:
		a.Algorithm = ECDSAWithSHA512
	default:
		return a, false
	}
	return a, true
}

// Ed25519Algorithm returns the identifier of Ed25519: parameters absent
// (RFC 8410, 3; RFC 8419, 2.2).
func Ed25519Algorithm() AlgorithmIdentifier { return AlgorithmIdentifier{Algorithm: Ed25519} }
