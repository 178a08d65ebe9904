package sign_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/pades"
	"github.com/jsign-jp/jsign/internal/pdf"
	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
)

// preparePDF runs the first phase on a file in memory.
func preparePDF(file []byte, opt sign.PDFOptions) (*sign.PDFDocument, error) {
	return sign.PreparePDF(context.Background(), bytes.NewReader(file), int64(len(file)), opt)
}

// signatureDict returns the dictionary of the field of that name.
func signatureDict(t testing.TB, file []byte, field string) pdf.Dict {
	t.Helper()
	f, err := pdf.Open(bytes.NewReader(file), int64(len(file)), pdf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	form, err := pades.ReadForm(f.Revision)
	if err != nil {
		t.Fatal(err)
	}
	found, ok := form.Named(field)
	if !ok {
		t.Fatalf("no field %q", field)
	}
	d, ok, err := f.Dict(found.Value)
	if err != nil || !ok {
		t.Fatalf("field %q has no signature: %v", field, err)
	}
	return d
}

func textOf(d pdf.Dict, key pdf.Name) string {
	s, _ := d.Get(key).(pdf.String)
	return pades.Text(s)
}

// signedData decodes the CMS of the last signature and verifies its signer with
// the certificate.
func signedData(t testing.TB, file []byte, leaf string) *cms.SignedData {
	t.Helper()
	raw := lastSignature(t, file)
	sd, err := cms.DecodeBytes(unpadded(t, raw.contents), cms.DecodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	digests, _ := cms.NewDigests(sd.DigestAlgorithms)
	if _, err := digests.Write(raw.content); err != nil {
		t.Fatal(err)
	}
	key, err := trust.ParsePublicKey(ca.Certificate(leaf).RawSubjectPublicKeyInfo)
	if err != nil {
		t.Fatal(err)
	}
	if len(sd.Signers) != 1 || sd.HasContent {
		t.Fatalf("%d signers, content inside: %v", len(sd.Signers), sd.HasContent)
	}
	if err := sd.Signers[0].Verify(key, digests); err != nil {
		t.Errorf("our own decoder: %v", err)
	}
	return sd
}

// unpadded cuts a DER element from the zeros after it, which must be zeros.
func unpadded(t testing.TB, contents []byte) []byte {
	t.Helper()
	if len(contents) < 4 || contents[0] != 0x30 || contents[1] != 0x82 {
		t.Fatalf("/Contents begins with %x", contents[:4])
	}
	size := 4 + int(contents[2])<<8 + int(contents[3])
	if size > len(contents) || len(bytes.Trim(contents[size:], "\x00")) > 0 {
		t.Fatalf("/Contents of %d bytes holds an element of %d and something else", len(contents), size)
	}
	return contents[:size]
}

func attributeTypes(sd *cms.SignedData) map[der.OID]bool {
	found := make(map[der.OID]bool)
	for _, a := range sd.Signers[0].SignedAttrs.Attributes {
		found[a.Type] = true
	}
	return found
}

// TestPDFProfiles: what each profile writes, and what it leaves out.
func TestPDFProfiles(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		profile   sign.Profile
		subFilter pdf.Name
		ess       bool
	}{
		{sign.ProfileMOJ, "adbe.pkcs7.detached", false},
		{sign.ProfilePAdES, "ETSI.CAdES.detached", true},
	} {
		signed := signPDF(t, plain(), cardKey(), sign.PDFOptions{Profile: test.profile, Name: "山田　太郎", Reason: "山", Location: "(甲府\\"})
		d := signatureDict(t, signed, "Signature1")
		for key, want := range map[pdf.Name]string{"Name": "山田　太郎", "Reason": "山", "Location": "(甲府\\", "M": "D:20260401093000+09'00'"} {
			if got := textOf(d, key); got != want {
				t.Errorf("/%s = %q, want %q", key, got, want)
			}
		}
		if d.Name("SubFilter") != test.subFilter || d.Name("Type") != "Sig" || d.Has("Reference") {
			t.Errorf("signature dictionary %v", d)
		}
		sd := signedData(t, signed, ca.Sign)
		attributes := attributeTypes(sd)
		if !attributes[der.AttributeContentType] || !attributes[der.AttributeMessageDigest] ||
			attributes[der.AttributeSigningTime] || attributes[der.AttributeSigningCertificateV2] != test.ess {
			t.Errorf("%v: signed attributes %v", test.profile, attributes)
		}
		if len(sd.Certificates) != 2 {
			t.Errorf("%d certificates in the CMS, want the signer's and its CA's", len(sd.Certificates))
		}
	}
}

// TestPDFContentsFit: for every kind of key and chain /Contents is as large as
// the CMS; only ECDSA values may be a little shorter than planned.
func TestPDFContentsFit(t *testing.T) {
	t.Parallel()
	for _, chain := range [][]string{
		{ca.Sign}, {ca.Sign, ca.SignCA2}, {ca.OrgRSA2048, ca.OrgCA, ca.OrgRoot}, {ca.OrgRSA3072}, {ca.OrgRSA4096}, {ca.OrgRSA4096, ca.OrgCA},
		{ca.OrgP256, ca.OrgCA}, {ca.OrgP384}, {ca.OrgEd25519, ca.OrgCA},
	} {
		signed := signPDF(t, plain(), keyOf(chain...), sign.PDFOptions{Profile: sign.ProfilePAdES})
		contents := lastSignature(t, signed).contents
		spare := len(contents) - len(unpadded(t, contents))
		if _, isECDSA := ca.Certificate(chain[0]).PublicKey.(*ecdsa.PublicKey); spare > 0 && !isECDSA || spare > 8 {
			t.Errorf("%v: %d spare bytes", chain, spare)
		}
		signedData(t, signed, chain[0])
	}
}

func TestPDFDigests(t *testing.T) {
	t.Parallel()
	for _, digest := range []crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512} {
		signed := signPDF(t, plain(), rsaKey(), sign.PDFOptions{Digest: digest})
		sd := signedData(t, signed, ca.OrgRSA2048)
		if got := sd.Signers[0].DigestAlgorithm.Algorithm; got != der.DigestOID(digest) {
			t.Errorf("%v: digest algorithm %v", digest, got)
		}
	}
	if _, err := preparePDF(plain(), sign.PDFOptions{Digest: crypto.SHA1}); err == nil {
		t.Error("SHA-1 is offered")
	}
}

// TestPDFName: the given name, that of the certificate, or its common name.
func TestPDFName(t *testing.T) {
	t.Parallel()
	holder := func(*x509.Certificate) string { return "山田　太郎" }
	nobody := func(*x509.Certificate) string { return "" }
	for _, test := range []struct {
		opt  sign.PDFOptions
		want string
	}{
		{sign.PDFOptions{Name: "Taro", NameOf: holder}, "Taro"},
		{sign.PDFOptions{NameOf: holder}, "山田　太郎"},
		{sign.PDFOptions{NameOf: nobody}, ca.Certificate(ca.Sign).Subject.CommonName},
		{sign.PDFOptions{}, ca.Certificate(ca.Sign).Subject.CommonName},
	} {
		if got := textOf(signatureDict(t, signPDF(t, plain(), cardKey(), test.opt), "Signature1"), "Name"); got != test.want || got == "" {
			t.Errorf("/Name = %q, want %q", got, test.want)
		}
	}
}

// TestPDFRefusedBeforeKey: what speaks against signing is said by PreparePDF,
// which has no key.
func TestPDFRefusedBeforeKey(t *testing.T) {
	t.Parallel()
	certified := signPDF(t, plain(), rsaKey(), sign.PDFOptions{Profile: sign.ProfilePAdES, Certify: 1})
	for name, test := range map[string]struct {
		file []byte
		opt  sign.PDFOptions
		want string
	}{
		"certified":              {certified, sign.PDFOptions{}, "DocMDP level 1"},
		"certify with moj":       {plain(), sign.PDFOptions{Certify: 1}, "profile moj"},
		"certify what is signed": {signPDF(t, plain(), rsaKey(), sign.PDFOptions{}), sign.PDFOptions{Profile: sign.ProfilePAdES, Certify: 1}, "signed already"},
		"no such field":          {plain(), sign.PDFOptions{Field: "approval"}, `no field "approval"`},
		"no PDF":                 {[]byte("hello"), sign.PDFOptions{}, "PDF"},
		"nothing":                {nil, sign.PDFOptions{}, "PDF"},
	} {
		if _, err := preparePDF(test.file, test.opt); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", name, err, test.want)
		}
	}
}

// TestPDFCertify: level 2 admits a further signature, which leaves it in force.
func TestPDFCertify(t *testing.T) {
	t.Parallel()
	for level := 2; level <= 3; level++ {
		certified := signPDF(t, plain(), rsaKey(), sign.PDFOptions{Profile: sign.ProfilePAdES, Certify: level})
		signed := signPDF(t, certified, p384Key(), sign.PDFOptions{})
		f, err := pdf.Open(bytes.NewReader(signed), int64(len(signed)), pdf.Options{})
		if err != nil {
			t.Fatal(err)
		}
		form, err := pades.ReadForm(f.Revision)
		if err != nil {
			t.Fatal(err)
		}
		signatures, err := form.Signatures(f.Revision)
		if err != nil || len(signatures) != 2 {
			t.Fatalf("%d signatures, %v", len(signatures), err)
		}
		if p, err := pades.ReadPermissions(f.Revision, signatures); err != nil || p.Level != level {
			t.Errorf("level %d, %v; want %d", p.Level, err, level)
		}
	}
}

// changingPDF is a file that another program writes to after some reads.
type changingPDF struct {
	file  []byte
	reads int
}

func (c *changingPDF) ReadAt(p []byte, at int64) (int, error) {
	c.reads--
	if c.reads == 0 {
		c.file = bytes.Clone(c.file)
		c.file[len(c.file)/2] ^= 1
	}
	return bytes.NewReader(c.file).ReadAt(p, at)
}

func TestPDFChangedSource(t *testing.T) {
	t.Parallel()
	file, key := plain(), rsaKey()
	src := &changingPDF{file: file}
	d, err := sign.PreparePDF(context.Background(), src, int64(len(file)), sign.PDFOptions{})
	if err != nil {
		t.Fatal(err)
	}
	tbs, err := d.Bind(t.Context(), key.Chain())
	if err != nil {
		t.Fatal(err)
	}
	value, err := tbs.SignWith(key)
	if err != nil {
		t.Fatal(err)
	}
	src.reads = 1
	var out bytes.Buffer
	if err := d.Finish(t.Context(), &out, value); err == nil || !strings.Contains(err.Error(), "changed") {
		t.Errorf("error %v", err)
	}
	if bytes.Contains(out.Bytes(), []byte("/ByteRange")) {
		t.Error("the signature was written")
	}
	src.file = src.file[:100]
	if err := d.Finish(t.Context(), io.Discard, value); err == nil || !strings.Contains(err.Error(), "changed") {
		t.Errorf("a shorter file: error %v", err)
	}
}

// TestPDFWrongValue: a value by another key is refused and nothing is written.
func TestPDFWrongValue(t *testing.T) {
	t.Parallel()
	d, err := preparePDF(plain(), sign.PDFOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := d.Finish(t.Context(), &out, nil); err == nil {
		t.Error("finished before Bind")
	}
	tbs, err := d.Bind(t.Context(), rsaKey().Chain())
	if err != nil {
		t.Fatal(err)
	}
	value, err := tbs.SignWith(cardKey())
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Finish(t.Context(), &out, value); err == nil || out.Len() > 0 {
		t.Errorf("error %v, %d bytes written", err, out.Len())
	}
}

func TestPDFBindAgain(t *testing.T) {
	t.Parallel()
	d, err := preparePDF(plain(), sign.PDFOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, leaf := range []string{ca.OrgRSA2048, ca.OrgEd25519, ca.OrgP256} {
		key := keyOf(leaf)
		out := finished(t, d, key)
		signedData(t, out, leaf)
	}
	if _, err := d.Bind(t.Context(), nil); err == nil {
		t.Error("bound to no certificate")
	}
}

func TestPDFContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	file := plain()
	if _, err := sign.PreparePDF(ctx, bytes.NewReader(file), int64(len(file)), sign.PDFOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// demanding is a document whose empty field has a seed value dictionary.
func demanding(seed string) []byte {
	return handmade{header: "%PDF-1.7\n", bodies: onePage("/AcroForm << /Fields [6 0 R] >>", "/Annots [6 0 R]",
		"<< /Type /Annot /Subtype /Widget /FT /Sig /T (approval) /Rect [72 100 272 150] /P 3 0 R /SV << /Cert << "+seed+" >> >> >>")}.bytes()
}

// TestPDFSeedCertificate: the demands of a field on the signer's certificate.
func TestPDFSeedCertificate(t *testing.T) {
	t.Parallel()
	hex := func(name string) string { return fmt.Sprintf("<%X>", ca.DER(name)) }
	cn := "(" + ca.Certificate(ca.Sign).Subject.CommonName + ")"
	policy := "(" + ca.Certificate(ca.Sign).Policies[0].String() + ")"
	for name, test := range map[string]struct {
		seed string
		met  bool
	}{
		"subject":           {"/Ff 1 /Subject [" + hex(ca.Auth) + hex(ca.Sign) + "]", true},
		"other subject":     {"/Ff 1 /Subject [" + hex(ca.Auth) + "]", false},
		"preferred subject": {"/Subject [" + hex(ca.Auth) + "]", true},
		"issuer":            {"/Ff 2 /Issuer [" + hex(ca.SignCA2) + "]", true},
		"other issuer":      {"/Ff 2 /Issuer [" + hex(ca.OrgCA) + "]", false},
		"policy":            {"/Ff 4 /OID [" + policy + "]", true},
		"other policy":      {"/Ff 4 /OID [(1.2.3)]", false},
		"name":              {"/Ff 8 /SubjectDN [<< /c (JP) /CN " + cn + " >>]", true},
		"other name":        {"/Ff 8 /SubjectDN [<< /c (JP) /CN (Taro) >>]", false},
		"usage":             {"/Ff 32 /KeyUsage [(0) (X1)]", true},
		"other usage":       {"/Ff 32 /KeyUsage [(XX1)]", false},
	} {
		d, err := preparePDF(demanding(test.seed), sign.PDFOptions{Field: "approval"})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := d.Bind(t.Context(), cardKey().Chain()); (err == nil) != test.met {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// TestPDFWarnings: usage rights, tolerated damage.
func TestPDFWarnings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		file []byte
		want string
	}{
		"usage rights":    {handmade{bodies: onePage("/Perms << /UR3 << /Type /Sig >> >>", "")}.bytes(), "UR3"},
		"wrong startxref": {handmade{bodies: onePage("", ""), badXref: true}.bytes(), ""},
	} {
		d, err := preparePDF(test.file, sign.PDFOptions{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if w := d.Warnings(); len(w) == 0 || !strings.Contains(w[0].Error(), test.want) {
			t.Errorf("%s: warnings %v", name, w)
		}
	}
	if d, err := preparePDF(plain(), sign.PDFOptions{}); err != nil || len(d.Warnings()) > 0 {
		t.Errorf("an orderly file: %v, %v", d.Warnings(), err)
	}
}
