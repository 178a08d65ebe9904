package verify

import (
	"bytes"
	"context"
	"io"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/trust"
)

// RecogniseSize is how much of a file Recognise wants to see.
const RecogniseSize = cms.DetectSize

// Kind is what a file is, by how it begins.
type Kind int

// The kinds.
const (
	NotSigned Kind = iota // nothing that could hold a signature
	PDFFile
	CMSFile // DER, PEM or S/MIME
)

// Recognise tells what a file is by its first RecogniseSize octets. It looks at
// forms alone: a PDF need not be signed, a CMS message need not be readable.
func Recognise(prefix []byte) Kind {
	const pdfHeader = 1024 // where a PDF says that it is one (ISO 32000-1, annex H)
	switch {
	case bytes.Contains(prefix[:min(pdfHeader, len(prefix))], []byte("%PDF-")):
		return PDFFile
	case cms.Likely(prefix):
		return CMSFile
	}
	return NotSigned
}

// RecogniseFile tells what a file of size octets is, as Recognise does; of mail it
// reads more headers, up to a limit.
func RecogniseFile(r io.ReaderAt, size int64) (Kind, error) {
	kind, _, err := recognise(r, size)
	return kind, err
}

// recognise also returns how the file begins.
func recognise(r io.ReaderAt, size int64) (Kind, []byte, error) {
	prefix := make([]byte, min(size, RecogniseSize))
	if _, err := r.ReadAt(prefix, 0); err != nil && err != io.EOF {
		return NotSigned, nil, err
	}
	kind := Recognise(prefix)
	if kind != NotSigned || cms.DetectForm(prefix) != cms.FormSMIME || bytes.IndexByte(prefix, 0) >= 0 {
		return kind, prefix, nil
	}
	mail, err := cms.IsSMIME(r, size)
	if mail {
		kind = CMSFile
	}
	return kind, prefix, err
}

// FileOptions says how a file of either kind is judged.
type FileOptions struct {
	PDFOptions
	// Content finds what a detached signature signs; nil, or a nil Content, is
	// none.
	Content func() (Content, error)
}

// File judges the signatures of a PDF or of a CMS message in size octets of r.
// Errors: what is neither, what cannot be read as the one it is, and those of r, ctx
// and Content.
func File(ctx context.Context, r io.ReaderAt, size int64, opt FileOptions) (*Report, error) {
	kind, prefix, err := recognise(r, size)
	if err != nil {
		return nil, err
	}
	switch kind {
	case PDFFile:
		return PDF(ctx, r, size, opt.PDFOptions)
	case CMSFile:
		return cmsFile(ctx, contextReaderAt{ctx, r}, size, prefix, opt)
	}
	return nil, lang.Errorf("the file is neither a PDF nor a CMS message", "PDFでもCMSメッセージでもありません")
}

// Detached tells whether a CMS message in size octets of r has its content elsewhere:
// it is to be judged by FileOptions.Content. Errors are those of Open.
func Detached(r io.ReaderAt, size int64) (bool, error) {
	prefix := make([]byte, min(size, RecogniseSize))
	if _, err := r.ReadAt(prefix, 0); err != nil && err != io.EOF {
		return false, err
	}
	m, err := Open(Input{At: r, Size: size}, OpenOptions{Form: cms.DetectForm(prefix)})
	if err != nil {
		return false, err
	}
	defer m.Close()
	return m.SignedData != nil && !m.HasContent() && !m.Multipart(), nil
}

func cmsFile(ctx context.Context, r io.ReaderAt, size int64, prefix []byte, opt FileOptions) (*Report, error) {
	m, err := Open(Input{At: r, Size: size}, OpenOptions{Form: cms.DetectForm(prefix), Pool: opt.Pool})
	if err != nil {
		return nil, err
	}
	defer m.Close()
	if m.SignedData == nil {
		return m.Report(ctx, nil, opt.ReportOptions), nil
	}
	check := CheckOptions{Trust: opt.Trust, JPKI: opt.JPKI}
	check.Trust.Purpose, check.Trust.Trust = trust.PurposeSMIMESign, trust.TrustEmail
	if err := m.addContent(opt.Content); err != nil {
		return nil, err
	}
	result := m.Check(check)
	if m.Multipart() && !result.ContentIntact() {
		// A part does not tell whether it was signed as text or as it is.
		if err := m.UsePart(cms.PartOptions{}, false); err != nil {
			return nil, err
		}
		result = m.Check(check)
	}
	return m.Report(ctx, result, opt.ReportOptions), nil
}

// addContent supplies the content that lies outside of the message.
func (m *Message) addContent(find func() (Content, error)) error {
	if m.Multipart() {
		return m.UsePart(cms.PartOptions{Binary: true}, false)
	}
	if m.HasContent() || find == nil {
		return nil
	}
	content, err := find()
	if err != nil || content == nil {
		return err
	}
	return m.SetContent(content)
}
