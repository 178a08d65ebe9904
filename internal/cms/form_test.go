package cms_test

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/jsign-jp/jsign/internal/cms"
)

func formReason(err error) cms.FormReason {
	var f *cms.FormError
	if errors.As(err, &f) {
		return f.Reason
	}
	return 0
}

func TestPEMReader(t *testing.T) {
	t.Parallel()
	data := bytes.Repeat([]byte("0123456789"), 40)
	text := string(pem.EncodeToMemory(&pem.Block{Type: "CMS", Bytes: data}))
	lines := strings.SplitAfter(text, "\n")
	oneLine := lines[0] + base64.StdEncoding.EncodeToString(data) + "\n" + lines[len(lines)-2]
	for name, c := range map[string]struct {
		in   string
		want cms.FormReason
	}{
		"plain":                {text, 0},
		"PKCS7":                {strings.ReplaceAll(text, "CMS", "PKCS7"), 0},
		"CERTIFICATE":          {strings.ReplaceAll(text, "CMS", "CERTIFICATE"), 0},
		"other label":          {strings.ReplaceAll(text, "CMS", "PKCS #7 SIGNED DATA"), cms.NoStartLine},
		"after another label":  {strings.ReplaceAll(text, "CMS", "FOO") + text, 0},
		"after a broken block": {"-----BEGIN FOO-----\n" + text, cms.BadBase64},
		"CRLF":                 {strings.ReplaceAll(text, "\n", "\r\n"), 0},
		"trailing blanks":      {strings.ReplaceAll(text, "\n", " \t\n"), 0},
		"text around":          {"hello\n\n" + text + "bye\n", 0},
		"byte order mark":      {"\xef\xbb\xbf" + text, 0},
		"no final newline":     {strings.TrimSuffix(text, "\n"), 0},
		"one long line":        {oneLine, 0},
		"indented":             {" " + text, cms.NoStartLine},
		"no end":               {strings.Join(lines[:len(lines)-2], ""), cms.BadEndLine},
		"another end":          {lines[0] + lines[1] + "-----END PKCS7-----\n", cms.BadEndLine},
		"bad character":        {lines[0] + "@" + strings.Join(lines[1:], ""), cms.BadBase64},
		"cut quantum":          {lines[0] + "AAAAA\n" + lines[len(lines)-2], cms.BadBase64},
		"data after padding":   {lines[0] + "AA==\nAAAA\n" + lines[len(lines)-2], cms.BadBase64},
		"padding in the line":  {lines[0] + "AA==AAAA\n" + lines[len(lines)-2], cms.BadBase64},
		"empty line inside":    {lines[0] + lines[1] + "\n" + strings.Join(lines[2:], ""), cms.HeaderInPEM},
		"header":               {lines[0] + "Proc-Type: 4,ENCRYPTED\n\n" + strings.Join(lines[1:], ""), cms.HeaderInPEM},
		"empty line first":     {lines[0] + "\n" + strings.Join(lines[1:], ""), 0},
		"two empty lines":      {lines[0] + "\n\n" + strings.Join(lines[1:], ""), cms.BadEndLine},
		"empty":                {"", cms.NoStartLine},
	} {
		for _, src := range []io.Reader{strings.NewReader(c.in), iotest.OneByteReader(strings.NewReader(c.in))} {
			got, err := io.ReadAll(cms.NewPEMReader(src))
			if formReason(err) != c.want || c.want == 0 && (err != nil || !bytes.Equal(got, data)) {
				t.Errorf("%s: %d octets, %v", name, len(got), err)
			}
		}
	}
}

// TestPEMWriter: encoding/pem makes the same text, and PEMReader reads it.
func TestPEMWriter(t *testing.T) {
	t.Parallel()
	for size := range 200 {
		data := bytes.Repeat([]byte{0xa5}, size)
		var out bytes.Buffer
		w := cms.NewPEMWriter(&out)
		for i := range data { // in the smallest parts
			if _, err := w.Write(data[i : i+1]); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if want := pem.EncodeToMemory(&pem.Block{Type: "CMS", Bytes: data}); !bytes.Equal(out.Bytes(), want) {
			t.Fatalf("%d octets:\n%s", size, out.String())
		}
		back, err := io.ReadAll(cms.NewPEMReader(&out))
		if err != nil || !bytes.Equal(back, data) {
			t.Fatalf("%d octets come back as %d, %v", size, len(back), err)
		}
	}
}

func TestDetectForm(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]cms.Form{
		"\x30\x80\x06":                         cms.FormDER,
		"\x30\x82\x01":                         cms.FormDER,
		"\x30\x13\x06":                         cms.FormDER,
		"0123\n-----BEGIN CMS-----\n":          cms.FormPEM,
		"-----BEGIN PKCS7-----\n":              cms.FormPEM,
		"\xef\xbb\xbf-----BEGIN CMS-----\n":    cms.FormPEM,
		"text\n-----BEGIN CMS-----\n":          cms.FormPEM,
		"MIME-Version: 1.0\n":                  cms.FormSMIME,
		"From: -----BEGIN CMS-----\nSubject: ": cms.FormSMIME,
		"":                                     cms.FormSMIME,
	} {
		if got := cms.DetectForm([]byte(in)); got != want {
			t.Errorf("%q: %v", in, got)
		}
	}
}

func TestSMIMEFaults(t *testing.T) {
	t.Parallel()
	const part = "--b\r\n\r\ntext\r\n"
	const signature = "--b\r\nContent-Type: application/pkcs7-signature\r\n\r\nMAA=\r\n"
	const head = "Content-Type: multipart/signed; boundary=b\r\n\r\n"
	for name, c := range map[string]struct {
		in   string
		want cms.FormReason
	}{
		"no headers":          {"", cms.NoContentType},
		"other headers":       {"From: x\n\n", cms.NoContentType},
		"folded after colon":  {"Content-Type:\n application/pkcs7-mime\n\nMAA=\n", cms.NoContentType},
		"text/plain":          {"Content-Type: text/plain\n\n", cms.WrongContentType},
		"no boundary":         {"Content-Type: multipart/signed\n\n" + part + signature + "--b--\n", cms.NoBoundary},
		"no closing boundary": {head + part + signature, cms.WrongParts},
		"one part":            {head + part + "--b--\n", cms.WrongParts},
		"three parts":         {head + part + part + signature + "--b--\n", cms.WrongParts},
		"no type":             {head + part + "--b\n\nMAA=\n--b--\n", cms.NoSignatureType},
		"other type":          {head + part + "--b\nContent-Type: text/plain\n\nMAA=\n--b--\n", cms.WrongSignature},
		"fine":                {head + part + signature + "--b--\n", 0},
	} {
		_, err := cms.OpenSMIME(strings.NewReader(c.in), int64(len(c.in)))
		if formReason(err) != c.want || c.want == 0 && err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSMIMEReads(t *testing.T) {
	t.Parallel()
	const signature = "Content-Type: application/x-pkcs7-signature\n\nignored text?\nMAA=\n"
	for in, want := range map[string]string{
		"content-TYPE: Multipart/Signed; x=y; BOUNDARY=\"b;(c\"\n\n--b;(c\na\nb\n--b;(c\n" + signature + "--b;(c--\n":          "a\r\nb",
		"junk\nMIME-Version: 1.0\nContent-Type: multipart/signed;\n boundary=b\n\n--b\na\r\r\n\n--b\n" + signature + "--b--\n": "a\r\n",
		"Content-Type: multipart/signed (c); boundary=b\n\n--b\n--b\n" + signature + "--b--\n":                                 "",
	} {
		m, err := cms.OpenSMIME(strings.NewReader(in), int64(len(in)))
		if err != nil {
			if strings.Contains(in, "(c);") { // a comment belongs to the value: it is not multipart/signed
				continue
			}
			t.Errorf("%q: %v", in, err)
			continue
		}
		var content bytes.Buffer
		if err := m.CopyContent(&content, cms.PartOptions{}); err != nil || content.String() != want || !m.Detached() {
			t.Errorf("%q: %q, %v", in, content.String(), err)
		}
		if got, err := io.ReadAll(m.Message()); err != nil || string(got) != "0\x00" {
			t.Errorf("%q: message %q, %v", in, got, err)
		}
	}
	in := "Content-Type: application/pkcs7-mime\n\nMAA=\nMAA=\n"
	m, err := cms.OpenSMIME(strings.NewReader(in), int64(len(in)))
	if err != nil || m.Detached() {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(m.Message()); err != nil || string(got) != "0\x00" {
		t.Errorf("opaque: %q, %v", got, err)
	}
}

func TestCopyText(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1023)
	for _, c := range []struct {
		in, want string
		opt      cms.TextOptions
	}{
		{"", "", cms.TextOptions{}},
		{"a\nb\r\nc", "a\r\nb\r\nc", cms.TextOptions{}},
		{"a\r\r\nb\n", "a\r\nb\r\n", cms.TextOptions{}},
		{"a\rb\n", "a\rb\r\n", cms.TextOptions{}},
		{"abc\r", "abc", cms.TextOptions{}},
		{"\n\n", "\r\n\r\n", cms.TextOptions{}},
		{"a  \n", "a  \r\n", cms.TextOptions{}},
		{"a\x00b\nc\n", "ac\r\n", cms.TextOptions{FromFile: true}},
		{"a\x00b\nc\n", "a\x00b\r\nc\r\n", cms.TextOptions{}},
		{"\x00b\nc\n", "", cms.TextOptions{FromFile: true}},
		{"a  \n\n\nb\t \n\n\n", "a\r\n\r\n\r\nb\t\r\n", cms.TextOptions{StripTrailing: true}},
		{long + "\n", long + "\r\n", cms.TextOptions{}},
		{long + "y\n", long + "y\r\n", cms.TextOptions{}},
	} {
		var out bytes.Buffer
		if err := cms.CopyText(&out, strings.NewReader(c.in), c.opt); err != nil || out.String() != c.want {
			t.Errorf("%q %+v: %q, %v", c.in, c.opt, out.String(), err)
		}
	}
}

// TestIsSMIME: the header that matters may come late, and is written in many ways.
func TestIsSMIME(t *testing.T) {
	received := strings.Repeat("Received: from a.example by b.example\r\n", 1+cms.DetectSize/30)
	for head, want := range map[string]bool{
		"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\n":                     true,
		"content-type : application/x-pkcs7-mime\n\n":                                              true,
		"Content-Type: multipart/signed; boundary=x\n\n":                                           true,
		"Content-Type: multipart/signed;\n protocol=\"application/pkcs7-signature\"; boundary=x\n": true,
		"Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=x\n\n":   false,
		"Content-Type: text/plain\n\nContent-Type: application/pkcs7-mime\n":                       false,
		"": false,
	} {
		for _, text := range []string{head, received + head} {
			got, err := cms.IsSMIME(strings.NewReader(text), int64(len(text)))
			if err != nil || got != want {
				t.Errorf("%q: %v, %v", head, got, err)
			}
		}
	}
}
