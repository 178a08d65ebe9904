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

// parts are the finished pieces of a SignedData around its content.
type parts struct {
	version     []byte
	digests     []byte
	contentType []byte
	tail        []byte // certificates, crls, signerInfos
}

// Marshal returns the ContentInfo with the content absent (a detached
// signature), in DER.
func (m *Message) Marshal() ([]byte, error) {
	p, err := m.parts()
	if err != nil {
		return nil, err
	}
	return contentInfo(der.Sequence(p.version, p.digests, der.Sequence(p.contentType), p.tail)), nil
}

func contentInfo(signedData []byte) []byte {
	return der.Sequence(der.ObjectIdentifier(der.SignedData), der.Element(der.ContextConstructed, signedData))
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
	head := p.attachedHead(size)
	if _, err := dst.Write(head); err != nil {
		return err
	}
	counted := &exactWriter{dst: dst, left: size}
	if err := content(counted); err != nil {
		return err
	}
	if counted.left != 0 {
		return errContentSize()
	}
	_, err = dst.Write(p.tail)
	return err
}

// attachedHead returns everything before the content's first octet.
func (p *parts) attachedHead(size int64) []byte {
	explicit := der.ElementSize(size)
	encap := int64(len(p.contentType)) + der.ElementSize(explicit)
	signedData := int64(len(p.version)+len(p.digests)+len(p.tail)) + der.ElementSize(encap)
	info := der.ObjectIdentifier(der.SignedData)
	b := der.AppendHeader(nil, der.TagSequence, int64(len(info))+der.ElementSize(der.ElementSize(signedData)))
	b = append(b, info...)
	b = der.AppendHeader(b, der.ContextConstructed, der.ElementSize(signedData))
	b = der.AppendHeader(b, der.TagSequence, signedData)
	b = append(append(b, p.version...), p.digests...)
	b = der.AppendHeader(b, der.TagSequence, encap)
	b = append(b, p.contentType...)
	b = der.AppendHeader(b, der.ContextConstructed, explicit)
	return der.AppendHeader(b, der.TagOctetString, size)
}

// MaxSize returns the greatest size Marshal can return once the signatures
// have values and unsigned attributes: unsigned[i] are the sizes of the
// Attribute elements still to come to Signatures[i]; a shorter list means none.
// The size is exact for RSA and Ed25519 keys. It needs no Bind and no key.
func (m *Message) MaxSize(unsigned ...[]int) (int, error) {
	probe := Message{ContentType: m.ContentType, Certificates: m.Certificates, Existing: m.Existing}
	p, err := probe.parts()
	if err != nil {
		return 0, err
	}
	signers := make([]int, len(m.Signatures))
	for i, s := range m.Signatures {
		var attributes []int
		if i < len(unsigned) {
			attributes = unsigned[i]
		}
		if signers[i], err = s.MaxSize(m.ContentType, attributes...); err != nil {
			return 0, err
		}
	}
	return m.sizeWith(p, signers), nil
}

// sizeWith returns the detached size with signerInfos of the given sizes added
// to those of m.Existing, which p's tail holds.
func (m *Message) sizeWith(p *parts, signers []int) int {
	digests := len(der.SetOf(der.TagSet, m.digestAlgorithms()...))
	kept := int64(0)
	for _, raw := range m.existingSigners() {
		kept += int64(len(raw))
	}
	all := kept
	for _, n := range signers {
		all += int64(n)
	}
	tail := int64(len(p.tail)) - der.ElementSize(kept) + der.ElementSize(all)
	signedData := int64(len(p.version)+digests) + der.ElementSize(int64(len(p.contentType))) + tail
	info := int64(len(der.ObjectIdentifier(der.SignedData)))
	return int(der.ElementSize(info + der.ElementSize(der.ElementSize(signedData))))
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

func (m *Message) parts() (*parts, error) {
	if m.Existing != nil && m.Existing.ContentType != m.ContentType {
		return nil, lang.Errorf("the existing signature's content is of type %s, not %s", "既存の署名の内容の種別は%sで、%sではありません",
			m.Existing.ContentType, m.ContentType)
	}
	signers := m.existingSigners()
	for _, s := range m.Signatures {
		if s.contentType != m.ContentType {
			return nil, lang.Errorf("a signer is bound to other content", "署名者が別の内容に結び付けられています")
		}
		raw, err := s.Marshal()
		if err != nil {
			return nil, err
		}
		signers = append(signers, raw)
	}
	certificates, crls := m.certificates(), m.crls()
	var tail []byte
	if len(certificates) > 0 {
		tail = append(tail, der.SetOf(der.ContextConstructed, certificates...)...)
	}
	if len(crls) > 0 {
		tail = append(tail, der.SetOf(der.ContextConstructed|1, crls...)...)
	}
	tail = append(tail, der.SetOf(der.TagSet, signers...)...)
	return &parts{
		version:     der.Integer(m.version()),
		digests:     der.SetOf(der.TagSet, m.digestAlgorithms()...),
		contentType: der.ObjectIdentifier(m.ContentType),
		tail:        tail,
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
