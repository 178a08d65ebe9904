package revocation_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"slices"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/revocation/ocsptest"
	"github.com/jsign-jp/jsign/trust"
)

// says makes the part of a response about a certificate.
func (a *authority) says(c *trust.Certificate, status revocation.Status) ocsptest.Single {
	a.t.Helper()
	id, ok := revocation.NewCertID(crypto.SHA1, c, a.ca)
	if !ok {
		a.t.Fatal("no CertID")
	}
	return ocsptest.Single{ID: id, Status: status, Reason: -1, RevokedAt: now.Add(-time.Hour), ThisUpdate: now.Add(-time.Hour), NextUpdate: now.Add(time.Hour)}
}

// response is a right response by the CA that the leaf is good; change alters it.
func (a *authority) response(change func(*ocsptest.Response)) *revocation.OCSP {
	a.t.Helper()
	r := ocsptest.Response{Responder: a.ca, Key: a.key, ProducedAt: now.Add(-time.Hour), Singles: []ocsptest.Single{a.says(a.leaf, revocation.Good)}}
	if change != nil {
		change(&r)
	}
	raw, err := r.Marshal()
	if err != nil {
		a.t.Fatal(err)
	}
	o, err := revocation.ParseOCSP(raw)
	if err != nil {
		a.t.Fatal(err)
	}
	return o
}

// responder makes a delegated responder; change alters the certificate.
func (a *authority) responder(change func(*x509.Certificate)) (*trust.Certificate, *ecdsa.PrivateKey) {
	a.t.Helper()
	key := generate(a.t)
	c := &x509.Certificate{
		SerialNumber: big.NewInt(99), Subject: pkix.Name{CommonName: "responder"}, NotBefore: now.AddDate(0, -1, 0), NotAfter: now.AddDate(0, 1, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning},
		ExtraExtensions: []pkix.Extension{noCheck()},
	}
	if change != nil {
		change(c)
	}
	return a.certificate(c, key), key
}

func noCheck() pkix.Extension {
	return extension(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5}, false, 5, 0)
}

// delegatedBy makes a response signed by a responder.
func (a *authority) delegatedBy(c *trust.Certificate, key *ecdsa.PrivateKey) *revocation.OCSP {
	return a.response(func(r *ocsptest.Response) {
		r.Responder, r.Key, r.Certificates = c, key, []*trust.Certificate{c}
	})
}

func (a *authority) ask(change func(*revocation.Query), responses ...*revocation.OCSP) revocation.Evidence {
	q := revocation.Query{Certificate: a.leaf, Issuer: a.ca, Chain: []*trust.Certificate{a.leaf, a.ca}, Time: now, OCSPs: responses}
	if change != nil {
		change(&q)
	}
	return revocation.Check(q)
}

// want compares a status and, where something was to be refused, the clause.
func want(t *testing.T, e revocation.Evidence, status revocation.Status, clause string) {
	t.Helper()
	if e.Status != status {
		t.Errorf("%v, want %v", e.Explanation(), status)
	}
	if clause == "" && len(e.Refused) > 0 || clause != "" && (len(e.Refused) == 0 || e.Refused[0].Clause != clause) {
		t.Errorf("refused %+v, want %q", e.Refused, clause)
	}
	for _, r := range e.Refused {
		if r.Text.EN == "" || r.Text.JA == "" || r.Code == trust.OK {
			t.Errorf("a refusal without a reason: %+v", r)
		}
	}
}

func TestResponseByIssuer(t *testing.T) {
	a, namesake := newAuthority(t), newAuthority(t) // of one name, as JPKI's generations
	single := func(change func(*ocsptest.Single)) func(*ocsptest.Response) {
		return func(r *ocsptest.Response) { change(&r.Singles[0]) }
	}
	critical := trust.Extension{ID: "\x2a\x03\x04", Critical: true, Value: []byte{5, 0}}
	for _, test := range []struct {
		name   string
		change func(*ocsptest.Response)
		status revocation.Status
		clause string
	}{
		{"good, responder by name", nil, revocation.Good, ""},
		{"good, responder by key", func(r *ocsptest.Response) { r.ByKeyHash = ocsptest.KeyHash(a.ca) }, revocation.Good, ""},
		{"good, CertID with SHA-256", func(r *ocsptest.Response) {
			r.Singles[0].ID, _ = revocation.NewCertID(crypto.SHA256, a.leaf, a.ca)
		}, revocation.Good, ""},
		{"good, the second of several", func(r *ocsptest.Response) {
			r.Singles = append([]ocsptest.Single{a.says(a.ca, revocation.Revoked)}, r.Singles...)
		}, revocation.Good, ""},
		{"revoked", single(func(s *ocsptest.Single) { s.Status = revocation.Revoked }), revocation.Revoked, ""},
		{"good and revoked in one", func(r *ocsptest.Response) {
			r.Singles = append(r.Singles, a.says(a.leaf, revocation.Revoked))
		}, revocation.Revoked, ""},
		{"unknown", single(func(s *ocsptest.Single) { s.Status = revocation.Unknown }), revocation.Unknown, "RFC 6960, 2.2"},
		{"another certificate", func(r *ocsptest.Response) { r.Singles = []ocsptest.Single{a.says(a.ca, revocation.Good)} }, revocation.NotChecked, ""},
		{"the issuer's namesake in the CertID", func(r *ocsptest.Response) {
			r.Singles[0].ID, _ = revocation.NewCertID(crypto.SHA1, a.leaf, namesake.ca)
		}, revocation.Unknown, "RFC 6960, 3.2 (1)"},
		{"the issuer's namesake signs", func(r *ocsptest.Response) { r.Key = namesake.key }, revocation.Unknown, "RFC 6960, 3.2 (2)"},
		{"the issuer's namesake, with its certificate", func(r *ocsptest.Response) {
			r.Responder, r.Key, r.Certificates = namesake.ca, namesake.key, []*trust.Certificate{namesake.ca}
		}, revocation.Unknown, "RFC 6960, 4.2.2.2"},
		{"an unknown hash in the CertID", single(func(s *ocsptest.Single) { s.ID.IssuerKeyHash = s.ID.IssuerKeyHash[1:] }), revocation.Unknown, "RFC 6960, 3.2 (1)"},
		{"stale", single(func(s *ocsptest.Single) { s.NextUpdate = now.Add(-time.Second) }), revocation.Unknown, "RFC 6960, 4.2.2.1"},
		{"just fresh", single(func(s *ocsptest.Single) { s.NextUpdate = now }), revocation.Good, ""},
		{"from the future", single(func(s *ocsptest.Single) { s.ThisUpdate = now.Add(time.Second) }), revocation.Unknown, "RFC 6960, 4.2.2.1"},
		{"produced in the future", func(r *ocsptest.Response) { r.ProducedAt = now.Add(time.Second) }, revocation.Unknown, "RFC 6960, 4.2.2.1"},
		{"ends before it begins", single(func(s *ocsptest.Single) { s.NextUpdate = s.ThisUpdate.Add(-time.Second) }), revocation.Unknown, "RFC 6960, 4.2.2.1"},
		{"without end, new", single(func(s *ocsptest.Single) { s.NextUpdate = time.Time{} }), revocation.Good, ""},
		{"without end, old", single(func(s *ocsptest.Single) {
			s.ThisUpdate, s.NextUpdate = now.Add(-25*time.Hour), time.Time{}
		}), revocation.Unknown, "RFC 6960, 4.2.2.1"},
		{"unknown critical extension", func(r *ocsptest.Response) { r.Extensions = []trust.Extension{critical} }, revocation.Unknown, "RFC 6960, 4.4"},
		{"unknown critical extension of one", single(func(s *ocsptest.Single) { s.Extensions = []trust.Extension{critical} }), revocation.Unknown, "RFC 6960, 4.4"},
		{"an error status", func(r *ocsptest.Response) { r.Status = revocation.Unauthorized }, revocation.NotChecked, ""},
	} {
		t.Run(test.name, func(t *testing.T) { want(t, a.ask(nil, a.response(test.change)), test.status, test.clause) })
	}
}

func TestDelegatedResponder(t *testing.T) {
	a, stranger := newAuthority(t), newAuthority(t)
	revoking := func(reason int) *trust.CRL {
		return a.list(10, func(l *x509.RevocationList) {
			l.RevokedCertificateEntries = []x509.RevocationListEntry{{SerialNumber: big.NewInt(99), RevocationTime: now.Add(-2 * time.Hour), ReasonCode: reason}}
		})
	}
	withPoint := func(c *x509.Certificate) {
		c.ExtraExtensions, c.CRLDistributionPoints = nil, []string{"http://crl.invalid/"}
	}
	for _, test := range []struct {
		name   string
		change func(*x509.Certificate)
		crl    *trust.CRL
		status revocation.Status
		clause string
	}{
		{"nocheck", nil, nil, revocation.Good, ""},
		{"no key usage", func(c *x509.Certificate) { c.KeyUsage = 0 }, nil, revocation.Good, ""},
		{"no purpose", func(c *x509.Certificate) { c.ExtKeyUsage = nil }, nil, revocation.Unknown, "RFC 6960, 4.2.2.2"},
		{"any purpose", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny} }, nil, revocation.Unknown, "RFC 6960, 4.2.2.2"},
		{"another purpose", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping} }, nil, revocation.Unknown, "RFC 6960, 4.2.2.2"},
		{"a key for encryption", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }, nil, revocation.Unknown, "RFC 6960, 4.2.2.2"},
		{"expired", func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Second) }, nil, revocation.Unknown, "RFC 6960, 4.2.2.2"},
		{"not yet valid", func(c *x509.Certificate) { c.NotBefore = now.Add(-time.Second) }, nil, revocation.Unknown, "RFC 6960, 4.2.2.2"},
		{"unknown critical extension", func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{extension(asn1.ObjectIdentifier{1, 2, 3, 4}, true, 5, 0)}
		}, nil, revocation.Unknown, "RFC 6960, 4.2.2.2"},
		{"no way to check it", func(c *x509.Certificate) { c.ExtraExtensions = nil }, nil, revocation.Good, ""},
		{"a way, and nothing at hand", withPoint, nil, revocation.Unknown, "RFC 6960, 4.2.2.2.1"},
		{"a way, and good", withPoint, a.list(10, nil), revocation.Good, ""},
		{"revoked", withPoint, revoking(1), revocation.Good, "RFC 6960, 4.2.2.2.1"},
		{"revoked without a way to see it", func(c *x509.Certificate) { c.ExtraExtensions = nil }, revoking(1), revocation.Good, "RFC 6960, 4.2.2.2.1"},
		{"revoked, nocheck", nil, revoking(1), revocation.Good, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, key := a.responder(test.change)
			e := a.ask(func(q *revocation.Query) {
				if test.crl != nil { // for the responder; that it says good of the leaf, too, is the status then
					q.CRLs = []*trust.CRL{test.crl}
				}
			}, a.delegatedBy(c, key))
			want(t, e, test.status, test.clause)
			if byOCSP := slices.ContainsFunc(e.Sources, func(s revocation.Source) bool { return s.OCSP != nil }); byOCSP != (test.clause == "") {
				t.Errorf("the response was used: %v", byOCSP)
			}
		})
	}
	t.Run("of another issuer", func(t *testing.T) {
		c, key := stranger.responder(nil)
		want(t, a.ask(nil, a.delegatedBy(c, key)), revocation.Unknown, "RFC 6960, 4.2.2.2")
	})
	t.Run("the certificate at hand", func(t *testing.T) {
		c, key := a.responder(nil)
		o := a.response(func(r *ocsptest.Response) { r.ByKeyHash, r.Key = ocsptest.KeyHash(c), key })
		want(t, a.ask(nil, o), revocation.Unknown, "RFC 6960, 4.2.2.2")
		want(t, a.ask(func(q *revocation.Query) { q.Candidates = []*trust.Certificate{a.leaf, c} }, o), revocation.Good, "")
	})
	t.Run("the second certificate", func(t *testing.T) {
		decoy, _ := a.responder(nil) // of the same name
		c, key := a.responder(nil)
		o := a.response(func(r *ocsptest.Response) {
			r.Responder, r.Key, r.Certificates = c, key, []*trust.Certificate{a.leaf, decoy, c}
		})
		want(t, a.ask(nil, o), revocation.Good, "")
	})
}

// TestSourcesTogether: a revocation goes before good, wherever it stands.
func TestSourcesTogether(t *testing.T) {
	a := newAuthority(t)
	revoked := func(reason int, at time.Time) *revocation.OCSP {
		return a.response(func(r *ocsptest.Response) {
			s := &r.Singles[0]
			s.Status, s.Reason, s.ThisUpdate = revocation.Revoked, reason, at
		})
	}
	good := a.response(nil)
	for _, test := range []struct {
		name   string
		ocsps  []*revocation.OCSP
		crls   []*trust.CRL
		status revocation.Status
	}{
		{"good by both", []*revocation.OCSP{good}, []*trust.CRL{a.list(1, nil)}, revocation.Good},
		{"the CRL revokes", []*revocation.OCSP{good}, []*trust.CRL{a.revoking(1, 1)}, revocation.Revoked},
		{"the response revokes", []*revocation.OCSP{revoked(1, now.Add(-time.Hour))}, []*trust.CRL{a.list(1, nil)}, revocation.Revoked},
		{"an older response revokes", []*revocation.OCSP{good, revoked(1, now.Add(-2*time.Hour))}, nil, revocation.Revoked},
		{"a hold that was lifted", []*revocation.OCSP{good, revoked(6, now.Add(-2*time.Hour))}, nil, revocation.Good},
		{"a hold that is newer", []*revocation.OCSP{good, revoked(6, now.Add(-time.Minute))}, nil, revocation.Revoked},
		{"a stale response and a CRL", []*revocation.OCSP{a.response(func(r *ocsptest.Response) { r.Singles[0].NextUpdate = now.Add(-time.Minute) })}, []*trust.CRL{a.list(1, nil)}, revocation.Good},
	} {
		t.Run(test.name, func(t *testing.T) {
			for range 2 { // in either order
				e := a.ask(func(q *revocation.Query) { q.CRLs = test.crls }, test.ocsps...)
				if e.Status != test.status || len(e.Sources) == 0 {
					t.Errorf("%v, want %v", e.Explanation(), test.status)
				}
				slices.Reverse(test.ocsps)
			}
		})
	}
}

// TestNewestCRLFirst: an older list, still in force, does not hide a revocation.
func TestNewestCRLFirst(t *testing.T) {
	a := newAuthority(t)
	older := a.list(1, func(l *x509.RevocationList) { l.ThisUpdate = now.AddDate(0, 0, -2) })
	if e := a.check(older, a.revoking(2, 1)); e.Status != revocation.Revoked {
		t.Errorf("%v", e.Explanation())
	}
}

// TestLater: with Now after Time, data issued later tells of Time, but not when the
// certificate had expired by then, unless expired ones are kept.
func TestLater(t *testing.T) {
	a := newAuthority(t)
	later := now.AddDate(0, 1, 0)
	at := func(when time.Time, change func(*ocsptest.Single)) *revocation.OCSP {
		return a.response(func(r *ocsptest.Response) {
			r.ProducedAt, r.Singles[0].ThisUpdate, r.Singles[0].NextUpdate = when, when, when.Add(time.Hour)
			if change != nil {
				change(&r.Singles[0])
			}
		})
	}
	ask := func(now2 time.Time, o *revocation.OCSP) revocation.Evidence {
		return a.ask(func(q *revocation.Query) { q.Now = now2 }, o)
	}
	want(t, ask(time.Time{}, at(later, nil)), revocation.Unknown, "RFC 6960, 4.2.2.1")
	want(t, ask(later, at(later, nil)), revocation.Good, "")
	revoked := ask(later, at(later, func(s *ocsptest.Single) { s.Status, s.RevokedAt = revocation.Revoked, later.Add(-time.Hour) }))
	want(t, revoked, revocation.Revoked, "")
	if revoked.RevokedBy(now) || !revoked.RevokedBy(later) {
		t.Errorf("revoked at %v", revoked.RevokedAt)
	}
	expired := a.leaf.NotAfter.AddDate(0, 0, 1)
	want(t, ask(expired, at(expired, nil)), revocation.Unknown, "RFC 6960, 4.4.4")
	want(t, ask(expired, at(expired, func(s *ocsptest.Single) {
		s.Extensions = []trust.Extension{ocsptest.ArchiveCutoffExtension(a.leaf.NotAfter.AddDate(0, 0, -1))}
	})), revocation.Good, "")
	want(t, ask(expired, at(expired, func(s *ocsptest.Single) {
		s.Extensions = []trust.Extension{ocsptest.ArchiveCutoffExtension(a.leaf.NotAfter.AddDate(0, 0, 1))}
	})), revocation.Unknown, "RFC 6960, 4.4.4")
}

func TestSkew(t *testing.T) {
	a := newAuthority(t)
	o := a.response(func(r *ocsptest.Response) {
		r.ProducedAt, r.Singles[0].ThisUpdate = now.Add(time.Minute), now.Add(time.Minute)
	})
	want(t, a.ask(nil, o), revocation.Unknown, "RFC 6960, 4.2.2.1")
	want(t, a.ask(func(q *revocation.Query) { q.Skew = revocation.DefaultSkew }, o), revocation.Good, "")
}

// TestPeerReads: golang.org/x/crypto reads what ocsptest makes, and what it makes is read
// here alike.
func TestPeerReads(t *testing.T) {
	a := newAuthority(t)
	o := a.response(nil)
	issuer, err := a.ca.X509()
	if err != nil {
		t.Fatal(err)
	}
	peer, err := ocsp.ParseResponse(o.Raw, issuer)
	if err != nil || peer.Status != ocsp.Good {
		t.Fatalf("%v, %+v", err, peer)
	}
	raw, err := ocsp.CreateResponse(issuer, issuer, ocsp.Response{
		Status: ocsp.Revoked, SerialNumber: a.leaf.Serial, ThisUpdate: now.Add(-time.Hour), NextUpdate: now.Add(time.Hour),
		RevokedAt: now.Add(-time.Hour), RevocationReason: ocsp.KeyCompromise, IssuerHash: crypto.SHA256,
	}, a.key)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := revocation.ParseOCSP(raw)
	if err != nil {
		t.Fatal(err)
	}
	e := a.ask(func(q *revocation.Query) { q.Now = time.Now() }, theirs)
	if e.Status != revocation.Revoked || e.Reason != ocsp.KeyCompromise || !e.RevokedAt.Equal(now.Add(-time.Hour)) {
		t.Errorf("%v: %+v", e.Explanation(), e)
	}
}

// TestBasicOCSP: the response inside a response means the same.
func TestBasicOCSP(t *testing.T) {
	a := newAuthority(t)
	whole := a.response(nil)
	inner, err := revocation.ParseBasicOCSP(whole.RawBasic)
	if err != nil || string(inner.Raw) != string(whole.Raw) {
		t.Fatalf("%v", err)
	}
	want(t, a.ask(nil, inner), revocation.Good, "")
}
