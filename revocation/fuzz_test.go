package revocation_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
)

// ocspSeeds are real responses: the test PKI's, and the corpus' where it is.
func ocspSeeds(t testing.TB) (seeds [][]byte) {
	t.Helper()
	entries, err := ca.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".ocsp") {
			seeds = append(seeds, ca.DER(e.Name()))
		}
	}
	if len(seeds) == 0 {
		t.Fatal("no seeds")
	}
	names, _ := filepath.Glob(filepath.Join(ocspFolder, "*.ors"))
	for _, name := range names {
		seeds = append(seeds, corpusFile(t, filepath.Base(name)))
	}
	return seeds
}

func testCertificate(t testing.TB, name string) *trust.Certificate {
	t.Helper()
	c, err := trust.ParseCertificate(ca.DER(name))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// FuzzOnlySignedResponsesCount: nothing is accepted that was not signed: a response by
// which the certificate is good or revoked holds the very octets of one that the CA or
// its responder made. What is read, is read again alike from its basic response.
func FuzzOnlySignedResponsesCount(f *testing.F) {
	signed := map[string]bool{}
	for _, seed := range ocspSeeds(f) {
		f.Add(seed)
		if o, err := revocation.ParseOCSP(seed); err == nil {
			signed[string(o.RawTBS)] = true
		}
	}
	leaf, issuer := testCertificate(f, "sign.pem"), testCertificate(f, "sign-ca-2.pem")
	at := time.Date(2024, 6, 2, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := revocation.ParseOCSP(data)
		if err != nil {
			return
		}
		if !bytes.Equal(o.Raw, data) {
			t.Error("Raw is not what was read")
		}
		if o.Status != revocation.Successful {
			return
		}
		if inner, err := revocation.ParseBasicOCSP(o.RawBasic); err != nil || !bytes.Equal(inner.RawTBS, o.RawTBS) || len(inner.Responses) != len(o.Responses) {
			t.Errorf("the basic response reads otherwise: %v", err)
		}
		e := revocation.Check(revocation.Query{Certificate: leaf, Issuer: issuer, Time: at, OCSPs: []*revocation.OCSP{o}})
		if (e.Status == revocation.Good || e.Status == revocation.Revoked) && !signed[string(o.RawTBS)] {
			t.Errorf("%v by octets that nobody signed", e.Status)
		}
	})
}

// TestTestPKI: the responses of the test PKI mean what its list says.
func TestTestPKI(t *testing.T) {
	issuer := testCertificate(t, "sign-ca-2.pem")
	for _, test := range []struct {
		file, certificate string
		status            revocation.Status
	}{
		{"sign.ocsp", "sign.pem", revocation.Good},
		{"sign-by-ca.ocsp", "sign.pem", revocation.Good},
		{"android-sign.ocsp", "android-sign.pem", revocation.Good},
		{"sign-revoked.ocsp", "sign-revoked.pem", revocation.Revoked},
		{"sign-unknown.ocsp", "sign.pem", revocation.Unknown},
		{"sign-stale.ocsp", "sign.pem", revocation.Unknown},
		{"sign-wrong-responder.ocsp", "sign.pem", revocation.Unknown},
		{"sign.ocsp", "sign-revoked.pem", revocation.NotChecked},
	} {
		o, err := revocation.ParseOCSP(ca.DER(test.file))
		if err != nil {
			t.Fatal(err)
		}
		e := revocation.Check(revocation.Query{
			Certificate: testCertificate(t, test.certificate), Issuer: issuer, Time: time.Date(2024, 6, 2, 0, 0, 0, 0, time.UTC), OCSPs: []*revocation.OCSP{o},
		})
		if e.Status != test.status {
			t.Errorf("%s, %s: %v, want %v", test.file, test.certificate, e.Explanation(), test.status)
		}
	}
	t.Run("an impostor with the serial number", func(t *testing.T) {
		o, err := revocation.ParseOCSP(ca.DER("sign.ocsp"))
		if err != nil {
			t.Fatal(err)
		}
		e := revocation.Check(revocation.Query{
			Certificate: testCertificate(t, "sign-impostor.pem"), Issuer: testCertificate(t, "sign-ca-impostor.pem"), Time: time.Date(2024, 6, 2, 0, 0, 0, 0, time.UTC), OCSPs: []*revocation.OCSP{o},
		})
		want(t, e, revocation.Unknown, "RFC 6960, 3.2 (1)")
	})
}

// TestFuzzSeedFolder keeps the corpus' path right.
func TestFuzzSeedFolder(t *testing.T) {
	if _, err := os.Stat(ocspFolder); err != nil && os.Getenv("CI") == "true" {
		t.Fatal(err)
	} else if err != nil {
		t.Skipf("the corpus is not here: %v", err)
	}
	if n := len(ocspSeeds(t)); n < 29 {
		t.Errorf("%d seeds", n)
	}
}
