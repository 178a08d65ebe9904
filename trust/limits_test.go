package trust_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/trust"
)

// TestWork: calls that share it stop where it ends, and large keys use up more of it.
func TestWork(t *testing.T) {
	store := trust.NewStore()
	store.AddCertificate(testCert(t, "org-root.pem"))
	opt := trust.Options{Anchors: store, Untrusted: []*trust.Certificate{testCert(t, "org-ca.pem")}, Time: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), Work: trust.NewWork(4)}
	for i, want := range []trust.Code{trust.OK, trust.OK, trust.CodeCertificateChainTooLong} {
		if r := trust.Verify(testCert(t, "org-rsa2048.pem"), opt); r.Code != want {
			t.Errorf("call %d: %v, want %v", i+1, r.Code, want)
		}
	}
}

// TestManyCandidates: a net of authorities that certify one another has more paths than
// anyone could try; the search ends all the same.
func TestManyCandidates(t *testing.T) {
	const names, twins = 8, 8
	var keys []*ecdsa.PrivateKey
	for range names {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key)
	}
	serial := int64(0)
	issue := func(subject, issuer int) *trust.Certificate {
		serial++
		of := func(i int) *x509.Certificate {
			return &x509.Certificate{
				SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: string(rune('a' + i))}, IsCA: true,
				BasicConstraintsValid: true, NotBefore: moment.AddDate(-1, 0, 0), NotAfter: moment.AddDate(1, 0, 0),
			}
		}
		der, err := x509.CreateCertificate(rand.Reader, of(subject), of(issuer), keys[subject].Public(), keys[issuer])
		if err != nil {
			t.Fatal(err)
		}
		c, err := trust.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	opt := trust.Options{Anchors: trust.NewStore(), Time: moment}
	for subject := range names {
		for issuer := range names {
			for range twins {
				if subject != issuer {
					opt.Untrusted = append(opt.Untrusted, issue(subject, issuer))
				}
			}
		}
	}
	leaf := issue(0, 1)
	done := make(chan *trust.Result, 2)
	go func() { done <- trust.Verify(leaf, opt) }()
	go func() { done <- trust.VerifyOpenSSL(leaf, opt) }()
	const hang = 2 * time.Minute
	for range 2 {
		select {
		case r := <-done:
			if r.Verdict != trust.Invalid {
				t.Errorf("%v", r.Code)
			}
		case <-time.After(hang):
			t.Fatal("the search does not end")
		}
	}
}
