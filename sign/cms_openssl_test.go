package sign_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"errors"
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

// cmsKey is a key of the test PKI with its chain.
type cmsKey struct {
	crypto.Signer
	chain []*x509.Certificate
}

func (k cmsKey) Chain() []*x509.Certificate { return k.chain }

func newCMSKey(leaf string) cmsKey {
	return cmsKey{ca.Key(leaf), []*x509.Certificate{ca.Certificate(leaf), ca.Certificate("org-ca.pem")}}
}

const cmsText = "契約書ではない。\nPlain line.\r\nlast line without end"

func cmsSign(t testing.TB, key sign.Signer, content []byte, opt sign.CMSOptions) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := sign.CMS(context.Background(), &out, bytes.NewReader(content), int64(len(content)), key, opt); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// openssl runs openssl in dir and returns its outputs.
func openssl(t testing.TB, dir string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	path, lookErr := exec.LookPath("openssl")
	if lookErr != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(lookErr)
		}
		t.Skip("openssl is not installed")
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = dir
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	err = cmd.Run()
	return o.String(), e.String(), err
}

func cmsWrite(t testing.TB, dir, name string, b []byte) string {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// cmsVerify has openssl verify a signature and returns the content it wrote.
func cmsVerify(t testing.TB, signature, content []byte, opt sign.CMSOptions, more ...string) []byte {
	t.Helper()
	dir := t.TempDir()
	form := map[sign.Format]string{sign.DER: "DER", sign.PEM: "PEM", sign.SMIME: "SMIME"}[opt.Format]
	args := []string{"cms", "-verify", "-inform", form, "-in", cmsWrite(t, dir, "in", signature), "-out", "out",
		"-CAfile", cmsWrite(t, dir, "ca.pem", ca.PEM("org-root.pem")), "-purpose", "any"}
	if !opt.Attached && opt.Format != sign.SMIME {
		args = append(args, "-binary", "-content", cmsWrite(t, dir, "content", content))
	}
	if _, stderr, err := openssl(t, dir, append(args, more...)...); err != nil {
		t.Fatalf("openssl %v: %v\n%s\n%s", args, err, stderr, signature[:min(300, len(signature))])
	}
	out, err := os.ReadFile(filepath.Join(dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func cmsName(format sign.Format, attached, bare bool) string {
	name := []string{"der", "pem", "smime"}[format]
	if attached {
		name += "-attached"
	}
	if bare {
		name += "-noattr"
	}
	return name
}

// TestOpenSSLVerifies is the grid of keys, digests, forms and attributes.
func TestOpenSSLVerifies(t *testing.T) {
	t.Parallel()
	type row struct {
		leaf string
		pss  bool
	}
	for _, r := range []row{{"org-rsa2048.pem", false}, {"org-rsa3072.pem", true}, {"org-p256.pem", false}, {"org-p384.pem", false}} {
		key := newCMSKey(r.leaf)
		for _, digest := range []crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512} {
			for i := range 12 {
				opt := sign.CMSOptions{Digest: digest, PSS: r.pss, Format: sign.Format(i % 3), Attached: i&4 != 0, NoSignedAttributes: i >= 6}
				if !opt.NoSignedAttributes {
					opt.SigningTime = time.Unix(1750000000, 0)
				}
				name := fmt.Sprintf("%s/pss=%v/%v/%s", r.leaf, r.pss, digest, cmsName(opt.Format, opt.Attached, opt.NoSignedAttributes))
				t.Run(name, func(t *testing.T) {
					got := cmsVerify(t, cmsSign(t, key, []byte(cmsText), opt), []byte(cmsText), opt)
					if (opt.Attached || opt.Format != sign.SMIME) && string(got) != cmsText {
						t.Errorf("content %q", got)
					}
				})
			}
		}
	}
}

// TestOpenSSLChecksSigningCertificate has openssl look at the ESS attribute.
func TestOpenSSLChecksSigningCertificate(t *testing.T) {
	t.Parallel()
	for _, leaf := range []string{"org-rsa2048.pem", "org-p384.pem"} {
		for _, digest := range []crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512} {
			opt := sign.CMSOptions{Digest: digest, Attached: true}
			b := cmsSign(t, newCMSKey(leaf), []byte(cmsText), opt)
			cmsVerify(t, b, nil, opt, "-cades")

			opt.NoSigningCertificate = true
			dir := t.TempDir()
			b = cmsSign(t, newCMSKey(leaf), []byte(cmsText), opt)
			_, stderr, err := openssl(t, dir, "cms", "-verify", "-cades", "-inform", "DER", "-in", cmsWrite(t, dir, "in", b),
				"-CAfile", cmsWrite(t, dir, "ca.pem", ca.PEM("org-root.pem")), "-purpose", "any")
			if err == nil || !strings.Contains(stderr, "CAdES Verification failure") {
				t.Errorf("%s %v: without the attribute openssl says %q", leaf, digest, stderr)
			}
		}
	}
}

// TestOpenSSLReadsStructure looks at what openssl prints of a message.
func TestOpenSSLReadsStructure(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := cmsSign(t, newCMSKey("org-rsa2048.pem"), []byte(cmsText), sign.CMSOptions{BySubjectKeyID: true})
	name := cmsWrite(t, dir, "in", b)
	print, stderr, err := openssl(t, dir, "cms", "-cmsout", "-print", "-inform", "DER", "-in", name)
	if err != nil {
		t.Fatal(stderr)
	}
	for _, want := range []string{"version: 3", "subjectKeyIdentifier", "eContent: <ABSENT>", "algorithm: sha256WithRSAEncryption",
		"parameter: NULL", "id-smime-aa-signingCertificateV2"} {
		if !strings.Contains(print, want) {
			t.Errorf("openssl cms -print does not show %q", want)
		}
	}
	if strings.Contains(print, "signingTime") {
		t.Error("there is a signing time")
	}
	_, stderr, err = openssl(t, dir, "asn1parse", "-inform", "DER", "-in", name)
	if err != nil {
		t.Error(stderr)
	}
	// Re-encoding by openssl changes nothing: the message is DER.
	if _, stderr, err = openssl(t, dir, "cms", "-cmsout", "-inform", "DER", "-in", name, "-outform", "DER", "-out", "out"); err != nil {
		t.Fatal(stderr)
	}
	again, err := os.ReadFile(filepath.Join(dir, "out"))
	if err != nil || !bytes.Equal(again, b) {
		t.Errorf("openssl re-encodes the message differently: %v", err)
	}
}

// TestOpenSSLVerifiesSeveralSigners adds signers one by one, in all forms.
func TestOpenSSLVerifiesSeveralSigners(t *testing.T) {
	t.Parallel()
	leaves := []string{"org-rsa2048.pem", "org-p256.pem", "org-rsa3072.pem", "org-p384.pem"}
	digests := []crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA256, crypto.SHA512}
	for i := range 6 {
		opt := sign.CMSOptions{Format: sign.Format(i % 3), Attached: i >= 3 || i == 2}
		t.Run(cmsName(opt.Format, opt.Attached, false), func(t *testing.T) {
			var message []byte
			for n, leaf := range leaves {
				opt.Digest = digests[n]
				opt.PSS = n == 2
				opt.NoSignedAttributes = n == 1 && i < 3
				message = cmsAdd(t, message, leaf, opt)
				got := cmsVerify(t, message, []byte(cmsText), opt, "-signer", "signers.pem")
				if opt.Attached && string(got) != cmsText {
					t.Fatalf("content %q", got)
				}
			}
		})
	}
}

// cmsAdd signs cmsText, adding to message when there is one.
func cmsAdd(t *testing.T, message []byte, leaf string, opt sign.CMSOptions) []byte {
	t.Helper()
	if message == nil {
		return cmsSign(t, newCMSKey(leaf), []byte(cmsText), opt)
	}
	opt.Existing, opt.ExistingSize = bytes.NewReader(message), int64(len(message))
	if !opt.Attached {
		return cmsSign(t, newCMSKey(leaf), []byte(cmsText), opt)
	}
	var out bytes.Buffer
	if err := sign.CMS(context.Background(), &out, nil, 0, newCMSKey(leaf), opt); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestAddToOpenSSL adds a signer to messages that openssl made, BER included.
func TestAddToOpenSSL(t *testing.T) {
	t.Parallel()
	for _, flags := range [][]string{nil, {"-nodetach"}, {"-nodetach", "-stream"}, {"-nodetach", "-stream", "-noattr", "-keyid"}} {
		dir := t.TempDir()
		cmsWrite(t, dir, "content", []byte(cmsText))
		cmsWrite(t, dir, "leaf.pem", ca.PEM("org-p256.pem"))
		cmsWrite(t, dir, "key.pem", ca.PEM("org-p256.key.pem"))
		args := append([]string{"cms", "-sign", "-binary", "-in", "content", "-signer", "leaf.pem", "-inkey", "key.pem", "-outform", "DER", "-out", "msg"}, flags...)
		if _, stderr, err := openssl(t, dir, args...); err != nil {
			t.Fatal(stderr)
		}
		message, err := os.ReadFile(filepath.Join(dir, "msg"))
		if err != nil {
			t.Fatal(err)
		}
		opt := sign.CMSOptions{Attached: flags != nil}
		both := cmsAdd(t, message, "org-rsa2048.pem", opt)
		cmsVerify(t, both, []byte(cmsText), opt)
	}
}

// TestSMIMEDetachedContent tells what the signed part holds.
func TestSMIMEDetachedContent(t *testing.T) {
	t.Parallel()
	const base64Text = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	const binary = "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	const plain = "Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
	for _, c := range []struct{ content, entity string }{
		{"", plain},
		{"a\nb\r\nc", plain + "a\r\nb\r\nc"},
		{"a\n\n", plain + "a\r\n\r\n"},
		{"a\rb", base64Text + "YQ1i\r\n"},
		{"a\r", base64Text + "YQ0=\r\n"},
		{"山", base64Text + "5bGx\r\n"},
		{"\xe5\xb1", binary + "5bE=\r\n"},
		{"a\x00b", binary + "YQBi\r\n"},
		{strings.Repeat("x", 998) + "\n", plain + strings.Repeat("x", 998) + "\r\n"},
	} {
		opt := sign.CMSOptions{Format: sign.SMIME}
		got := cmsVerify(t, cmsSign(t, newCMSKey("org-p256.pem"), []byte(c.content), opt), nil, opt)
		if string(got) != c.entity {
			t.Errorf("%q: signed part %q", c.content, got)
		}
	}
}

// TestSMIMETextOption has openssl take the text out of the entity.
func TestSMIMETextOption(t *testing.T) {
	t.Parallel()
	opt := sign.CMSOptions{Format: sign.SMIME}
	b := cmsSign(t, newCMSKey("org-rsa2048.pem"), []byte("line\nline\n"), opt)
	if got := cmsVerify(t, b, nil, opt, "-text"); string(got) != "line\r\nline\r\n" {
		t.Errorf("text %q", got)
	}
}

var errBroken = errors.New("broken")
