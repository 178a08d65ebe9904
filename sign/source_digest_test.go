package sign_test

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"testing"

	"github.com/jsign-jp/jsign/sign"
)

// What a batch notes of a document is the digest of the very bytes that were
// signed.
func TestSourceDigest(t *testing.T) {
	text := []byte("a letter\n")
	want := sha256.Sum256(text)
	for _, c := range []struct {
		opt   sign.CMSOptions
		known bool
	}{{sign.CMSOptions{}, true}, {sign.CMSOptions{Attached: true}, true}, {sign.CMSOptions{Attached: true, Format: sign.SMIME}, true}, {sign.CMSOptions{Format: sign.SMIME}, false}} {
		d, err := sign.PrepareCMS(t.Context(), bytes.NewReader(text), int64(len(text)), c.opt)
		if err != nil {
			t.Fatal(err)
		}
		got, err := d.SourceDigest()
		if err != nil || (got != nil) != c.known || c.known && !bytes.Equal(got, want[:]) || d.Digest() != crypto.SHA256 {
			t.Errorf("%+v: %x, %v", c.opt, got, err)
		}
	}
	document := benchPDF()
	d, err := sign.PreparePDF(t.Context(), bytes.NewReader(document), int64(len(document)), sign.PDFOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want = sha256.Sum256(document)
	if got, err := d.SourceDigest(); err != nil || !bytes.Equal(got, want[:]) {
		t.Errorf("a PDF: %x, %v", got, err)
	}
	if got, err := d.OutputDigest(); err == nil {
		t.Errorf("a PDF that is not signed yet: %x", got)
	}
	key := keyOf("org-rsa2048.pem")
	out := finished(t, d, key)
	want = sha256.Sum256(out)
	if got, err := d.OutputDigest(); err != nil || !bytes.Equal(got, want[:]) {
		t.Errorf("the signed PDF: %x, %v", got, err)
	}
}
