package cms_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"runtime"
	"testing"
	"testing/iotest"
	"time"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/trust"
)

func shortRSA(t testing.TB) *x509.Certificate {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "short"}, NotAfter: time.Unix(2300000000, 0)}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// unsuited stands for a value that was not looked at, since algorithm and key do not
// go together.
const unsuited = cms.Reason(-1)

func reasonOf(err error) cms.Reason {
	var wrong *trust.SignatureError
	if errors.As(err, &wrong) && wrong.Unsuited {
		return unsuited
	}
	var v *cms.VerifyError
	if errors.As(err, &v) {
		return v.Reason
	}
	return 0
}

func syntaxReason(err error) der.Reason {
	var s *der.SyntaxError
	if errors.As(err, &s) {
		return s.Reason
	}
	return 0
}

// TestDecodeFaults: each change makes the message unreadable, for the reason
// OpenSSL has too.
func TestDecodeFaults(t *testing.T) {
	t.Parallel()
	base := testSigner("org-p256.pem").message(t, true, cms.SignatureOptions{})
	for name, c := range map[string]struct {
		edit func(n *node)
		want der.Reason
	}{
		"content is no octet string":   {func(n *node) { signedData(n).at(2, 1, 0).tag = 0x02 }, der.WrongTag},
		"content is empty":             {func(n *node) { signedData(n).at(2, 1).remove(0) }, der.FieldMissing},
		"two contents":                 {func(n *node) { signedData(n).at(2, 1).insert(1, "0400") }, der.LengthMismatch},
		"field after eContent":         {func(n *node) { signedData(n).at(2).insert(2, "0400") }, der.LengthMismatch},
		"no content in ContentInfo":    {func(n *node) { n.remove(1) }, der.FieldMissing},
		"field after ContentInfo":      {func(n *node) { n.insert(2, "0500") }, der.LengthMismatch},
		"type is no OID":               {func(n *node) { n.at(0).set("020101") }, der.WrongTag},
		"type is a bad OID":            {func(n *node) { n.at(0).set("06028001") }, der.BadOID},
		"version missing":              {func(n *node) { signedData(n).remove(0) }, der.WrongTag},
		"version too long":             {func(n *node) { signedData(n).at(0).set("02050100000000") }, der.OverLimit},
		"version padded":               {func(n *node) { signedData(n).at(0).set("02020001") }, der.BadInteger},
		"version empty":                {func(n *node) { signedData(n).at(0).set("0200") }, der.BadInteger},
		"digest algorithms missing":    {func(n *node) { signedData(n).remove(1) }, der.WrongTag},
		"digest algorithm of 3 fields": {func(n *node) { signedData(n).at(1, 0).insert(1, "0500 0500") }, der.LengthMismatch},
		"certificates are other":       {func(n *node) { signedData(n).at(3).insert(0, "0500") }, der.WrongTag},
		"certificate is no one":        {func(n *node) { signedData(n).at(3).insert(0, "3003020101") }, der.WrongTag},
		"certificate of 4 parts":       {func(n *node) { signedData(n).at(3, 0).insert(3, "0500") }, der.LengthMismatch},
		"crls are other":               {func(n *node) { signedData(n).insert(4, "a1020500") }, der.WrongTag},
		"crl is no one":                {func(n *node) { signedData(n).insert(4, "a1023000") }, der.FieldMissing},
		"no signerInfos":               {func(n *node) { signedData(n).remove(4) }, der.FieldMissing},
		"field after signerInfos":      {func(n *node) { signedData(n).insert(5, "0500") }, der.LengthMismatch},
		"signer is no SEQUENCE":        {func(n *node) { signedData(n).at(4).insert(0, "0500") }, der.WrongTag},
		"signer is empty":              {func(n *node) { signedData(n).at(4).insert(0, "3000") }, der.FieldMissing},
		"serial number missing":        {func(n *node) { signerInfo(n).at(1).remove(1) }, der.FieldMissing},
		"serial number empty":          {func(n *node) { signerInfo(n).at(1, 1).set("0200") }, der.BadInteger},
		"issuer is no name":            {func(n *node) { signerInfo(n).at(1, 0).set("0500") }, der.WrongTag},
		"name of the signer missing":   {func(n *node) { signerInfo(n).remove(1) }, der.WrongTag},
		"signature missing":            {func(n *node) { signerInfo(n).remove(5) }, der.FieldMissing},
		"field after signature":        {func(n *node) { signerInfo(n).insert(6, "0500") }, der.WrongTag},
		"field after unsigned":         {func(n *node) { signerInfo(n).insert(6, "a100 a100") }, der.LengthMismatch},
		"attribute is no SEQUENCE":     {func(n *node) { signedAttrs(n).insert(0, "0500") }, der.WrongTag},
		"attribute without values":     {func(n *node) { signedAttrs(n).at(0).remove(1) }, der.FieldMissing},
		"attribute of 3 fields":        {func(n *node) { signedAttrs(n).at(0).insert(2, "0500") }, der.LengthMismatch},
		"value is a bad boolean":       {func(n *node) { signedAttrs(n).at(0, 1).insert(0, "0100") }, der.BadValue},
	} {
		n := parseNode(t, base)
		c.edit(n)
		_, err := cms.DecodeBytes(n.encode(), cms.DecodeOptions{})
		if syntaxReason(err) != c.want {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// TestDecodeTruncated: no beginning of a message is one, in any form.
func TestDecodeTruncated(t *testing.T) {
	t.Parallel()
	n := parseNode(t, testSigner("org-p256.pem").message(t, true, cms.SignatureOptions{}))
	for _, b := range [][]byte{n.encode(), berForms(n)["indefinite"]} {
		for i := range b {
			if _, err := cms.DecodeBytes(b[:i], cms.DecodeOptions{}); err == nil {
				t.Fatalf("the first %d of %d octets are read", i, len(b))
			}
			if _, err := cms.Decode(bytes.NewReader(b[:i]), cms.DecodeOptions{}); err == nil {
				t.Fatalf("the first %d of %d octets are read as a stream", i, len(b))
			}
		}
	}
}

// berForms re-encodes every part outside of the certificate.
func berForms(n *node) map[string][]byte {
	out := map[string][]byte{}
	for _, form := range []string{"indefinite", "long"} {
		var mark func(n *node)
		mark = func(n *node) {
			if form == "long" || n.tag&0x20 != 0 {
				n.form = form
			}
			for _, c := range n.children {
				mark(c)
			}
		}
		mark(n)
		plain := signedData(n).at(3)
		var unmark func(n *node)
		unmark = func(n *node) {
			n.form = ""
			for _, c := range n.children {
				unmark(c)
			}
		}
		unmark(plain)
		out[form] = n.encode()
	}
	return out
}

// TestDecodeBER: BER everywhere, content and signature in pieces; it verifies,
// and Audit says so.
func TestDecodeBER(t *testing.T) {
	t.Parallel()
	for name, s := range signers(t) {
		n := parseNode(t, s.message(t, true, cms.SignatureOptions{NoSigningCertificate: true}))
		for form, b := range berForms(n) {
			sd, err := check(b)
			if err != nil {
				t.Errorf("%s %s: %v", name, form, err)
				continue
			}
			if !hasCode(sd.Audit(), cms.BEREncoding) || !hasCode(sd.Audit(), cms.SignedAttrsNotDER) {
				t.Errorf("%s %s: %v", name, form, sd.Audit())
			}
		}
	}
}

func hasCode(findings []cms.Finding, code cms.Code) bool {
	for _, f := range findings {
		if f.Code == code {
			return true
		}
	}
	return false
}

// TestDecodePieces cuts the content and the signature into pieces of all sizes.
func TestDecodePieces(t *testing.T) {
	t.Parallel()
	base := testSigner("org-rsa2048.pem").message(t, true, cms.SignatureOptions{})
	for size := 1; size < 20; size++ {
		n := parseNode(t, base)
		for _, place := range []*node{signedData(n).at(2, 1, 0), signerInfo(n).at(5)} {
			for rest := place.value; len(rest) > 0; rest = rest[min(size, len(rest)):] {
				place.children = append(place.children, &node{tag: 4, value: rest[:min(size, len(rest))]})
			}
			place.tag, place.form = 0x24, "indefinite"
		}
		b := n.encode()
		if _, err := check(b); err != nil {
			t.Errorf("pieces of %d: %v", size, err)
		}
		var content bytes.Buffer
		_, err := cms.Decode(iotest.OneByteReader(bytes.NewReader(b)), cms.DecodeOptions{Content: func(*cms.SignedData) (io.Writer, error) { return &content, nil }})
		if err != nil || content.String() != testContent {
			t.Errorf("pieces of %d, streamed: %q %v", size, content.String(), err)
		}
	}
}

func TestDecodeTrailing(t *testing.T) {
	t.Parallel()
	base := testSigner("org-p256.pem").message(t, false, cms.SignatureOptions{})
	for want, tail := range map[cms.Trailing]string{cms.NoTrailing: "", cms.TrailingZeros: "\x00\x00\x00", cms.TrailingData: "\x00x"} {
		b := append(bytes.Clone(base), tail...)
		sd, err := check(b)
		if err != nil || sd.Trailing != want || hasCode(sd.Audit(), cms.TrailingOctets) != (want == cms.TrailingData) {
			t.Errorf("%q: %+v %v", tail, sd, err)
		}
	}
}

func TestDecodeOtherTypes(t *testing.T) {
	t.Parallel()
	const data, enveloped, unknown = "06092a864886f70d010701", "06092a864886f70d010703", "06032a0304"
	for in, want := range map[string]struct {
		ok, known bool
	}{
		"300f" + data + "a0020400":    {true, true},
		"300f" + data + "a0023000":    {false, false},
		"3009" + unknown + "a0023000": {true, false},
		"3005" + unknown:              {false, false},
		"301c" + enveloped + "a00f300d020100 3103 3001 05 3003 060101":     {false, false},
		"301e" + enveloped + "a011300f020100 3105 3003 020100 3003 060101": {true, true},
		"3016" + enveloped + "a009300702010031023000":                      {false, false},
	} {
		n := &node{}
		n.insert(0, in)
		_, err := cms.DecodeBytes(n.children[0].raw, cms.DecodeOptions{})
		var other *cms.ContentTypeError
		if errors.As(err, &other) != want.ok || want.ok && other.Known != want.known {
			t.Errorf("%s: %v", in, err)
		}
	}
}

// TestDecodePassesErrors: those of the source and of the content's writer.
func TestDecodePassesErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	base := testSigner("org-p256.pem").message(t, true, cms.SignatureOptions{})
	for n := range len(base) {
		r := io.MultiReader(bytes.NewReader(base[:n]), iotest.ErrReader(broken))
		if _, err := cms.Decode(r, cms.DecodeOptions{}); !errors.Is(err, broken) {
			t.Fatalf("after %d octets: %v", n, err)
		}
	}
	for _, open := range []func(*cms.SignedData) (io.Writer, error){
		func(*cms.SignedData) (io.Writer, error) { return nil, broken },
		func(*cms.SignedData) (io.Writer, error) { return brokenWriter{broken}, nil },
	} {
		if _, err := cms.DecodeBytes(base, cms.DecodeOptions{Content: open}); !errors.Is(err, broken) {
			t.Error(err)
		}
	}
}

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

// TestContentIsAskedInTime: algorithms and type are known when content begins.
func TestContentIsAskedInTime(t *testing.T) {
	t.Parallel()
	b := testSigner("org-p256.pem").message(t, true, cms.SignatureOptions{})
	asked := false
	_, err := cms.DecodeBytes(b, cms.DecodeOptions{Content: func(sd *cms.SignedData) (io.Writer, error) {
		asked = sd.ContentType == der.Data && len(sd.DigestAlgorithms) == 1 && sd.Version == 1
		return nil, nil
	}})
	if err != nil || !asked {
		t.Error(asked, err)
	}
}

// hostile are inputs made to cost much.
func hostile() map[string][]byte {
	head := func(t string) []byte { n := &node{}; n.insert(0, t); return n.children[0].raw }
	signedDataHead := head("3080 06092a864886f70d010702 a080 3080 020101")
	children := func(tag string, n int) []byte {
		return append(append(append(bytes.Clone(signedDataHead), head(tag+"80")...), bytes.Repeat([]byte{0x30, 0}, n)...), make([]byte, 8)...)
	}
	certificates := append(bytes.Clone(signedDataHead), head("3100 3080 06092a864886f70d010701 0000 a080")...)
	return map[string][]byte{
		"12 MB of 3080":          bytes.Repeat([]byte{0x30, 0x80}, 6_000_000),
		"200,000 levels":         bytes.Repeat([]byte{0x30, 0x80, 0x24, 0x80}, 100_000),
		"levels in an attribute": append(certificates, bytes.Repeat([]byte{0x30, 0x80}, 1_000_000)...),
		"a million digests":      children("31", 1_000_000),
		"a million certificates": append(bytes.Clone(certificates), bytes.Repeat([]byte{0xa0, 0}, 1_000_000)...),
		"a million crls":         append(append(bytes.Clone(certificates), 0, 0, 0xa1, 0x80), bytes.Repeat([]byte{0xa1, 0}, 1_000_000)...),
		"a million pieces": append(append(bytes.Clone(signedDataHead), head("3100 3080 06092a864886f70d010701 a080 2480")...),
			bytes.Repeat([]byte{4, 0}, 1_000_000)...),
		"a certificate of 4 GB":           append(bytes.Clone(certificates), 0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0),
		"an endless length":               head("3088 7fffffffffffffff"),
		"other, a million children":       append(head("3080 06032a0304 a080 3080"), bytes.Repeat([]byte{0x30, 0}, 1_000_000)...),
		"enveloped, a million recipients": append(head("3080 06092a864886f70d010703 a080 3080 020100 3180"), bytes.Repeat([]byte{0xa1, 0}, 1_000_000)...),
	}
}

// TestHostileInput: refused, without memory in proportion to the input.
func TestHostileInput(t *testing.T) {
	for name, b := range hostile() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		_, err := cms.Decode(io.MultiReader(bytes.NewReader(b)), cms.DecodeOptions{})
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%s is read", name)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
			t.Errorf("%s: %d octets allocated", name, used)
		}
		if _, err := cms.DecodeBytes(b, cms.DecodeOptions{}); err == nil {
			t.Errorf("%s is read from memory", name)
		}
	}
}

// TestFlatChildrenInAttribute: a value with a million children is one value.
func TestFlatChildrenInAttribute(t *testing.T) {
	t.Parallel()
	n := parseNode(t, testSigner("org-p256.pem").message(t, true, cms.SignatureOptions{}))
	value := &node{tag: 0x30, form: "indefinite", children: []*node{{raw: bytes.Repeat([]byte{5, 0}, 1_000_000)}}}
	attribute := &node{tag: 0x30, children: []*node{{raw: der.ObjectIdentifier(der.AttributeCommitmentType)}, {tag: 0x31, children: []*node{value}}}}
	info := signerInfo(n)
	info.children = append(info.children, &node{tag: 0xa1, children: []*node{attribute}})
	sd, err := check(n.encode())
	if err != nil || len(sd.Signers[0].UnsignedAttrs.Attributes) != 1 || !hasCode(sd.Audit(), cms.BEREncoding) {
		t.Error(err)
	}
	attribute.at(1).children = []*node{{raw: bytes.Repeat([]byte{5, 0}, 1_000_000)}}
	if _, err := check(n.encode()); syntaxReason(err) != der.OverLimit {
		t.Error(err)
	}
}

// TestKeptIsLimited: much in one message that would have to be held.
func TestKeptIsLimited(t *testing.T) {
	t.Parallel()
	n := parseNode(t, testSigner("org-p256.pem").message(t, true, cms.SignatureOptions{}))
	other := der.Element(der.ContextConstructed|3, der.ObjectIdentifier(der.Data), der.OctetString(make([]byte, 6<<20)))
	for i := range 3 {
		signedData(n).at(3).children = append(signedData(n).at(3).children, &node{raw: other})
		_, err := cms.Decode(bytes.NewReader(n.encode()), cms.DecodeOptions{})
		if (err == nil) != (i < 2) {
			t.Errorf("%d choices of 6 MiB: %v", i+1, err)
		}
	}
}
