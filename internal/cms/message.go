package cms

import (
	"bytes"
	"crypto/x509"
	"io"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
)

// Message is a SignedData to be written. It is always DER, save for parts of
// an existing message that are kept as they were. The zero value is a message
// without content type: fill ContentType in.
type Message struct {
	// ContentType is the eContentType: der.Data for files and PDF.
	ContentType der.OID
	// Certificates go into the message: signers' and CA's. Repeated ones are
	// written once.
	Certificates []*x509.Certificate
	// Signatures are the new signers, bound and with a value.
	Signatures []*Signature
	// Existing is a decoded message whose signers, certificates, CRLs and digest
	// algorithms are kept, octet for octet; nil for none. Its content type must
	// be ContentType.
	Existing *SignedData
}

// parts are the pieces of a ContentInfo around its content.
type parts struct {
	version      []byte
	digests      []byte
	contentType  []byte
	certificates [][]byte
	crls         [][]byte
	signers      [][]byte // nil while only their sizes are known
}

// absent stands for the size of content that is not in the message.
const absent = -1

// Marshal returns the ContentInfo with the content absent (a detached
// signature), in DER.
func (m *Message) Marshal() ([]byte, error) {
	p, err := m.parts()
	if err != nil {
		return nil, err
	}
	size := p.size(absent, sizeOf(p.signers))
	return p.appendTail(p.appendHead(make([]byte, 0, size.message), size)), nil
}

// WriteAttached writes the ContentInfo with the content in it: size octets,
// written by content to the writer it is given. Nothing of the content is held;
// its length is written first. It is an error when content writes another
// number of octets; what is in dst then is of no use.
func (m *Message) WriteAttached(dst io.Writer, size int64, content func(io.Writer) error) error {
	p, err := m.parts()
	if err != nil {
		return err
	}
	if _, err := dst.Write(p.appendHead(nil, p.size(size, sizeOf(p.signers)))); err != nil {
		return err
	}
	counted := &exactWriter{dst: dst, left: size}
	if err := content(counted); err != nil {
		return err
	}
	if counted.left != 0 {
		return errContentSize()
	}
	_, err = dst.Write(p.appendTail(nil))
	return err
}

// sizes are the lengths of nested elements, known before any is built: of the
// content of each, and of the whole message.
type sizes struct {
	content    int64 // or absent
	encap      int64 // EncapsulatedContentInfo
	signedData int64
	info       int64
	message    int64
}

// size returns the lengths for content and SignerInfos of the given sizes.
func (p *parts) size(content, signers int64) sizes {
	s := sizes{content: content, encap: int64(len(p.contentType))}
	if content != absent {
		s.encap += der.ElementSize(der.ElementSize(content))
	}
	tail := setSize(p.certificates) + setSize(p.crls) + der.ElementSize(signers)
	s.signedData = int64(len(p.version)+len(p.digests)) + der.ElementSize(s.encap) + tail
	s.info = der.ElementSize(int64(len(der.SignedData))) + der.ElementSize(der.ElementSize(s.signedData))
	s.message = der.ElementSize(s.info)
	return s
}

// setSize is the size of an optional SET OF, which is left out when empty.
func setSize(elements [][]byte) int64 {
	if len(elements) == 0 {
		return 0
	}
	return der.ElementSize(sizeOf(elements))
}

func sizeOf(elements [][]byte) int64 {
	n := int64(0)
	for _, e := range elements {
		n += int64(len(e))
	}
	return n
}

// appendHead appends everything before the content's first octet.
func (p *parts) appendHead(b []byte, s sizes) []byte {
	b = der.AppendHeader(b, der.TagSequence, s.info)
	b = append(b, der.ObjectIdentifier(der.SignedData)...)
	b = der.AppendHeader(b, der.ContextConstructed, der.ElementSize(s.signedData))
	b = der.AppendHeader(b, der.TagSequence, s.signedData)
	b = append(append(b, p.version...), p.digests...)
	b = der.AppendHeader(b, der.TagSequence, s.encap)
	b = append(b, p.contentType...)
	if s.content == absent {
		return b
	}
	b = der.AppendHeader(b, der.ContextConstructed, der.ElementSize(s.content))
	return der.AppendHeader(b, der.TagOctetString, s.content)
}

// appendTail appends what follows the content: certificates, crls, signerInfos.
func (p *parts) appendTail(b []byte) []byte {
	if len(p.certificates) > 0 {
		b = appendSet(b, der.ContextConstructed, p.certificates)
	}
	if len(p.crls) > 0 {
		b = appendSet(b, der.ContextConstructed|1, p.crls)
	}
	return appendSet(b, der.TagSet, p.signers)
}

func appendSet(b []byte, tag byte, elements [][]byte) []byte {
	b = der.AppendHeader(b, tag, sizeOf(elements))
	for _, e := range der.Sorted(elements) {
		b = append(b, e...)
	}
	return b
}

// MaxSize returns the greatest size Marshal can return once the signatures
// have values and unsigned attributes: unsigned[i] are the sizes of the
// Attribute elements still to come to Signatures[i]; a shorter list means none.
// The size is exact for RSA and Ed25519 keys. It needs no Bind and no key.
func (m *Message) MaxSize(unsigned ...[]int) (int, error) {
	p, err := m.unsignedParts()
	if err != nil {
		return 0, err
	}
	signers := sizeOf(m.existingSigners())
	for i, s := range m.Signatures {
		var attributes []int
		if i < len(unsigned) {
			attributes = unsigned[i]
		}
		size, err := s.MaxSize(m.ContentType, attributes...)
		if err != nil {
			return 0, err
		}
		signers += int64(size)
	}
	return int(p.size(absent, signers).message), nil
}

func (m *Message) existingSigners() [][]byte {
	if m.Existing == nil {
		return nil
	}
	raw := make([][]byte, len(m.Existing.Signers))
	for i, s := range m.Existing.Signers {
		raw[i] = s.Raw
	}
	return raw
}

// digestAlgorithms returns the encoded digest algorithms of all signers, each
// once (RFC 5652, 5.1).
func (m *Message) digestAlgorithms() [][]byte {
	var list [][]byte
	if m.Existing != nil {
		for _, a := range m.Existing.DigestAlgorithms {
			list = appendNew(list, a.Marshal())
		}
	}
	for _, s := range m.Signatures {
		list = appendNew(list, der.DigestAlgorithm(s.opt.Digest).Marshal())
	}
	return list
}

func appendNew(list [][]byte, element []byte) [][]byte {
	for _, e := range list {
		if bytes.Equal(e, element) {
			return list
		}
	}
	return append(list, element)
}

// parts returns all pieces. The signatures must have values.
func (m *Message) parts() (*parts, error) {
	p, err := m.unsignedParts()
	if err != nil {
		return nil, err
	}
	p.signers = m.existingSigners()
	for _, s := range m.Signatures {
		if s.contentType != m.ContentType {
			return nil, lang.Errorf("a signer is bound to other content", "署名者が別の内容に結び付けられています")
		}
		raw, err := s.Marshal()
		if err != nil {
			return nil, err
		}
		p.signers = append(p.signers, raw)
	}
	return p, nil
}

// unsignedParts returns the pieces that are known before a signature is.
func (m *Message) unsignedParts() (*parts, error) {
	if m.Existing != nil && m.Existing.ContentType != m.ContentType {
		return nil, lang.Errorf("the existing signature's content is of type %s, not %s", "既存の署名の内容の種別は%sで、%sではありません",
			m.Existing.ContentType, m.ContentType)
	}
	return &parts{
		version:      der.Integer(m.version()),
		digests:      der.SetOf(der.TagSet, m.digestAlgorithms()...),
		contentType:  der.ObjectIdentifier(m.ContentType),
		certificates: m.certificates(),
		crls:         m.crls(),
	}, nil
}

func (m *Message) certificates() [][]byte {
	var list [][]byte
	if m.Existing != nil {
		for _, c := range m.Existing.Certificates {
			list = appendNew(list, c.Raw)
		}
	}
	for _, c := range m.Certificates {
		list = appendNew(list, c.Raw)
	}
	return list
}

func (m *Message) crls() [][]byte {
	var list [][]byte
	if m.Existing != nil {
		for _, c := range m.Existing.CRLs {
			list = appendNew(list, c.Raw)
		}
	}
	return list
}

// version follows RFC 5652, 5.1.
func (m *Message) version() int64 {
	version := int64(1)
	if m.ContentType != der.Data {
		version = 3
	}
	for _, s := range m.Signatures {
		version = max(version, s.version())
	}
	if m.Existing != nil {
		version = max(version, int64(m.Existing.requiredVersion()))
	}
	return version
}

// exactWriter passes on at most left octets.
type exactWriter struct {
	dst  io.Writer
	left int64
}

func (w *exactWriter) Write(b []byte) (int, error) {
	if int64(len(b)) > w.left {
		return 0, errContentSize()
	}
	n, err := w.dst.Write(b)
	w.left -= int64(n)
	return n, err
}

func errContentSize() error {
	return lang.Errorf("the content changed its size while it was being signed", "署名中に内容の大きさが変わりました")
}
