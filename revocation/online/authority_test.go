package online_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
	"golang.org/x/crypto/ocsp"

	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/revocation/ocsptest"
	"github.com/jsign-jp/jsign/revocation/online"
	"github.com/jsign-jp/jsign/trust"
)

// now is when everything in these tests happens.
var now = time.Now().Truncate(time.Second)

// authority is a CA with an OCSP responder of its own.
type authority struct {
	t      testing.TB
	key    *ecdsa.PrivateKey
	x509   *x509.Certificate
	issuer *trust.Certificate
	serial int64
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newAuthority(t testing.TB) *authority {
	t.Helper()
	a := &authority{t: t, key: newKey(t), serial: 1}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{Country: []string{"JP"}, Organization: []string{"JPKI-TEST"}, CommonName: "CA, of tests"},
		NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, a.key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	a.x509, a.issuer = both(t, raw)
	return a
}

func both(t testing.TB, raw []byte) (*x509.Certificate, *trust.Certificate) {
	t.Helper()
	x, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	c, err := trust.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return x, c
}

// issue makes a certificate that names where it can be asked about.
func (a *authority) issue(change func(*x509.Certificate)) *trust.Certificate {
	a.t.Helper()
	a.serial++
	template := &x509.Certificate{
		SerialNumber: big.NewInt(a.serial), Subject: pkix.Name{CommonName: "holder"},
		NotBefore: now.AddDate(0, -1, 0), NotAfter: now.AddDate(0, 6, 0),
	}
	change(template)
	raw, err := x509.CreateCertificate(rand.Reader, template, a.x509, newKey(a.t).Public(), a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	_, c := both(a.t, raw)
	return c
}

// crl makes a CRL that holds the serial numbers.
func (a *authority) crl(revoked ...*big.Int) []byte {
	a.t.Helper()
	l := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: now.Add(-time.Hour), NextUpdate: now.Add(24 * time.Hour)}
	for _, serial := range revoked {
		l.RevokedCertificateEntries = append(l.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: serial, RevocationTime: now.Add(-2 * time.Hour), ReasonCode: 1})
	}
	raw, err := x509.CreateRevocationList(rand.Reader, l, a.x509, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	return raw
}

// answer is a right response to a request, by the CA itself.
func (a *authority) answer(request []byte) ocsptest.Response {
	a.t.Helper()
	q, err := ocsp.ParseRequest(request)
	if err != nil {
		a.t.Errorf("the request cannot be read: %v", err)
		return ocsptest.Response{Status: revocation.MalformedRequest}
	}
	return ocsptest.Response{
		Responder: a.issuer, Key: a.key, ProducedAt: now.Add(-time.Hour), Nonce: nonceOf(a.t, request),
		Singles: []ocsptest.Single{{
			ID:     revocation.CertID{Hash: q.HashAlgorithm, IssuerNameHash: q.IssuerNameHash, IssuerKeyHash: q.IssuerKeyHash, RawSerial: q.SerialNumber.Bytes()},
			Status: revocation.Good, Reason: -1, ThisUpdate: now.Add(-time.Hour), NextUpdate: now.Add(time.Hour),
		}},
	}
}

func marshal(t testing.TB, r ocsptest.Response) []byte {
	t.Helper()
	raw, err := r.Marshal()
	if err != nil {
		t.Error(err)
	}
	return raw
}

// nonceOf reads the nonce out of a request; nil when there is none.
func nonceOf(t testing.TB, request []byte) []byte {
	t.Helper()
	in := cryptobyte.String(request)
	var outer, tbs, wrapper, list, extension, id, value, nonce cryptobyte.String
	if !in.ReadASN1(&outer, asn1.SEQUENCE) || !outer.ReadASN1(&tbs, asn1.SEQUENCE) || !tbs.SkipASN1(asn1.SEQUENCE) {
		t.Error("no request")
		return nil
	}
	if tbs.Empty() {
		return nil
	}
	if !tbs.ReadASN1(&wrapper, asn1.Tag(0xa2)) || !wrapper.ReadASN1(&list, asn1.SEQUENCE) || !list.ReadASN1(&extension, asn1.SEQUENCE) ||
		!extension.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) || !extension.ReadASN1(&value, asn1.OCTET_STRING) || !value.ReadASN1(&nonce, asn1.OCTET_STRING) {
		t.Error("no nonce")
	}
	return nonce
}

// loopback lets tests ask their own servers.
func loopback() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

func newClient(t testing.TB, opt online.Options) *online.Client {
	t.Helper()
	c, err := online.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
