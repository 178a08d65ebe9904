package verify_test

import (
	"bytes"
	"context"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

// TestDSA verifies what openssl signs with DSA, and refuses it changed.
func TestDSA(t *testing.T) {
	openssl, dir := tool(t, "openssl"), t.TempDir()
	write(t, dir, "content", gridContent)
	output(t, dir, openssl, "genpkey", "-genparam", "-algorithm", "DSA", "-pkeyopt", "dsa_paramgen_bits:1024",
		"-pkeyopt", "dsa_paramgen_q_bits:160", "-out", "param.pem")
	output(t, dir, openssl, "genpkey", "-paramfile", "param.pem", "-out", "key.pem")
	output(t, dir, openssl, "req", "-x509", "-new", "-key", "key.pem", "-subj", "/CN=DSA", "-days", "2", "-out", "cert.pem")
	data, err := os.ReadFile(filepath.Join(dir, "cert.pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(data)
	cert, err := trust.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range []string{"-md sha1", "-md sha224", "-md sha256", "-md sha256 -noattr"} {
		list := append(strings.Fields("cms -sign -binary -nodetach -in content -signer cert.pem -inkey key.pem -outform DER"), strings.Fields(args)...)
		message := output(t, dir, openssl, list...)
		if s := dsaSignature(t, message, cert, anyAlgorithm()); s.Indication != verify.TotalPassed || s.SignatureAlgorithm != "DSA 1024" {
			t.Errorf("%s: %+v", args, s)
		}
		if s := dsaSignature(t, message, cert, nil); s.Indication != verify.Indeterminate || s.Integrity != verify.Intact {
			t.Errorf("%s, by the standard policy: %+v", args, s)
		}
		changed := bytes.Clone(message)
		changed[len(changed)-1] ^= 1 // within s of the value
		if s := dsaSignature(t, changed, cert, anyAlgorithm()); s.Integrity != verify.Broken {
			t.Errorf("%s, changed: %+v", args, s)
		}
	}
}

// anyAlgorithm takes old algorithms for good.
func anyAlgorithm() *trust.AlgorithmPolicy {
	never := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	return &trust.AlgorithmPolicy{MD5Until: never, SHA1Until: never, DSAUntil: never, RSABitsAlways: 1024}
}

func dsaSignature(t *testing.T, message []byte, cert *trust.Certificate, policy *trust.AlgorithmPolicy) verify.Signature {
	t.Helper()
	m, err := verify.Open(verify.Input{At: bytes.NewReader(message), Size: int64(len(message))}, verify.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	anchors := trust.NewStore()
	anchors.AddCertificate(cert)
	r := m.Check(verify.CheckOptions{Trust: trust.Options{Anchors: anchors, Algorithms: policy}})
	return m.Report(context.Background(), r, verify.ReportOptions{Time: time.Now(), RevocationOptional: true}).Signatures[0]
}
