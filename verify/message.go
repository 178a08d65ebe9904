package verify

import (
	"errors"
	"io"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// Message is a decoded CMS message whose embedded content was hashed while it
// was read. It is used by one goroutine at a time. Close it.
type Message struct {
	// SignedData is the message; nil when it is not SignedData.
	SignedData *cms.SignedData
	// Other is set when the message is well formed and not SignedData.
	Other *cms.ContentTypeError
	// Certificates and CRLs are those of the message that are X.509, in order.
	Certificates []*trust.Certificate
	CRLs         []*trust.CRL

	form     Form
	smime    *cms.SMIME
	digests  *cms.Digests // of the content
	unknown  der.OID      // a digest algorithm that is listed and not known
	keeper   keeper
	stripper *headerStripper // with OpenOptions.Text
	content  bool            // there is content
	detached bool            // and it is not the embedded one
	unread   error           // why content could not be read to its end
	close    []func() error
	audits   []cms.Finding
	audited  bool
}

// Form is how a message is wrapped: bare DER or BER, PEM, S/MIME.
type Form = cms.Form

// Content copies signed content to dst, in the form that was signed.
type Content func(dst io.Writer) error

// OpenOptions says how a message is read. The zero value keeps no content.
type OpenOptions struct {
	Form Form
	// Spool makes what takes content that does not fit into memory, so that
	// WriteContent can give it out after it was judged; nil keeps no content.
	Spool func() (Spool, error)
	// TempDir is for an S/MIME message that comes as a stream; "" for the system's.
	TempDir string
	// Text looks for a text/plain MIME header at the content's start, and leaves
	// it out when the content is written (-text).
	Text bool
	// Pool reads certificates and CRLs that many messages have in common once; nil for
	// none.
	Pool *revocation.Pool
}

// Open decodes a message (see cms.Decode for what is accepted), hashing its
// content. Unreadable certificates and CRLs in it are errors too, as in OpenSSL.
// Errors: *der.SyntaxError, *cms.FormError, those of trust.ParseCertificate and
// of the input.
func Open(in Input, opt OpenOptions) (*Message, error) {
	m := &Message{form: opt.Form, keeper: keeper{create: opt.Spool}}
	m.close = append(m.close, m.keeper.Close)
	if opt.Text {
		m.stripper = &headerStripper{dst: io.Discard}
	}
	if err := m.open(in, opt); err != nil {
		_ = m.Close() // err says more
		return nil, err
	}
	return m, nil
}

func (m *Message) open(in Input, opt OpenOptions) (err error) {
	if opt.Form == cms.FormSMIME {
		var done func() error
		if in, done, err = in.located(opt.TempDir); err != nil {
			return err
		}
		m.close = append(m.close, done)
		if m.smime, err = cms.OpenSMIME(in.At, in.Size); err != nil {
			return err
		}
	}
	sd, err := m.decode(in)
	if errors.As(err, &m.Other) {
		return nil
	}
	if err != nil {
		return err
	}
	m.SignedData = sd
	if m.digests == nil {
		m.digests, m.unknown = newDigests(sd.DigestAlgorithms)
	}
	return m.parseChoices(opt.Pool)
}

// decode unwraps and decodes the message.
func (m *Message) decode(in Input) (*cms.SignedData, error) {
	opt := cms.DecodeOptions{Content: m.embedded}
	switch m.form {
	case cms.FormPEM:
		r := cms.NewPEMReader(in.reader())
		sd, err := cms.Decode(r, opt)
		// As in OpenSSL a fault of the wrapping is found before any of the inside.
		if wrapping := r.Drain(); wrapping != nil {
			return nil, wrapping
		}
		return sd, err
	case cms.FormSMIME:
		return cms.Decode(m.smime.Message(), opt)
	}
	b, whole, err := in.whole()
	if err != nil {
		return nil, err
	}
	if whole {
		return cms.DecodeBytes(b, opt)
	}
	return cms.Decode(in.reader(), opt)
}

// embedded makes the writer that the embedded content goes to.
func (m *Message) embedded(sd *cms.SignedData) (io.Writer, error) {
	m.content = true
	m.digests, m.unknown = newDigests(sd.DigestAlgorithms)
	return m.firstReading(), nil
}

// firstReading returns what takes the content when it is read first.
func (m *Message) firstReading() io.Writer {
	writers := []io.Writer{m.digests}
	if m.keeper.create != nil {
		writers = append(writers, &m.keeper)
	}
	if m.stripper != nil {
		writers = append(writers, m.stripper)
	}
	if len(writers) == 1 {
		return m.digests
	}
	return io.MultiWriter(writers...)
}

// parseChoices reads the message's certificates and CRLs.
func (m *Message) parseChoices(pool *revocation.Pool) error {
	for _, choice := range m.SignedData.Certificates {
		if choice.Kind != cms.X509Certificate {
			continue
		}
		c, err := parseChoice(choice.DER, pool.Certificate)
		if err != nil {
			return err
		}
		m.Certificates = append(m.Certificates, c)
	}
	for _, choice := range m.SignedData.CRLs {
		if choice.Format != "" {
			continue
		}
		c, err := parseChoice(choice.DER, pool.CRL)
		if err != nil {
			return err
		}
		m.CRLs = append(m.CRLs, c)
	}
	return nil
}

func parseChoice[T any](encoded func() ([]byte, error), parse func([]byte) (T, error)) (c T, err error) {
	b, err := encoded()
	if err != nil {
		return c, err
	}
	return parse(b)
}

// HasContent tells whether there is content to verify: embedded, or set. Of a
// message that is not SignedData it tells whether OpenSSL would find any.
func (m *Message) HasContent() bool { return m.content || m.Other != nil && m.Other.Known }

// Detached tells that the content lies outside of the message.
func (m *Message) Detached() bool { return m.detached }

// Multipart tells that the message came with its content in S/MIME's
// multipart/signed; UsePart takes it.
func (m *Message) Multipart() bool { return m.smime != nil && m.smime.Detached() }

// UsePart sets the first part of multipart/signed as the content, see SetContent.
// Unless opt says binary it is taken in canonical form; trim drops spaces at
// line ends then.
func (m *Message) UsePart(opt cms.PartOptions, trim bool) error {
	raw := func(dst io.Writer) error {
		return buffered(dst, func(w io.Writer) error { return m.smime.CopyContent(w, opt) })
	}
	if opt.Binary {
		return m.SetContent(raw)
	}
	return m.SetContent(func(dst io.Writer) error { return canonical(dst, raw, trim) })
}

// canonical puts what raw writes into canonical form.
func canonical(dst io.Writer, raw Content, trim bool) error {
	r, w := io.Pipe()
	go func() { w.CloseWithError(raw(w)) }()
	err := buffered(dst, func(dst io.Writer) error {
		return cms.CopyText(dst, r, cms.TextOptions{StripTrailing: trim})
	})
	r.CloseWithError(err) // ends the goroutine wherever it is
	return err
}

// KeepNothing tells that WriteContent will not be called.
func (m *Message) KeepNothing() { m.keeper.create = nil }

// SetContent sets content that lies outside of the message, in place of what
// may be embedded, and hashes it. After an error, which is content's, Check finds
// every signer's content at fault.
func (m *Message) SetContent(content Content) error {
	if err := m.keeper.Close(); err != nil {
		return err
	}
	if m.stripper != nil {
		m.stripper = &headerStripper{dst: io.Discard}
	}
	var algorithms []der.AlgorithmIdentifier
	if m.SignedData != nil {
		algorithms = m.SignedData.DigestAlgorithms
	}
	m.digests, m.unknown = newDigests(algorithms)
	m.content, m.detached = true, true
	m.unread = content(m.firstReading())
	return m.unread
}

// TextHeader returns the fault of the MIME header that OpenOptions.Text looks
// for, nil when it is as it should be or was not looked for.
func (m *Message) TextHeader() error {
	if m.stripper == nil {
		return nil
	}
	return m.stripper.finish()
}

// WriteContent writes the content that was hashed, as it was kept.
func (m *Message) WriteContent(dst io.Writer) error {
	if m.stripper == nil {
		return m.keeper.copyTo(dst)
	}
	stripper := &headerStripper{dst: dst}
	if err := m.keeper.copyTo(stripper); err != nil {
		return err
	}
	return stripper.finish()
}

// Close gives up what was kept of the content.
func (m *Message) Close() error {
	var errs []error
	for _, f := range m.close {
		errs = append(errs, f())
	}
	m.close = nil
	return errors.Join(errs...)
}
