package trust

import "crypto"

// KeyAlgorithm is the kind of a public key.
type KeyAlgorithm int

// The kinds. The zero value is KeyUnknown.
const (
	KeyUnknown KeyAlgorithm = iota
	KeyRSA
	KeyRSAPSS // id-RSASSA-PSS: an RSA key for PSS alone, perhaps with bound parameters
	KeyEC
	KeyEd25519
	KeyEd448
	KeyDSA
)

// PublicKey is a subject public key. It is read only.
type PublicKey struct {
	Algorithm          KeyAlgorithm
	Curve              string         // OpenSSL's short name, for KeyEC: "prime256v1", "brainpoolP256r1"; "" when explicit parameters match none
	ExplicitParameters bool           // KeyEC with the curve spelled out (RFC 5480, 2.1.1 forbids it)
	Bits               int            // modulus or field size
	SecurityBits       int            // NIST SP 800-57 part 1, as OpenSSL counts
	PSS                *PSSParameters // KeyRSAPSS: restrictions, nil when none
	key                crypto.PublicKey
}

// PSSParameters are RSASSA-PSS-params (RFC 4055, 3.1).
type PSSParameters struct {
	Hash         crypto.Hash
	MGF1Hash     crypto.Hash
	SaltLength   int // in a key: the least allowed
	TrailerField int
}

// VerifyPKCS1 checks an RSASSA-PKCS1-v1_5 signature over a digest. A signature that
// is wrong is a *SignatureError.
func (k *PublicKey) VerifyPKCS1(h crypto.Hash, digest, signature []byte) error { return errNotYet }

// VerifyPSS checks an RSASSA-PSS signature over a digest.
func (k *PublicKey) VerifyPSS(p PSSParameters, digest, signature []byte) error { return errNotYet }

// VerifyECDSA checks an ECDSA signature (Ecdsa-Sig-Value, DER) over a digest.
func (k *PublicKey) VerifyECDSA(digest, signature []byte) error { return errNotYet }

// VerifyEd25519 checks a pure Ed25519 signature over a message (RFC 8032).
func (k *PublicKey) VerifyEd25519(message, signature []byte) error { return errNotYet }

// SignatureError says that a signature does not verify, and what OpenSSL's lower
// layers say of it.
type SignatureError struct{ Queue []QueueEntry }

// Error implements error.
func (e *SignatureError) Error() string { return "the signature does not verify" }
