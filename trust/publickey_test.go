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
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/brainpool"
	"github.com/decred/dcrd/dcrec/secp256k1/v4"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/trust"
)

// run runs openssl in a folder and returns its output.
func run(t *testing.T, program, dir string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("openssl %v: %v", args, err)
	}
	return out
}

func publicKey(t *testing.T, program, dir, key string, args ...string) *trust.PublicKey {
	t.Helper()
	block, _ := pem.Decode(run(t, program, dir, append([]string{"pkey", "-in", key, "-pubout"}, args...)...))
	if block == nil {
		t.Fatal("no public key")
	}
	k, err := trust.ParsePublicKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestCurves verifies what OpenSSL signed on every curve that is known, and refuses
// it changed.
func TestCurves(t *testing.T) {
	program, dir := openssl(t), t.TempDir()
	message := []byte("a message")
	if err := os.WriteFile(filepath.Join(dir, "message"), message, 0o600); err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256(message)
	for _, name := range []string{
		"secp224r1", "prime256v1", "secp384r1", "secp521r1", "secp256k1",
		"brainpoolP256r1", "brainpoolP256t1", "brainpoolP384r1", "brainpoolP384t1", "brainpoolP512r1", "brainpoolP512t1",
	} {
		for _, form := range [][]string{
			{"-pkeyopt", "ec_param_enc:named_curve"}, {"-pkeyopt", "ec_param_enc:explicit"},
		} {
			if form[1] != "ec_param_enc:named_curve" && name != "prime256v1" && name != "brainpoolP384t1" {
				continue // the reading of parameters and points is the same for all
			}
			args := append([]string{"genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:" + name}, form...)
			run(t, program, dir, append(args, "-out", "key.pem")...)
			signature := run(t, program, dir, "dgst", "-sha256", "-sign", "key.pem", "message")
			k := publicKey(t, program, dir, "key.pem", "-ec_conv_form", pointForm(name))
			explicit := strings.HasSuffix(form[1], "explicit")
			if k.Curve != name || k.ExplicitParameters != explicit {
				t.Errorf("%s %v: read as %s, explicit %v", name, form, k.Curve, k.ExplicitParameters)
			}
			if err := k.VerifyECDSA(digest[:], signature); err != nil {
				t.Errorf("%s %v: %v", name, form, err)
			}
			other := sha256.Sum256([]byte("another"))
			if k.VerifyECDSA(other[:], signature) == nil || k.VerifyECDSA(digest[:], append(signature, 0)) == nil {
				t.Errorf("%s %v: a wrong signature verifies", name, form)
			}
		}
	}
}

func TestECDSARefuses(t *testing.T) {
	program, dir := openssl(t), t.TempDir()
	run(t, program, dir, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1", "-out", "key.pem")
	k := publicKey(t, program, dir, "key.pem")
	for _, signature := range [][]byte{
		nil, {0x30, 0}, {0x30, 6, 2, 1, 0, 2, 1, 1}, {0x30, 6, 2, 1, 1, 2, 1, 0}, {0x30, 6, 2, 1, 0xff, 2, 1, 1},
		{0x30, 7, 2, 2, 0, 1, 2, 1, 1}, {0x30, 0x81, 6, 2, 1, 1, 2, 1, 1},
	} {
		if k.VerifyECDSA(make([]byte, 32), signature) == nil {
			t.Errorf("%x verifies", signature)
		}
	}
}

// TestECDSAAtInfinity: a key that is the base point makes sums that are the point at
// infinity and sums of a point with itself; neither verifies, nor is fatal.
func TestECDSAAtInfinity(t *testing.T) {
	for oid, curve := range map[trust.OID]elliptic.Curve{
		//lint:ignore SA1019 as in curve.go
		der.CurveSecp256k1: secp256k1.S256(), "\x2b\x24\x03\x03\x02\x08\x01\x01\x07": brainpool.P256r1(), der.CurveP256: elliptic.P256(),
	} {
		p := curve.Params()
		x, y := p.Gx.FillBytes(make([]byte, 32)), p.Gy.FillBytes(make([]byte, 32))
		k, err := trust.ParsePublicKey(der.Sequence(
			der.Sequence(der.ObjectIdentifier(der.ECPublicKey), der.ObjectIdentifier(oid)), der.Element(der.TagBitString, []byte{0, 4}, x, y)))
		if err != nil {
			t.Fatal(err)
		}
		e := big.NewInt(5)
		digest := e.FillBytes(make([]byte, 32))
		for _, r := range []*big.Int{new(big.Int).Sub(p.N, e), e} { // 5G - 5G, 5G + 5G
			if k.VerifyECDSA(digest, der.Sequence(der.BigInteger(r), der.Integer(1))) == nil {
				t.Errorf("%s: r = %v verifies", k.Curve, r)
			}
		}
	}
}

func rsaKey(t *testing.T, bits int) (*rsa.PrivateKey, *trust.PublicKey) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	k, err := trust.ParsePublicKey(spki)
	if err != nil {
		t.Fatal(err)
	}
	return key, k
}

func TestPSS(t *testing.T) {
	for _, bits := range []int{1024, 1025, 2048} { // 1025: the encoding is an octet shorter than the modulus
		key, k := rsaKey(t, bits)
		digest := sha256.Sum256([]byte("a message"))
		for _, salt := range []int{32, 8, 1} {
			signature, err := rsa.SignPSS(rand.Reader, key, crypto.SHA256, digest[:], &rsa.PSSOptions{SaltLength: salt})
			if err != nil {
				t.Fatal(err)
			}
			right := der.PSSParameters{Hash: crypto.SHA256, MGF1Hash: crypto.SHA256, SaltLength: salt}
			if err := k.VerifyPSS(right, digest[:], signature); err != nil {
				t.Errorf("%d bits, salt %d: %v", bits, salt, err)
			}
			wrong := right
			wrong.SaltLength++
			other := right
			other.MGF1Hash = crypto.SHA384
			signature[10] ^= 1
			if k.VerifyPSS(wrong, digest[:], signature) == nil || k.VerifyPSS(other, digest[:], signature) == nil || k.VerifyPSS(right, digest[:], signature) == nil {
				t.Errorf("%d bits, salt %d: a wrong signature verifies", bits, salt)
			}
		}
	}
}

// TestPKCS1 signs with a small key, which the standard library refuses to verify, and
// reads OpenSSL's reasons for wrong ones.
func TestPKCS1(t *testing.T) {
	t.Setenv("GODEBUG", "rsa1024min=0")
	key, k := rsaKey(t, 768)
	digest := sha256.Sum256([]byte("a message"))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GODEBUG", "")
	if err := k.VerifyPKCS1(crypto.SHA256, digest[:], signature); err != nil {
		t.Error(err)
	}
	other := sha256.Sum256([]byte("another"))
	for _, c := range []struct {
		digest, signature []byte
		reason            string
	}{
		{other[:], signature, "bad signature"},
		{digest[:], signature[1:], "wrong signature length"},
		{digest[:], append([]byte{0}, signature...), "wrong signature length"},
		{digest[:], append([]byte{0xff}, signature[1:]...), "data too large for modulus"},
		{digest[:], append(make([]byte, len(signature)-1), 1), "block type is not 01"},
	} {
		err := k.VerifyPKCS1(crypto.SHA256, c.digest, c.signature)
		queue := trust.QueueOf(err)
		if len(queue) == 0 || queue[0].Reason != c.reason {
			t.Errorf("%v, not %s", err, c.reason)
		}
	}
}

// TestRIPEMD: DigestInfo names it as OpenSSL does (TeleTrusT), whatever the key's size.
func TestRIPEMD(t *testing.T) {
	digest := make([]byte, 20)
	info := der.Sequence(der.Sequence(der.ObjectIdentifier(der.RIPEMD160), der.Null()), der.OctetString(digest))
	for _, bits := range []int{2048, 3072} {
		key, k := rsaKey(t, bits)
		for _, c := range []struct {
			hash   crypto.Hash
			signed []byte
			want   bool
		}{{0, info, true}, {crypto.RIPEMD160, digest, false}} {
			value, err := rsa.SignPKCS1v15(nil, key, c.hash, c.signed)
			if err != nil {
				t.Fatal(err)
			}
			if err := k.VerifyPKCS1(crypto.RIPEMD160, digest, value); (err == nil) != c.want {
				t.Errorf("%d bits, hash %v: %v", bits, c.hash, err)
			}
		}
	}
}

func TestKeysRefused(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	off := append([]byte(nil), spki...)
	off[len(off)-1] ^= 1 // not on the curve
	bitString := func(b ...byte) []byte { return der.Element(der.TagBitString, append([]byte{0}, b...)) }
	for what, b := range map[string][]byte{
		"off the curve": off, "trailing": append(spki, 0), "empty": nil,
		"unknown algorithm": der.Sequence(der.Sequence(der.ObjectIdentifier(der.SHA1)), bitString(1)),
		"RSA zero modulus":  der.Sequence(der.Sequence(der.ObjectIdentifier(der.RSAEncryption), der.Null()), bitString(der.Sequence(der.Integer(0), der.Integer(3))...)),
		"infinity":          der.Sequence(der.Sequence(der.ObjectIdentifier(der.ECPublicKey), der.ObjectIdentifier(der.CurveP256)), bitString(0)),
		"unknown curve":     der.Sequence(der.Sequence(der.ObjectIdentifier(der.ECPublicKey), der.ObjectIdentifier(der.SHA1)), bitString(4, 1, 1)),
		"short Ed25519":     der.Sequence(der.Sequence(der.ObjectIdentifier(der.Ed25519)), bitString(1, 2, 3)),
		"RSA huge modulus":  der.Sequence(der.Sequence(der.ObjectIdentifier(der.RSAEncryption), der.Null()), bitString(der.Sequence(der.BigInteger(new(big.Int).SetBit(big.NewInt(1), 16384, 1)), der.Integer(3))...)),
	} {
		if _, err := trust.ParsePublicKey(b); err == nil {
			t.Errorf("%s: read", what)
		}
	}
}

// TestHostileModuli: no modulus or exponent is too odd to be refused in an orderly way.
func TestHostileModuli(t *testing.T) {
	pss, _ := der.PSSAlgorithm(crypto.SHA256)
	for n := int64(1); n < 600; n++ {
		for _, e := range []int64{1, 2, 3, 65537} {
			key := der.Sequence(der.Integer(n), der.Integer(e))
			k, err := trust.ParsePublicKey(der.Sequence(der.Sequence(der.ObjectIdentifier(der.RSAEncryption), der.Null()), der.Element(der.TagBitString, []byte{0}, key)))
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range []der.AlgorithmIdentifier{pss, {Algorithm: der.SHA256WithRSA, Parameters: der.Null()}} {
				for _, value := range [][]byte{nil, {0}, {1}, {0, 1}, {1, 0}} {
					if k.VerifyValue(a, crypto.SHA256, nil, make([]byte, 32), value) == nil || k.VerifySigned(a, nil, value, 0) == nil {
						t.Fatalf("modulus %d, exponent %d, value %x verify", n, e, value)
					}
				}
			}
		}
	}
	large := new(big.Int).SetBit(big.NewInt(1), 3072, 1)
	k, err := trust.ParsePublicKey(der.Sequence(der.Sequence(der.ObjectIdentifier(der.RSAEncryption), der.Null()),
		der.Element(der.TagBitString, []byte{0}, der.Sequence(der.BigInteger(large), der.BigInteger(new(big.Int).SetBit(big.NewInt(1), 64, 1))))))
	if err != nil {
		t.Fatal(err)
	}
	var wrong *trust.SignatureError
	if err := k.VerifyPKCS1(crypto.SHA256, make([]byte, 32), make([]byte, 385)); !errors.As(err, &wrong) || len(wrong.Queue) == 0 || wrong.Queue[0].Reason != "bad e value" {
		t.Errorf("an exponent of 65 bits: %v", err)
	}
}

// TestCanVerify: Ed448 and DSA without parameters are read, and verify nothing.
func TestCanVerify(t *testing.T) {
	for name, c := range map[string]struct {
		spki []byte
		want bool
	}{
		"Ed448":                  {der.Sequence(der.Sequence(der.ObjectIdentifier(der.Ed448)), der.Element(der.TagBitString, make([]byte, 58))), false},
		"DSA without parameters": {der.Sequence(der.Sequence(der.ObjectIdentifier(der.DSA)), der.Element(der.TagBitString, []byte{0}, der.Integer(7))), false},
		"RSA":                    {der.Sequence(der.Sequence(der.ObjectIdentifier(der.RSAEncryption), der.Null()), der.Element(der.TagBitString, []byte{0}, der.Sequence(der.Integer(77), der.Integer(3)))), true},
	} {
		k, err := trust.ParsePublicKey(c.spki)
		if err != nil || k.CanVerify() != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPointForms: a point may be compressed (SEC 1, 2.3.4); one of another length or
// form is refused.
func TestPointForms(t *testing.T) {
	for oid, curve := range map[der.OID]elliptic.Curve{
		der.CurveP224: elliptic.P224(), der.CurveP256: elliptic.P256(), der.CurveP384: elliptic.P384(), der.CurveP521: elliptic.P521(),
	} {
		key, err := ecdsa.GenerateKey(curve, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		full, err := key.PublicKey.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		read := func(point []byte) (*trust.PublicKey, error) {
			algorithm := der.Sequence(der.ObjectIdentifier(der.ECPublicKey), der.ObjectIdentifier(oid))
			return trust.ParsePublicKey(der.Sequence(algorithm, der.Element(der.TagBitString, []byte{0}, point)))
		}
		point := append([]byte{2 | full[len(full)-1]&1}, full[1:1+len(full)/2]...)
		if k, err := read(point); err != nil || !key.PublicKey.Equal(k.Crypto()) {
			t.Errorf("%v compressed: %v", oid, err)
		}
		for _, bad := range [][]byte{nil, {4}, {0}, point[:len(point)-1], append(bytes.Clone(point), 0), append([]byte{5}, point[1:]...)} {
			if _, err := read(bad); err == nil {
				t.Errorf("%v: point %x is read", oid, bad)
			}
		}
	}
}

// TestSecurityBits compares the strengths with OpenSSL's.
func TestSecurityBits(t *testing.T) {
	for bits, want := range map[int]int{1024: 80, 1536: 96, 2048: 112, 3072: 128, 4096: 152} {
		if bits > 2048 {
			continue // making such keys takes long; the table is exact for them
		}
		if _, k := rsaKey(t, bits); k.SecurityBits != want {
			t.Errorf("RSA-%d: %d, not %d", bits, k.SecurityBits, want)
		}
	}
}

// pointForm takes each form of point in turn.
func pointForm(curve string) string {
	return []string{"compressed", "uncompressed", "hybrid"}[len(curve)%3]
}
