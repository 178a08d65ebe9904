package cms

import (
	"io"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
)

// DecodeOptions says what to do while decoding. The zero value drops the content.
type DecodeOptions struct {
	// Content is called once, when eContent begins: Version, DigestAlgorithms and
	// ContentType of sd are set, so that the content can be hashed as it is read.
	// The content's octets go to the Writer it returns, in parts of any size that
	// must not be kept; nil drops them. An error ends the decoding and is returned.
	Content func(sd *SignedData) (io.Writer, error)
}

// ContentTypeError tells a well-formed ContentInfo that is not SignedData.
type ContentTypeError struct {
	Type der.OID
	// Known tells that the type is one of RFC 5652, 5083 or 3274, whose form was
	// checked.
	Known bool
}

// Error returns one line.
func (e *ContentTypeError) Error() string { return e.message().In(lang.English) }

func (e *ContentTypeError) message() lang.Message {
	return lang.M("the message is no SignedData but of type %s", "メッセージはSignedDataではありません（種別%s）", e.Type)
}

// Decode reads one ContentInfo with SignedData, DER or BER, from a stream. The
// memory it uses does not depend on the content's size; all else is kept, within
// the limits of limits.go. Octets after the message are left unread but for
// what Trailing needs.
//
// It reads what OpenSSL reads. Errors: *der.SyntaxError (cannot be read, or is
// over a limit), *ContentTypeError, what src or opt.Content returned.
func Decode(src io.Reader, opt DecodeOptions) (*SignedData, error) {
	return decode(newReader(src), opt)
}

// DecodeBytes is Decode for a message in memory; the result shares it.
func DecodeBytes(b []byte, opt DecodeOptions) (*SignedData, error) {
	return decode(der.NewBytesReader(b), opt)
}

// newReader makes a Reader with a buffer no larger than the input, where that
// is known.
func newReader(src io.Reader) *der.Reader {
	size := der.DefaultBuffer
	if sized, ok := src.(interface{ Len() int }); ok {
		size = min(size, sized.Len()+1)
	}
	return der.NewReader(src, size)
}

// decoder reads one message.
type decoder struct {
	r    *der.Reader
	opt  DecodeOptions
	sd   SignedData
	sink contentSink
	kept int64 // octets held so far
}

func decode(r *der.Reader, opt DecodeOptions) (*SignedData, error) {
	d := &decoder{r: r, opt: opt}
	if err := d.contentInfo(); err != nil {
		return nil, err
	}
	d.sd.NotDER = r.NotDER()
	trailing, err := r.Rest()
	if err != nil {
		return nil, err
	}
	d.sd.Trailing = Trailing(trailing)
	return &d.sd, nil
}

// contentInfo reads ContentInfo (RFC 5652, 3).
func (d *decoder) contentInfo() error {
	r := d.r
	if err := r.EnterTag(der.TagSequence, "ContentInfo"); err != nil {
		return err
	}
	contentType, err := r.OID("ContentInfo.contentType")
	if err != nil {
		return err
	}
	known, err := d.content(contentType)
	if err != nil {
		return err
	}
	if err := leave(r, "ContentInfo"); err != nil {
		return err
	}
	if contentType != der.SignedData {
		return &ContentTypeError{Type: contentType, Known: known}
	}
	return nil
}

// content reads ContentInfo.content, [0] EXPLICIT.
func (d *decoder) content(contentType der.OID) (known bool, err error) {
	form, known := otherForms(contentType)
	if err := d.r.EnterTag(der.ContextConstructed, "ContentInfo.content"); err != nil {
		return known, err
	}
	switch {
	case known:
		err = form(d.r)
	case contentType == der.SignedData:
		err = d.signedData()
	default:
		err = d.r.Skip() // any one element will do, as in OpenSSL
	}
	if err != nil {
		return known, err
	}
	return known, leave(d.r, "ContentInfo.content")
}

// leave names the SEQUENCE whose end is wrong.
func leave(r *der.Reader, where string) error {
	err := r.Leave()
	if syntax, ok := err.(*der.SyntaxError); ok && syntax.Where == "" {
		syntax.Where = where
	}
	return err
}

// signedData reads SignedData (RFC 5652, 5.1).
func (d *decoder) signedData() (err error) {
	r := d.r
	if err := r.EnterTag(der.TagSequence, "SignedData"); err != nil {
		return err
	}
	if d.sd.Version, err = r.Int32("SignedData.version"); err != nil {
		return err
	}
	if err := d.digestAlgorithms(); err != nil {
		return err
	}
	if err := d.encapContentInfo(); err != nil {
		return err
	}
	if err := d.certificates(); err != nil {
		return err
	}
	if err := d.crls(); err != nil {
		return err
	}
	err = d.each(der.TagSet, "SignedData.signerInfos", maxSigners, d.signerInfo)
	if err != nil {
		return err
	}
	return leave(r, "SignedData")
}

// each reads a SET OF with read for each element.
func (d *decoder) each(tag byte, where string, limit int, read func() error) error {
	if err := d.r.EnterTag(tag, where); err != nil {
		return err
	}
	for n := 0; ; n++ {
		_, more, err := d.r.Next()
		if err != nil {
			return err
		}
		if !more {
			return leave(d.r, where)
		}
		if n == limit {
			return d.r.Fault(der.OverLimit, where)
		}
		if err := read(); err != nil {
			return err
		}
	}
}

func (d *decoder) digestAlgorithms() error {
	const where = "SignedData.digestAlgorithms"
	return d.each(der.TagSet, where, maxDigestAlgorithms, func() error {
		a, err := d.r.AlgorithmIdentifier(where, maxAlgorithm)
		d.sd.DigestAlgorithms = append(d.sd.DigestAlgorithms, a)
		return err
	})
}

// encapContentInfo reads EncapsulatedContentInfo (RFC 5652, 5.2).
func (d *decoder) encapContentInfo() (err error) {
	r := d.r
	const where = "SignedData.encapContentInfo"
	if err := r.EnterTag(der.TagSequence, where); err != nil {
		return err
	}
	if d.sd.ContentType, err = r.OID("EncapsulatedContentInfo.eContentType"); err != nil {
		return err
	}
	_, d.sd.HasContent, err = r.Next()
	if err != nil {
		return err
	}
	if d.sd.HasContent {
		if err := d.eContent(); err != nil {
			return err
		}
	}
	return leave(r, where)
}

func (d *decoder) eContent() error {
	r := d.r
	const where = "EncapsulatedContentInfo.eContent"
	if err := r.EnterTag(der.ContextConstructed, where); err != nil {
		return err
	}
	if d.opt.Content != nil {
		w, err := d.opt.Content(&d.sd)
		if err != nil {
			return err
		}
		d.sink.dst = w
	}
	n, err := r.OctetString(der.TagOctetString, where, &d.sink)
	if err != nil {
		return err
	}
	d.sd.ContentSize, d.sd.contentStart = n, d.sink.start[:d.sink.kept]
	return leave(r, where)
}

// contentStartSize is enough of the content to see attributes in it.
const contentStartSize = 64

// contentSink keeps the start of the content and passes all on.
type contentSink struct {
	dst   io.Writer // may be nil
	start [contentStartSize]byte
	kept  int // of start
}

func (s *contentSink) Write(b []byte) (int, error) {
	s.kept += copy(s.start[s.kept:], b)
	if s.dst == nil {
		return len(b), nil
	}
	return s.dst.Write(b)
}
