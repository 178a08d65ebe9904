package cms_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"io"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// signer is a key with its certificate.
type signer struct {
	key  crypto.Signer
	cert *x509.Certificate
}

func testSigner(leaf string) signer { return signer{ca.Key(leaf), ca.Certificate(leaf)} }

// newECSigner makes a key on a curve and a certificate for it.
func newECSigner(t testing.TB, curve elliptic.Curve) signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "JPKI-TEST"}, SubjectKeyId: []byte{1, 2, 3},
		NotBefore: time.Unix(1700000000, 0), NotAfter: time.Unix(2300000000, 0),
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return signer{key, cert}
}

// sign makes a bound Signature with a value over content.
func (s signer) sign(t testing.TB, content []byte, opt cms.SignatureOptions) *cms.Signature {
	t.Helper()
	opt.Certificate = s.cert
	sig, err := cms.NewSignature(opt)
	if err != nil {
		t.Fatal(err)
	}
	s.finish(t, sig, der.Data, content)
	return sig
}

func (s signer) finish(t testing.TB, sig *cms.Signature, contentType der.OID, content []byte) {
	t.Helper()
	h := sig.Digest().New()
	h.Write(content)
	tbs, err := sig.Bind(contentType, h.Sum(nil))
	if err != nil {
		t.Fatal(err)
	}
	input := tbs.Digest
	if input == nil {
		input = tbs.Message
	}
	value, err := s.key.Sign(rand.Reader, input, tbs.Options)
	if err != nil {
		t.Fatal(err)
	}
	if err := sig.SetValue(value); err != nil {
		t.Fatal(err)
	}
}

const testContent = "Hello, world.\n"

// message makes a message over testContent.
func (s signer) message(t testing.TB, attached bool, opt cms.SignatureOptions) []byte {
	t.Helper()
	m := &cms.Message{ContentType: der.Data, Certificates: []*x509.Certificate{s.cert}, Signatures: []*cms.Signature{s.sign(t, []byte(testContent), opt)}}
	return marshal(t, m, attached)
}

func marshal(t testing.TB, m *cms.Message, attached bool) []byte {
	t.Helper()
	var out bytes.Buffer
	var err error
	if attached {
		err = m.WriteAttached(&out, int64(len(testContent)), func(w io.Writer) error {
			_, err := io.WriteString(w, testContent)
			return err
		})
	} else {
		var b []byte
		b, err = m.Marshal()
		out.Write(b)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// check decodes a message and verifies all its signers over its content, or
// over testContent.
func check(b []byte) (*cms.SignedData, error) {
	var content bytes.Buffer
	sd, err := cms.DecodeBytes(b, cms.DecodeOptions{Content: func(*cms.SignedData) (io.Writer, error) { return &content, nil }})
	if err != nil {
		return nil, err
	}
	if !sd.HasContent {
		content.WriteString(testContent)
	}
	return sd, verifyAll(sd, content.Bytes())
}

// node is an element taken apart, to be changed and put together again.
type node struct {
	tag      byte
	value    []byte // of a primitive one
	children []*node
	raw      []byte // stands for the whole element when not nil
	form     string // "", "indefinite" or "long"
}

func parseNode(t testing.TB, b []byte) *node {
	t.Helper()
	r := der.NewBytesReader(bytes.Clone(b)) // to be changed in place
	n := nextNode(t, r)
	if _, more, err := r.Next(); more || err != nil {
		t.Fatalf("not one element: %v", err)
	}
	return n
}

func nextNode(t testing.TB, r *der.Reader) *node {
	t.Helper()
	h, ok, err := r.Next()
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	n := &node{tag: h.Tag}
	if !h.Constructed() {
		if n.value, err = r.Primitive(h.Tag, "", 1<<20); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if err := r.Enter(); err != nil {
		t.Fatal(err)
	}
	for {
		_, more, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			break
		}
		n.children = append(n.children, nextNode(t, r))
	}
	if err := r.Leave(); err != nil {
		t.Fatal(err)
	}
	return n
}

func (n *node) encode() []byte {
	if n.raw != nil {
		return n.raw
	}
	content := n.value
	if n.tag&0x20 != 0 {
		content = nil
		for _, c := range n.children {
			content = append(content, c.encode()...)
		}
	}
	switch n.form {
	case "indefinite":
		return append(append([]byte{n.tag, 0x80}, content...), 0, 0)
	case "long":
		size := len(content)
		return append([]byte{n.tag, 0x84, byte(size >> 24), byte(size >> 16), byte(size >> 8), byte(size)}, content...)
	}
	return der.Element(n.tag, content)
}

// at walks down child numbers.
func (n *node) at(path ...int) *node {
	for _, i := range path {
		n = n.children[i]
	}
	return n
}

func (n *node) remove(i int) { n.children = append(n.children[:i:i], n.children[i+1:]...) }

func (n *node) insert(i int, hexText string) {
	b, err := hex.DecodeString(strings.ReplaceAll(hexText, " ", ""))
	if err != nil {
		panic(err)
	}
	n.children = append(n.children[:i:i], append([]*node{{raw: b}}, n.children[i:]...)...)
}

func (n *node) set(hexText string) {
	m := &node{}
	m.insert(0, hexText)
	*n = *m.children[0]
}

// Places in the messages made here: an attached one by one signer with one
// certificate.
func signedData(n *node) *node { return n.at(1, 0) }
func signerInfo(n *node) *node { return n.at(1, 0, 4, 0) }
func signedAttrs(n *node) *node {
	return n.at(1, 0, 4, 0, 3)
}
