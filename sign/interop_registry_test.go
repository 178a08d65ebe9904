//go:build interop

package sign_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// interopLevels writes one document of each level into a folder, and extended and
// renewed ones: NAME.LEVEL.pdf, NAME.LEVEL.p7s with "content" beside it. It returns
// how many.
func interopLevels(t *testing.T, dir string) int {
	t.Helper()
	d, n := newDesk(t), 0
	write := func(name string, data []byte) {
		n++
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	content, now := []byte(cmsText), time.Now() // signing-time is required at every level (EN 319 122-1, 6.3)
	if err := os.WriteFile(filepath.Join(dir, "content"), content, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{ca.OrgRoot, ca.TSACA, "tsa-ca.crl"} {
		if err := os.WriteFile(filepath.Join(dir, name), ca.PEM(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, key := range map[string]testKey{"rsa": rsaKey(), "ec": keyOf(ca.OrgP256, ca.OrgCA)} {
		for level := sign.BB; level <= sign.BLTA; level++ {
			write(fmt.Sprintf("%s.%s.pdf", name, level), signLevel(t, titled(), key, sign.PDFOptions{Level: d.options(level)}))
			write(fmt.Sprintf("%s.%s.p7s", name, level), cmsSign(t, cmsKey(key), content, sign.CMSOptions{SigningTime: now, Level: d.options(level)}))
			write(fmt.Sprintf("%s-attached.%s.p7m", name, level), cmsSign(t, cmsKey(key), content, sign.CMSOptions{Attached: true, SigningTime: now, Level: d.options(level)}))
		}
	}
	pdf, message := signLevel(t, titled(), rsaKey(), sign.PDFOptions{}), cmsSign(t, cmsKey(rsaKey()), content, sign.CMSOptions{SigningTime: now})
	for _, step := range []struct {
		name  string
		level sign.Level
	}{{"extended", sign.BT}, {"extended", sign.BLT}, {"extended", sign.BLTA}, {"renewed", sign.BLTA}} {
		opt := sign.ExtendOptions{Level: d.options(step.level)}
		pdf, _ = extendPDF(t, pdf, opt)
		write(fmt.Sprintf("%s.%s.pdf", step.name, step.level), pdf)
		opt.Content, opt.ContentSize = bytes.NewReader(content), int64(len(content))
		var err error
		if message, _, err = extendCMS(t, message, opt); err != nil {
			t.Fatal(err)
		}
		write(fmt.Sprintf("%s.%s.p7s", step.name, step.level), message)
	}
	certified := signLevel(t, titled(), rsaKey(), sign.PDFOptions{Certify: 1, Level: d.options(sign.BLTA)})
	write("certified.b-lta.pdf", certified)
	write("changed.b-lta.pdf", flip(t, certified, ca.DER("tsa-ca.crl")))
	write("changed.b-lta.p7s", flip(t, message, ca.DER("tsa-ca.crl")))
	return n
}

// flip changes a bit in the signature of a CRL that a document holds.
func flip(t *testing.T, document, crl []byte) []byte {
	t.Helper()
	at := bytes.Index(document, crl)
	if at < 0 {
		t.Fatal("the CRL is not in the document")
	}
	document = bytes.Clone(document)
	document[at+len(crl)-1] ^= 1
	return document
}

func interopRun(t *testing.T, dir, program string, args ...string) string {
	t.Helper()
	c := exec.CommandContext(context.Background(), program, args...)
	c.Dir = dir
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func interopSource(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("interop", name))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestInteropPyHanko: pyHanko validates each PDF at the level that we call it.
func TestInteropPyHanko(t *testing.T) {
	dir, environment := t.TempDir(), filepath.Join(t.TempDir(), "venv")
	interopLevels(t, dir)
	interopRun(t, dir, tool(t, "python3"), "-m", "venv", environment)
	python := filepath.Join(environment, "bin", "python")
	interopRun(t, dir, python, "-m", "pip", "install", "-q", "-r", interopSource(t, "requirements.txt"))
	t.Log(interopRun(t, dir, python, interopSource(t, "levels.py"), dir))
}

// TestInteropDSS: DSS gives each PDF and CMS the level that we call it, and passes
// those that hold what their validation needs. Where one bit of that is another, the
// level is a lower one.
func TestInteropDSS(t *testing.T) {
	dir, lib := t.TempDir(), t.TempDir()
	n := interopLevels(t, dir)
	interopRun(t, dir, tool(t, "mvn"), "-q", "-B", "-f", interopSource(t, "pom.xml"), "dependency:copy-dependencies", "-DoutputDirectory="+lib)
	found := make(map[string]string)
	for line := range strings.Lines(interopRun(t, dir, tool(t, "java"), "-cp", filepath.Join(lib, "*"), interopSource(t, "Levels.java"), dir)) {
		if name, verdict, ok := strings.Cut(strings.TrimSpace(line), " "); ok && strings.Contains(name, ".b-") {
			found[name] = verdict
		}
	}
	if len(found) != n {
		t.Errorf("%d verdicts on %d documents", len(found), n)
	}
	for name, verdict := range found {
		parts := strings.Split(name, ".")
		form := "CAdES"
		if parts[2] == "pdf" {
			form = "PAdES"
		}
		format, indication, _ := strings.Cut(verdict, " ")
		level := form + "-BASELINE-" + strings.ToUpper(strings.TrimPrefix(parts[1], "b-"))
		switch changed, complete := parts[0] == "changed", parts[1] == "b-lt" || parts[1] == "b-lta"; {
		case changed == (format == level), complete && !changed && indication != "TOTAL_PASSED":
			t.Errorf("%s: %s", name, verdict)
		}
	}
}
