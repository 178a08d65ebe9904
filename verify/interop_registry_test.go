//go:build interop

package verify_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/testdata/ca"
)

// source is the folder of the programs that sign; what they need comes from Maven
// Central and PyPI.
func source(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("interop")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestInteropBouncyCastle compares with openssl on what BouncyCastle signs.
func TestInteropBouncyCastle(t *testing.T) {
	mvn, java := tool(t, "mvn"), tool(t, "java")
	dir, lib := t.TempDir(), t.TempDir()
	write(t, dir, "content", gridContent)
	write(t, dir, "ca.pem", ca.PEM(ca.OrgCA))
	for name, cert := range map[string]string{"rsa": ca.OrgRSA2048, "ec": ca.OrgP256, "ed": ca.OrgEd25519} {
		write(t, dir, name+".pem", ca.PEM(cert))
		write(t, dir, name+".key.pem", ca.PEM(ca.KeyFile(cert)))
	}
	output(t, dir, mvn, "-q", "-B", "-f", filepath.Join(source(t), "pom.xml"), "dependency:copy-dependencies", "-DoutputDirectory="+lib)
	output(t, dir, java, "-cp", filepath.Join(lib, "*"), filepath.Join(source(t), "Sign.java"), dir)
	sameAsOpenSSL(t, dir, 7*8+4*8+2)
}

// TestInteropPython compares with openssl on what asn1crypto and pyHanko sign.
func TestInteropPython(t *testing.T) {
	dir, environment := orgFiles(t), filepath.Join(t.TempDir(), "venv")
	output(t, dir, tool(t, "python3"), "-m", "venv", environment)
	python := filepath.Join(environment, "bin", "python")
	output(t, dir, python, "-m", "pip", "install", "-q", "-r", filepath.Join(source(t), "requirements.txt"))
	output(t, dir, python, filepath.Join(source(t), "sign.py"), dir)
	sameAsOpenSSL(t, dir, 16)
}

// sameAsOpenSSL verifies each message in a folder, and each with one octet of the
// content changed, with openssl and with jverify: both must agree on the exit code,
// and the first kind must verify strictly too. Ed25519 is the exception: OpenSSL
// 3.0 cannot.
func sameAsOpenSSL(t *testing.T, dir string, want int) {
	t.Helper()
	openssl := tool(t, "openssl")
	jverify := filepath.Join(t.TempDir(), "jverify")
	output(t, ".", "go", "build", "-o", jverify, "github.com/jsign-jp/jsign/cmd/jverify")
	write(t, dir, "other", bytes.Replace(gridContent, []byte("lines"), []byte("Lines"), 1))
	write(t, dir, "trusted.pem", ca.PEM(ca.OrgRoot))
	messages, err := filepath.Glob(filepath.Join(dir, "*.der"))
	if err != nil || len(messages) != want {
		t.Fatalf("%d messages, %v; want %d", len(messages), err, want)
	}
	for _, path := range messages {
		name := filepath.Base(path)
		for _, content := range []string{"content", "other"} {
			if content == "other" && strings.Contains(name, ".attached.") {
				changeContent(t, path)
			}
			args := []string{"-verify", "-inform", "DER", "-in", path, "-binary", "-CAfile", "trusted.pem", "-out", os.DevNull}
			if strings.Contains(name, ".detached.") {
				args = append(args, "-content", content)
			}
			right := content == "content"
			theirs := exitCode(t, dir, openssl, append([]string{"cms"}, args...)...)
			ours := exitCode(t, dir, jverify, args...)
			if ours != theirs && !strings.Contains(name, "Ed25519") || right != (ours == 0) {
				t.Errorf("%s with %s: openssl %d, jverify %d", name, content, theirs, ours)
			}
			if strict := exitCode(t, dir, jverify, append(args, "-strict")...); right != (strict == 0) {
				t.Errorf("%s with %s: jverify -strict %d", name, content, strict)
			}
		}
	}
}

// changeContent changes an octet of the content in a message.
func changeContent(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(data, gridContent[:8])
	if at < 0 {
		t.Fatalf("%s does not hold the content", path)
	}
	data[at] ^= 1
	write(t, filepath.Dir(path), filepath.Base(path), data)
}

func exitCode(t *testing.T, dir, program string, args ...string) int {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode()
}
