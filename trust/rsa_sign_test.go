package trust_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"path/filepath"
	"testing"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
)

// signedModulus returns the SubjectPublicKeyInfo of a key with its modulus written
// without the octet that makes it positive, as on old cards.
func signedModulus(t *testing.T, key *rsa.PublicKey) []byte {
	t.Helper()
	if n := key.N.Bytes(); n[0] < 0x80 {
		t.Fatal("the modulus is positive without a sign octet")
	}
	rsaKey := der.Sequence(der.Element(der.TagInteger, key.N.Bytes()), der.Integer(int64(key.E)))
	algorithm := der.AlgorithmIdentifier{Algorithm: der.RSAEncryption, Parameters: der.Null()}.Marshal()
	return der.Sequence(algorithm, der.Element(der.TagBitString, []byte{0}, rsaKey))
}

// TestModulusWithoutSignOctet: OpenSSL reads such a key, and so does VerifyOpenSSL,
// with a finding; Verify refuses it.
func TestModulusWithoutSignOctet(t *testing.T) {
	program, dir := openssl(t), t.TempDir()
	leaf := ca.Certificate(ca.OrgRSA2048)
	spki := signedModulus(t, leaf.PublicKey.(*rsa.PublicKey))
	tbs := bytes.Replace(leaf.RawTBSCertificate, leaf.RawSubjectPublicKeyInfo, spki, 1)
	tbs = der.Sequence(tbs[der.HeaderSize(int64(len(tbs)-4)):]) // the length is another
	digest := sha256.Sum256(tbs)
	signature, err := ca.Key(ca.OrgCA).Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	algorithm := der.AlgorithmIdentifier{Algorithm: der.SHA256WithRSA, Parameters: der.Null()}.Marshal()
	raw := der.Sequence(tbs, algorithm, der.Element(der.TagBitString, []byte{0}, signature))
	if _, err := x509.ParseCertificate(raw); err == nil {
		t.Error("crypto/x509 reads it: the test tests nothing")
	}

	writePEM(t, filepath.Join(dir, "leaf.pem"), "CERTIFICATE", raw)
	writePEM(t, filepath.Join(dir, "ca.pem"), "CERTIFICATE", ca.DER(ca.OrgCA))
	run(t, program, dir, "verify", "-partial_chain", "-CAfile", "ca.pem", "leaf.pem") // fails unless OpenSSL accepts it

	c, err := trust.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	store := trust.NewStore()
	store.AddCertificate(testCert(t, ca.OrgCA))
	opt := trust.Options{Anchors: store, PartialChain: true, Findings: true}
	r := trust.VerifyOpenSSL(c, opt)
	if r.Verdict != trust.Valid || len(r.Findings) != 1 || r.Findings[0].Code != trust.CodeUnableToDecodeIssuerPublicKey {
		t.Errorf("as OpenSSL: %v, %+v", r.Code, r.Findings)
	}
	if r := trust.Verify(c, opt); r.Verdict != trust.Invalid || r.Code != trust.CodeUnableToDecodeIssuerPublicKey {
		t.Errorf("by RFC 5280: %v", r.Code)
	}
	key, err := c.PublicKey()
	if err != nil || key.Bits != 2048 {
		t.Errorf("%+v, %v", key, err)
	}
}
