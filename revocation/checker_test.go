package revocation_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

var now = time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)

// authority is a CA and a certificate of its.
type authority struct {
	t        testing.TB
	key      *ecdsa.PrivateKey
	template *x509.Certificate
	ca, leaf *trust.Certificate
}

func generate(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newAuthority(t testing.TB, leafExtensions ...pkix.Extension) *authority {
	a := &authority{t: t, key: generate(t), template: &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CA"}, SubjectKeyId: []byte{1},
		NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}}
	a.ca = a.certificate(a.template, a.key)
	leaf := *a.template
	leaf.SerialNumber, leaf.Subject, leaf.IsCA, leaf.KeyUsage = big.NewInt(-7), pkix.Name{CommonName: "leaf"}, false, 0
	leaf.SerialNumber = big.NewInt(0x80) // a sign octet is needed
	leaf.ExtraExtensions = leafExtensions
	a.leaf = a.certificate(&leaf, generate(t))
	return a
}

func (a *authority) certificate(c *x509.Certificate, key *ecdsa.PrivateKey) *trust.Certificate {
	a.t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, c, a.template, key.Public(), a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	parsed, err := trust.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return parsed
}

// list makes a CRL; change alters it before it is signed.
func (a *authority) list(number int64, change func(*x509.RevocationList)) *trust.CRL {
	a.t.Helper()
	l := &x509.RevocationList{Number: big.NewInt(number), ThisUpdate: now.AddDate(0, 0, -1), NextUpdate: now.AddDate(0, 0, 1)}
	if change != nil {
		change(l)
	}
	der, err := x509.CreateRevocationList(rand.Reader, l, a.template, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	crl, err := trust.ParseCRL(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return crl
}

func (a *authority) revoking(number int64, reason int, extensions ...pkix.Extension) *trust.CRL {
	return a.list(number, func(l *x509.RevocationList) {
		l.RevokedCertificateEntries = []x509.RevocationListEntry{
			{SerialNumber: big.NewInt(5), RevocationTime: now},
			{SerialNumber: a.leaf.Serial, RevocationTime: now.Add(-time.Hour), ReasonCode: reason},
		}
		l.ExtraExtensions = extensions
	})
}

func (a *authority) with(extensions ...pkix.Extension) *trust.CRL {
	return a.list(10, func(l *x509.RevocationList) { l.ExtraExtensions = extensions })
}

func (a *authority) check(crls ...*trust.CRL) revocation.Evidence {
	return revocation.Check(revocation.Query{Certificate: a.leaf, Issuer: a.ca, Chain: []*trust.Certificate{a.leaf, a.ca}, Time: now, CRLs: crls})
}

func extension(id asn1.ObjectIdentifier, critical bool, value ...byte) pkix.Extension {
	return pkix.Extension{Id: id, Critical: critical, Value: value}
}

// scope is an issuing distribution point with one field.
func scope(tag byte, content ...byte) pkix.Extension {
	field := append([]byte{0x80 | tag, byte(len(content))}, content...)
	return extension(asn1.ObjectIdentifier{2, 5, 29, 28}, true, append([]byte{0x30, byte(len(field))}, field...)...)
}

// deltaOf is a delta CRL indicator.
func deltaOf(base byte) pkix.Extension {
	return extension(asn1.ObjectIdentifier{2, 5, 29, 27}, true, 2, 1, base)
}

func TestCheck(t *testing.T) {
	a, stranger := newAuthority(t), newAuthority(t)
	stranger.template.Subject.CommonName = "another"
	named := newAuthority(t) // the CA's name, another key
	broken := a.list(1, nil)
	broken.Signature[len(broken.Signature)-1] ^= 1
	inconsistent := a.list(1, nil)
	inconsistent.SignatureAlgorithm.Parameters = []byte{5, 0} // outside of what is signed
	for _, c := range []struct {
		what    string
		crls    []*trust.CRL
		want    revocation.Status
		refused trust.Code
	}{
		{"nothing", nil, revocation.NotChecked, 0},
		{"a stranger's", []*trust.CRL{stranger.list(1, nil)}, revocation.NotChecked, 0},
		{"good", []*trust.CRL{a.list(1, nil)}, revocation.Good, 0},
		{"revoked", []*trust.CRL{a.revoking(1, 1)}, revocation.Revoked, 0},
		{"hold", []*trust.CRL{a.revoking(1, 6)}, revocation.Revoked, 0},
		{"removed in a full list", []*trust.CRL{a.revoking(1, 8)}, revocation.Good, 0},
		{"expired", []*trust.CRL{a.list(1, func(l *x509.RevocationList) { l.NextUpdate = now })}, revocation.Unknown, trust.CodeCRLHasExpired},
		{"future", []*trust.CRL{a.list(1, func(l *x509.RevocationList) { l.ThisUpdate = now.Add(time.Second) })}, revocation.Unknown, trust.CodeCRLNotYetValid},
		{"expired, then good", []*trust.CRL{a.list(1, func(l *x509.RevocationList) { l.NextUpdate = now }), a.list(2, nil)}, revocation.Good, trust.CodeCRLHasExpired},
		{"broken signature", []*trust.CRL{broken}, revocation.Unknown, trust.CodeCRLSignatureFailure},
		{"two signature algorithms", []*trust.CRL{inconsistent}, revocation.Unknown, trust.CodeSignatureAlgorithmInconsistency},
		{"another key's", []*trust.CRL{named.list(1, nil)}, revocation.Unknown, trust.CodeCRLSignatureFailure},
		{"unknown critical extension", []*trust.CRL{a.with(extension(asn1.ObjectIdentifier{1, 2, 3}, true, 5, 0))}, revocation.Unknown, trust.CodeUnhandledCriticalCRLExtension},
		{"unknown extension", []*trust.CRL{a.with(extension(asn1.ObjectIdentifier{1, 2, 3}, false, 5, 0))}, revocation.Good, 0},
		{"for CAs", []*trust.CRL{a.with(scope(2, 0xff))}, revocation.Unknown, trust.CodeDifferentCRLScope},
		{"for users", []*trust.CRL{a.with(scope(1, 0xff))}, revocation.Good, 0},
		{"for attributes", []*trust.CRL{a.with(scope(5, 0xff))}, revocation.Unknown, trust.CodeDifferentCRLScope},
		{"some reasons", []*trust.CRL{a.with(scope(3, 1, 0x60))}, revocation.Unknown, 0},
		{"the reasons in two", []*trust.CRL{a.with(scope(3, 1, 0x60)), a.with(scope(3, 7, 0x1f, 0x80))}, revocation.Good, 0},
		{"some reasons, revoked", []*trust.CRL{a.revoking(1, 1, scope(3, 1, 0x60))}, revocation.Revoked, 0},
		{"indirect, about another's", []*trust.CRL{a.with(scope(4, 0xff))}, revocation.Good, 0},
		{"broken scope", []*trust.CRL{a.with(extension(asn1.ObjectIdentifier{2, 5, 29, 28}, true, 0x30, 5))}, revocation.Unknown, trust.CodeInvalidExtension},
		{"a delta alone", []*trust.CRL{a.with(deltaOf(1))}, revocation.NotChecked, 0},
		{"a delta revokes", []*trust.CRL{a.list(9, nil), a.revoking(10, 1, deltaOf(9))}, revocation.Revoked, 0},
		{"a delta removes", []*trust.CRL{a.revoking(9, 6), a.revoking(10, 8, deltaOf(9))}, revocation.Good, 0},
		{"an older delta", []*trust.CRL{a.revoking(11, 6), a.revoking(10, 8, deltaOf(9))}, revocation.Revoked, 0},
		{"a delta of a later base", []*trust.CRL{a.revoking(9, 6), a.revoking(20, 8, deltaOf(15))}, revocation.Revoked, 0},
		{"an expired delta", []*trust.CRL{a.revoking(9, 6), a.list(10, func(l *x509.RevocationList) {
			l.NextUpdate, l.ExtraExtensions = now, []pkix.Extension{deltaOf(9)}
		})}, revocation.Revoked, trust.CodeCRLHasExpired},
	} {
		e := a.check(c.crls...)
		if e.Status != c.want {
			t.Errorf("%s: %v, not %v (%+v)", c.what, e.Status, c.want, e.Refused)
		}
		if c.refused != 0 && (len(e.Refused) == 0 || e.Refused[0].Code != c.refused) || c.refused == 0 && len(e.Refused) > 0 {
			t.Errorf("%s: refused %+v, not %v", c.what, e.Refused, c.refused)
		}
		if (e.Status == revocation.Good || e.Status == revocation.Revoked) != (len(e.Sources) > 0) && c.what != "some reasons" {
			t.Errorf("%s: %d sources", c.what, len(e.Sources))
		}
	}
}

func TestEvidence(t *testing.T) {
	a := newAuthority(t)
	invalid := now.AddDate(0, -1, 0)
	entry := x509.RevocationListEntry{SerialNumber: a.leaf.Serial, RevocationTime: now.Add(-time.Hour), ReasonCode: 1, ExtraExtensions: []pkix.Extension{
		extension(asn1.ObjectIdentifier{2, 5, 29, 24}, false, append([]byte{0x18, 15}, invalid.Format("20060102150405Z")...)...),
	}}
	crl := a.list(1, func(l *x509.RevocationList) { l.RevokedCertificateEntries = []x509.RevocationListEntry{entry} })
	e := a.check(crl)
	if e.Status != revocation.Revoked || e.Reason != 1 || !e.RevokedAt.Equal(now.Add(-time.Hour)) || !e.Invalidity.Equal(invalid) {
		t.Errorf("%+v", e)
	}
	for at, want := range map[time.Time]bool{
		now: true, now.Add(-time.Hour): true, now.Add(-2 * time.Hour): true, invalid: true, invalid.Add(-time.Second): false,
	} {
		if e.RevokedBy(at) != want {
			t.Errorf("by %v: not %v", at, want)
		}
	}
	early := a.list(2, func(l *x509.RevocationList) {
		l.NextUpdate, l.ExtraExtensions = now.Add(time.Hour), []pkix.Extension{scope(3, 7, 0x1f, 0x80)}
	})
	e = a.check(a.with(scope(3, 1, 0x60)), early)
	if e.Status != revocation.Good || !e.FreshUntil.Equal(now.Add(time.Hour)) || len(e.Sources) != 2 {
		t.Errorf("fresh until %v from %d sources", e.FreshUntil, len(e.Sources))
	}
	if s := (revocation.Evidence{}).Status; s != revocation.NotChecked || s.String() != "not checked" {
		t.Errorf("the zero value is %v", s)
	}
}

// TestIssuerElsewhere: a CRL issuer off the path counts only by a path to the same anchor.
func TestIssuerElsewhere(t *testing.T) {
	a := newAuthority(t)
	other := newAuthority(t) // the same name, its own key: as JPKI's generations
	crl := other.list(1, nil)
	q := revocation.Query{Certificate: a.leaf, Issuer: a.ca, Chain: []*trust.Certificate{a.leaf, a.ca}, Time: now,
		CRLs: []*trust.CRL{crl}, Candidates: []*trust.Certificate{other.ca}}
	paths := map[string]func(*trust.Certificate) ([]*trust.Certificate, trust.Fault){
		"no way to ask": nil,
		"another anchor": func(c *trust.Certificate) ([]*trust.Certificate, trust.Fault) {
			return []*trust.Certificate{c}, trust.Fault{}
		},
		"a fault": func(c *trust.Certificate) ([]*trust.Certificate, trust.Fault) {
			return []*trust.Certificate{c, a.ca}, trust.Fault{Code: trust.CodeCertificateHasExpired}
		},
	}
	for what, path := range paths {
		q.IssuerPath = path
		if e := revocation.Check(q); e.Status != revocation.Unknown {
			t.Errorf("%s: %v", what, e.Status)
		}
	}
	q.IssuerPath = func(c *trust.Certificate) ([]*trust.Certificate, trust.Fault) {
		return []*trust.Certificate{c, a.ca}, trust.Fault{}
	}
	if e := revocation.Check(q); e.Status != revocation.Good || e.Sources[0].Issuer != other.ca {
		t.Errorf("a path to the same anchor: %v", e.Status)
	}
}

// TestLargeList: an entry among many is found, and the list is read once.
func TestLargeList(t *testing.T) {
	a := newAuthority(t)
	const many = 20_000
	crl := a.list(1, func(l *x509.RevocationList) {
		for i := range int64(many) {
			l.RevokedCertificateEntries = append(l.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: big.NewInt(1000 + i), RevocationTime: now})
		}
		l.RevokedCertificateEntries[many/2].SerialNumber = a.leaf.Serial
	})
	if crl.EntryCount() != many {
		t.Errorf("%d entries", crl.EntryCount())
	}
	for range 1000 {
		if e := a.check(crl); e.Status != revocation.Revoked {
			t.Fatal(e.Status)
		}
	}
}

// TestFaultyEntries: a list with an entry that cannot be read says nothing.
func TestFaultyEntries(t *testing.T) {
	a := newAuthority(t)
	for what, x := range map[string]pkix.Extension{
		"an issuer of another type": extension(asn1.ObjectIdentifier{2, 5, 29, 29}, true, 5, 0),
		"critical and unknown":      extension(asn1.ObjectIdentifier{1, 2, 3}, true, 5, 0),
	} {
		crl := a.list(1, func(l *x509.RevocationList) {
			l.RevokedCertificateEntries = []x509.RevocationListEntry{{SerialNumber: big.NewInt(9), RevocationTime: now, ExtraExtensions: []pkix.Extension{x}}}
		})
		e := a.check(crl)
		if e.Status != revocation.Unknown || len(e.Refused) != 1 {
			t.Errorf("%s: %v", what, e.Status)
		}
	}
}

// TestInputsStay: checking changes nothing that was handed in.
func TestInputsStay(t *testing.T) {
	a := newAuthority(t)
	crl := a.revoking(1, 1)
	raw, cert := slices.Clone(crl.Raw), slices.Clone(a.leaf.Raw)
	a.check(crl)
	if !slices.Equal(raw, crl.Raw) || !slices.Equal(cert, a.leaf.Raw) {
		t.Error("an input was changed")
	}
}

// TestEvidenceOfChain asks about a judged chain afterwards.
func TestEvidenceOfChain(t *testing.T) {
	a := newAuthority(t)
	store := trust.NewStore()
	store.AddCertificate(a.ca)
	store.AddCRL(a.revoking(1, 1))
	opt := trust.Options{Anchors: store, Time: now}
	r := trust.VerifyOpenSSL(a.leaf, opt)
	if r.Verdict != trust.Valid {
		t.Fatal(r.Code)
	}
	e := revocation.Check(revocation.QueryFor(r.Path(opt), 0))
	if e.Status != revocation.Revoked || e.Certificate != a.leaf {
		t.Errorf("%v", e.Status)
	}
	for _, c := range []struct {
		checker trust.RevocationChecker
		at      time.Time
		want    trust.Code
	}{
		{revocation.OpenSSL{}, now, trust.CodeCertificateRevoked},
		{revocation.Strict{}, now, trust.CodeCertificateRevoked},
		{revocation.OpenSSL{}, now.Add(-90 * time.Minute), trust.CodeCertificateRevoked}, // the date does not count
		{revocation.Strict{}, now.Add(-90 * time.Minute), trust.OK},                      // revoked half an hour later
	} {
		opt.Time, opt.CRLCheck, opt.Revocation = c.at, true, c.checker
		got := trust.Verify(a.leaf, opt).Code
		if got != c.want {
			t.Errorf("%T at %v: %v, not %v", c.checker, c.at, got, c.want)
		}
	}
}
