package tsp_test

import (
	"context"
	"crypto"
	"crypto/sha1"
	"crypto/sha512"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/tsp"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
)

func needOpenSSL(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err == nil {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("openssl is not installed")
	}
	t.Skip("openssl is not installed")
}

// opensslTSA is `openssl ts -reply` behind HTTP. It signs one request at a time: the
// serial number is in a file.
type opensslTSA struct {
	t   testing.TB
	dir string
	mu  sync.Mutex
}

const tsaConfig = `[tsa]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key.pem
certs = tsa-ca.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.2
digests = sha256, sha384, sha512
accuracy = secs:1, millisecs:500, microsecs:100
clock_precision_digits = 3
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = %s
`

func newOpenSSLTSA(t testing.TB, essHash string) *opensslTSA {
	t.Helper()
	needOpenSSL(t)
	o := &opensslTSA{t: t, dir: t.TempDir()}
	o.write("tsa.cnf", fmt.Appendf(nil, tsaConfig, essHash))
	for _, name := range []string{ca.TSA, ca.TSACA, ca.KeyFile(ca.TSA)} {
		o.write(name, ca.PEM(name))
	}
	return o
}

func (o *opensslTSA) write(name string, content []byte) {
	o.t.Helper()
	must(o.t, os.WriteFile(filepath.Join(o.dir, name), content, 0o600))
}

func (o *opensslTSA) run(args ...string) (string, error) {
	c := exec.Command("openssl", args...)
	c.Dir = o.dir
	c.Env = append(os.Environ(), "OPENSSL_CONF="+filepath.Join(o.dir, "tsa.cnf"))
	out, err := c.CombinedOutput()
	return string(out), err
}

func (o *opensslTSA) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = os.WriteFile(filepath.Join(o.dir, "query.tsq"), body, 0o600)
	}
	if err == nil {
		var out string
		if out, err = o.run("ts", "-reply", "-config", "tsa.cnf", "-section", "tsa", "-queryfile", "query.tsq", "-out", "reply.tsr"); err != nil {
			err = fmt.Errorf("%w: %s", err, out)
		}
	}
	answer, readErr := os.ReadFile(filepath.Join(o.dir, "reply.tsr"))
	if err != nil || readErr != nil {
		o.t.Errorf("openssl ts -reply: %v, %v", err, readErr)
	}
	reply(w, answer)
}

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
			o := newOpenSSLTSA(t, c.ess)
			c.options.Servers, c.options.Now = []tsp.Server{{URL: serve(t, o).URL}}, time.Now
			stamp, err := client(t, c.options).Stamp(context.Background(), c.hash, c.digest)
			must(t, err)
			o.write("data", data)
			o.write("ours.tst", stamp.Token)
			for _, args := range [][]string{
				{"-queryfile", "query.tsq", "-in", "reply.tsr"},
				{"-data", "data", "-in", "ours.tst", "-token_in"},
			} {
				if out, err := o.run(append([]string{"ts", "-verify", "-CAfile", ca.TSACA}, args...)...); err != nil {
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
	o := newOpenSSLTSA(t, "sha256")
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
	o := newOpenSSLTSA(t, "sha256")
	f := right(sha([]byte("data")), big.NewInt(9), moment())
	o.write("data", []byte("data"))
	o.write("forged.tst", f.token(t))
	if out, err := o.run("ts", "-verify", "-CAfile", ca.TSACA, "-data", "data", "-in", "forged.tst", "-token_in"); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
