package verify

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
)

// FuzzOnlySignedContentIsValid changes messages: whatever is reported valid has
// the content that was signed, and nothing panics.
func FuzzOnlySignedContentIsValid(f *testing.F) {
	seeds := 0
	for _, cert := range []string{rsaLeaf, ecLeaf} {
		for _, change := range []func(*craft){
			func(*craft) {},
			func(c *craft) { c.attributes = nil },
			func(c *craft) { c.set(der.AttributeSigningCertificateV2, essV2(cert, 1)) },
			func(c *craft) {
				c.encap = der.Sequence(der.ObjectIdentifier(der.Data), append(append([]byte{0xa0, 0x80}, der.OctetString(c.content)...), 0, 0))
			},
		} {
			c := newCraft(cert)
			change(c)
			f.Add(c.marshal(f), uint8(cms.FormDER))
			seeds++
		}
	}
	if seeds == 0 {
		f.Fatal("no seeds")
	}
	f.Add([]byte("-----BEGIN CMS-----\nMAA=\n-----END CMS-----\n"), uint8(cms.FormPEM))
	f.Add([]byte("Content-Type: multipart/signed; boundary=x\n\n--x\na\n--x\nContent-Type: application/pkcs7-signature\n\nMAA=\n--x--\n"), uint8(cms.FormSMIME))
	signed := newCraft(rsaLeaf).content
	anchors := orgAnchors(f)
	f.Fuzz(func(t *testing.T, message []byte, form uint8) {
		var content bytes.Buffer
		m, err := Open(Input{At: bytes.NewReader(message), Size: int64(len(message))}, OpenOptions{
			Form: cms.Form(form % 3), Spool: func() (Spool, error) { return TempSpool(t.TempDir()) },
		})
		if err != nil {
			return
		}
		defer m.Close()
		if m.SignedData == nil {
			m.Report(context.Background(), nil, ReportOptions{})
			return
		}
		if m.Multipart() {
			if err := m.UsePart(cms.PartOptions{}, false); err != nil {
				t.Fatal(err)
			}
		}
		report := m.Report(context.Background(), m.Check(CheckOptions{Trust: anchors}), ReportOptions{Time: time.Unix(0, 0), RevocationOptional: true})
		if !report.Valid() {
			return
		}
		if err := m.WriteContent(&content); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(content.Bytes(), signed) {
			t.Errorf("valid for content that nobody signed: %q", content.Bytes())
		}
	})
}
