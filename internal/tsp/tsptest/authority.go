package tsptest

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/jsign-jp/jsign/testdata/ca"
)

// Options says what kind of authority it is. The zero value uses
// signing-certificate-v2 with SHA-256.
type Options struct {
	ESSHash string // ess_cert_id_alg of openssl: sha1 makes signing-certificate, others -v2
}

// Authority answers RFC 3161 requests. It is safe for concurrent use: one request
// is signed at a time, since the serial number is in a file.
type Authority struct {
	// Dir holds the authority's files; the last exchange is query.tsq, reply.tsr.
	Dir string

	t  testing.TB
	mu sync.Mutex
	n  int
}

const configuration = `[tsa]
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

// New makes an authority for the time of a test.
func New(t testing.TB, opt Options) *Authority {
	t.Helper()
	needOpenSSL(t)
	a := &Authority{t: t, Dir: t.TempDir()}
	a.Write("tsa.cnf", fmt.Appendf(nil, configuration, cmp.Or(opt.ESSHash, "sha256")))
	for _, name := range []string{ca.TSA, ca.TSACA, ca.KeyFile(ca.TSA)} {
		a.Write(name, ca.PEM(name))
	}
	return a
}

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

// Write puts a file into Dir.
func (a *Authority) Write(name string, content []byte) {
	a.t.Helper()
	if err := os.WriteFile(filepath.Join(a.Dir, name), content, 0o600); err != nil {
		a.t.Fatal(err)
	}
}

// Run runs openssl in Dir and returns what it printed.
func (a *Authority) Run(args ...string) (string, error) {
	c := exec.Command("openssl", args...)
	c.Dir = a.Dir
	c.Env = append(os.Environ(), "OPENSSL_CONF="+filepath.Join(a.Dir, "tsa.cnf"))
	out, err := c.CombinedOutput()
	return string(out), err
}

// Asked returns how many requests were answered.
func (a *Authority) Asked() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.n
}

// Answer signs a TimeStampReq and returns the TimeStampResp.
func (a *Authority) Answer(query []byte) ([]byte, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.n++
	if err := os.WriteFile(filepath.Join(a.Dir, "query.tsq"), query, 0o600); err != nil {
		return nil, err
	}
	out, err := a.Run("ts", "-reply", "-config", "tsa.cnf", "-section", "tsa", "-queryfile", "query.tsq", "-out", "reply.tsr")
	if err != nil {
		return nil, fmt.Errorf("openssl ts -reply: %w: %s", err, out)
	}
	return os.ReadFile(filepath.Join(a.Dir, "reply.tsr"))
}

// ServeHTTP answers as RFC 3161, 3.4 has it.
func (a *Authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query, err := io.ReadAll(r.Body)
	if err == nil {
		query, err = a.Answer(query)
	}
	if err != nil {
		a.t.Error(err)
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/timestamp-reply")
	_, _ = w.Write(query) // who asked may have gone
}
