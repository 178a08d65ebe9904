package online

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/jsign-jp/jsign/internal/lang"
)

// transport asks directly, or by the proxy that the caller names for the request.
type transport struct {
	guard   guard
	proxy   func(*http.Request) (*url.URL, error) // nil: none
	direct  *http.Transport
	proxied *http.Transport // its connections lead to proxies, which the user chose
}

func newTransport(opt Options) *transport {
	g := guard{opt.AllowUnsafe}
	t := &transport{guard: g, proxy: opt.Proxy}
	t.direct = &http.Transport{
		DialContext: g.dialer().DialContext, TLSClientConfig: &tls.Config{RootCAs: opt.RootCAs},
		MaxResponseHeaderBytes: maxHeader, DisableCompression: true, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 2,
		IdleConnTimeout: DefaultTimeout,
	}
	t.proxied = t.direct.Clone()
	t.proxied.DialContext, t.proxied.Proxy = nil, opt.Proxy
	return t
}

// RoundTrip implements http.RoundTripper; redirects come by here too.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if t.proxy == nil {
		return t.direct.RoundTrip(req)
	}
	by, err := t.proxy(req)
	if err != nil {
		return nil, err
	}
	if by == nil {
		return t.direct.RoundTrip(req)
	}
	if !t.guard.permitsHost(req.URL.Hostname()) {
		return nil, failure(ForbiddenAddress, "the host %s is not a public one and not allowed", "ホスト%sは公開ホストではなく、接続が許可されていません", lang.Display(req.URL.Hostname()))
	}
	return t.proxied.RoundTrip(req)
}

// checkLocation refuses URLs that are not asked.
func checkLocation(location string, schemes ...string) (*url.URL, error) {
	u, err := url.Parse(location)
	if err != nil || len(location) > maxURL || u.Opaque != "" {
		return nil, failure(BadLocation, "the location is no URL that can be asked", "問い合わせ先のURLが不正です")
	}
	if u.User != nil {
		return nil, failure(BadLocation, "the URL holds a user name", "URLにユーザー名が含まれています")
	}
	for _, s := range schemes {
		if strings.EqualFold(u.Scheme, s) {
			return u, nil
		}
	}
	return nil, failure(BadLocation, "the scheme %s is not asked", "スキーム%sには問い合わせません", lang.Display(u.Scheme))
}

// checkRedirect lets a server point elsewhere a few times, by the same scheme and with
// the request kept.
func checkRedirect(next *http.Request, before []*http.Request) error {
	first := before[0]
	switch {
	case len(before) > maxRedirects:
		return failure(BadRedirect, "the server redirects again and again", "サーバーがリダイレクトを繰り返しています")
	case next.URL.Scheme != first.URL.Scheme:
		return failure(BadRedirect, "the server redirects to another scheme (%s)", "サーバーが別のスキーム（%s）へリダイレクトしています", lang.Display(next.URL.Scheme))
	case next.URL.User != nil:
		return failure(BadRedirect, "the server redirects to a URL with a user name", "サーバーがユーザー名付きのURLへリダイレクトしています")
	case next.Method != first.Method:
		return failure(BadRedirect, "the server redirects without the request", "サーバーが要求を伴わないリダイレクトを返しました")
	}
	next.Header.Del("Referer")
	return nil
}

// exchange is what one HTTP request asks for.
type exchange struct {
	url         string
	body        []byte // nil: GET
	requestType string
	accept      string
	only        bool // the answer must have the type of accept
	limit       int64
}

// do makes the request and returns the answer's body. Errors are Failures.
func (c *Client) do(ctx context.Context, x exchange) ([]byte, error) {
	method, body := http.MethodGet, io.Reader(nil)
	if x.body != nil {
		method, body = http.MethodPost, bytes.NewReader(x.body)
	}
	req, err := http.NewRequestWithContext(ctx, method, x.url, body)
	if err != nil {
		return nil, failure(BadLocation, "the location is no URL that can be asked", "問い合わせ先のURLが不正です")
	}
	req.Header.Set("Accept", x.accept)
	req.Header.Set("User-Agent", "jsign")
	if x.body != nil {
		req.Header.Set("Content-Type", x.requestType)
	}
	answer, err := c.http.Do(req)
	if err != nil {
		return nil, explain(ctx, err)
	}
	defer answer.Body.Close()
	if err := x.check(answer); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(answer.Body, x.limit+1))
	if err != nil {
		return nil, explain(ctx, err)
	}
	if int64(len(data)) > x.limit {
		return nil, tooLarge(x.limit)
	}
	return data, nil
}

// check refuses what holds no answer before any of it is read.
func (x exchange) check(answer *http.Response) error {
	if answer.StatusCode != http.StatusOK {
		return failure(HTTPStatus, "the server answers with HTTP status %d", "サーバーがHTTPステータス%dを返しました", answer.StatusCode)
	}
	kind, _, err := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	html := kind == "text/html"
	if x.only && (err != nil || kind != x.accept) || html {
		return failure(ContentType, "the server answers with %s", "サーバーの応答の種類が%sです", lang.Display(answer.Header.Get("Content-Type")))
	}
	if answer.ContentLength > x.limit {
		return tooLarge(x.limit)
	}
	return nil
}
