package trust

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	//lint:ignore SA1019 the NIST suite and old archives hold DSA certificates; verification only
	"crypto/dsa"
	"crypto/ecdsa"
	"crypto/ed25519"
	"math/big"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
)

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

// PublicKey is a subject public key. It is read only and safe for concurrent use.
type PublicKey struct {
	Algorithm          KeyAlgorithm
	Curve              string             // OpenSSL's short name, for KeyEC: "prime256v1", "brainpoolP256r1"
	ExplicitParameters bool               // KeyEC with the curve spelled out (RFC 5480, 2.1.1 forbids it)
	Bits               int                // modulus or field size
	SecurityBits       int                // NIST SP 800-57 part 1, as OpenSSL counts
	PSS                *der.PSSParameters // KeyRSAPSS: restrictions, nil when none

	id      [sha256.Size]byte // of the SubjectPublicKeyInfo
	n, e    *big.Int          // RSA
	signed  bool              // RSA: n or e was written as a negative number
	curve   *curve            // EC
	ecdsa   *ecdsa.PublicKey
	ed25519 ed25519.PublicKey
	dsa     *dsa.PublicKey // P is nil when the parameters are inherited
}

// MissingParameters reports a DSA key without domain parameters: they are the
// issuer's (RFC 3279, 2.3.2).
func (k *PublicKey) MissingParameters() bool { return k.Algorithm == KeyDSA && k.dsa.P == nil }

// CanVerify reports whether signatures by the key are verified here: not those by
// Ed448, nor by DSA without parameters.
func (k *PublicKey) CanVerify() bool { return k.Algorithm != KeyEd448 && !k.MissingParameters() }

// InheritParameters returns the key completed with the issuer's parameters; the
// key itself when nothing is missing or the issuer's have none.
func (k *PublicKey) InheritParameters(issuer *PublicKey) *PublicKey {
	if !k.MissingParameters() || issuer == nil || issuer.Algorithm != KeyDSA || issuer.MissingParameters() {
		return k
	}
	c := *k
	c.dsa = &dsa.PublicKey{Parameters: issuer.dsa.Parameters, Y: k.dsa.Y}
	c.Bits, c.SecurityBits = issuer.Bits, issuer.SecurityBits
	return &c
}

// Crypto returns the key as the standard library has it, nil where it has none:
// *rsa.PublicKey, *ecdsa.PublicKey (whose curve may be another library's),
// ed25519.PublicKey.
func (k *PublicKey) Crypto() crypto.PublicKey {
	switch {
	case k.n != nil && k.rsaKey() != nil:
		return k.rsaKey()
	case k.ecdsa != nil:
		return k.ecdsa
	case k.ed25519 != nil:
		return k.ed25519
	}
	return nil
}

// PublicKey returns the subject's public key, reading it the first time. Errors:
// an algorithm, a curve or an encoding that is not known.
func (c *Certificate) PublicKey() (*PublicKey, error) {
	l := c.lazy
	l.keyOnce.Do(func() { l.key, l.keyErr = ParsePublicKey(c.RawSubjectPublicKeyInfo) })
	return l.key, l.keyErr
}

// completeKey returns the public key, and an error when it lacks parameters: OpenSSL 3
// cannot read such a key.
func (c *Certificate) completeKey() (*PublicKey, error) {
	key, err := c.PublicKey()
	if err == nil && key.MissingParameters() {
		return nil, errKey("Dss-Parms")
	}
	return key, err
}

func errKey(part string) error {
	return lang.Errorf("the public key cannot be read: %s", "公開鍵を読み取れません: %s", part)
}

// ParsePublicKey reads a SubjectPublicKeyInfo (RFC 5280, 4.1.2.7).
func ParsePublicKey(spki []byte) (*PublicKey, error) {
	key, err := parsePublicKey(spki)
	if err == nil {
		key.id = sha256.Sum256(spki)
	}
	return key, err
}

func parsePublicKey(spki []byte) (*PublicKey, error) {
	in, ok := only(spki, der.TagSequence)
	if !ok {
		return nil, errKey("SubjectPublicKeyInfo")
	}
	algorithm, ok := in.algorithm()
	if !ok {
		return nil, errKey("algorithm")
	}
	bits, ok := in.take(der.TagBitString)
	if !ok || len(in) > 0 {
		return nil, errKey("subjectPublicKey")
	}
	key, unused, ok := bits.content.bits()
	if !ok || unused != 0 {
		return nil, errKey("subjectPublicKey")
	}
	switch keyAlgorithm(algorithm.Algorithm) {
	case KeyRSA:
		return parseRSA(KeyRSA, key)
	case KeyRSAPSS:
		return parseRSAPSS(algorithm, key)
	case KeyEC:
		return parseEC(algorithm, key)
	case KeyEd25519:
		return parseEd25519(key)
	case KeyDSA:
		return parseDSA(algorithm, key)
	case KeyEd448:
		return &PublicKey{Algorithm: KeyEd448, Bits: 456, SecurityBits: 224}, nil
	}
	return nil, errKey(algorithm.Algorithm.String())
}

// keyIdentifiers are the algorithms of the kinds (RFC 3279, 4055, 5480, 8410).
func keyIdentifiers() [KeyDSA + 1]OID {
	return [...]OID{
		KeyRSA: der.RSAEncryption, KeyRSAPSS: der.RSASSAPSS, KeyEC: der.ECPublicKey,
		KeyEd25519: der.Ed25519, KeyEd448: der.Ed448, KeyDSA: der.DSA,
	}
}

// Identifier returns the object identifier of the key's algorithm.
func (k *PublicKey) Identifier() OID { return keyIdentifiers()[k.Algorithm] }

func keyAlgorithm(id OID) KeyAlgorithm {
	for kind, known := range keyIdentifiers() {
		if known == id && id != "" {
			return KeyAlgorithm(kind)
		}
	}
	return KeyUnknown
}

func parseRSA(kind KeyAlgorithm, key []byte) (*PublicKey, error) {
	in, ok := only(key, der.TagSequence)
	if !ok {
		return nil, errKey("RSAPublicKey")
	}
	modulus, ok1 := in.take(der.TagInteger)
	exponent, ok2 := in.take(der.TagInteger)
	if !ok1 || !ok2 || len(in) > 0 {
		return nil, errKey("RSAPublicKey")
	}
	n, ok1 := modulus.content.unsigned()
	e, ok2 := exponent.content.unsigned()
	if !ok1 || !ok2 || n.Sign() == 0 || e.Sign() == 0 || n.BitLen() > maxModulusBits || e.BitLen() > maxExponentBits {
		return nil, errKey("RSAPublicKey")
	}
	return &PublicKey{
		Algorithm: kind, n: n, e: e, Bits: n.BitLen(), SecurityBits: factoringSecurity(n.BitLen()),
		signed: modulus.content.negative() || exponent.content.negative(),
	}, nil
}

func parseRSAPSS(a der.AlgorithmIdentifier, key []byte) (*PublicKey, error) {
	k, err := parseRSA(KeyRSAPSS, key)
	if err != nil || a.Parameters == nil {
		return k, err
	}
	p, err := der.ParsePSSParameters(a.Parameters)
	if err != nil {
		return nil, errKey("RSASSA-PSS-params")
	}
	k.PSS = &p
	return k, nil
}

func parseEC(a der.AlgorithmIdentifier, key []byte) (*PublicKey, error) {
	params := input(a.Parameters)
	e, ok := params.next()
	if !ok {
		return nil, errKey("ECParameters")
	}
	k := &PublicKey{Algorithm: KeyEC}
	switch e.tag {
	case der.TagOID:
		k.curve = curveByOID(OID(e.content))
	case der.TagSequence:
		k.curve, k.ExplicitParameters = explicitCurve(e.content), true
	}
	if k.curve == nil {
		return nil, errKey("ECParameters")
	}
	x, y, ok := k.curve.point(key)
	if !ok {
		return nil, errKey("ECPoint")
	}
	//lint:ignore SA1019 the point was checked above, and no other way leads to curves of other libraries
	k.ecdsa = &ecdsa.PublicKey{Curve: k.curve.group, X: x, Y: y}
	k.Curve, k.Bits, k.SecurityBits = k.curve.name, k.curve.p.BitLen(), curveSecurity(k.curve.n.BitLen())
	return k, nil
}

func parseEd25519(key []byte) (*PublicKey, error) {
	if len(key) != ed25519.PublicKeySize {
		return nil, errKey("Ed25519")
	}
	return &PublicKey{Algorithm: KeyEd25519, ed25519: bytes.Clone(key), Bits: 253, SecurityBits: 128}, nil
}

// parseDSA reads a DSA key (RFC 3279, 2.3.2).
func parseDSA(a der.AlgorithmIdentifier, key []byte) (*PublicKey, error) {
	content, ok := only(key, der.TagInteger)
	if !ok {
		return nil, errKey("DSAPublicKey")
	}
	y, ok := content.integer()
	if !ok || y.Sign() <= 0 || y.BitLen() > maxModulusBits {
		return nil, errKey("DSAPublicKey")
	}
	k := &PublicKey{Algorithm: KeyDSA, dsa: &dsa.PublicKey{Y: y}}
	if a.Parameters == nil || a.HasNull() {
		return k, nil
	}
	in, ok := only(a.Parameters, der.TagSequence)
	if !ok {
		return nil, errKey("Dss-Parms")
	}
	for _, v := range []**big.Int{&k.dsa.P, &k.dsa.Q, &k.dsa.G} {
		e, ok := in.take(der.TagInteger)
		if !ok {
			return nil, errKey("Dss-Parms")
		}
		if *v, ok = e.content.integer(); !ok || (*v).Sign() <= 0 || (*v).BitLen() > maxModulusBits {
			return nil, errKey("Dss-Parms")
		}
	}
	if n := k.dsa.Q.BitLen(); n != 160 && n != 224 && n != 256 { // FIPS 186-4, 4.2
		return nil, errKey("Dss-Parms")
	}
	k.Bits = k.dsa.P.BitLen()
	k.SecurityBits = min(factoringSecurity(k.Bits), k.dsa.Q.BitLen()/2)
	return k, nil
}
