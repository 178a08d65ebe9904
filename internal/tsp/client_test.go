package tsp_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/tsp"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// query is a TimeStampReq as encoding/asn1 reads it: another reader than ours.
type query struct {
	Version int
	Imprint struct {
		Algorithm struct{ Algorithm asn1.ObjectIdentifier }
		Digest    []byte
	}
	Policy  asn1.ObjectIdentifier `asn1:"optional"`
	Nonce   *big.Int              `asn1:"optional"`
	CertReq bool                  `asn1:"optional"`
}

func readQuery(t testing.TB, r *http.Request) query {
	body, err := io.ReadAll(r.Body)
	var q query
	if err == nil {
		_, err = asn1.Unmarshal(body, &q)
	}
	if err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/timestamp-query" || !q.CertReq || q.Version != 1 {
		t.Errorf("not a timestamp query: %v, %+v", err, q)
	}
	return q
}

// answering makes a TSA that forges its answers as change says.
func answering(t testing.TB, change func(*forged)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		q := readQuery(t, r)
		f := right(q.Imprint.Digest, q.Nonce, moment())
		change(f)
		reply(w, granted(f.token(t)))
	}
}

func reply(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/timestamp-reply")
	_, _ = w.Write(body)
}

func serve(t testing.TB, h http.Handler) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

func client(t testing.TB, opt tsp.ClientOptions) *tsp.Client {
	t.Helper()
	if opt.Now == nil {
		opt.Now = moment
	}
	c, err := tsp.NewClient(opt)
	must(t, err)
	return c
}

func stampAt(t testing.TB, url string, opt tsp.ClientOptions) (*tsp.Stamp, error) {
	opt.Servers = []tsp.Server{{URL: url}}
	return client(t, opt).Stamp(context.Background(), crypto.SHA256, sha([]byte("data")))
}

// fixedReply answers everything with the same body.
func fixedReply(body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { reply(w, body) }
}

func refusal(failure byte, text string) []byte {
	return der.Sequence(der.Sequence(der.Integer(2), der.Sequence(der.Element(der.TagUTF8String, []byte(text))),
		der.Element(der.TagBitString, []byte{0, 0x80 >> (failure % 8)})))
}

func endless(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/timestamp-reply")
	block := make([]byte, 64<<10)
	for r.Context().Err() == nil {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

func fiftyMegabytes(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "52428800")
	reply(w, make([]byte, 64<<10))
}

func redirect(status int, to string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(status)
	}
}

// silent answers nothing until the client goes away.
func silent(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

// trickle sends an octet now and then, without end.
func trickle(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	reply(w, []byte{0x30})
	for r.Context().Err() == nil {
		_, _ = w.Write([]byte{0})
		_ = http.NewResponseController(w).Flush()
		time.Sleep(time.Millisecond)
	}
}

// Each server has one fault, and each fault has its own code and words in both
// languages.
func TestStampFaults(t *testing.T) {
	cases := []struct {
		name    string
		handler http.HandlerFunc
		want    tsp.Code
		words   string
	}{
		{"wrong nonce", answering(t, func(f *forged) { f.nonce = big.NewInt(1) }), tsp.NonceDiffers, "another request"},
		{"no nonce", answering(t, func(f *forged) { f.nonce = nil }), tsp.NonceDiffers, "another request"},
		{"wrong imprint", answering(t, func(f *forged) { f.digest = sha(f.digest) }), tsp.ImprintDiffers, "other data"},
		{"wrong hash", answering(t, func(f *forged) { f.hash, f.digest = crypto.SHA512, make([]byte, 64) }), tsp.ImprintDiffers, "another hash"},
		{"wrong policy", answering(t, func(f *forged) { f.policy = otherPolicy }), tsp.PolicyDiffers, "policy 1.2.3.4.2 and not 1.2.3.4.1"},
		{"stale", answering(t, func(f *forged) { f.time = moment().Add(-time.Hour) }), tsp.TimeFarOff, "1h0m0s"},
		{"from the future", answering(t, func(f *forged) { f.time = moment().Add(time.Hour) }), tsp.TimeFarOff, "1h0m0s"},
		{"wrong purpose", answering(t, func(f *forged) {
			f.by(mint(t, func(c *x509.Certificate) { c.ExtraExtensions = nil }))
		}), tsp.WrongPurpose, "timestamping alone"},
		{"no ESS", answering(t, func(f *forged) { f.signature.NoSigningCertificate = true }), tsp.NoCertificateID, "does not sign which"},
		{"no certificate", answering(t, func(f *forged) { f.embedded = nil }), tsp.SignerMissing, "lacks"},
		{"signature broken", answering(t, func(f *forged) { f.signers = 2 }), tsp.Unreadable, "2 signers"},
		{"refused", fixedReply(refusal(0, "no SHA-256\x1b[2J")), tsp.Refused, `hash algorithm not supported ("no SHA-256\x1b[2J")`},
		{"granted without token", fixedReply(der.Sequence(der.Sequence(der.Integer(0)))), tsp.NoToken, "no timestamp"},
		{"not a response", fixedReply([]byte("hello")), tsp.Unreadable, "not a timestamp response"},
		{"50 MB", fiftyMegabytes, tsp.TooLarge, "larger than"},
		{"endless", endless, tsp.TooLarge, "larger than"},
		{"404", http.NotFound, tsp.HTTPStatus, "404"},
		{"wrong content type", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }, tsp.ContentType, "text/html"},
		{"redirect loop", redirect(307, "/"), tsp.BadRedirect, "again and again"},
		{"redirect to another scheme", redirect(307, "ftp://tsa.invalid/"), tsp.BadRedirect, "another scheme (ftp)"},
		{"redirect without the request", redirect(302, "/other"), tsp.BadRedirect, "without the request"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := stampAt(t, serve(t, c.handler).URL, tsp.ClientOptions{Policy: testPolicy})
			wantFault(t, err, c.want, c.words)
		})
	}
}

func wantFault(t *testing.T, err error, want tsp.Code, words string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %s", want)
	}
	var f tsp.Finding
	if !errors.As(err, &f) || f.Code != want || !strings.Contains(err.Error(), words) {
		t.Errorf("%v (%s), want %s with %q", err, f.Code, want, words)
	}
	if f.Message().In(lang.Japanese) == f.Error() {
		t.Errorf("%s: no Japanese: %s", f.Code, f.Error())
	}
}

func TestStampSlowServers(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{"silent": silent, "trickle": trickle} {
		t.Run(name, func(t *testing.T) {
			_, err := stampAt(t, serve(t, h).URL, tsp.ClientOptions{Timeout: 50 * time.Millisecond})
			wantFault(t, err, tsp.TooSlow, "too long")
		})
	}
}

func TestStampUnreachable(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	_, err := stampAt(t, s.URL, tsp.ClientOptions{})
	wantFault(t, err, tsp.Unreachable, "cannot be reached")
}

// The first server that answers well counts; what the others did is kept.
func TestStampTriesServersInOrder(t *testing.T) {
	good := serve(t, answering(t, func(*forged) {}))
	last := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("asked without need") }))
	c := client(t, tsp.ClientOptions{Servers: []tsp.Server{
		{URL: serve(t, http.NotFoundHandler()).URL}, {URL: serve(t, fixedReply(nil)).URL}, {URL: good.URL}, {URL: last.URL},
	}})
	stamp, err := c.Stamp(context.Background(), crypto.SHA256, sha([]byte("data")))
	must(t, err)
	if stamp.Server != good.URL || len(stamp.Failures) != 2 || !stamp.Info.Time.Equal(moment()) {
		t.Fatalf("%+v", stamp)
	}
	for i, want := range []tsp.Code{tsp.HTTPStatus, tsp.Unreadable} {
		var f tsp.Finding
		if !errors.As(stamp.Failures[i], &f) || f.Code != want {
			t.Errorf("failure %d: %v, want %s", i, stamp.Failures[i], want)
		}
	}
}

func TestStampReportsAllFailures(t *testing.T) {
	c := client(t, tsp.ClientOptions{Servers: []tsp.Server{
		{URL: serve(t, http.NotFoundHandler()).URL}, {URL: serve(t, fixedReply(refusal(2, "no"))).URL},
	}})
	_, err := c.Stamp(context.Background(), crypto.SHA256, sha([]byte("data")))
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"HTTPステータス404", "タイムスタンプ局が拒否しました: この要求は認められていません", "タイムスタンプを取得できませんでした"} {
		if ja := lang.Explain(err, lang.Japanese); !strings.Contains(ja, want) {
			t.Errorf("%q lacks %q", ja, want)
		}
	}
}

func TestStampStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		cancel()
		<-r.Context().Done()
	}))
	c := client(t, tsp.ClientOptions{Servers: []tsp.Server{{URL: s.URL}, {URL: s.URL}}})
	if _, err := c.Stamp(ctx, crypto.SHA256, sha(nil)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestNonceIs64BitsOfTheRandomGiven(t *testing.T) {
	var got *big.Int
	s := serve(t, answering(t, func(f *forged) { got = f.nonce }))
	_, err := stampAt(t, s.URL, tsp.ClientOptions{Random: bytes.NewReader([]byte{0xff, 2, 3, 4, 5, 6, 7, 8})})
	must(t, err)
	if want := new(big.Int).SetBytes([]byte{0xff, 2, 3, 4, 5, 6, 7, 8}); got.Cmp(want) != 0 {
		t.Errorf("nonce %x, want %x", got, want)
	}
	if _, err := stampAt(t, s.URL, tsp.ClientOptions{Random: bytes.NewReader([]byte{1})}); err == nil || !strings.Contains(err.Error(), "random") {
		t.Errorf("too little randomness: %v", err)
	}
}

func TestBasicAuthentication(t *testing.T) {
	good := answering(t, func(*forged) {})
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, ok := r.BasicAuth(); !ok || user != "hanako" || password != "secret" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		good(w, r)
	})
	s := httptest.NewTLSServer(h)
	t.Cleanup(s.Close)
	roots := &tls.Config{RootCAs: x509.NewCertPool()}
	roots.RootCAs.AddCert(s.Certificate())
	for password, status := range map[string]string{"secret": "", "wrong": "401"} {
		c := client(t, tsp.ClientOptions{Servers: []tsp.Server{{URL: s.URL, User: "hanako", Password: password, TLS: roots}}})
		_, err := c.Stamp(context.Background(), crypto.SHA256, sha(nil))
		if status == "" {
			must(t, err)
		} else {
			wantFault(t, err, tsp.HTTPStatus, status)
		}
	}
	away := httptest.NewTLSServer(redirect(307, "https://localhost:1/"))
	t.Cleanup(away.Close)
	roots.RootCAs.AddCert(away.Certificate())
	c := client(t, tsp.ClientOptions{Servers: []tsp.Server{{URL: away.URL, User: "hanako", Password: "secret", TLS: roots}}})
	_, err := c.Stamp(context.Background(), crypto.SHA256, sha(nil))
	wantFault(t, err, tsp.BadRedirect, "not shown the credentials")
	if strings.Contains(err.Error(), "secret") {
		t.Error("the password is in the error")
	}
}

func TestMutualTLS(t *testing.T) {
	s := httptest.NewUnstartedServer(answering(t, func(*forged) {}))
	s.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	s.StartTLS()
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	pair := tls.Certificate{Certificate: [][]byte{ca.DER(ca.OrgP256)}, PrivateKey: ca.Key(ca.OrgP256)}
	for _, own := range [][]tls.Certificate{nil, {pair}} {
		c := client(t, tsp.ClientOptions{Servers: []tsp.Server{{URL: s.URL, TLS: &tls.Config{RootCAs: roots, Certificates: own}}}})
		_, err := c.Stamp(context.Background(), crypto.SHA256, sha(nil))
		if own == nil {
			wantFault(t, err, tsp.Unreachable, "certificate")
		} else {
			must(t, err)
		}
	}
}

func TestNewClientRefusesAddresses(t *testing.T) {
	for url, words := range map[string]string{
		"":                         "not an http",
		"tsa.invalid":              "not an http",
		"ftp://tsa.invalid":        "not an http",
		"file:///etc/passwd":       "not an http",
		"https://u:pw@tsa.invalid": "user name",
		"http://tsa.invalid":       "unencrypted to tsa.invalid",
	} {
		_, err := tsp.NewClient(tsp.ClientOptions{Servers: []tsp.Server{{URL: url, User: "u", Password: "pw"}}})
		wantFault(t, err, tsp.BadServer, words)
		if strings.Contains(err.Error(), "pw") {
			t.Errorf("%v holds the password", err)
		}
	}
	for _, n := range []int{0, 17} {
		_, err := tsp.NewClient(tsp.ClientOptions{Servers: make([]tsp.Server, n)})
		wantFault(t, err, tsp.BadServer, "between 1 and 16")
	}
	if _, err := tsp.NewClient(tsp.ClientOptions{Servers: []tsp.Server{{URL: "http://tsa.invalid", User: "u", PlainPasswordUnsafe: true}}}); err != nil {
		t.Error(err)
	}
}

func TestRequestRefusesOtherDigests(t *testing.T) {
	for _, q := range []tsp.Request{{}, {Hash: crypto.SHA256, Digest: make([]byte, 20)}, {Hash: crypto.BLAKE2b_256, Digest: make([]byte, 32)}} {
		if _, err := q.Marshal(); err == nil {
			t.Errorf("%v of %d octets goes through", q.Hash, len(q.Digest))
		}
	}
}
