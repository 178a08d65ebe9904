package tsp

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"time"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
)

// Server is one time-stamping authority.
type Server struct {
	URL string // http or https, without user and password
	// User and Password are for basic authentication; no User, none is sent. They
	// are sent over https alone unless PlainPasswordUnsafe.
	User, Password      string
	PlainPasswordUnsafe bool
	// TLS is the connection's configuration: Certificates for mutual TLS, RootCAs
	// for a server of one's own. nil is the standard library's.
	TLS *tls.Config
	// Transport takes the place of one made with TLS; nil for none.
	Transport http.RoundTripper
}

// ClientOptions says whom to ask and how. The zero value beside Servers is safe.
type ClientOptions struct {
	Servers []Server         // in the order they are asked
	Policy  der.OID          // the policy asked for; "" leaves it to the TSA
	Timeout time.Duration    // for each server; 0 is DefaultTimeout
	Now     func() time.Time // nil is the system's clock
	Random  io.Reader        // nil is the system's randomness
	// Proxy says which proxy a request goes by (http.ProxyFromEnvironment); nil is none.
	Proxy func(*http.Request) (*url.URL, error)
}

// Client asks servers for tokens. It is safe for concurrent use when Now and Random
// are.
type Client struct {
	servers []server
	opt     ClientOptions
}

// server is a Server that is ready to be asked.
type server struct {
	Server
	http *http.Client
}

// Stamp is a token obtained.
type Stamp struct {
	Token    []byte // ContentInfo, as the server sent it
	Info     Info
	Server   string  // URL of the server
	Failures []error // why the servers before it gave none
}

// NewClient checks the servers' addresses and returns a Client.
func NewClient(opt ClientOptions) (*Client, error) {
	if n := len(opt.Servers); n == 0 || n > maxServers {
		return nil, finding(BadServer, "between 1 and %d timestamping servers are needed, not %d", "タイムスタンプサーバーは1以上%d以下で指定してください（現在%d）", maxServers, n)
	}
	if opt.Timeout <= 0 {
		opt.Timeout = DefaultTimeout
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Random == nil {
		opt.Random = rand.Reader
	}
	c := &Client{opt: opt}
	for _, s := range opt.Servers {
		if err := s.check(); err != nil {
			return nil, err
		}
		c.servers = append(c.servers, server{s, s.client(opt.Proxy)})
	}
	return c, nil
}

// check refuses addresses that cannot be asked. What is wrong is said without the
// address where that may hold a password.
func (s Server) check() error {
	u, err := url.Parse(s.URL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return finding(BadServer, "the timestamping server's address is not an http or https URL", "タイムスタンプサーバーのアドレスがhttpまたはhttpsのURLではありません")
	case u.User != nil:
		return finding(BadServer, "the timestamping server's address holds a user name", "タイムスタンプサーバーのアドレスにユーザー名が含まれています")
	case s.User != "" && u.Scheme != "https" && !s.PlainPasswordUnsafe:
		return finding(BadServer, "the password would be sent unencrypted to %s", "パスワードが暗号化されずに%sへ送られます", lang.Display(u.Host))
	}
	return nil
}

// Stamp asks the servers in order for a token over a digest made with hash, and
// returns the first that answers the request. The error, when none does, joins what
// each did (Finding), or is ctx's.
func (c *Client) Stamp(ctx context.Context, hash crypto.Hash, digest []byte) (*Stamp, error) {
	var failures []error
	for _, s := range c.servers {
		stamp, err := c.ask(ctx, s, Request{Hash: hash, Digest: digest, Policy: c.opt.Policy})
		if err == nil {
			stamp.Failures = failures
			return stamp, nil
		}
		if ctx.Err() != nil {
			return nil, lang.Errorf("timestamping was interrupted: %w", "タイムスタンプの取得が中断されました: %w", ctx.Err())
		}
		failures = append(failures, lang.Errorf("%s: %w", "%s: %w", lang.Display(s.URL), err))
	}
	return nil, lang.Errorf("no timestamp was obtained: %w", "タイムスタンプを取得できませんでした: %w", errors.Join(failures...))
}

// ask makes one request, each with a nonce of its own.
func (c *Client) ask(ctx context.Context, s server, q Request) (*Stamp, error) {
	var nonce [nonceSize]byte
	if _, err := io.ReadFull(c.opt.Random, nonce[:]); err != nil {
		return nil, lang.Errorf("no random number is available: %w", "乱数を取得できません: %w", err)
	}
	q.Nonce = new(big.Int).SetBytes(nonce[:])
	body, err := q.Marshal()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.opt.Timeout)
	defer cancel()
	answer, err := s.post(ctx, body)
	if err != nil {
		return nil, err
	}
	token, err := q.Check(answer, c.opt.Now())
	if err != nil {
		return nil, err
	}
	return &Stamp{Token: token.Raw, Info: token.Info, Server: s.URL}, nil
}
