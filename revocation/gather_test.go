package revocation_test

import (
	"context"
	"crypto/x509"
	"errors"
	"math/big"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/revocation/ocsptest"
	"github.com/jsign-jp/jsign/trust"
)

// shop is a Fetcher that hands out what it has.
type shop struct {
	stock map[*trust.Certificate]revocation.Material
	err   error
	asked []*trust.Certificate
}

func (s *shop) Fetch(_ context.Context, c, _ *trust.Certificate) (revocation.Material, error) {
	s.asked = append(s.asked, c)
	return s.stock[c], s.err
}

func (a *authority) path() *trust.Path {
	store := trust.NewStore()
	store.AddCertificate(a.ca)
	opt := trust.Options{Anchors: store, Time: now, PartialChain: true}
	r := trust.Verify(a.leaf, opt)
	if r.Verdict != trust.Valid {
		a.t.Fatalf("%v", r.Code)
	}
	return r.Path(opt)
}

func fetchedOCSP(o *revocation.OCSP, cached bool) revocation.Material {
	return revocation.Material{OCSPs: []*revocation.OCSP{o}, Attempts: []revocation.Attempt{{Location: "http://ocsp.invalid/", Cached: cached, OCSP: o}}}
}

// TestGatherOrder: what is asked ends with what settles.
func TestGatherOrder(t *testing.T) {
	a := newAuthority(t)
	good, stale := a.response(nil), a.response(func(r *ocsptest.Response) { r.Singles[0].NextUpdate = now.Add(-time.Minute) })
	crls := revocation.Material{CRLs: []*trust.CRL{a.list(1, nil)}}
	none := revocation.Material{}
	for _, test := range []struct {
		name            string
		embedded, files revocation.Material
		fetched         revocation.Material
		status          revocation.Status
		origin          revocation.Origin
		asked           int
	}{
		{"embedded", revocation.Material{OCSPs: []*revocation.OCSP{good}}, crls, none, revocation.Good, revocation.Embedded, 0},
		{"files", none, crls, none, revocation.Good, revocation.File, 0},
		{"files when the embedded is stale", revocation.Material{OCSPs: []*revocation.OCSP{stale}}, crls, none, revocation.Good, revocation.File, 0},
		{"cache", none, none, fetchedOCSP(good, true), revocation.Good, revocation.Cache, 1},
		{"network", none, none, fetchedOCSP(good, false), revocation.Good, revocation.Network, 1},
		{"nothing settles", none, none, fetchedOCSP(stale, false), revocation.Unknown, revocation.Given, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &shop{stock: map[*trust.Certificate]revocation.Material{a.leaf: test.fetched}}
			evidence, used := revocation.Gather(t.Context(), revocation.GatherOptions{Path: a.path(), Embedded: test.embedded, Files: test.files, Fetcher: s})
			if len(evidence) != 1 || len(s.asked) != test.asked {
				t.Fatalf("%d certificates, %d asked", len(evidence), len(s.asked))
			}
			e := evidence[0]
			if e.Status != test.status || len(e.Attempts) != test.asked {
				t.Errorf("%v, want %v; %d attempts", e.Explanation(), test.status, len(e.Attempts))
			}
			if test.status != revocation.Good {
				return
			}
			if len(e.Sources) != 1 || e.Sources[0].Origin != test.origin || len(used.CRLs)+len(used.OCSPs) != 1 || len(used.Certificates) != 1 {
				t.Errorf("%+v, want %v; used %+v", e.Sources, test.origin, used)
			}
		})
	}
}

// TestGatherUnavailable: what could not be had is not checked, with its reason, in both
// languages; it is never good.
func TestGatherUnavailable(t *testing.T) {
	a := newAuthority(t)
	why := lang.Errorf("no line", "回線がありません")
	evidence, used := revocation.Gather(t.Context(), revocation.GatherOptions{Path: a.path(), Fetcher: &shop{err: why}})
	e := evidence[0]
	if e.Status != revocation.NotChecked || len(e.Attempts) != 1 || !errors.Is(e.Attempts[0].Err, why) || len(used.Certificates) != 0 {
		t.Fatalf("%+v", e)
	}
	if got := e.Explanation().In(lang.English); got != "not checked: not available to this verifier: no line" {
		t.Error(got)
	}
	if got := e.Explanation().In(lang.Japanese); got != "未確認: この検証者には提供されていません: 回線がありません" {
		t.Error(got)
	}
	evidence, _ = revocation.Gather(t.Context(), revocation.GatherOptions{Path: a.path()})
	if got := evidence[0].Explanation().In(lang.English); got != "not checked: no revocation data is at hand" {
		t.Error(got)
	}
}

// TestGatherResponder: a responder whose own certificate needs checking is asked about.
func TestGatherResponder(t *testing.T) {
	a := newAuthority(t)
	responder, key := a.responder(func(c *x509.Certificate) {
		c.ExtraExtensions, c.CRLDistributionPoints = nil, []string{"http://crl.invalid/"}
	})
	answer := a.delegatedBy(responder, key)
	crl := a.list(1, func(l *x509.RevocationList) {
		l.RevokedCertificateEntries = []x509.RevocationListEntry{{SerialNumber: big.NewInt(5), RevocationTime: now.Add(-time.Hour)}}
	})
	s := &shop{stock: map[*trust.Certificate]revocation.Material{a.leaf: fetchedOCSP(answer, false)}}
	for _, c := range answer.Certificates {
		s.stock[c] = revocation.Material{CRLs: []*trust.CRL{crl}}
	}
	evidence, used := revocation.Gather(t.Context(), revocation.GatherOptions{Path: a.path(), Fetcher: s})
	if e := evidence[0]; e.Status != revocation.Good || len(s.asked) != 2 {
		t.Fatalf("%v, %d asked", e.Explanation(), len(s.asked))
	}
	if len(used.OCSPs) != 1 || len(used.CRLs) != 1 {
		t.Errorf("used %d responses, %d CRLs: the responder's own CRL belongs to the proof", len(used.OCSPs), len(used.CRLs))
	}
}

// TestGatherAnchorAlone: a trusted leaf needs no revocation data.
func TestGatherAnchorAlone(t *testing.T) {
	a := newAuthority(t)
	p := a.path()
	p.Chain = p.Chain[1:]
	if evidence, _ := revocation.Gather(t.Context(), revocation.GatherOptions{Path: p}); len(evidence) != 0 {
		t.Errorf("%+v", evidence)
	}
}

// TestCRLAfterExpiry: a list that no longer needs to hold the certificate says nothing.
func TestCRLAfterExpiry(t *testing.T) {
	a := newAuthority(t)
	late := a.leaf.NotAfter.AddDate(0, 0, 1)
	list := func(serials ...*big.Int) *trust.CRL {
		return a.list(1, func(l *x509.RevocationList) {
			l.ThisUpdate, l.NextUpdate = late, late.AddDate(0, 0, 1)
			for _, s := range serials {
				l.RevokedCertificateEntries = append(l.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: s, RevocationTime: now.Add(-time.Hour)})
			}
		})
	}
	ask := func(crl *trust.CRL) revocation.Evidence {
		return a.ask(func(q *revocation.Query) { q.CRLs, q.Now = []*trust.CRL{crl}, late })
	}
	want(t, ask(list()), revocation.Unknown, "RFC 5280, 3.3")
	want(t, ask(list(a.leaf.Serial)), revocation.Revoked, "")
}

// TestGatherFilesTell: a good response in the signature does not hide a revocation in a
// file.
func TestGatherFilesTell(t *testing.T) {
	a := newAuthority(t)
	evidence, used := revocation.Gather(t.Context(), revocation.GatherOptions{
		Path: a.path(), Embedded: revocation.Material{OCSPs: []*revocation.OCSP{a.response(nil)}},
		Files: revocation.Material{CRLs: []*trust.CRL{a.revoking(1, 1)}},
	})
	if e := evidence[0]; e.Status != revocation.Revoked || e.Sources[0].Origin != revocation.File || len(used.CRLs) != 1 {
		t.Errorf("%v, %+v", e.Explanation(), e.Sources)
	}
}

// TestFloodHidesNothing: however much a document brings that looks as if it concerned
// the certificate, what the user names counts.
func TestFloodHidesNothing(t *testing.T) {
	a, namesake := newAuthority(t), newAuthority(t)
	const flood = 1100
	var embedded revocation.Material
	newest := namesake.list(99, func(l *x509.RevocationList) { l.ThisUpdate = now })
	for range 7 {
		embedded.Certificates = append(embedded.Certificates, newAuthority(t).ca) // of the same name
	}
	forged := a.response(func(r *ocsptest.Response) { r.Key = namesake.key })
	for range flood {
		l, err := trust.ParseCRL(newest.Raw)
		if err != nil {
			t.Fatal(err)
		}
		o, err := revocation.ParseOCSP(forged.Raw)
		if err != nil {
			t.Fatal(err)
		}
		embedded.CRLs, embedded.OCSPs = append(embedded.CRLs, l), append(embedded.OCSPs, o)
	}
	revoked := a.response(func(r *ocsptest.Response) {
		r.Singles[0].Status, r.Singles[0].RevokedAt = revocation.Revoked, now.Add(-2*time.Hour)
	})
	for name, given := range map[string]revocation.Material{
		"a CRL":      {CRLs: []*trust.CRL{a.revoking(1, 1)}},
		"a response": {OCSPs: []*revocation.OCSP{revoked}},
	} {
		e, _ := revocation.Gather(t.Context(), revocation.GatherOptions{Path: a.path(), Embedded: embedded, Files: given})
		if e[0].Status != revocation.Revoked || e[0].Sources[0].Origin != revocation.File {
			t.Errorf("%s of the user: %v", name, e[0].Status)
		}
		e, _ = revocation.Gather(t.Context(), revocation.GatherOptions{Path: a.path(), Embedded: embedded, Fetcher: &shop{stock: map[*trust.Certificate]revocation.Material{a.leaf: given}}})
		if e[0].Status != revocation.Revoked {
			t.Errorf("%s of a server: %v", name, e[0].Status)
		}
	}
}
