package online_test

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/revocation/online"
)

// TestNoRequestsIntoTheNetwork: whatever a certificate or a redirect names, a server on
// this machine is not asked unless allowed: the address counts, not the name.
func TestNoRequestsIntoTheNetwork(t *testing.T) {
	a := newAuthority(t)
	s := newSite(t, a.responder(nil))
	port := s.URL[strings.LastIndexByte(s.URL, ':'):]
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "127.0.0.2"} {
		location := "http://" + host + port
		for _, names := range []string{"ocsp", "crl"} {
			c := a.issue(namingOCSP(location))
			if names == "crl" {
				c = a.issue(namingCRL(location))
			}
			m, err := newClient(t, online.Options{}).Fetch(t.Context(), c, a.issuer)
			wantFailure(t, err, online.ForbiddenAddress)
			if e := a.status(c, m); e.Status != revocation.NotChecked {
				t.Errorf("%s: %v", location, e.Status)
			}
		}
	}
	if len(s.asked) != 0 {
		t.Errorf("%d requests", len(s.asked))
	}
}

// TestRedirectIntoTheNetwork: an allowed server cannot lead to one that is not.
func TestRedirectIntoTheNetwork(t *testing.T) {
	a := newAuthority(t)
	inner := newSite(t, publisher(a.crl()))
	port := inner.URL[strings.LastIndexByte(inner.URL, ':'):]
	outer := newSite(t, redirect("http://127.0.0.2"+port))
	opt := online.Options{AllowUnsafe: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}
	_, err := newClient(t, opt).Fetch(t.Context(), a.issue(namingCRL(outer.URL)), a.issuer)
	wantFailure(t, err, online.ForbiddenAddress)
	if len(outer.asked) != 1 || len(inner.asked) != 0 {
		t.Errorf("%d and %d requests", len(outer.asked), len(inner.asked))
	}
}

// TestRedirectFollowed: a few within the scheme are.
func TestRedirectFollowed(t *testing.T) {
	a := newAuthority(t)
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		if len(r.URL.Path) < len("/xxx") {
			redirect("")(w, r)
			return
		}
		publisher(a.crl())(w, r)
	})
	if _, err := newClient(t, online.Options{AllowUnsafe: loopback()}).Fetch(t.Context(), a.issue(namingCRL(s.URL+"/")), a.issuer); err != nil {
		t.Error(err)
	}
}

// TestBadLocations: what is no public http, https or ldap URL is not asked.
func TestBadLocations(t *testing.T) {
	a := newAuthority(t)
	for _, location := range []string{
		"file:///etc/passwd", "ftp://example.jp/x.crl", "http://user:secret@example.jp/x.crl", "gopher://example.jp/", "http:opaque", "://",
		"http://example.jp/" + strings.Repeat("x", 5000),
	} {
		_, err := newClient(t, online.Options{}).Fetch(t.Context(), a.issue(namingCRL(location)), a.issuer)
		wantFailure(t, err, online.BadLocation)
		_, err = newClient(t, online.Options{}).Fetch(t.Context(), a.issue(namingOCSP(location)), a.issuer)
		wantFailure(t, err, online.BadLocation)
	}
}

// TestProxy: with one, requests go by it alone, though its own address is not public;
// addresses spelled out are still judged.
func TestProxy(t *testing.T) {
	a := newAuthority(t)
	proxy := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Host != "crl.example.jp" {
			t.Errorf("asked for %s", r.URL)
		}
		publisher(a.crl())(w, r)
	})
	by, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	opt := online.Options{Proxy: http.ProxyURL(by)}
	c := a.issue(namingCRL("http://crl.example.jp/ca.crl"))
	m, err := newClient(t, opt).Fetch(t.Context(), c, a.issuer)
	if err != nil || a.status(c, m).Status != revocation.Good {
		t.Errorf("%v, %v", err, a.status(c, m).Status)
	}
	for _, host := range []string{"127.0.0.1", "localhost", "169.254.169.254", "[::1]", "10.0.0.1"} {
		_, err := newClient(t, opt).Fetch(t.Context(), a.issue(namingCRL("http://"+host+"/")), a.issuer)
		wantFailure(t, err, online.ForbiddenAddress)
	}
	if len(proxy.asked) != 1 {
		t.Errorf("%d requests", len(proxy.asked))
	}
}
