package sign_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/digitorus/pkcs7"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
)

// cmsDecode decodes a DER message and verifies all its signers with their
// certificates, found by the order of chains given.
func cmsDecode(t *testing.T, message, content []byte, leaves ...string) *cms.SignedData {
	t.Helper()
	digests := &cms.Digests{}
	sd, err := cms.DecodeBytes(message, cms.DecodeOptions{Content: func(sd *cms.SignedData) (io.Writer, error) {
		digests, _ = cms.NewDigests(sd.DigestAlgorithms)
		return digests, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if !sd.HasContent {
		digests, _ = cms.NewDigests(sd.DigestAlgorithms)
		_, _ = digests.Write(content)
	}
	for i := range sd.Signers {
		verified := 0
		for _, leaf := range leaves {
			key, err := trust.ParsePublicKey(ca.Certificate(leaf).RawSubjectPublicKeyInfo)
			if err != nil {
				t.Fatal(err)
			}
			if sd.Signers[i].Verify(key, digests) == nil {
				verified++
			}
		}
		if verified != 1 {
			t.Errorf("signer %d verifies with %d of the certificates %v", i, verified, leaves)
		}
	}
	return sd
}

// TestOwnDecoderVerifies covers what openssl 3.0 cannot: Ed25519.
func TestOwnDecoderVerifies(t *testing.T) {
	t.Parallel()
	content := []byte(cmsText)
	for _, leaf := range []string{"org-ed25519.pem", "org-rsa4096.pem", "org-p256.pem"} {
		for _, attached := range []bool{false, true} {
			b := cmsSign(t, newCMSKey(leaf), content, sign.CMSOptions{Attached: attached})
			sd := cmsDecode(t, b, content, "org-ed25519.pem", "org-rsa4096.pem", "org-p256.pem")
			if sd.HasContent != attached || sd.NotDER != -1 || len(sd.Signers) != 1 || len(sd.Certificates) != 2 {
				t.Errorf("%s attached=%v: %+v", leaf, attached, sd)
			}
		}
	}
}

func TestEd25519Refusals(t *testing.T) {
	t.Parallel()
	for _, opt := range []sign.CMSOptions{{Digest: crypto.SHA256}, {NoSignedAttributes: true}, {PSS: true}} {
		err := sign.CMS(context.Background(), io.Discard, strings.NewReader("x"), 1, newCMSKey("org-ed25519.pem"), opt)
		if err == nil {
			t.Errorf("%+v is accepted", opt)
		}
	}
}

// TestDigitorusVerifies: what the peer can read, it accepts.
func TestDigitorusVerifies(t *testing.T) {
	t.Parallel()
	for _, leaf := range []string{"org-rsa2048.pem", "org-p256.pem", "org-p384.pem"} {
		for _, opt := range []sign.CMSOptions{{}, {Attached: true}, {Digest: crypto.SHA512}} {
			p7, err := pkcs7.Parse(cmsSign(t, newCMSKey(leaf), []byte(cmsText), opt))
			if err != nil {
				t.Fatal(err)
			}
			if !opt.Attached {
				p7.Content = []byte(cmsText)
			}
			if err := p7.VerifyWithChain(ca.Pool("org-root.pem")); err != nil {
				t.Errorf("%s %+v: %v", leaf, opt, err)
			}
			if opt.Attached && string(p7.Content) != cmsText {
				t.Errorf("content %q", p7.Content)
			}
		}
	}
}

// TestAddSignerKeepsBytes: what was there is in the result, octet for octet.
func TestAddSignerKeepsBytes(t *testing.T) {
	t.Parallel()
	first := cmsSign(t, newCMSKey("org-p256.pem"), []byte(cmsText), sign.CMSOptions{})
	before := cmsDecode(t, first, []byte(cmsText), "org-p256.pem")
	both := cmsAdd(t, first, "org-ed25519.pem", sign.CMSOptions{Digest: crypto.SHA512})
	after := cmsDecode(t, both, []byte(cmsText), "org-p256.pem", "org-ed25519.pem")
	if len(after.Signers) != 2 || len(after.Certificates) != 3 || len(after.DigestAlgorithms) != 2 {
		t.Fatalf("%d signers, %d certificates, %d digests", len(after.Signers), len(after.Certificates), len(after.DigestAlgorithms))
	}
	if !bytes.Contains(both, before.Signers[0].Raw) || !bytes.Contains(both, before.Certificates[1].Raw) {
		t.Error("a part of the first signature changed")
	}
}

func TestAddSignerRefusals(t *testing.T) {
	t.Parallel()
	detached := cmsSign(t, newCMSKey("org-p256.pem"), []byte(cmsText), sign.CMSOptions{})
	attached := cmsSign(t, newCMSKey("org-p256.pem"), []byte(cmsText), sign.CMSOptions{Attached: true})
	mail := cmsSign(t, newCMSKey("org-p256.pem"), []byte(cmsText), sign.CMSOptions{Format: sign.SMIME})
	for name, c := range map[string]struct {
		existing []byte
		content  io.ReaderAt
		attached bool
		want     string
	}{
		"other content":              {detached, strings.NewReader("other"), false, "not what signer 1"},
		"content twice":              {attached, strings.NewReader(cmsText), false, "holds its content"},
		"no content":                 {detached, nil, false, "its content is needed"},
		"attached to detached":       {detached, strings.NewReader(cmsText), true, "detached"},
		"multipart":                  {mail, nil, false, "multipart"},
		"garbage":                    {[]byte("0123"), nil, false, "cannot be read"},
		"truncated":                  {detached[:len(detached)-1], strings.NewReader(cmsText), false, "cannot be read"},
		"nothing":                    {nil, nil, false, "nothing to sign"},
		"an empty existing":          {[]byte{}, strings.NewReader(cmsText), false, "cannot be read"},
		"PEM without its end":        {[]byte("-----BEGIN CMS-----\nMAA=\n"), nil, false, "cannot be read"},
		"a certificate is no CMS":    {ca.DER("org-ca.pem"), strings.NewReader(cmsText), false, "cannot be read"},
		"a certificate in PEM is no": {ca.PEM("org-ca.pem"), strings.NewReader(cmsText), false, "cannot be read"},
	} {
		opt := sign.CMSOptions{Attached: c.attached}
		if c.existing != nil {
			opt.Existing, opt.ExistingSize = bytes.NewReader(c.existing), int64(len(c.existing))
		}
		size := int64(0)
		if s, ok := c.content.(*strings.Reader); ok {
			size = s.Size()
		}
		_, err := sign.PrepareCMS(context.Background(), c.content, size, opt)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// changing is content whose n-th read differs.
type changing struct {
	io.ReaderAt
	reads, changed int
}

func (c *changing) ReadAt(b []byte, at int64) (int, error) {
	n, err := c.ReaderAt.ReadAt(b, at)
	if c.reads++; c.reads == c.changed && n > 0 {
		b[0] ^= 1
	}
	return n, err
}

func TestChangedContentIsAnError(t *testing.T) {
	t.Parallel()
	for _, opt := range []sign.CMSOptions{{Attached: true}, {Attached: true, Format: sign.PEM}, {Format: sign.SMIME}, {Format: sign.SMIME, Attached: true}} {
		last := 2
		if opt.Format == sign.SMIME && !opt.Attached {
			last = 3 // it is looked at once more, for its kind
		}
		for changed := range last + 2 {
			src := &changing{strings.NewReader(cmsText), 0, changed}
			err := sign.CMS(context.Background(), io.Discard, src, int64(len(cmsText)), newCMSKey("org-p256.pem"), opt)
			if seen := changed >= last-1 && changed <= last; (err != nil) != seen {
				t.Errorf("%+v: change at read %d: %v", opt, changed, err)
			}
		}
	}
}

func TestShortContentIsAnError(t *testing.T) {
	t.Parallel()
	err := sign.CMS(context.Background(), io.Discard, strings.NewReader("short"), 6, newCMSKey("org-p256.pem"), sign.CMSOptions{})
	if err == nil || !strings.Contains(err.Error(), "changed") {
		t.Error(err)
	}
}

// wrongKey signs with another key than its certificate's.
func TestWrongSignatureIsAnError(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	key := cmsKey{ca.Key("org-rsa3072.pem"), []*x509.Certificate{ca.Certificate("org-rsa2048.pem")}}
	err := sign.CMS(context.Background(), &out, strings.NewReader("x"), 1, key, sign.CMSOptions{})
	if err == nil || out.Len() != 0 {
		t.Errorf("%v, %d octets written", err, out.Len())
	}
}

// brokenWriter fails after some octets.
type brokenWriter struct{ left int }

func (w *brokenWriter) Write(b []byte) (int, error) {
	if len(b) > w.left {
		return 0, errBroken
	}
	w.left -= len(b)
	return len(b), nil
}

// TestWriteErrorsSurface: whichever write fails, Finish says so.
func TestWriteErrorsSurface(t *testing.T) {
	t.Parallel()
	for i := range 6 {
		opt := sign.CMSOptions{Format: sign.Format(i % 3), Attached: i >= 3}
		total := len(cmsSign(t, newCMSKey("org-rsa2048.pem"), []byte(cmsText), opt))
		for _, n := range []int{0, 40, 100, 300, total / 2, total - 20, total - 1} {
			err := sign.CMS(context.Background(), &brokenWriter{n}, strings.NewReader(cmsText), int64(len(cmsText)), newCMSKey("org-rsa2048.pem"), opt)
			if !errors.Is(err, errBroken) {
				t.Errorf("%s, failing after %d of %d: %v", cmsName(opt.Format, opt.Attached, false), n, total, err)
			}
		}
	}
}

func TestCancelledContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := sign.PrepareCMS(ctx, strings.NewReader("x"), 1, sign.CMSOptions{})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestThreePhases binds twice, as a batch does whose card was exchanged.
func TestThreePhases(t *testing.T) {
	t.Parallel()
	d, err := sign.PrepareCMS(context.Background(), strings.NewReader(cmsText), int64(len(cmsText)), sign.CMSOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Finish(t.Context(), io.Discard, nil); err == nil {
		t.Error("Finish before Bind is accepted")
	}
	if _, err := d.Bind(t.Context(), nil); err == nil {
		t.Error("an empty chain is accepted")
	}
	for _, leaf := range []string{"org-p256.pem", "org-rsa2048.pem"} {
		key := newCMSKey(leaf)
		out := finished(t, d, key)
		cmsDecode(t, out, []byte(cmsText), leaf)
	}
}
