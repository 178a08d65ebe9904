package online

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// Options say how revocation data is fetched. The zero value asks what certificates name,
// at public addresses alone, directly, and keeps nothing on disk.
type Options struct {
	// Cache keeps answers on disk; nil keeps none.
	Cache *Cache
	// Pool reads what comes; nil is one of the Client's own.
	Pool *revocation.Pool
	// Timeout is for each question; 0 is DefaultTimeout.
	Timeout time.Duration
	// DirectoryServers are LDAP servers ("ldap://HOST", "ldaps://HOST:PORT") to be asked
	// for CRLs that are published by directory name alone, as JPKI's. They may have
	// any address.
	DirectoryServers []string
	// AllowUnsafe are addresses that may be asked though they are not public: loopback,
	// private, link-local.
	AllowUnsafe []netip.Prefix
	// Proxy says which proxy a request goes by (http.ProxyFromEnvironment); nil is none.
	// The proxy resolves names, so that what they resolve to is its business.
	Proxy func(*http.Request) (*url.URL, error)
	// RootCAs are for https and ldaps; nil is the system's.
	RootCAs *x509.CertPool
	// NoNonce leaves the nonce out of OCSP requests, so that answers made in advance
	// can be had (RFC 5019); short requests then are GETs. RequireNonce refuses
	// answers without one: many responders never send it.
	NoNonce, RequireNonce bool
	// Now is the clock; nil is the system's.
	Now func() time.Time
	// Random is for nonces; nil is the system's randomness.
	Random io.Reader
}

// Client is a revocation.Fetcher. It is safe for concurrent use when Now and Random are.
type Client struct {
	opt             Options
	http            *http.Client
	guarded, chosen *net.Dialer // for addresses that certificates name, and the user
	directories     []*url.URL
	memory          memory
}

// New returns a Client. Errors: a directory server that is no LDAP URL.
func New(opt Options) (*Client, error) {
	if opt.Timeout <= 0 {
		opt.Timeout = DefaultTimeout
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Random == nil {
		opt.Random = rand.Reader
	}
	if opt.Pool == nil {
		opt.Pool = &revocation.Pool{}
	}
	c := &Client{
		opt:     opt,
		http:    &http.Client{Transport: newTransport(opt), CheckRedirect: checkRedirect},
		guarded: guard{opt.AllowUnsafe}.dialer(), chosen: &net.Dialer{},
	}
	for _, server := range opt.DirectoryServers {
		u, err := checkLocation(server, "ldap", "ldaps")
		if err == nil && u.Host == "" {
			err = failure(BadLocation, "no host is named", "ホスト名がありません")
		}
		if err != nil {
			return nil, lang.Errorf("the directory server %s: %w", "ディレクトリーサーバー%s: %w", lang.Display(server), err)
		}
		c.directories = append(c.directories, u)
	}
	return c, nil
}

// question is one thing to be asked at one place.
type question struct {
	kind     byte   // 'O' for an OCSP response, 'L' for CRLs
	location string // whom, for people
	key      string // what is asked and whom: equal for the same answer
	ask      func(ctx context.Context) ([]byte, error)
}

// Fetch implements revocation.Fetcher: what is kept, then responders, then CRLs, until
// the certificate's status is settled at the present time. All that was found and tried
// is in the Material. The error, when nothing was found, is the first Failure.
func (c *Client) Fetch(ctx context.Context, certificate, issuer *trust.Certificate) (revocation.Material, error) {
	ctx, cancel := context.WithTimeout(ctx, timeoutsPerCertificate*c.opt.Timeout)
	defer cancel()
	f := &fetch{client: c, certificate: certificate, issuer: issuer}
	questions := append(c.ocspQuestions(certificate, issuer), c.crlQuestions(certificate)...)
	questions = questions[:min(len(questions), maxQuestions)]
	if f.run(ctx, questions); len(f.found.CRLs)+len(f.found.OCSPs) > 0 {
		return f.found, nil
	}
	if len(f.found.Attempts) == 0 {
		err := failure(NoLocation, "the certificate names no place where its revocation can be asked", "証明書に失効情報の問い合わせ先がありません")
		f.found.Attempts = []revocation.Attempt{{Err: err}}
	}
	return f.found, f.found.Attempts[0].Err
}

// fetch is the state of one Fetch.
type fetch struct {
	client              *Client
	certificate, issuer *trust.Certificate
	found               revocation.Material
}

// run takes what is kept, and asks the network when that settles nothing: also again for
// what is kept, since somebody may have forged it on its way.
func (f *fetch) run(ctx context.Context, questions []question) {
	for _, q := range questions {
		if a, ok := f.client.kept(q); ok {
			if f.take(q, a, true); f.settled() {
				return
			}
		}
	}
	for _, q := range questions {
		a, asked, err := f.client.answer(ctx, q)
		switch {
		case err != nil:
			f.found.Attempts = append(f.found.Attempts, revocation.Attempt{Location: q.location, Err: err})
		case asked || !f.has(a):
			if f.take(q, a, !asked); f.settled() {
				return
			}
		}
	}
}

// has reports whether an answer was taken already.
func (f *fetch) has(a answer) bool {
	return a.ocsp != nil && slices.Contains(f.found.OCSPs, a.ocsp) || len(a.crls) > 0 && slices.Contains(f.found.CRLs, a.crls[0])
}

// take records what came.
func (f *fetch) take(q question, a answer, cached bool) {
	f.found.CRLs = append(f.found.CRLs, a.crls...)
	for _, l := range a.crls {
		f.found.Attempts = append(f.found.Attempts, revocation.Attempt{Location: q.location, Cached: cached, CRL: l})
	}
	if a.ocsp != nil {
		f.found.OCSPs = append(f.found.OCSPs, a.ocsp)
		f.found.Attempts = append(f.found.Attempts, revocation.Attempt{Location: q.location, Cached: cached, OCSP: a.ocsp})
	}
}

// settled reports whether nothing more needs to be asked. It decides nothing else: who
// uses the material judges it.
func (f *fetch) settled() bool {
	e := revocation.Check(revocation.Query{
		Certificate: f.certificate, Issuer: f.issuer, Time: f.client.opt.Now(), Skew: revocation.DefaultSkew,
		CRLs: f.found.CRLs, OCSPs: f.found.OCSPs,
	})
	return e.Status == revocation.Good || e.Status == revocation.Revoked
}
