package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// differs are the cases in which jverify means to differ from OpenSSL 3.0: it
// verifies Ed25519. docs/openssl.md says why.
var differs = []string{"alg-ed25519", "alg-ed25519-sha256", "det-ed25519-binary", "flag-tamper-ed"}

// changed are the cases in which OpenSSL 3.5 (Debian 13) differs from 3.0 and thus
// from jverify: Ed448, words of messages, and more of its errors for trust
// material that 3.0 takes.
var changed = []string{
	"alg-ed448", "arg-unknown", "attr-signing-time-text", "cert-purpose-codesign", "crl-certfile-crl",
	"flag-no_signer_cert_verify", "fmt-inform-pkcs12", "order-certfile-in", "sel-certfile-dir",
	"sel-certfile-empty", "sel-certfile-garbage", "sel-certfile-missing", "sel-nocerts-certfile-chain",
	"sel-nocerts-certsout", "sel-nocerts-keyid-certfile-chain", "str-certificates-empty-certfile",
	"trust-cafile-der", "trust-imposter-first", "trust-missing-issuer-certfile", "trust-self-in-chain",
}

// tolerated returns the cases that may differ from the installed OpenSSL.
func tolerated(t *testing.T) []string {
	version, err := exec.Command("openssl", "version").Output()
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(string(version), "OpenSSL 3.0.") {
		return differs
	}
	return slices.Concat(differs, changed)
}

// TestOpenSSLAgrees runs openssl and jverify side by side on every case of the
// corpus beside the repository.
func TestOpenSSLAgrees(t *testing.T) {
	if testing.Short() {
		t.Skip("short: the whole corpus takes half a minute")
	}
	harness, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", "corpus", "cms-diff"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(harness); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("the corpus of OpenSSL's behaviour is not beside the repository")
	}
	for _, name := range []string{"openssl", "perl", "tar", "xz"} {
		need(t, name)
	}
	dir := t.TempDir()
	command(t, exec.Command("tar", "-xJf", filepath.Join(harness, "corpus.tar.xz"), "-C", dir))
	jverify := filepath.Join(dir, "jverify")
	build := exec.Command("go", "build", "-trimpath", "-o", jverify, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	command(t, build)
	run := exec.Command(filepath.Join(harness, "run.sh"), "-c", filepath.Join(dir, "corpus"), jverify, "--release-unverified")
	out, _ := run.Output() // it ends with an error where anything differs
	judgeDiffer(t, string(out), tolerated(t))
}

var (
	mismatch = regexp.MustCompile(`(?m)^MISMATCH ([^:]+): .*$`)
	score    = regexp.MustCompile(`(?m)^(\d+) of (\d+) cases agree$`)
)

func judgeDiffer(t *testing.T, out string, differs []string) {
	t.Helper()
	for _, m := range mismatch.FindAllStringSubmatch(out, -1) {
		if !slices.Contains(differs, m[1]) {
			t.Error(m[0])
		}
	}
	m := score.FindStringSubmatch(out)
	if m == nil {
		t.Fatalf("no score in the output:\n%s", out)
	}
	agree, _ := strconv.Atoi(m[1])
	all, _ := strconv.Atoi(m[2])
	t.Logf("%d of %d cases agree", agree, all)
	if all < 873 || agree < all-len(differs) {
		t.Errorf("%d of %d cases agree", agree, all)
	}
}

func command(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, out)
	}
}

func need(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not installed: run scripts/install-test-deps.sh", name)
		}
		t.Skipf("%s is not installed", name)
	}
}
