package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"
)

// authority is a CA with an OCSP responder of its own on loopback.
type authority struct {
	key    *ecdsa.PrivateKey
	cert   *x509.Certificate
	status atomic.Int32 // ocsp.Good or ocsp.Revoked
	asked  atomic.Int32
}

func (a *authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.asked.Add(1)
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	if err != nil {
		return
	}
	request, err := ocsp.ParseRequest(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	response, err := ocsp.CreateResponse(a.cert, a.cert, ocsp.Response{
		Status: int(a.status.Load()), SerialNumber: request.SerialNumber, IssuerHash: crypto.SHA1,
		ThisUpdate: time.Now().Add(-time.Minute), NextUpdate: time.Now().Add(time.Hour), RevokedAt: time.Now().Add(-time.Hour),
	}, a.key)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/ocsp-response")
	_, _ = w.Write(response) // the client tells
}

func (a *authority) issue(t *testing.T, responder string) *x509.Certificate {
	t.Helper()
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "leaf"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, OCSPServer: []string{responder},
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return certify(t, template, a.cert, &key.PublicKey, a.key)
}

func certify(t *testing.T, template, parent *x509.Certificate, public, key any) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CA"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, IsCA: true, BasicConstraintsValid: true,
	}
	return &authority{key: key, cert: certify(t, template, template, &key.PublicKey, key)}
}

// TestCertOnline: nothing leaves the machine without --online, nor to an address that
// is not public unless it is allowed; what a responder says counts.
func TestCertOnline(t *testing.T) {
	a := newAuthority(t)
	server := httptest.NewServer(a)
	defer server.Close()
	dir := t.TempDir()
	leaf, root := filepath.Join(dir, "leaf.pem"), filepath.Join(dir, "root.pem")
	for path, c := range map[string]*x509.Certificate{leaf: a.issue(t, server.URL), root: a.cert} {
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		flags  []string
		status int32
		code   int
		says   string
		asked  bool
	}{
		{nil, ocsp.Good, 0, "valid, revocation not checked", false},
		{[]string{"--online"}, ocsp.Good, 4, "revocation: could not be checked", false},
		{[]string{"--online", "--allow-address", "127.0.0.0/8"}, ocsp.Good, 0, "revocation: not revoked", true},
		{[]string{"--online", "--allow-address", "127.0.0.1", "--no-cache"}, ocsp.Revoked, 4, "revocation: REVOKED", true},
		{[]string{"--online", "--allow-address", "home"}, ocsp.Good, 1, "is neither an address nor a prefix", false},
		{[]string{"--online", "--ldap-server", "http://x"}, ocsp.Good, 1, "jverify: error:", false},
	} {
		a.status.Store(c.status)
		a.asked.Store(0)
		code, output := runCommand(t, append([]string{"cert", leaf, "--CAfile", root}, c.flags...)...)
		if code != c.code || !strings.Contains(output, c.says) || (a.asked.Load() > 0) != c.asked {
			t.Errorf("%v: exit code %d, %d questions\n%s", c.flags, code, a.asked.Load(), output)
		}
	}
}
