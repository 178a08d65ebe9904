package trust_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/trust"
)

// TestAccessLocations: what authority information access names, each by its method; what
// is broken names nothing.
func TestAccessLocations(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	issue := func(change func(*x509.Certificate)) *trust.Certificate {
		t.Helper()
		c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "x"}, NotBefore: time.Unix(1.7e9, 0), NotAfter: time.Unix(1.8e9, 0)}
		change(c)
		raw, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := trust.ParseCertificate(raw)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	texts := func(names []trust.GeneralName) (list string) {
		for _, n := range names {
			list += string(n.Value) + " "
		}
		return list
	}
	c := issue(func(c *x509.Certificate) {
		c.OCSPServer, c.IssuingCertificateURL = []string{"http://a.invalid/", "http://b.invalid/"}, []string{"http://c.invalid/ca.cer"}
	})
	if got := texts(c.OCSPServers()); got != "http://a.invalid/ http://b.invalid/ " {
		t.Errorf("OCSP: %s", got)
	}
	if got := texts(c.CAIssuers()); got != "http://c.invalid/ca.cer " {
		t.Errorf("issuers: %s", got)
	}
	for _, value := range [][]byte{nil, {0x30}, {0x30, 2, 0x30, 0}, {0x31, 0}, {0x30, 0}} {
		c := issue(func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 1}, Value: value}}
		})
		if n := len(c.OCSPServers()) + len(c.CAIssuers()); n != 0 {
			t.Errorf("%x names %d", value, n)
		}
	}
	if none := issue(func(*x509.Certificate) {}); none.OCSPServers() != nil || none.HasOCSPNoCheck() || none.IsOCSPResponder() {
		t.Error("a plain certificate names a responder, or is one")
	}
}
