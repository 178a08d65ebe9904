package trust_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/trust"
)

// pki makes a root, a leaf and a CRL with openssl, and PEM files of them.
func pki(t *testing.T) (dir string) {
	t.Helper()
	program := openssl(t)
	dir = t.TempDir()
	run(t, program, dir, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "root.key",
		"-out", "root.pem", "-subj", "/C=JP/O=Store Test/CN=Root", "-days", "30", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
	run(t, program, dir, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "leaf.key",
		"-out", "leaf.csr", "-subj", "/C=JP/CN=Leaf")
	run(t, program, dir, "x509", "-req", "-in", "leaf.csr", "-CA", "root.pem", "-CAkey", "root.key", "-set_serial", "7", "-days", "20", "-out", "leaf.pem")
	write(t, dir, "index.txt", "")
	write(t, dir, "ca.cnf", "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ndefault_md=sha256\ndefault_crl_days=10\n")
	run(t, program, dir, "ca", "-config", "ca.cnf", "-gencrl", "-keyfile", "root.key", "-cert", "root.pem", "-out", "root.crl")
	return dir
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func pemCert(t *testing.T, dir, name string) *trust.Certificate {
	t.Helper()
	c, err := trust.ReadPEM([]byte(read(t, dir, name)))
	if err != nil || len(c.Certificates) != 1 {
		t.Fatalf("%s: %v", name, err)
	}
	return c.Certificates[0]
}

func TestAddDir(t *testing.T) {
	dir := pki(t)
	hash := strings.TrimSpace(string(run(t, openssl(t), dir, "x509", "-in", "root.pem", "-noout", "-subject_hash")))
	folder := filepath.Join(dir, "hashed")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	leaf := pemCert(t, dir, "leaf.pem")
	store := trust.NewStore()
	store.AddDir(folder)
	judge := func() trust.Code { return trust.VerifyOpenSSL(leaf, trust.Options{Anchors: store}).Code }
	if code := judge(); code != trust.CodeUnableToGetIssuerCertificateLocally {
		t.Errorf("empty folder: %v", code)
	}
	write(t, folder, hash+".1", read(t, dir, "root.pem"))
	if code := judge(); code != trust.CodeUnableToGetIssuerCertificateLocally {
		t.Errorf("a gap before .1: %v", code)
	}
	write(t, folder, hash+".0", read(t, dir, "leaf.pem")) // another's file in its place
	if code := judge(); code != trust.OK {
		t.Errorf("the second file: %v", code)
	}
	if n := len(store.CRLsByIssuer(leaf.RawIssuer)); n != 0 {
		t.Errorf("%d CRLs", n)
	}
	write(t, folder, hash+".r0", read(t, dir, "root.crl"))
	if n := len(store.CRLsByIssuer(leaf.RawIssuer)); n != 1 {
		t.Errorf("%d CRLs, not 1", n)
	}
}

// TestTrustSettings reads TRUSTED CERTIFICATE files.
func TestTrustSettings(t *testing.T) {
	dir := pki(t)
	leaf := pemCert(t, dir, "leaf.pem")
	for _, c := range []struct {
		args []string
		use  trust.TrustUse
		want trust.Code
	}{
		{[]string{"-addtrust", "emailProtection"}, trust.TrustEmail, trust.OK},
		{[]string{"-addtrust", "serverAuth"}, trust.TrustEmail, trust.CodeCertificateRejected},
		{[]string{"-addreject", "emailProtection"}, trust.TrustEmail, trust.CodeCertificateRejected},
		{[]string{"-addreject", "emailProtection"}, trust.TrustSSLServer, trust.OK},
		{[]string{"-addtrust", "anyExtendedKeyUsage"}, trust.TrustEmail, trust.OK},
		{[]string{"-addtrust", "anyExtendedKeyUsage"}, trust.TrustOCSPSign, trust.CodeCertificateRejected},
		{[]string{"-setalias", "a name"}, trust.TrustDefault, trust.OK},
	} {
		run(t, openssl(t), dir, append([]string{"x509", "-in", "root.pem", "-out", "trusted.pem", "-trustout"}, c.args...)...)
		store := trust.NewStore()
		if _, err := store.AddFile(filepath.Join(dir, "trusted.pem")); err != nil {
			t.Fatal(err)
		}
		if r := trust.VerifyOpenSSL(leaf, trust.Options{Anchors: store, Trust: c.use}); r.Code != c.want {
			t.Errorf("%v, use %d: %v, not %v", c.args, c.use, r.Code, c.want)
		}
	}
}

func TestAddFile(t *testing.T) {
	dir := pki(t)
	root := read(t, dir, "root.pem")
	lines := strings.SplitAfter(root, "\n")
	for _, c := range []struct {
		name, content string
		n             int
		reason        string
	}{
		{"one", root, 1, ""},
		{"both kinds", "text\n" + read(t, dir, "root.crl") + root + read(t, dir, "leaf.key"), 2, ""},
		{"CRLF", strings.ReplaceAll(root, "\n", "\r\n"), 1, ""},
		{"X509 label", strings.ReplaceAll(root, " CERTIFICATE", " X509 CERTIFICATE"), 1, ""},
		{"empty", "", 0, "no certificate or crl found"},
		{"a key only", read(t, dir, "leaf.key"), 0, "no certificate or crl found"},
		{"no end", strings.Join(lines[:4], ""), 0, "bad end line"},
		{"another's end", strings.Replace(root, "END CERTIFICATE", "END KEY", 1), 0, "bad end line"},
		{"bad base64", strings.Replace(root, lines[2][:4], "!!!!", 1), 0, "bad base64 decode"},
		{"a line less", lines[0] + strings.Join(lines[1:3], "") + strings.Join(lines[4:], ""), 0, "too long"},
	} {
		write(t, dir, "file", c.content)
		n, err := trust.NewStore().AddFile(filepath.Join(dir, "file"))
		if reason := reasonOf(err); n != c.n || reason != c.reason {
			t.Errorf("%s: %d, %q (%v), not %d, %q", c.name, n, reason, err, c.n, c.reason)
		}
	}
	if _, err := trust.NewStore().AddFile(filepath.Join(dir, "nowhere")); !errors.Is(err, os.ErrNotExist) || reasonOf(err) != "No such file or directory" {
		t.Errorf("no file: %v", err)
	}
	if _, err := trust.NewStore().AddFile(dir); reasonOf(err) != "no certificate or crl found" {
		t.Errorf("a folder: %v", err)
	}
}

func reasonOf(err error) string {
	var fe *trust.FileError
	if !errors.As(err, &fe) || len(fe.Queue) == 0 {
		return ""
	}
	return fe.Queue[0].Reason
}

func TestFolder(t *testing.T) {
	dir := pki(t)
	f := trust.Folder{Path: filepath.Join(dir, "a", "trust")}
	if list, err := f.Certificates(); err != nil || len(list) != 0 {
		t.Fatalf("no folder: %v %v", list, err)
	}
	root := pemCert(t, dir, "root.pem")
	for _, want := range []bool{true, false} {
		if added, err := f.Add(context.Background(), root); err != nil || added != want {
			t.Fatalf("added %v, %v", added, err)
		}
	}
	store := trust.NewStore()
	if n, err := f.AddTo(store); n != 1 || err != nil || !store.Contains(root) {
		t.Errorf("%d in the store, %v", n, err)
	}
	sum := root.Fingerprint()
	for _, bad := range []string{"", fmt.Sprintf("%x", sum[:3]), "0000000000"} {
		if _, err := f.Remove(bad); err == nil {
			t.Errorf("%q removes", bad)
		}
	}
	write(t, f.Path, "stranger.pem", read(t, dir, "leaf.pem"))
	if _, err := f.Certificates(); err == nil {
		t.Error("a file of another name is taken")
	}
	if err := os.Remove(filepath.Join(f.Path, "stranger.pem")); err != nil {
		t.Fatal(err)
	}
	if c, err := f.Remove(fmt.Sprintf("%X", sum[:5])); err != nil || !c.Equal(root) {
		t.Errorf("remove: %v", err)
	}
	if list, _ := f.Certificates(); len(list) != 0 {
		t.Error("still there")
	}
}

// TestNothingTrustedByDefault: the zero options trust nothing.
func TestNothingTrustedByDefault(t *testing.T) {
	dir := pki(t)
	leaf, root := pemCert(t, dir, "leaf.pem"), pemCert(t, dir, "root.pem")
	for _, opt := range []trust.Options{{}, {Untrusted: []*trust.Certificate{root}}, {Anchors: trust.NewStore(), PartialChain: true}} {
		if r := trust.VerifyOpenSSL(leaf, opt); r.Verdict != trust.Invalid || r.Code == trust.OK {
			t.Errorf("openssl's way: %v", r.Code)
		}
		if r := trust.Verify(leaf, opt); r.Verdict != trust.Invalid || r.Code == trust.OK {
			t.Errorf("RFC 5280: %v", r.Code)
		}
	}
	if (&trust.Result{}).Verdict != trust.NotKnown {
		t.Error("an empty result is a verdict")
	}
	store := trust.NewStore()
	store.AddCertificate(root)
	opt := trust.Options{Anchors: store, CRLCheck: true}
	if r := trust.VerifyOpenSSL(leaf, opt); r.Code != trust.CodeUnableToGetCRL {
		t.Errorf("revocation asked without a checker: %v", r.Code)
	}
	if r := trust.Verify(leaf, opt); r.Code != trust.CodeUnableToGetCRL {
		t.Errorf("revocation asked without a checker: %v", r.Code)
	}
}

// TestMoment: the clock is the caller's.
func TestMoment(t *testing.T) {
	dir := pki(t)
	leaf, root := pemCert(t, dir, "leaf.pem"), pemCert(t, dir, "root.pem")
	store := trust.NewStore()
	store.AddCertificate(root)
	for _, c := range []struct {
		at               time.Time
		openssl, rfc5280 trust.Code
	}{
		{leaf.NotBefore.Add(-time.Second), trust.CodeCertificateNotYetValid, trust.CodeCertificateNotYetValid},
		{leaf.NotBefore, trust.OK, trust.OK},
		{leaf.NotAfter.Add(-time.Second), trust.OK, trust.OK},
		{leaf.NotAfter, trust.CodeCertificateHasExpired, trust.OK},
		{leaf.NotAfter.Add(time.Second), trust.CodeCertificateHasExpired, trust.CodeCertificateHasExpired},
	} {
		for _, opt := range []trust.Options{{Time: c.at}, {Now: func() time.Time { return c.at }}} {
			opt.Anchors = store
			if r := trust.VerifyOpenSSL(leaf, opt); r.Code != c.openssl {
				t.Errorf("%v: %v, not %v", c.at, r.Code, c.openssl)
			}
			if r := trust.Verify(leaf, opt); r.Code != c.rfc5280 {
				t.Errorf("RFC 5280, %v: %v, not %v", c.at, r.Code, c.rfc5280)
			}
		}
	}
}

// TestFindings: what OpenSSL lets pass and RFC 5280 or the policy on algorithms does
// not is listed when asked for, and refused by Verify.
func TestFindings(t *testing.T) {
	dir := pki(t)
	program := openssl(t)
	run(t, program, dir, "x509", "-req", "-sha1", "-in", "leaf.csr", "-CA", "root.pem", "-CAkey", "root.key", "-set_serial", "8", "-days", "20", "-out", "sha1.pem")
	store := trust.NewStore()
	store.AddCertificate(pemCert(t, dir, "root.pem"))
	old := trust.DefaultAlgorithms()
	old.SHA1Until = time.Now().AddDate(1, 0, 0)
	for _, c := range []struct {
		file string
		alg  *trust.AlgorithmPolicy
		want trust.Code
	}{
		{"leaf.pem", nil, trust.OK}, {"sha1.pem", nil, trust.CodeCADigestTooWeak}, {"sha1.pem", &old, trust.OK},
	} {
		leaf := pemCert(t, dir, c.file)
		opt := trust.Options{Anchors: store, Algorithms: c.alg, Findings: true}
		r := trust.VerifyOpenSSL(leaf, opt)
		if r.Verdict != trust.Valid || (len(r.Findings) > 0) != (c.want != trust.OK) {
			t.Errorf("%s: %v, findings %v", c.file, r.Code, r.Findings)
		}
		for _, f := range r.Findings {
			if f.Code != c.want || f.Clause == "" || f.Text.EN == "" || f.Text.JA == "" {
				t.Errorf("%s: %+v", c.file, f)
			}
		}
		opt.Findings = false
		if r := trust.VerifyOpenSSL(leaf, opt); len(r.Findings) != 0 {
			t.Errorf("%s: findings nobody asked for", c.file)
		}
		if r := trust.Verify(leaf, opt); r.Code != c.want {
			t.Errorf("%s: %v, not %v", c.file, r.Code, c.want)
		}
	}
}
