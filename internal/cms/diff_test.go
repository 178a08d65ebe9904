package cms_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/trust"
)

// missing skips a test for want of a tool or file; CI may not skip.
func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing", what)
	}
	t.Skipf("%s is missing", what)
}

func needTool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		missing(t, name)
	}
	return path
}

// diffCorpus unpacks the case collection into a folder of its own.
func diffCorpus(t testing.TB) string {
	t.Helper()
	archive, err := filepath.Abs("../../../shared/corpus/cms-diff/corpus.tar.xz")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(archive); err != nil {
		missing(t, "the case collection cms-diff")
	}
	dir := t.TempDir()
	cmd := exec.Command(needTool(t, "tar"), "-xJf", archive, "-C", dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return filepath.Join(dir, "corpus")
}

// diffCase is one case of the collection, as far as this package has a part in it.
type diffCase struct {
	name, dir, pki string
	form           string
	binary         bool
	crlfEOL        bool
	ascii          bool
	content        bool
}

// readCase reads a case's arguments; ok is false for one whose outcome depends
// on more than the message (options, certificates from outside, command line).
func readCase(corpus, name string) (c diffCase, ok bool) {
	c = diffCase{name: name, dir: filepath.Join(corpus, "cases", name), pki: filepath.Join(corpus, "pki"), form: "SMIME"}
	text, err := os.ReadFile(filepath.Join(c.dir, "args"))
	if err != nil {
		return c, false
	}
	if _, err := os.Stat(filepath.Join(c.dir, "msg")); err != nil {
		return c, false
	}
	args := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	for i := 0; i < len(args); i++ {
		value := ""
		if i+1 < len(args) {
			value = args[i+1]
		}
		switch args[i] {
		case "-inform":
			c.form = value
			i++
		case "-in", "-content":
			if value != "msg" && value != "content" {
				return c, false
			}
			c.content = c.content || args[i] == "-content"
			i++
		case "-out", "-CAfile", "-CApath", "-CAstore", "-purpose", "-attime", "-certsout", "-signer", "-verify_depth",
			"-auth_level", "-verify_email", "-verify_hostname", "-verify_ip", "-policy", "-verify_name":
			i++
		case "-binary":
			c.binary = true
		case "-crlfeol":
			c.crlfEOL = true
		case "-asciicrlf":
			c.ascii = true
		case "-no-CApath", "-no-CAfile", "-no-CAstore", "-crl_check", "-crl_check_all", "-partial_chain", "-noverify",
			"-verify_retcode", "-x509_strict", "-policy_check", "-explicit_policy", "-check_ss_sig", "-extended_crl", "-use_deltas":
		default:
			return c, false
		}
	}
	switch strings.ToUpper(c.form) {
	case "DER", "D":
		c.form = "DER"
	case "PEM", "SMIME":
		c.form = strings.ToUpper(c.form)
	default:
		return c, false
	}
	return c, true
}

// openssl returns the exit code of openssl cms -verify without its chain checks.
func (c diffCase) openssl(t testing.TB, tool, out string) (int, string) {
	args := []string{"cms", "-verify", "-noverify", "-no-CAfile", "-no-CApath", "-no-CAstore", "-inform", c.form, "-in", "msg", "-out", out}
	for flag, set := range map[string]bool{"-binary": c.binary, "-crlfeol": c.crlfEOL, "-asciicrlf": c.ascii} {
		if set {
			args = append(args, flag)
		}
	}
	if c.content {
		args = append(args, "-content", "content")
	}
	cmd := exec.Command(tool, args...)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), "OPENSSL_CONF=/dev/null") // ten times as fast
	stderr, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Error(err)
	}
	return cmd.ProcessState.ExitCode(), string(stderr)
}

// ours returns what this package makes of the case: openssl's exit code, and
// the content.
func (c diffCase) ours() (code int, content []byte, err error) {
	msg, err := os.ReadFile(filepath.Join(c.dir, "msg"))
	if err != nil {
		return -1, nil, err
	}
	var embedded bytes.Buffer
	sd, part, err := c.decode(msg, &embedded)
	var otherType *cms.ContentTypeError
	switch {
	case errors.As(err, &otherType):
		return 4, nil, err
	case err != nil:
		return 2, nil, err
	}
	content, have, err := c.contentOf(sd, part, embedded.Bytes())
	if err != nil || !have || len(sd.Signers) == 0 {
		return 4, nil, err
	}
	if err := verifyAll(sd, content); err != nil {
		return 4, content, err
	}
	return 0, content, nil
}

func (c diffCase) decode(msg []byte, content io.Writer) (sd *cms.SignedData, part *cms.SMIME, err error) {
	opt := cms.DecodeOptions{Content: func(*cms.SignedData) (io.Writer, error) { return content, nil }}
	switch c.form {
	case "PEM":
		r := cms.NewPEMReader(bytes.NewReader(msg))
		if sd, err = cms.Decode(r, opt); err == nil || errors.As(err, new(*cms.ContentTypeError)) {
			if drained := r.Drain(); drained != nil {
				err = drained
			}
		}
		return sd, nil, err
	case "SMIME":
		if part, err = cms.OpenSMIME(bytes.NewReader(msg), int64(len(msg))); err != nil {
			return nil, nil, err
		}
		sd, err = cms.Decode(part.Message(), opt)
		return sd, part, err
	}
	sd, err = cms.Decode(bytes.NewReader(msg), opt)
	return sd, nil, err
}

// contentOf returns what is digested: the file given, the first part, or what
// is embedded.
func (c diffCase) contentOf(sd *cms.SignedData, part *cms.SMIME, embedded []byte) ([]byte, bool, error) {
	var source bytes.Buffer
	text := cms.TextOptions{StripTrailing: c.ascii || sd.ContentType.String() == "1.2.840.113549.1.9.16.1.27"}
	switch {
	case c.content:
		file, err := os.ReadFile(filepath.Join(c.dir, "content"))
		if err != nil {
			return nil, false, err
		}
		source.Write(file)
		text.FromFile = true
	case part != nil && part.Detached():
		if err := part.CopyContent(&source, cms.PartOptions{Binary: c.binary, CRLFEOL: c.crlfEOL, StripTrailing: c.ascii}); err != nil {
			return nil, false, err
		}
	default:
		return embedded, sd.HasContent, nil
	}
	if c.binary && !text.StripTrailing {
		return source.Bytes(), true, nil
	}
	var canonical bytes.Buffer
	err := cms.CopyText(&canonical, &source, text)
	return canonical.Bytes(), true, err
}

func verifyAll(sd *cms.SignedData, content []byte) error {
	digests, unknown := cms.NewDigests(sd.DigestAlgorithms)
	if unknown != "" || len(sd.DigestAlgorithms) == 0 {
		return errors.New("digest algorithms unusable")
	}
	_, _ = digests.Write(content)
	for i := range sd.Signers {
		key, err := embeddedKey(sd, &sd.Signers[i])
		if err != nil {
			return err
		}
		if err := sd.Signers[i].Verify(key, digests); err != nil {
			return err
		}
	}
	return nil
}

func embeddedKey(sd *cms.SignedData, s *cms.SignerInfo) (*trust.PublicKey, error) {
	for _, c := range sd.Certificates {
		if c.Kind != cms.X509Certificate {
			continue
		}
		cert, err := trust.ParseCertificate(c.Raw)
		if err != nil {
			return nil, err
		}
		if cert.IdentifiedBy(s.Issuer, s.Serial, s.SubjectKeyID) {
			return cert.PublicKey()
		}
	}
	return nil, errors.New("signer's certificate not found")
}

// differs tells the cases where a difference is meant: EdDSA, which openssl 3.0
// cannot verify, Ed448, which it can from 3.2 on and this package cannot; and a
// signing time that is none, which newer versions cannot read.
func differs(err error, ours, theirs int, stderr string) bool {
	if ours == 0 && (strings.Contains(stderr, "invalid digest") || strings.Contains(stderr, "utctime is too short")) {
		return true
	}
	var wrong *trust.SignatureError
	return theirs == 0 && errors.As(err, &wrong) && wrong.Unsuited
}

// TestAgreesWithOpenSSL runs openssl and this package on every message of the
// collection: both must read it or both not, and say the same of its signatures.
func TestAgreesWithOpenSSL(t *testing.T) {
	t.Parallel()
	tool := needTool(t, "openssl")
	corpus := diffCorpus(t)
	entries, err := os.ReadDir(filepath.Join(corpus, "cases"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	var cases []diffCase
	for _, e := range entries {
		group, _, _ := strings.Cut(e.Name(), "-")
		if slices.Contains([]string{"trust", "cert", "crl", "flag", "order"}, group) {
			continue // they differ in what is not asked here
		}
		if c, ok := readCase(corpus, e.Name()); ok && !seen[c.identity(t)] {
			seen[c.identity(t)] = true
			cases = append(cases, c)
		}
	}
	if len(cases) < 250 {
		t.Fatalf("only %d cases", len(cases))
	}
	var group sync.WaitGroup
	work := make(chan diffCase)
	for range 2 {
		group.Go(func() {
			for c := range work {
				c.compare(t, tool)
			}
		})
	}
	for _, c := range cases {
		work <- c
	}
	close(work)
	group.Wait()
	t.Logf("%d cases compared", len(cases))
}

// identity is equal for cases that ask this package the same.
func (c diffCase) identity(t testing.TB) string {
	msg, err := os.ReadFile(filepath.Join(c.dir, "msg"))
	if err != nil {
		t.Fatal(err)
	}
	content, _ := os.ReadFile(filepath.Join(c.dir, "content"))
	if !c.content {
		content = nil
	}
	flags := []byte(c.form)
	for _, set := range []bool{c.binary, c.crlfEOL, c.ascii, c.content} {
		flags = append(flags, '0')
		if set {
			flags[len(flags)-1] = '1'
		}
	}
	return string(flags) + string(msg) + "\x00" + string(content)
}

func (c diffCase) compare(t *testing.T, tool string) {
	out := filepath.Join(c.dir, "out")
	theirs, stderr := c.openssl(t, tool, out)
	ours, content, err := c.ours()
	if ours != theirs {
		if !differs(err, ours, theirs, stderr) {
			t.Errorf("%s: openssl ends with %d, ours is %d (%v)\n%s", c.name, theirs, ours, err, stderr)
		}
		return
	}
	if ours != 0 {
		return
	}
	written, err := os.ReadFile(out)
	if err != nil || !bytes.Equal(written, content) {
		t.Errorf("%s: content differs (%v)", c.name, err)
	}
}
