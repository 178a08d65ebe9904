package tsp_test

import (
	"context"
	"crypto"
	"crypto/sha1"
	"crypto/sha512"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/tsp"
	"github.com/jsign-jp/jsign/internal/tsp/tsptest"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
)

// OpenSSL answers our requests, accepts its answers as answers to them, and we its
// tokens.
func TestOpenSSLAsAuthority(t *testing.T) {
	data := []byte("data to stamp")
	sum384, sum512 := sha512.Sum384(data), sha512.Sum512(data)
	cases := []struct {
		name    string
		ess     string // sha1: signing-certificate, else -v2
		hash    crypto.Hash
		digest  []byte
		options tsp.ClientOptions
	}{
		{"SHA-256", "sha256", crypto.SHA256, sha(data), tsp.ClientOptions{}},
		{"SHA-384, policy", "sha512", crypto.SHA384, sum384[:], tsp.ClientOptions{Policy: otherPolicy}},
		{"SHA-512, older ESS", "sha1", crypto.SHA512, sum512[:], tsp.ClientOptions{Policy: testPolicy}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			o := tsptest.New(t, tsptest.Options{ESSHash: c.ess})
			c.options.Servers, c.options.Now = []tsp.Server{{URL: serve(t, o).URL}}, time.Now
			stamp, err := client(t, c.options).Stamp(context.Background(), c.hash, c.digest)
			must(t, err)
			o.Write("data", data)
			o.Write("ours.tst", stamp.Token)
			for _, args := range [][]string{
				{"-queryfile", "query.tsq", "-in", "reply.tsr"},
				{"-data", "data", "-in", "ours.tst", "-token_in"},
			} {
				if out, err := o.Run(append([]string{"ts", "-verify", "-CAfile", ca.TSACA}, args...)...); err != nil {
					t.Errorf("openssl ts -verify %v: %v\n%s", args, err, out)
				}
			}
			checkOpenSSLToken(t, stamp, c.digest)
		})
	}
}

func checkOpenSSLToken(t *testing.T, stamp *tsp.Stamp, digest []byte) {
	t.Helper()
	token, err := tsp.ParseToken(stamp.Token)
	must(t, err)
	r := token.Verify(tsp.Options{Digest: digest, Chain: trust.Options{Anchors: anchors(t, ca.TSACA)}})
	if r.Verdict != trust.Valid || len(r.Findings) > 0 || r.Time.IsZero() || len(r.Chain.Chain) != 2 {
		t.Errorf("verdict %v, findings %v", r.Verdict, r.Findings)
	}
	if want := 1500*time.Millisecond + 100*time.Microsecond; !r.Accuracy.Known || r.Accuracy.Value != want || !token.Info.Ordering || token.Info.TSA == nil {
		t.Errorf("accuracy %v, want %v; %+v", r.Accuracy, want, token.Info)
	}
}

// What OpenSSL refuses is reported with its reason and words.
func TestOpenSSLRefuses(t *testing.T) {
	o := tsptest.New(t, tsptest.Options{})
	url := serve(t, o).URL
	_, err := stampAt(t, url, tsp.ClientOptions{Policy: "\x2a\x03\x04\x09", Now: time.Now})
	wantFault(t, err, tsp.Refused, "policy not supported")
	digest := sha1.Sum(nil)
	c := client(t, tsp.ClientOptions{Servers: []tsp.Server{{URL: url}}, Now: time.Now})
	_, err = c.Stamp(context.Background(), crypto.SHA1, digest[:])
	wantFault(t, err, tsp.Refused, "hash algorithm not supported")
}

// The forged tokens of the other tests are right but for their one fault: OpenSSL
// accepts the one without a fault.
func TestOpenSSLAcceptsTheForgedToken(t *testing.T) {
	o := tsptest.New(t, tsptest.Options{})
	f := right(sha([]byte("data")), big.NewInt(9), moment())
	o.Write("data", []byte("data"))
	o.Write("forged.tst", f.token(t))
	if out, err := o.Run("ts", "-verify", "-CAfile", ca.TSACA, "-data", "data", "-in", "forged.tst", "-token_in"); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// Some authorities answer 201, since they create the token (sigstore's does).
func TestCreatedIsAnAnswer(t *testing.T) {
	o := tsptest.New(t, tsptest.Options{})
	created := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		o.ServeHTTP(answer, r)
		w.Header().Set("Content-Type", answer.Header().Get("Content-Type"))
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write(answer.Body.Bytes())
	})
	if _, err := stampAt(t, serve(t, created).URL, tsp.ClientOptions{Now: time.Now}); err != nil {
		t.Error(err)
	}
}
