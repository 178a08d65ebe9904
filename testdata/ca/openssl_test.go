package ca_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/testdata/ca"
)

// openssl runs the installed openssl in this folder and returns what it says.
func openssl(t *testing.T, args ...string) string {
	t.Helper()
	program, err := exec.LookPath("openssl")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("openssl is not installed")
		}
		t.Skip("openssl is not installed")
	}
	out, err := exec.Command(program, args...).CombinedOutput()
	if err != nil {
		t.Errorf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// A second implementation agrees, in its strict mode, that the chains hold.
func TestOpenSSLVerifiesChains(t *testing.T) {
	strict := []string{"verify", "-x509_strict", "-check_ss_sig"}
	for root, leaves := range map[string][]string{
		ca.SignCA1: {ca.SignCA1, ca.SignGen1},
		ca.SignCA2: {ca.SignCA2, ca.Sign, ca.AndroidSign, ca.OCSPSign},
		ca.SignCA3: {ca.SignCA3, ca.SignP384},
		ca.AuthCA1: {ca.AuthCA1, ca.AuthGen1},
		ca.AuthCA2: {ca.AuthCA2, ca.Auth, ca.AndroidAuth, ca.OCSPAuth},
		ca.AuthCA3: {ca.AuthCA3, ca.AuthP384},
		ca.OrgRoot: {ca.OrgRoot, ca.OrgCA, ca.OrgRSA2048, ca.OrgRSA3072, ca.OrgRSA4096, ca.OrgP256, ca.OrgP384, ca.OrgEd25519},
	} {
		args := append(append(strict, "-CAfile", root, "-untrusted", ca.OrgCA), leaves...)
		if out := openssl(t, args...); strings.Count(out, ": OK") != len(leaves) {
			t.Errorf("%s: %s", root, out)
		}
	}
	openssl(t, "verify", "-x509_strict", "-purpose", "smimesign", "-CAfile", ca.SignCA2, ca.Sign)
	openssl(t, "verify", "-x509_strict", "-purpose", "timestampsign", "-CAfile", ca.TSACA, ca.TSA)
}

func TestOpenSSLReadsRevocation(t *testing.T) {
	for file, want := range map[string]string{
		"sign.ocsp": "sign.pem: good", "sign-by-ca.ocsp": "sign.pem: good", "sign-unknown.ocsp": "sign.pem: unknown",
	} {
		out := openssl(t, "ocsp", "-respin", file, "-issuer", ca.SignCA2, "-cert", ca.Sign, "-CAfile", ca.SignCA2)
		if !strings.Contains(out, want) || !strings.Contains(out, "Response verify OK") {
			t.Errorf("%s: %s", file, out)
		}
	}
	out := openssl(t, "crl", "-in", "sign-ca-2-city.crl", "-CAfile", ca.SignCA2, "-noout", "-text")
	if !strings.Contains(out, "Kakuu-shi CRLDP") || !strings.Contains(out, "verify OK") {
		t.Errorf("the city's CRL: %s", out)
	}
}

func TestOpenSSLReadsKeys(t *testing.T) {
	password := "pass:" + ca.Password
	for _, file := range []string{"org-rsa2048.p12", "org-rsa2048-3des.p12", "org-rsa4096.p12", "org-p256.p12", "org-ed25519.p12"} {
		out := openssl(t, "pkcs12", "-in", file, "-passin", password, "-nodes")
		if strings.Count(out, "BEGIN CERTIFICATE") != 3 || strings.Count(out, "BEGIN PRIVATE KEY") != 1 {
			t.Errorf("%s: %s", file, out)
		}
	}
	openssl(t, "pkey", "-in", "org-rsa2048.encrypted.key.pem", "-passin", password, "-noout")
}
