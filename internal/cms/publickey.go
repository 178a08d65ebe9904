package cms

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"

	"github.com/jsign-jp/jsign/internal/der"
)

// PublicKey is a signer's key as VerifyAttributes and VerifyContent take it.
type PublicKey struct {
	// Key is *rsa.PublicKey, *ecdsa.PublicKey or ed25519.PublicKey.
	Key crypto.PublicKey
	// PSSOnly tells an RSA key with the algorithm id-RSASSA-PSS; PSS are its
	// restrictions, nil when it has none (RFC 4055, 1.2, 3.3).
	PSSOnly bool
	PSS     *PSSParameters
}

// ParsePublicKey reads a SubjectPublicKeyInfo in DER. Beside what crypto/x509
// reads it takes compressed points and id-RSASSA-PSS. Errors:
// *der.SyntaxError; *VerifyError (Unsupported) for algorithms and curves this
// package does not verify, ExplicitParameters for a curve that has no name.
func ParsePublicKey(spki []byte) (*PublicKey, error) {
	const where = "SubjectPublicKeyInfo"
	r := der.NewBytesReader(spki)
	if err := r.EnterTag(der.TagSequence, where); err != nil {
		return nil, err
	}
	alg, err := r.AlgorithmIdentifier(where, maxAlgorithm)
	if err != nil {
		return nil, err
	}
	bits, err := r.Octets(der.TagBitString, where, maxKept)
	if err != nil {
		return nil, err
	}
	if len(bits) == 0 || bits[0] != 0 {
		return nil, r.Fault(der.BadValue, where)
	}
	if err := leave(r, where); err != nil {
		return nil, err
	}
	return parseKey(alg, bits[1:])
}

func parseKey(alg der.AlgorithmIdentifier, key []byte) (*PublicKey, error) {
	switch alg.Algorithm {
	case der.RSAEncryption:
		pub, err := parseRSAKey(key)
		return &PublicKey{Key: pub}, err
	case der.RSASSAPSS:
		return parsePSSKey(alg, key)
	case der.ECPublicKey:
		return parseECKey(alg, key)
	case der.Ed25519:
		if len(key) != ed25519.PublicKeySize {
			return nil, unsupported(alg.Algorithm)
		}
		return &PublicKey{Key: ed25519.PublicKey(key)}, nil
	}
	return nil, unsupported(alg.Algorithm)
}

// parseRSAKey reads RSAPublicKey (RFC 8017, A.1.1).
func parseRSAKey(key []byte) (*rsa.PublicKey, error) {
	const where = "RSAPublicKey"
	r := der.NewBytesReader(key)
	if err := r.EnterTag(der.TagSequence, where); err != nil {
		return nil, err
	}
	n, err := r.Integer(where, maxSignature)
	if err != nil {
		return nil, err
	}
	e, err := r.Integer(where, 8)
	if err != nil {
		return nil, err
	}
	if n.Sign() <= 0 || e.Sign() <= 0 || !e.IsInt64() || e.Int64() > 1<<31-1 {
		return nil, r.Fault(der.BadValue, where)
	}
	return &rsa.PublicKey{N: n, E: int(e.Int64())}, leave(r, where)
}

func parsePSSKey(alg der.AlgorithmIdentifier, key []byte) (*PublicKey, error) {
	pub, err := parseRSAKey(key)
	if err != nil {
		return nil, err
	}
	k := &PublicKey{Key: pub, PSSOnly: true}
	if alg.Parameters != nil && !alg.HasNull() {
		k.PSS, err = ParsePSSParameters(alg.Parameters)
	}
	return k, err
}

func parseECKey(alg der.AlgorithmIdentifier, point []byte) (*PublicKey, error) {
	if len(alg.Parameters) > 0 && alg.Parameters[0] == der.TagSequence {
		return nil, &VerifyError{Reason: ExplicitParameters, Algorithm: alg.Algorithm}
	}
	name, err := der.NewBytesReader(alg.Parameters).OID("namedCurve")
	if err != nil {
		return nil, err
	}
	curve := der.NamedCurve(name)
	if curve == nil {
		return nil, unsupported(name)
	}
	pub, err := ecdsa.ParseUncompressedPublicKey(curve, uncompressed(curve, point))
	if err != nil {
		return nil, &der.SyntaxError{Reason: der.BadValue, Where: "ECPoint"}
	}
	return &PublicKey{Key: pub}, nil
}

// uncompressed returns a compressed ECPoint (SEC 1, 2.3.4) in the uncompressed
// form, any other as it is, and nil for one that is not on the curve.
func uncompressed(curve elliptic.Curve, point []byte) []byte {
	if len(point) == 0 || point[0] != 2 && point[0] != 3 {
		return point
	}
	x, y := elliptic.UnmarshalCompressed(curve, point)
	if x == nil {
		return nil
	}
	size := len(point) - 1
	out := make([]byte, 1+2*size)
	out[0] = 4
	x.FillBytes(out[1 : 1+size])
	y.FillBytes(out[1+size:])
	return out
}
