package online_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/revocation/online"
	"github.com/jsign-jp/jsign/trust"
)

// needOpenSSL skips where there is no openssl, but not in CI.
func needOpenSSL(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil && os.Getenv("CI") == "true" {
		t.Fatal(err)
	} else if err != nil {
		t.Skip("openssl is not installed: scripts/install-test-deps.sh")
	}
}

func writePEM(t *testing.T, path, kind string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600); err != nil {
		t.Fatal(err)
	}
}

func writeKey(t *testing.T, path string, key *ecdsa.PrivateKey) {
	t.Helper()
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	writePEM(t, path, "PRIVATE KEY", raw)
}

// Serial numbers that openssl's responder knows.
const (
	serialGood    = 0x101
	serialRevoked = 0x102
	serialUnknown = 0x103 // it does not
)

// startOpenSSL starts openssl's responder, with the CA's delegation, and returns its URL.
func startOpenSSL(t *testing.T, a *authority, args ...string) string {
	t.Helper()
	dir := t.TempDir()
	key := newKey(t)
	writePEM(t, filepath.Join(dir, "ca.pem"), "CERTIFICATE", a.issuer.Raw)
	writePEM(t, filepath.Join(dir, "responder.pem"), "CERTIFICATE", a.responderCertificate(key).Raw)
	writeKey(t, filepath.Join(dir, "responder.key"), key)
	revokedAt := now.Add(-2 * time.Hour).UTC().Format("060102150405Z")
	index := fmt.Sprintf("V\t491231235959Z\t\t%04X\tunknown\t/CN=good\nR\t491231235959Z\t%s,keyCompromise\t%04X\tunknown\t/CN=revoked\n", serialGood, revokedAt, serialRevoked)
	if err := os.WriteFile(filepath.Join(dir, "index.txt"), []byte(index), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "openssl", append([]string{
		"ocsp", "-index", "index.txt", "-port", "0", "-CA", "ca.pem", "-rsigner", "responder.pem", "-rkey", "responder.key",
	}, args...)...)
	command.Dir = dir
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stderr = command.Stdout
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { command.Process.Kill(); command.Wait() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := regexp.MustCompile(`^ACCEPT .*:(\d+)( |$)`).FindStringSubmatch(lines.Text()); m != nil {
			return "http://127.0.0.1:" + m[1]
		}
	}
	t.Fatal("openssl ocsp says no port")
	return ""
}

func (a *authority) responderCertificate(key *ecdsa.PrivateKey) *trust.Certificate {
	a.t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "responder"}, NotBefore: now.AddDate(0, -1, 0), NotAfter: now.AddDate(0, 1, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning},
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5}, Value: []byte{5, 0}}},
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, a.x509, key.Public(), a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	_, c := both(a.t, raw)
	return c
}

// TestOpenSSLResponder: openssl's responder understands the requests, answers them with
// their nonce, and its answers are understood.
func TestOpenSSLResponder(t *testing.T) {
	needOpenSSL(t)
	a := newAuthority(t)
	for name, args := range map[string][]string{
		"by name":             {"-nmin", "60"},
		"by key":              {"-nmin", "60", "-resp_key_id"},
		"without nextUpdate":  {},
		"without certificate": {"-nmin", "60", "-resp_no_certs"},
	} {
		t.Run(name, func(t *testing.T) {
			url := startOpenSSL(t, a, args...)
			for serial, want := range map[int64]revocation.Status{serialGood: revocation.Good, serialRevoked: revocation.Revoked, serialUnknown: revocation.Unknown} {
				if name == "without certificate" {
					want = revocation.Unknown
				}
				c := a.issue(func(c *x509.Certificate) { c.SerialNumber, c.OCSPServer = big.NewInt(serial), []string{url} })
				m, err := newClient(t, online.Options{AllowUnsafe: loopback(), RequireNonce: true}).Fetch(t.Context(), c, a.issuer)
				if err != nil {
					t.Fatal(err)
				}
				e := revocation.Check(revocation.Query{Certificate: c, Issuer: a.issuer, Time: time.Now(), Skew: time.Minute, OCSPs: m.OCSPs})
				if e.Status != want || e.Status == revocation.Revoked && e.Reason != 1 {
					t.Errorf("%#x: %v, want %v", serial, e.Explanation(), want)
				}
			}
		})
	}
}

// TestOpenSSLAcceptsGET: requests in the URL, too.
func TestOpenSSLAcceptsGET(t *testing.T) {
	needOpenSSL(t)
	a := newAuthority(t)
	url := startOpenSSL(t, a, "-nmin", "60")
	c := a.issue(func(c *x509.Certificate) { c.SerialNumber, c.OCSPServer = big.NewInt(serialGood), []string{url + "/"} })
	m, err := newClient(t, online.Options{AllowUnsafe: loopback(), NoNonce: true}).Fetch(t.Context(), c, a.issuer)
	if err != nil || len(m.OCSPs) != 1 {
		t.Fatalf("%v", err)
	}
	if m.OCSPs[0].Nonce != nil {
		t.Error("a nonce came that was not asked for")
	}
}

// TestOpenSSLReadsOurs: openssl judges a kept response as we do.
func TestOpenSSLReadsOurs(t *testing.T) {
	needOpenSSL(t)
	a := newAuthority(t)
	s := newSite(t, a.responder(nil))
	c := a.issue(namingOCSP(s.URL))
	m, err := newClient(t, online.Options{AllowUnsafe: loopback()}).Fetch(t.Context(), c, a.issuer)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	writePEM(t, filepath.Join(dir, "ca.pem"), "CERTIFICATE", a.issuer.Raw)
	writePEM(t, filepath.Join(dir, "leaf.pem"), "CERTIFICATE", c.Raw)
	if err := os.WriteFile(filepath.Join(dir, "response.der"), m.OCSPs[0].Raw, 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "openssl", "ocsp", "-respin", "response.der", "-issuer", "ca.pem", "-cert", "leaf.pem", "-CAfile", "ca.pem", "-no_nonce")
	command.Dir = dir
	out, err := command.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Response verify OK") || !strings.Contains(string(out), "leaf.pem: good") {
		t.Errorf("%v\n%s", err, out)
	}
}
