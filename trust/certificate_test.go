package trust_test

import (
	"bytes"
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/trust"
)

// TestReadsAllOfPKITS reads the suite's 405 certificates, also those that crypto/x509
// refuses, and compares the fields where it reads them.
func TestReadsAllOfPKITS(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(corpus(t, "pkix", "nist-pkits"), "certs", "*.crt"))
	const total, refusedByGo = 405, 7
	if err != nil || len(files) != total {
		t.Fatalf("%d files, %v", len(files), err)
	}
	refused := 0
	for _, f := range files {
		c := readCert(t, f)
		std, err := c.X509()
		if err != nil {
			refused++
			continue
		}
		compareWithStandard(t, f, c, std)
	}
	if refused != refusedByGo {
		t.Errorf("crypto/x509 refuses %d, not %d", refused, refusedByGo)
	}
}

func compareWithStandard(t *testing.T, name string, c *trust.Certificate, std *x509.Certificate) {
	t.Helper()
	same := c.Version == std.Version && c.Serial.Cmp(std.SerialNumber) == 0 &&
		bytes.Equal(c.RawTBSCertificate, std.RawTBSCertificate) && bytes.Equal(c.RawIssuer, std.RawIssuer) &&
		bytes.Equal(c.RawSubject, std.RawSubject) && bytes.Equal(c.RawSubjectPublicKeyInfo, std.RawSubjectPublicKeyInfo) &&
		c.NotBefore.Equal(std.NotBefore) && c.NotAfter.Equal(std.NotAfter) &&
		bytes.Equal(c.SubjectKeyID(), std.SubjectKeyId) && c.IsCA() == std.IsCA && len(c.Extensions) == len(std.Extensions)
	if bytes.HasSuffix(std.Raw, std.Signature) { // else crypto/x509 shifted out unused bits
		same = same && bytes.Equal(c.Signature, std.Signature)
	}
	if a := c.AuthorityKeyID(); a != nil {
		same = same && bytes.Equal(a.KeyID, std.AuthorityKeyId)
	}
	if !same {
		t.Errorf("%s: read otherwise than by crypto/x509", name)
	}
}

// TestIndefiniteWrapper reads a certificate in a BER wrapper, as messages hold it.
func TestIndefiniteWrapper(t *testing.T) {
	c := readCert(t, filepath.Join(corpus(t, "pkix", "nist-pkits"), "certs", "GoodCACert.crt"))
	const header = 4
	wrapped := append([]byte{0x30, 0x80}, c.Raw[header:]...)
	ber, err := trust.ParseCertificate(append(wrapped, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(ber.Raw, c.Raw) {
		t.Error("the DER form is another")
	}
	for _, bad := range [][]byte{wrapped, append(wrapped, 0), {0x30, 0x80, 0, 0}, append(bytes.Clone(c.Raw), 0)} {
		if _, err := trust.ParseCertificate(bad); err == nil {
			t.Errorf("%d octets read", len(bad))
		}
	}
}

// TestJPKIAnchors compares the pinned facts with the authorities' certificates, and
// finds nothing else pinned.
func TestJPKIAnchors(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join("..", "..", "shared", "trust", "*.pem"))
	if len(files) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("no JPKI certificates")
		}
		t.Skip("no JPKI certificates")
	}
	found := 0
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		list, err := trust.ReadPEM(data)
		if err != nil || len(list.Certificates) != 1 {
			t.Fatalf("%s: %v", f, err)
		}
		c := list.Certificates[0]
		a, ok := trust.Pinned(c)
		if !ok || !bytes.Equal(a.SubjectKeyID, c.SubjectKeyID()) || !a.NotBefore.Equal(c.NotBefore) || !a.NotAfter.Equal(c.NotAfter) {
			t.Errorf("%s: %+v", f, a)
		}
		store := trust.NewStore() // one generation alone: they share their name
		found += len(store.AddPinned(list.Certificates))
		r := trust.VerifyOpenSSL(c, trust.Options{Anchors: store, Time: c.NotBefore.Add(time.Hour), CheckSSSig: true})
		if r.Verdict != trust.Valid {
			t.Errorf("%s: %v", f, r.Code)
		}
	}
	if found != len(trust.JPKIAnchors()) {
		t.Errorf("%d of %d authorities", found, len(trust.JPKIAnchors()))
	}
	other := readCert(t, filepath.Join(corpus(t, "pkix", "nist-pkits"), "certs", "GoodCACert.crt"))
	if _, ok := trust.Pinned(other); ok || len(trust.NewStore().AddPinned([]*trust.Certificate{other})) != 0 {
		t.Error("a stranger is pinned")
	}
}

func TestJPKIPolicies(t *testing.T) {
	got := []string{}
	for _, use := range []trust.JPKIUse{trust.JPKISign, trust.JPKIAuth} {
		for _, p := range trust.JPKIPolicy(use) {
			got = append(got, p.String())
		}
	}
	want := []string{"1.2.392.200149.8.5.1.1.20", "1.2.392.200149.8.5.1.1.40", "1.2.392.200149.8.5.1.3.30"}
	for i, w := range want {
		if got[i] != w {
			t.Errorf("%s, not %s", got[i], w)
		}
	}
}

// TestCodes: the words are those of OpenSSL, which scripts match, and the Japanese text
// has no argument left over.
func TestCodes(t *testing.T) {
	for code, want := range map[trust.Code]string{
		trust.OK: "ok", trust.CodeCertificateHasExpired: "certificate has expired", trust.CodeUnableToGetCRL: "unable to get certificate CRL",
		trust.CodeECKeyExplicitParameters: "Certificate public key has explicit ECC parameters",
		95:                                "unknown certificate verification error", -1: "unknown certificate verification error",
	} {
		if got := code.String(); got != want || code.Message().In(lang.English) != want {
			t.Errorf("%d: %q, not %q", code, got, want)
		}
	}
	for code := trust.OK; code < 96; code++ {
		if ja := code.Message().In(lang.Japanese); ja == "" || strings.Contains(ja, "%") {
			t.Errorf("%d: %q", code, ja)
		}
	}
}
