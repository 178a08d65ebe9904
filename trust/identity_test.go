package trust_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/trust"
)

// TestHostsAsOpenSSL compares MatchesHost with `openssl x509 -checkhost`.
func TestHostsAsOpenSSL(t *testing.T) {
	program, dir := openssl(t), t.TempDir()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	hosts := []string{"A.EXAMPLE.JP", "b.a.example.jp", ".example.jp", "ab.example.jp", "xn--a.example.jp"}
	for _, pattern := range []string{
		"a.example.jp", "*.example.jp", "a*.example.jp", "*b.example.jp", "a*b.example.jp", "*.*.jp", "*", "*.jp", "x*.jp",
		"xn--*.example.jp", "*.-example.jp", "b.*.example.jp", "",
	} {
		c := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().AddDate(1, 0, 0), Subject: pkix.Name{CommonName: pattern}}
		if len(pattern)%2 == 0 { // the other ones by common name
			c.DNSNames = []string{pattern}
		}
		der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		writePEM(t, filepath.Join(dir, "c.pem"), "CERTIFICATE", der)
		cert, err := trust.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		for _, host := range hosts {
			if want := matches(t, program, dir, "-checkhost", host); cert.MatchesHost(host) != want {
				t.Errorf("%q names %q: openssl %v", pattern, host, want)
			}
		}
	}
}

// matches asks openssl whether c.pem has a name. From 3.5 on it ends with 1 where
// it has not.
func matches(t *testing.T, program, dir, option, name string) bool {
	t.Helper()
	cmd := exec.Command(program, "x509", "-in", "c.pem", "-noout", option, name)
	cmd.Dir = dir
	out, err := cmd.Output()
	if !strings.Contains(string(out), "match certificate") {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
	return !strings.Contains(string(out), "does NOT match")
}

// TestEmailsAsOpenSSL compares MatchesEmail with `openssl x509 -checkemail`.
func TestEmailsAsOpenSSL(t *testing.T) {
	program, dir := openssl(t), t.TempDir()
	for _, in := range []string{"taro@example.jp", "Taro@Example.JP", "a@b@example.jp", "@example.jp"} {
		run(t, program, dir, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "k.pem",
			"-out", "c.pem", "-subj", "/CN=x", "-addext", "subjectAltName=email:"+in)
		cert := pemCert(t, dir, "c.pem")
		for _, asked := range []string{"taro@example.jp", "taro@EXAMPLE.jp", "Taro@example.jp", "a@b@EXAMPLE.jp", "A@b@example.jp", "@EXAMPLE.jp", "x"} {
			if want := matches(t, program, dir, "-checkemail", asked); cert.MatchesEmail(asked) != want {
				t.Errorf("%q names %q: openssl %v", in, asked, want)
			}
		}
	}
}
