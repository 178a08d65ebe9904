package online_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/revocation/ocsptest"
	"github.com/jsign-jp/jsign/revocation/online"
	"github.com/jsign-jp/jsign/trust"
)

// site is a server that counts what it is asked.
type site struct {
	*httptest.Server
	asked chan string // methods and paths
}

func newSite(t testing.TB, handler http.HandlerFunc) *site {
	t.Helper()
	s := &site{asked: make(chan string, 100_000)}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked <- r.Method + " " + r.URL.Path
		handler(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// request reads the OCSP request out of an HTTP one.
func request(t testing.TB, r *http.Request) []byte {
	t.Helper()
	if r.Method == http.MethodPost {
		if r.Header.Get("Content-Type") != "application/ocsp-request" {
			t.Errorf("content type %q", r.Header.Get("Content-Type"))
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		return body
	}
	escaped := r.URL.EscapedPath()
	text, err := url.PathUnescape(escaped[strings.LastIndexByte(escaped, '/')+1:])
	if err != nil {
		t.Error(err)
	}
	body, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Error(err)
	}
	return body
}

// responder answers requests rightly, but for what change does.
func (a *authority) responder(change func(*ocsptest.Response)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answer := a.answer(request(a.t, r))
		if change != nil {
			change(&answer)
		}
		w.Header().Set("Content-Type", "application/ocsp-response")
		w.Write(marshal(a.t, answer))
	}
}

// publisher serves one content as a CRL.
func publisher(content []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/pkix-crl")
		w.Write(content)
	}
}

func namingOCSP(urls ...string) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.OCSPServer = urls }
}

func namingCRL(urls ...string) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.CRLDistributionPoints = urls }
}

// status is what the material says of the certificate.
func (a *authority) status(c *trust.Certificate, m revocation.Material) revocation.Evidence {
	return revocation.Check(revocation.Query{Certificate: c, Issuer: a.issuer, Time: now, CRLs: m.CRLs, OCSPs: m.OCSPs})
}

func TestFetchSettles(t *testing.T) {
	a := newAuthority(t)
	good := newSite(t, a.responder(nil))
	revoked := newSite(t, a.responder(func(r *ocsptest.Response) {
		r.Singles[0].Status, r.Singles[0].RevokedAt, r.Singles[0].Reason = revocation.Revoked, now.Add(-2*time.Hour), 4
	}))
	empty := newSite(t, publisher(a.crl()))
	broken := newSite(t, http.NotFound)
	for _, test := range []struct {
		name   string
		names  func(*x509.Certificate)
		opt    online.Options
		status revocation.Status
		tried  int
	}{
		{"good by OCSP, with nonce", namingOCSP(good.URL), online.Options{}, revocation.Good, 1},
		{"good by OCSP, the nonce required", namingOCSP(good.URL), online.Options{RequireNonce: true}, revocation.Good, 1},
		{"good by OCSP, by GET", namingOCSP(good.URL), online.Options{NoNonce: true}, revocation.Good, 1},
		{"good by OCSP, by GET below a folder", namingOCSP(good.URL + "/ocsp/"), online.Options{NoNonce: true}, revocation.Good, 1},
		{"revoked by OCSP", namingOCSP(revoked.URL), online.Options{}, revocation.Revoked, 1},
		{"good by CRL", namingCRL(empty.URL), online.Options{}, revocation.Good, 1},
		{"the second responder", namingOCSP(broken.URL, good.URL), online.Options{}, revocation.Good, 2},
		{"a CRL when the responder fails", func(c *x509.Certificate) {
			c.OCSPServer, c.CRLDistributionPoints = []string{broken.URL}, []string{broken.URL, empty.URL}
		}, online.Options{}, revocation.Good, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.opt.AllowUnsafe = loopback()
			c := a.issue(test.names)
			m, err := newClient(t, test.opt).Fetch(t.Context(), c, a.issuer)
			if err != nil {
				t.Fatal(err)
			}
			if e := a.status(c, m); e.Status != test.status || len(m.Attempts) != test.tried {
				t.Errorf("%v after %d attempts, want %v after %d: %+v", e.Explanation(), len(m.Attempts), test.status, test.tried, m.Attempts)
			}
		})
	}
}

// TestFaults: each fault of a server is one clear reason in both languages, and the
// certificate's status is not settled by it.
func TestFaults(t *testing.T) {
	a, stranger := newAuthority(t), newAuthority(t)
	slow := func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // the end of the connection is seen only then
		<-r.Context().Done()
	}
	crl := a.crl()
	for _, test := range []struct {
		name   string
		ocsp   http.HandlerFunc // nil: the next
		crl    http.HandlerFunc
		reason online.Reason
	}{
		{"slow responder", slow, nil, online.TooSlow},
		{"slow CRL", nil, slow, online.TooSlow},
		{"wrong nonce", a.responder(func(r *ocsptest.Response) { r.Nonce = []byte("another") }), nil, online.WrongNonce},
		{"404", http.NotFound, nil, online.HTTPStatus},
		{"404 CRL", nil, http.NotFound, online.HTTPStatus},
		{"50 MB, announced", nil, announced(50 << 20), online.TooLarge},
		{"50 MB of OCSP", endless("application/ocsp-response"), nil, online.TooLarge},
		{"endless CRL", nil, endless("application/pkix-crl"), online.TooLarge},
		{"redirect loop", redirect(""), nil, online.BadRedirect},
		{"redirect loop CRL", nil, redirect(""), online.BadRedirect},
		{"redirect to file", nil, redirect("file:///etc/passwd"), online.BadRedirect},
		{"redirect to ldap", nil, redirect("ldap://127.0.0.1/x"), online.BadRedirect},
		{"redirect to https", nil, redirect("https://127.0.0.1/x"), online.BadRedirect},
		{"redirect to a user's URL", nil, redirect("http://user:secret@127.0.0.1/x"), online.BadRedirect},
		{"redirect that drops the request", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusSeeOther)
		}, nil, online.BadRedirect},
		{"cut off", nil, cutOff(crl), online.CutOff},
		{"a CRL's half", nil, publisher(crl[:len(crl)/2]), online.Unreadable},
		{"an empty answer", nil, publisher(nil), online.Unreadable},
		{"half a response", halfResponse(a), nil, online.Unreadable},
		{"wrong content type", wrongType(a), nil, online.ContentType},
		{"a page for a CRL", nil, page, online.ContentType},
		{"unauthorized", a.responder(func(r *ocsptest.Response) { r.Status = revocation.Unauthorized }), nil, online.Refused},
		{"try later", a.responder(func(r *ocsptest.Response) { r.Status = revocation.TryLater }), nil, online.Refused},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := a.asking(t, test.ocsp, test.crl)
			timeout := time.Minute
			if test.reason == online.TooSlow {
				timeout = 50 * time.Millisecond
			}
			m, err := newClient(t, online.Options{AllowUnsafe: loopback(), Timeout: timeout}).Fetch(t.Context(), c, a.issuer)
			wantFailure(t, err, test.reason)
			if e := a.status(c, m); e.Status != revocation.NotChecked {
				t.Errorf("the status is %v", e.Status)
			}
		})
	}
	t.Run("judged elsewhere", func(t *testing.T) { testFaultsJudgedElsewhere(t, a, stranger) })
}

// testFaultsJudgedElsewhere: what a server says wrongly is brought, and judged as any
// other data is.
func testFaultsJudgedElsewhere(t *testing.T, a, stranger *authority) {
	for _, test := range []struct {
		name      string
		ocsp, crl http.HandlerFunc
	}{
		{"stale", a.responder(func(r *ocsptest.Response) {
			r.Singles[0].ThisUpdate, r.Singles[0].NextUpdate = now.Add(-48*time.Hour), now.Add(-24*time.Hour)
		}), nil},
		{"wrong signer", a.responder(func(r *ocsptest.Response) { r.Key = stranger.key }), nil},
		{"another's certificate", a.responder(func(r *ocsptest.Response) { r.Singles[0].ID.IssuerKeyHash = make([]byte, 20) }), nil},
		{"unknown", a.responder(func(r *ocsptest.Response) { r.Singles[0].Status = revocation.Unknown }), nil},
		{"a stranger's CRL of the same name", nil, publisher(stranger.crl())},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := a.asking(t, test.ocsp, test.crl)
			m, err := newClient(t, online.Options{AllowUnsafe: loopback()}).Fetch(t.Context(), c, a.issuer)
			if err != nil {
				t.Fatal(err)
			}
			if e := a.status(c, m); e.Status != revocation.Unknown || len(e.Refused) != 1 || e.Refused[0].Text.EN == "" {
				t.Errorf("%v, %+v", e.Status, e.Refused)
			}
		})
	}
}

// asking issues a certificate that names a server with one of the handlers.
func (a *authority) asking(t *testing.T, ocsp, crl http.HandlerFunc) *trust.Certificate {
	t.Helper()
	if ocsp != nil {
		return a.issue(namingOCSP(newSite(t, ocsp).URL))
	}
	return a.issue(namingCRL(newSite(t, crl).URL))
}

func wantFailure(t *testing.T, err error, reason online.Reason) {
	t.Helper()
	var f *online.Failure
	if !errors.As(err, &f) || f.Reason != reason {
		t.Fatalf("%v, want reason %d", err, reason)
	}
	if en, ja := lang.Explain(err, lang.English), lang.Explain(err, lang.Japanese); en == "" || ja == "" || en == ja {
		t.Errorf("%q, %q", en, ja)
	}
}

func announced(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(n))
		w.Write([]byte{0x30})
	}
}

func endless(kind string) http.HandlerFunc {
	block := make([]byte, 1<<20)
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		for {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}
}

// redirect points to a place, or to itself.
func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		target := to
		if target == "" {
			target = r.URL.Path + "x"
		}
		http.Redirect(w, r, target, http.StatusTemporaryRedirect)
	}
}

func cutOff(content []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(content)+1))
		w.Write(content)
	}
}

func halfResponse(a *authority) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		raw := marshal(a.t, a.answer(request(a.t, r)))
		w.Header().Set("Content-Type", "application/ocsp-response")
		w.Write(raw[:len(raw)/2])
	}
}

func wrongType(a *authority) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.Write(marshal(a.t, a.answer(request(a.t, r))))
	}
}

func page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write([]byte("<title>Maintenance</title>"))
}

func TestInterrupted(t *testing.T) {
	a := newAuthority(t)
	ctx, cancel := context.WithCancel(t.Context())
	c := a.asking(t, nil, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	_, err := newClient(t, online.Options{AllowUnsafe: loopback()}).Fetch(ctx, c, a.issuer)
	wantFailure(t, err, online.Interrupted)
}

// TestWhatLeaves: a request holds no cookie, no credentials, no referer.
func TestWhatLeaves(t *testing.T) {
	a := newAuthority(t)
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		for name := range r.Header {
			switch name {
			case "Accept", "User-Agent", "Content-Type", "Content-Length":
			default:
				t.Errorf("header %s: %s", name, r.Header.Get(name))
			}
		}
		http.SetCookie(w, &http.Cookie{Name: "id", Value: "1"})
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/again", http.StatusTemporaryRedirect)
			return
		}
		a.responder(nil)(w, r)
	})
	client := newClient(t, online.Options{AllowUnsafe: loopback()})
	for range 2 {
		if _, err := client.Fetch(t.Context(), a.issue(namingOCSP(s.URL)), a.issuer); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.asked) != 4 {
		t.Errorf("%d requests", len(s.asked))
	}
}

// TestAskedOnce: however many certificates name a CRL, at the same time or later, it is
// fetched once; so is a server that fails.
func TestAskedOnce(t *testing.T) {
	a := newAuthority(t)
	published, broken := newSite(t, publisher(a.crl())), newSite(t, http.NotFound)
	client := newClient(t, online.Options{AllowUnsafe: loopback()})
	done := make(chan *trust.CRL)
	const many = 32
	for range many {
		c := a.issue(namingCRL(broken.URL, published.URL))
		go func() {
			m, err := client.Fetch(t.Context(), c, a.issuer)
			if err != nil || len(m.CRLs) != 1 {
				t.Errorf("%v, %d CRLs", err, len(m.CRLs))
				done <- nil
				return
			}
			done <- m.CRLs[0]
		}()
	}
	first := <-done
	for range many - 1 {
		if crl := <-done; crl != first {
			t.Error("the CRL was read again")
		}
	}
	if len(published.asked) != 1 || len(broken.asked) != 1 {
		t.Errorf("%d and %d requests", len(published.asked), len(broken.asked))
	}
}

func TestNoPlace(t *testing.T) {
	a := newAuthority(t)
	c := a.issue(func(*x509.Certificate) {})
	m, err := newClient(t, online.Options{}).Fetch(t.Context(), c, a.issuer)
	wantFailure(t, err, online.NoLocation)
	if len(m.Attempts) != 1 || m.Attempts[0].Err == nil {
		t.Errorf("%+v", m.Attempts)
	}
}

func TestGETIsByteForByte(t *testing.T) {
	a := newAuthority(t)
	var requests [][]byte
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		requests = append(requests, request(t, r))
		a.responder(nil)(w, r)
	})
	c := a.issue(namingOCSP(s.URL))
	for range 2 {
		if _, err := newClient(t, online.Options{AllowUnsafe: loopback(), NoNonce: true}).Fetch(t.Context(), c, a.issuer); err != nil {
			t.Fatal(err)
		}
	}
	if got := <-s.asked; !strings.HasPrefix(got, "GET /") || len(requests) != 2 || !bytes.Equal(requests[0], requests[1]) {
		t.Errorf("%s; %x", got, requests)
	}
}
