package trust_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"math/big"
	"testing"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/trust"
)

// TestECDSAEncodings: a value has one encoding, in DER, and its integers are from 1 to
// the order of the group less 1, wherever it is verified.
func TestECDSAEncodings(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public := readKey(t, &key.PublicKey)
	digest := sha256.Sum256([]byte("signed"))
	r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	n, zero := elliptic.P256().Params().N, new(big.Int)
	pair := func(r, s *big.Int) []byte { return der.Sequence(der.BigInteger(r), der.BigInteger(s)) }
	good := pair(r, s)
	raw := append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	for name, c := range map[string]struct {
		value []byte
		want  bool
	}{
		"as it is":              {good, true},
		"r and n":               {pair(new(big.Int).Add(r, n), s), false},
		"s and n":               {pair(r, new(big.Int).Add(s, n)), false},
		"r negative":            {pair(new(big.Int).Neg(r), s), false},
		"r less n":              {pair(new(big.Int).Sub(r, n), s), false},
		"r of 0":                {pair(zero, s), false},
		"s of 0":                {pair(r, zero), false},
		"zeros":                 {pair(zero, zero), false},
		"n and 1":               {pair(n, big.NewInt(1)), false},
		"an octet behind":       {append(bytes.Clone(good), 0), false},
		"an element inside":     {der.Sequence(der.BigInteger(r), der.BigInteger(s), der.Null()), false},
		"a leading zero":        {der.Sequence(der.Element(der.TagInteger, append([]byte{0, 0}, r.Bytes()...)), der.BigInteger(s)), false},
		"a length of two":       {append([]byte{0x30, 0x81}, good[1:]...), false},
		"without end":           {append(append([]byte{0x30, 0x80}, good[2:]...), 0, 0), false},
		"octets without a form": {raw, false},
		"another order":         {pair(s, r), false},
		"nothing":               {nil, false},
	} {
		if err := public.VerifyECDSA(digest[:], c.value); (err == nil) != c.want {
			t.Errorf("%s: %v", name, err)
		}
		if err := verifyAsMessage(t, &key.PublicKey, der.ECDSAWithSHA256, []byte("signed"), c.value); (err == nil) != c.want {
			t.Errorf("%s, in a message: %v", name, err)
		}
	}
}

// TestRSAForgeries: with an exponent of 3 a cube root makes a value of what pads loosely;
// only the one padding of the one DigestInfo counts (RFC 8017, 8.2.2).
func TestRSAForgeries(t *testing.T) {
	key := smallExponentKey(t)
	public := readKey(t, &key.PublicKey)
	digest := sha256.Sum256([]byte("signed"))
	size := key.Size()
	good, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	info := der.Sequence(der.AlgorithmIdentifier{Algorithm: der.SHA256, Parameters: der.Null()}.Marshal(), der.OctetString(digest[:]))
	bare := der.Sequence(der.AlgorithmIdentifier{Algorithm: der.SHA256}.Marshal(), der.OctetString(digest[:]))
	filled := func(parts ...[]byte) []byte {
		em := bytes.Join(parts, nil)
		return append(em, make([]byte, max(size-len(em), 0))...)
	}
	padded := func(info []byte) []byte {
		return bytes.Join([][]byte{{0, 1}, bytes.Repeat([]byte{0xff}, size-len(info)-3), {0}, info}, nil)
	}
	over := new(big.Int).Add(new(big.Int).SetBytes(good), key.N)
	for name, c := range map[string]struct {
		value []byte
		want  bool
	}{
		"as it is":                 {good, true},
		"garbage behind":           {cubeRoot(filled([]byte{0, 1}, bytes.Repeat([]byte{0xff}, 8), []byte{0}, info)), false},
		"garbage in parameters":    {cubeRoot(filled([]byte{0, 1}, bytes.Repeat([]byte{0xff}, 8), []byte{0, 0x30, 0x81, 0xee, 0x30, 0x81, 0xc8})), false},
		"padding of one octet":     {cubeRoot(filled([]byte{0, 1, 0xff, 0}, info)), false},
		"without padding":          {raised(key, append(make([]byte, size-len(info)), info...)), false},
		"type 2":                   {raised(key, append([]byte{0, 2}, padded(info)[2:]...)), false},
		"type 0":                   {raised(key, append([]byte{0, 0}, padded(info)[2:]...)), false},
		"no parameters":            {raised(key, padded(bare)), false},
		"a digest alone":           {raised(key, padded(digest[:])), false},
		"a hole in the padding":    {raised(key, holed(padded(info))), false},
		"larger than the modulus":  {over.FillBytes(make([]byte, size+1)), false},
		"a zero before":            {append([]byte{0}, good...), false},
		"short":                    {good[1:], false},
		"one":                      {append(make([]byte, size-1), 1), false},
		"zero":                     {make([]byte, size), false},
		"nothing":                  {nil, false},
		"the modulus less the one": {new(big.Int).Sub(key.N, new(big.Int).SetBytes(good)).FillBytes(make([]byte, size)), false},
	} {
		if err := public.VerifyPKCS1(crypto.SHA256, digest[:], c.value); (err == nil) != c.want {
			t.Errorf("%s: %v", name, err)
		}
		if err := verifyAsMessage(t, &key.PublicKey, der.RSAEncryption, []byte("signed"), c.value); (err == nil) != c.want {
			t.Errorf("%s, in a message: %v", name, err)
		}
	}
}

func readKey(t *testing.T, key any) *trust.PublicKey {
	t.Helper()
	spki, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	p, err := trust.ParsePublicKey(spki)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// verifyAsMessage verifies a value as that of a SignerInfo without signed attributes.
func verifyAsMessage(t *testing.T, key any, algorithm der.OID, content, value []byte) error {
	t.Helper()
	sha := der.AlgorithmIdentifier{Algorithm: der.SHA256}
	digests, _ := cms.NewDigests([]der.AlgorithmIdentifier{sha})
	if _, err := digests.Write(content); err != nil {
		t.Fatal(err)
	}
	s := cms.SignerInfo{DigestAlgorithm: sha, SignatureAlgorithm: der.AlgorithmIdentifier{Algorithm: algorithm}, Signature: value}
	return s.Verify(readKey(t, key), digests)
}

// smallExponentKey is a 2048-bit key with the exponent 3.
func smallExponentKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	three, one := big.NewInt(3), big.NewInt(1)
	prime := func() *big.Int {
		for {
			p, err := rand.Prime(rand.Reader, 1024)
			if err != nil {
				t.Fatal(err)
			}
			if new(big.Int).Mod(p, three).Int64() == 2 {
				return p
			}
		}
	}
	for {
		p, q := prime(), prime()
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		key := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: 3}, D: new(big.Int).ModInverse(three, phi), Primes: []*big.Int{p, q}}
		if key.N.BitLen() == 2048 && key.Validate() == nil {
			return key
		}
	}
}

// raised is the value that the private key makes of an encoded message.
func raised(key *rsa.PrivateKey, em []byte) []byte {
	m := new(big.Int).SetBytes(em)
	return m.Exp(m, key.D, key.N).FillBytes(make([]byte, key.Size()))
}

// cubeRoot is the value whose cube begins as an encoded message does.
func cubeRoot(em []byte) []byte {
	want, low, high := new(big.Int).SetBytes(em), new(big.Int), new(big.Int).Lsh(big.NewInt(1), uint(len(em)*8/3+1))
	for one := big.NewInt(1); low.Cmp(high) < 0; {
		middle := new(big.Int).Rsh(new(big.Int).Add(low, high), 1)
		if new(big.Int).Exp(middle, big.NewInt(3), nil).Cmp(want) < 0 {
			low = middle.Add(middle, one)
		} else {
			high = middle
		}
	}
	return low.FillBytes(make([]byte, len(em)))
}

func holed(em []byte) []byte {
	em[20] = 0xfe
	return em
}
