package trust_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
)

func testCert(t testing.TB, name string) *trust.Certificate {
	t.Helper()
	c, err := trust.ParseCertificate(ca.DER(name))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestGenerations: authorities that share one name are told apart by key
// identifier and signature, wherever they are and in whatever order.
func TestGenerations(t *testing.T) {
	names := []string{"sign-ca-1.pem", "sign-ca-2.pem", "sign-ca-3.pem"}
	leaves := map[string]string{"sign-gen1.pem": names[0], "sign.pem": names[1], "sign-p384.pem": names[2]}
	at := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	for rotate := range names {
		store := trust.NewStore()
		for i := range names {
			store.AddCertificate(testCert(t, names[(i+rotate)%len(names)]))
		}
		for leaf, issuer := range leaves {
			for way, verify := range map[string]func(*trust.Certificate, trust.Options) *trust.Result{"openssl": trust.VerifyOpenSSL, "RFC 5280": trust.Verify} {
				r := verify(testCert(t, leaf), trust.Options{Anchors: store, Time: at, Purpose: trust.PurposeSMIMESign})
				if r.Verdict != trust.Valid || !r.Chain[len(r.Chain)-1].Equal(testCert(t, issuer)) {
					t.Errorf("%s, %s: %v", way, leaf, r.Code)
				}
			}
		}
	}
}

// TestImpostor: an authority with the name, serial number and key identifier of
// another is found out by its key; Verify goes on to the right one.
func TestImpostor(t *testing.T) {
	at := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	leaf, right, wrong := testCert(t, "sign.pem"), testCert(t, "sign-ca-2.pem"), testCert(t, "sign-ca-impostor.pem")
	store := trust.NewStore()
	store.AddCertificate(wrong)
	opt := trust.Options{Anchors: store, Time: at}
	if r := trust.Verify(leaf, opt); r.Verdict != trust.Invalid {
		t.Error("the impostor's is valid")
	}
	store.AddCertificate(right)
	if r := trust.Verify(leaf, opt); r.Verdict != trust.Valid || !r.Chain[1].Equal(right) {
		t.Errorf("both there: %v", r.Code)
	}
	if r := trust.VerifyOpenSSL(leaf, opt); r.Code != trust.CodeCertificateSignatureFailure {
		t.Errorf("openssl's way takes the first: %v", r.Code)
	}
}

// TestTestCAsAreNotTrusted: nothing of the test environment is pinned.
func TestTestCAsAreNotTrusted(t *testing.T) {
	for _, name := range ca.Certificates() {
		if _, pinned := trust.Pinned(testCert(t, name)); pinned {
			t.Errorf("%s is pinned", name)
		}
	}
}

// BenchmarkKnownIssuer reads a leaf and judges it against a known authority, beside
// the RSA-2048 verification that is the most of it.
func BenchmarkKnownIssuer(b *testing.B) {
	store := trust.NewStore()
	store.AddCertificate(testCert(b, "sign-ca-2.pem"))
	der := ca.DER("sign.pem")
	opt := trust.Options{
		Anchors: store, Time: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), Purpose: trust.PurposeSMIMESign, Trust: trust.TrustEmail,
		Revocation: revocation.OpenSSL{},
	}
	b.Run("judge", func(b *testing.B) {
		for b.Loop() {
			c, err := trust.ParseCertificate(der)
			if err != nil || trust.VerifyOpenSSL(c, opt).Verdict != trust.Valid {
				b.Fatal(err)
			}
		}
	})
	b.Run("rsa", func(b *testing.B) {
		key := ca.Certificate("sign-ca-2.pem").PublicKey.(*rsa.PublicKey)
		leaf := ca.Certificate("sign.pem")
		digest := sha256.Sum256(leaf.RawTBSCertificate)
		for b.Loop() {
			if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], leaf.Signature); err != nil {
				b.Fatal(err)
			}
		}
	})
}
