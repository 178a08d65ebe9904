package tsp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"

	"github.com/jsign-jp/jsign/internal/lang"
)

// Media types (RFC 3161, 3.4).
const (
	queryType = "application/timestamp-query"
	replyType = "application/timestamp-reply"
)

// client returns the HTTP client for one server.
func (s Server) client(proxy func(*http.Request) (*url.URL, error)) *http.Client {
	transport := s.Transport
	if transport == nil {
		transport = &http.Transport{
			Proxy: proxy, TLSClientConfig: s.TLS.Clone(), // the transport adds to it
			MaxResponseHeaderBytes: maxHeader, ForceAttemptHTTP2: true,
		}
	}
	return &http.Client{Transport: transport, CheckRedirect: s.checkRedirect}
}

// checkRedirect lets a server point elsewhere a few times: by the same scheme, with
// the request kept (307, 308), and with credentials not to another host.
func (s Server) checkRedirect(next *http.Request, before []*http.Request) error {
	first := before[0]
	switch {
	case len(before) > maxRedirects:
		return finding(BadRedirect, "the server redirects again and again", "サーバーがリダイレクトを繰り返しています")
	case next.URL.Scheme != first.URL.Scheme:
		return finding(BadRedirect, "the server redirects to another scheme (%s)", "サーバーが別のスキーム（%s）へリダイレクトしています", lang.Display(next.URL.Scheme))
	case next.Method != http.MethodPost:
		return finding(BadRedirect, "the server redirects without the request", "サーバーが要求を伴わないリダイレクトを返しました")
	case next.URL.Host != first.URL.Host && (s.User != "" || s.TLS != nil && (len(s.TLS.Certificates) > 0 || s.TLS.GetClientCertificate != nil)):
		return finding(BadRedirect, "the server redirects to another host, which is not shown the credentials", "サーバーが別のホストへリダイレクトしましたが、認証情報は送りません")
	}
	return nil
}

// post sends a request and returns the answer's body. Errors are Findings.
func (s server) post(ctx context.Context, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, bytes.NewReader(body))
	if err != nil {
		return nil, finding(BadServer, "the server cannot be asked: %w", "サーバーに要求を送れません: %w", err)
	}
	req.Header.Set("Content-Type", queryType)
	req.Header.Set("Accept", replyType)
	if s.User != "" {
		req.SetBasicAuth(s.User, s.Password)
	}
	answer, err := s.http.Do(req)
	if err != nil {
		return nil, unreachable(err)
	}
	defer answer.Body.Close()
	if err := checkHeader(answer); err != nil {
		return nil, err
	}
	return readBody(answer.Body)
}

// checkHeader refuses what holds no answer before any of it is read.
func checkHeader(answer *http.Response) error {
	if code := answer.StatusCode; code != http.StatusOK && code != http.StatusCreated { // sigstore's creates its answers
		return finding(HTTPStatus, "the server answers with HTTP status %d", "サーバーがHTTPステータス%dを返しました", answer.StatusCode)
	}
	if kind, _, err := mime.ParseMediaType(answer.Header.Get("Content-Type")); err != nil || kind != replyType {
		return finding(ContentType, "the server answers with %s and not with a timestamp", "サーバーの応答がタイムスタンプではなく%sです", lang.Display(answer.Header.Get("Content-Type")))
	}
	if answer.ContentLength > maxResponse {
		return tooLarge()
	}
	return nil
}

func readBody(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxResponse+1))
	if err != nil {
		return nil, unreachable(err)
	}
	if len(b) > maxResponse {
		return nil, tooLarge()
	}
	return b, nil
}

func tooLarge() error {
	return finding(TooLarge, "the server's answer is larger than %d octets", "サーバーの応答が%dバイトを超えています", maxResponse)
}

// unreachable says why an exchange failed.
func unreachable(err error) error {
	var own Finding
	switch {
	case errors.As(err, &own): // from checkRedirect, inside *url.Error
		return own
	case errors.Is(err, context.DeadlineExceeded):
		return finding(TooSlow, "the server takes too long", "サーバーの応答に時間がかかりすぎています")
	}
	return finding(Unreachable, "the server cannot be reached: %w", "サーバーに接続できません: %w", lang.Cause(err))
}
