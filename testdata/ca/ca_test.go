package ca_test

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/crypto/ocsp"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/testdata/ca/internal/pki"
)

// day is when the tests judge; everything not marked otherwise is valid then.
var day = time.Date(2026, time.January, 15, 0, 0, 0, 0, time.UTC)

func fileNames(t *testing.T) []string {
	t.Helper()
	entries, err := fs.ReadDir(ca.Files, ".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if len(names) == 0 {
		t.Fatal("no file is embedded")
	}
	return names
}

// The committed files are what the generator makes of the committed keys.
func TestRegenerate(t *testing.T) {
	made, err := pki.Generate(ca.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range fileNames(t) {
		if want, ok := made[name]; !ok {
			t.Errorf("%s is committed and not generated", name)
		} else if !bytes.Equal(ca.PEM(name), want) {
			t.Errorf("%s differs from what the generator makes", name)
		}
		delete(made, name)
	}
	for name := range made {
		t.Errorf("%s is generated and not committed", name)
	}
}

// A key that is missing is generated, and its certificate follows it.
func TestMissingKeyIsGenerated(t *testing.T) {
	old := fstest.MapFS{}
	for _, name := range fileNames(t) {
		old[name] = &fstest.MapFile{Data: ca.PEM(name)}
	}
	delete(old, ca.KeyFile(ca.OrgEd25519))
	made, err := pki.Generate(old)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{ca.OrgEd25519, ca.KeyFile(ca.OrgEd25519)} {
		if bytes.Equal(made[name], ca.PEM(name)) || len(made[name]) == 0 {
			t.Errorf("%s is the old one, or empty", name)
		}
	}
	if !bytes.Equal(made[ca.OrgP256], ca.PEM(ca.OrgP256)) {
		t.Error("another certificate changed too")
	}
}

func TestReadmeListsEveryFile(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range fileNames(t) {
		certificate := strings.TrimSuffix(name, ".key.pem") + ".pem"
		if strings.HasSuffix(name, ".key.pem") && slices.Contains(ca.Certificates(), certificate) {
			continue // the README names these by a rule
		}
		if !bytes.Contains(readme, []byte("`"+name+"`")) {
			t.Errorf("README.md does not list %s", name)
		}
	}
}

func TestNamesAreComplete(t *testing.T) {
	var files []string
	for _, name := range fileNames(t) {
		if strings.HasSuffix(name, ".pem") && !strings.HasSuffix(name, ".key.pem") && !strings.HasSuffix(name, ".chain.pem") {
			files = append(files, name)
		}
	}
	names := ca.Certificates()
	slices.Sort(names)
	if !slices.Equal(names, files) {
		t.Errorf("constants %q\nfiles %q", names, files)
	}
}

func TestKeysMatchCertificates(t *testing.T) {
	for _, name := range ca.Certificates() {
		public := ca.Key(name).Public().(interface{ Equal(crypto.PublicKey) bool })
		if !public.Equal(ca.Certificate(name).PublicKey) {
			t.Errorf("%s: the key is another one's", name)
		}
		if !bytes.HasPrefix(ca.PEM(ca.KeyFile(name)), []byte("TEST KEY")) {
			t.Errorf("%s: not labelled as a test key", ca.KeyFile(name))
		}
	}
}

func TestSerialNumbersAreUnique(t *testing.T) {
	seen := map[string]string{}
	for _, name := range ca.Certificates() {
		c := ca.Certificate(name)
		id := string(c.AuthorityKeyId) + c.SerialNumber.String()
		if other, ok := seen[id]; ok && name != ca.SignImpostor && other != ca.SignImpostor && len(c.AuthorityKeyId) > 0 {
			t.Errorf("%s and %s have one serial number", name, other)
		}
		seen[id] = name
	}
}

// Chains that hold, and those that fail with the reason why.
func TestChains(t *testing.T) {
	expired := func(err error) bool {
		var invalid x509.CertificateInvalidError
		return asError(err, &invalid) && invalid.Reason == x509.Expired
	}
	unknown := func(err error) bool {
		var authority x509.UnknownAuthorityError
		return asError(err, &authority)
	}
	for _, c := range []struct {
		leaf, root string
		fails      func(error) bool
	}{
		{ca.Sign, ca.SignCA2, nil}, {ca.Auth, ca.AuthCA2, nil},
		{ca.SignGen1, ca.SignCA1, nil}, {ca.AuthGen1, ca.AuthCA1, nil},
		{ca.SignP384, ca.SignCA3, nil}, {ca.AuthP384, ca.AuthCA3, nil},
		{ca.AndroidSign, ca.SignCA2, nil}, {ca.AndroidAuth, ca.AuthCA2, nil},
		{ca.SignRevoked, ca.SignCA2, nil}, {ca.SignWrongUsage, ca.SignCA2, nil}, {ca.SignSubstitute, ca.SignCA2, nil},
		{ca.OrgRSA2048, ca.OrgRoot, nil}, {ca.OrgRSA3072, ca.OrgRoot, nil}, {ca.OrgRSA4096, ca.OrgRoot, nil},
		{ca.OrgP256, ca.OrgRoot, nil}, {ca.OrgP384, ca.OrgRoot, nil}, {ca.OrgEd25519, ca.OrgRoot, nil},
		{ca.OCSPSign, ca.SignCA2, nil}, {ca.OCSPAuth, ca.AuthCA2, nil}, {ca.OCSPOrg, ca.OrgRoot, nil}, {ca.TSA, ca.TSACA, nil},
		{ca.SignImpostor, ca.SignCAImpostor, nil},

		{ca.SignExpired, ca.SignCA2, expired}, {ca.SignNotYetValid, ca.SignCA2, expired}, {ca.SignExpiredCA, ca.SignCA0, expired},
		{ca.Sign, ca.SignCA1, unknown}, {ca.Sign, ca.AuthCA2, unknown},
		{ca.SignImpostor, ca.SignCA2, unknown}, {ca.Sign, ca.SignCAImpostor, unknown},
	} {
		_, err := ca.Certificate(c.leaf).Verify(x509.VerifyOptions{
			Roots: ca.Pool(c.root), Intermediates: ca.Pool(ca.OrgCA), CurrentTime: day,
			KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
		})
		if c.fails == nil && err != nil || c.fails != nil && !c.fails(err) {
			t.Errorf("%s under %s: %v", c.leaf, c.root, err)
		}
	}
}

func TestOCSPResponses(t *testing.T) {
	for _, c := range []struct {
		file, of, issuer string
		status           int
		stale            bool
	}{
		{"sign.ocsp", ca.Sign, ca.SignCA2, ocsp.Good, false},
		{"sign-by-ca.ocsp", ca.Sign, ca.SignCA2, ocsp.Good, false},
		{"sign-stale.ocsp", ca.Sign, ca.SignCA2, ocsp.Good, true},
		{"sign-unknown.ocsp", ca.Sign, ca.SignCA2, ocsp.Unknown, false},
		{"sign-revoked.ocsp", ca.SignRevoked, ca.SignCA2, ocsp.Revoked, false},
		{"android-sign.ocsp", ca.AndroidSign, ca.SignCA2, ocsp.Good, false},
		{"auth.ocsp", ca.Auth, ca.AuthCA2, ocsp.Good, false},
		{"org-rsa2048.ocsp", ca.OrgRSA2048, ca.OrgCA, ocsp.Good, false},
	} {
		r, err := ocsp.ParseResponseForCert(ca.DER(c.file), ca.Certificate(c.of), ca.Certificate(c.issuer))
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
			continue
		}
		if r.Status != c.status || r.NextUpdate.Before(day) != c.stale {
			t.Errorf("%s: status %d, next update %v", c.file, r.Status, r.NextUpdate)
		}
	}
	if _, err := ocsp.ParseResponse(ca.DER("sign-wrong-responder.ocsp"), ca.Certificate(ca.SignCA2)); err == nil {
		t.Error("a responder that the CA did not delegate is accepted")
	}
}

func TestRevocationLists(t *testing.T) {
	revoked := map[string]int{"sign-ca-2.crl": 1, "sign-ca-2-city.crl": 1}
	issuers := map[string]string{"sign-ca-2-stale.crl": ca.SignCA2, "sign-ca-2-city.crl": ca.SignCA2}
	lists := 0
	for _, name := range fileNames(t) {
		if !strings.HasSuffix(name, ".crl") {
			continue
		}
		lists++
		list, err := x509.ParseRevocationList(ca.DER(name))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		issuer := issuers[name]
		if issuer == "" {
			issuer = strings.TrimSuffix(name, ".crl") + ".pem"
		}
		if err := list.CheckSignatureFrom(ca.Certificate(issuer)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(list.RevokedCertificateEntries) != revoked[name] {
			t.Errorf("%s: %d entries", name, len(list.RevokedCertificateEntries))
		}
		if list.NextUpdate.Before(day) != (name == "sign-ca-2-stale.crl") {
			t.Errorf("%s: next update %v", name, list.NextUpdate)
		}
	}
	if lists != 12 {
		t.Errorf("%d CRLs, want 12", lists)
	}
}

func TestPKCS12Files(t *testing.T) {
	files := 0
	for _, name := range fileNames(t) {
		if !strings.HasSuffix(name, ".p12") {
			continue
		}
		files++
		key, leaf, chain, err := pkcs12.DecodeChain(ca.DER(name), ca.Password)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		public := key.(crypto.Signer).Public().(interface{ Equal(crypto.PublicKey) bool })
		if !public.Equal(leaf.PublicKey) || len(chain) != 2 {
			t.Errorf("%s: key of another certificate, or %d CAs", name, len(chain))
		}
	}
	if files != 7 {
		t.Errorf("%d files, want 7", files)
	}
}

func TestKeyForms(t *testing.T) {
	pkcs1, err := x509.ParsePKCS1PrivateKey(ca.DER("org-rsa2048.pkcs1.key.pem"))
	if err != nil || !pkcs1.Equal(ca.Key(ca.OrgRSA2048)) {
		t.Errorf("PKCS #1: %v", err)
	}
	sec1, err := x509.ParseECPrivateKey(ca.DER("org-p256.sec1.key.pem"))
	if err != nil || !sec1.Equal(ca.Key(ca.OrgP256)) {
		t.Errorf("SEC 1: %v", err)
	}
	for _, name := range []string{ca.OrgRSA2048, ca.OrgP256, ca.OrgEd25519} {
		_, rest := pem.Decode(ca.PEM(strings.TrimSuffix(name, ".pem") + ".chain.pem"))
		second, rest := pem.Decode(rest)
		if second == nil || !bytes.Equal(second.Bytes, ca.DER(ca.OrgCA)) || len(bytes.TrimSpace(rest)) > 0 {
			t.Errorf("%s: the chain file is not leaf and intermediate", name)
		}
	}
}

func TestAccessorsPanicOnUnknownNames(t *testing.T) {
	for what, call := range map[string]func(){
		"PEM":         func() { ca.PEM("nobody.pem") },
		"Certificate": func() { ca.Certificate("org-rsa2048.key.pem") },
		"Key":         func() { ca.Key("nobody.pem") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s accepts it", what)
				}
			}()
			call()
		}()
	}
}
