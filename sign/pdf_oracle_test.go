package sign_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// toolTimeout ends a program that hangs.
const toolTimeout = time.Minute

// testKey is a sign.Signer of the test PKI.
type testKey struct {
	crypto.Signer
	chain []*x509.Certificate
}

func (k testKey) Chain() []*x509.Certificate { return k.chain }

// unfinished is a document after its first phase.
type unfinished interface {
	Bind(ctx context.Context, chain []*x509.Certificate) (*sign.ToBeSigned, error)
	Finish(ctx context.Context, dst io.Writer, signature []byte) error
}

// finished runs the two phases that need the key, and returns what was written.
func finished(t testing.TB, d unfinished, key sign.Signer) []byte {
	t.Helper()
	tbs, err := d.Bind(t.Context(), key.Chain())
	if err != nil {
		t.Fatalf("refused after the first phase: %v", err)
	}
	value, err := tbs.SignWith(key)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := d.Finish(t.Context(), &out, value); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// keyOf returns the key of a certificate, with its issuers.
func keyOf(names ...string) testKey {
	k := testKey{Signer: ca.Key(names[0])}
	for _, name := range names {
		k.chain = append(k.chain, ca.Certificate(name))
	}
	return k
}

func rsaKey() testKey  { return keyOf(ca.OrgRSA2048, ca.OrgCA) }
func p384Key() testKey { return keyOf(ca.OrgP384, ca.OrgCA) }
func cardKey() testKey { return keyOf(ca.Sign, ca.SignCA2) }

// judges are the programs that look at what was signed, none of them ours.
type judges struct {
	t   testing.TB
	dir string
	nss string // database in which the test CAs are trusted
	ca  string // their certificates in PEM
}

func newJudges(t testing.TB) *judges {
	t.Helper()
	dir := t.TempDir()
	j := &judges{t: t, dir: dir, nss: filepath.Join(dir, "nss"), ca: filepath.Join(dir, "ca.pem")}
	if err := os.Mkdir(j.nss, 0o700); err != nil {
		t.Fatal(err)
	}
	certutil := tool(t, "certutil")
	j.mustRun(certutil, "-N", "-d", j.nss, "--empty-password")
	var all []byte
	for _, name := range []string{ca.SignCA2, ca.SignCA3, ca.OrgRoot} {
		all = append(all, ca.PEM(name)...)
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, ca.PEM(name), 0o600); err != nil {
			t.Fatal(err)
		}
		j.mustRun(certutil, "-A", "-d", j.nss, "-n", name, "-t", "CT,C,C", "-i", path, "-a")
	}
	if err := os.WriteFile(j.ca, all, 0o600); err != nil {
		t.Fatal(err)
	}
	return j
}

// in returns the same judges for a subtest, with a folder of its own.
func (j *judges) in(t testing.TB) *judges {
	return &judges{t: t, dir: t.TempDir(), nss: j.nss, ca: j.ca}
}

func (j *judges) run(name string, args ...string) (output string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), toolTimeout)
	defer cancel()
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	return string(out), err
}

func (j *judges) mustRun(name string, args ...string) string {
	j.t.Helper()
	out, err := j.run(name, args...)
	if err != nil {
		j.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return out
}

func (j *judges) put(name string, data []byte) string {
	j.t.Helper()
	path := filepath.Join(j.dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		j.t.Fatal(err)
	}
	return path
}

// accept demands that qpdf finds no fault, pdfsig calls every one of the count
// signatures valid and one of them to cover the file, and openssl verifies the
// last one over its byte range.
func (j *judges) accept(file []byte, password string, count int) {
	j.t.Helper()
	path := j.put("signed.pdf", file)
	if out, err := j.run(tool(j.t, "qpdf"), "--check", "--password="+password, path); err != nil {
		j.t.Errorf("qpdf --check: %v\n%s", err, out)
	}
	found := j.pdfsig(path, password)
	if len(found) != count {
		j.t.Errorf("pdfsig finds %d signatures, want %d", len(found), count)
		return
	}
	total := 0 // one covers the file; it need not be listed last
	for _, s := range found {
		if s.total {
			total++
		}
		if !s.valid || !s.trusted {
			j.t.Errorf("pdfsig: signature %s", s.text)
		}
	}
	if total != 1 {
		j.t.Errorf("pdfsig: %d signatures cover the file, want 1", total)
	}
	j.openssl(file)
}

// readText demands that qpdf reads those strings in the file's objects.
func (j *judges) readText(file []byte, password string, want ...string) {
	j.t.Helper()
	out := j.mustRun(tool(j.t, "qpdf"), "--json=1", "--json-key=objects", "--password="+password, j.put("signed.pdf", file))
	for _, text := range want {
		quoted, err := json.Marshal(text)
		if err != nil {
			j.t.Fatal(err)
		}
		if !strings.Contains(out, string(quoted)) {
			j.t.Errorf("qpdf does not find %s", quoted)
		}
	}
}

// faulty reports whether qpdf finds fault with a file's structure.
func (j *judges) faulty(path string) bool {
	_, err := j.run(tool(j.t, "qpdf"), "--check", path)
	return err != nil
}

// pdfsigResult is pdfsig's verdict on one signature.
type pdfsigResult struct {
	valid   bool // the value and the digest are right
	trusted bool
	total   bool // it covers the file to its end
	text    string
}

func (j *judges) pdfsig(path, password string) []pdfsigResult {
	args := []string{"-no-ocsp", "-nssdir", j.nss}
	if password != "" {
		args = append(args, "-upw", password)
	}
	out, _ := j.run(tool(j.t, "pdfsig"), append(args, path)...) // its exit code tells of trust as well
	var list []pdfsigResult
	for _, text := range strings.Split(out, "Signature #")[1:] {
		if strings.Contains(text, "field is not signed") {
			continue
		}
		list = append(list, pdfsigResult{
			valid:   strings.Contains(text, "Signature Validation: Signature is Valid."),
			trusted: strings.Contains(text, "Certificate Validation: Certificate is Trusted."),
			total:   strings.Contains(text, "- Total document signed"),
			text:    text,
		})
	}
	return list
}

// openssl verifies the last signature of a file over its byte range.
func (j *judges) openssl(file []byte) {
	j.t.Helper()
	s := lastSignature(j.t, file)
	j.mustRun(tool(j.t, "openssl"), "cms", "-verify", "-binary", "-inform", "DER", "-in", j.put("contents.der", s.contents),
		"-content", j.put("content.bin", s.content), "-CAfile", j.ca, "-purpose", "any", "-out", os.DevNull)
}

// rawSignature is a signature as it stands in the file's bytes.
type rawSignature struct {
	byteRange [4]int
	contents  []byte // decoded, padding included
	content   []byte // what the byte range covers
}

var byteRangePattern = regexp.MustCompile(`/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]`)

// lastSignature finds the last /ByteRange of a file without any PDF reader.
func lastSignature(t testing.TB, file []byte) rawSignature {
	t.Helper()
	all := byteRangePattern.FindAllSubmatch(file, -1)
	if len(all) == 0 {
		t.Fatal("no /ByteRange in the file")
	}
	var s rawSignature
	for i, digits := range all[len(all)-1][1:] {
		s.byteRange[i], _ = strconv.Atoi(string(digits))
	}
	r := s.byteRange
	if r[0] != 0 || r[1] > r[2] || r[2]+r[3] != len(file) {
		t.Fatalf("byte range %v of a file of %d bytes", r, len(file))
	}
	gap := file[r[1]:r[2]]
	if len(gap) < 2 || gap[0] != '<' || gap[len(gap)-1] != '>' {
		t.Fatalf("the byte range leaves out %.20q … and not a hexadecimal string", gap)
	}
	contents, err := hex.DecodeString(string(gap[1 : len(gap)-1]))
	if err != nil {
		t.Fatal(err)
	}
	s.contents = contents
	s.content = append(bytes.Clone(file[:r[1]]), file[r[2]:]...)
	return s
}
