package cms

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

// SMIME is an S/MIME message located in its file (RFC 8551, 3.5), as OpenSSL
// finds it.
type SMIME struct {
	src       io.ReaderAt
	signature span // base64 of the CMS message
	content   span // the first part of multipart/signed
	detached  bool
}

// span is a part of a file.
type span struct{ start, end int64 }

func (s span) reader(src io.ReaderAt) io.Reader {
	return io.NewSectionReader(src, s.start, s.end-s.start)
}

// OpenSMIME finds the parts of an S/MIME message of size octets: it reads the
// file once, holding a line. Errors: *FormError, what src returned.
func OpenSMIME(src io.ReaderAt, size int64) (*SMIME, error) {
	lines := newLineReader(io.NewSectionReader(src, 0, size), mimeChunk)
	headers, err := mimeHeaders(lines)
	if err != nil {
		return nil, err
	}
	contentType, ok := findHeader(headers, "content-type")
	switch {
	case !ok:
		return nil, &FormError{Reason: NoContentType}
	case contentType.value == "multipart/signed":
		return openMultipart(src, lines, contentType.params["boundary"])
	case contentType.value == "application/pkcs7-mime", contentType.value == "application/x-pkcs7-mime":
		return &SMIME{src: src, signature: span{lines.pos, size}}, nil
	}
	return nil, &FormError{Reason: WrongContentType, Detail: contentType.value}
}

// IsSMIME tells by its headers whether a file could be an S/MIME message. Likely sees
// the beginning alone, and mail has many headers before the one that matters.
// Errors: what src returned.
func IsSMIME(src io.ReaderAt, size int64) (bool, error) {
	headers, err := mimeHeaders(newLineReader(io.NewSectionReader(src, 0, min(size, maxMIMEHead)), mimeChunk))
	if err != nil {
		return false, err
	}
	contentType, _ := findHeader(headers, "content-type")
	switch contentType.value {
	case "multipart/signed":
		protocol := strings.ToLower(contentType.params["protocol"])
		return protocol == "" || strings.Contains(protocol, "pkcs7-signature"), nil
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		return true, nil
	}
	return false, nil
}

func openMultipart(src io.ReaderAt, lines *lineReader, boundary string) (*SMIME, error) {
	if boundary == "" {
		return nil, &FormError{Reason: NoBoundary}
	}
	parts, err := splitParts(lines, boundary)
	if err != nil {
		return nil, err
	}
	signature, err := signaturePart(src, parts[1])
	if err != nil {
		return nil, err
	}
	return &SMIME{src: src, content: parts[0], signature: signature, detached: true}, nil
}

// splitParts finds the two parts between boundary lines.
func splitParts(lines *lineReader, boundary string) (parts [2]span, err error) {
	delimiter := []byte("--" + boundary)
	for n := 0; ; {
		start := lines.pos
		line, err := lines.next()
		if errors.Is(err, io.EOF) {
			return parts, &FormError{Reason: WrongParts}
		}
		if err != nil {
			return parts, err
		}
		rest, ok := bytes.CutPrefix(line, delimiter)
		if !ok {
			continue
		}
		if n > 0 && n <= 2 {
			parts[n-1].end = start
		}
		if bytes.HasPrefix(rest, []byte("--")) {
			if n != 2 {
				return parts, &FormError{Reason: WrongParts}
			}
			return parts, nil
		}
		if n < 2 {
			parts[n].start = lines.pos
		}
		n++
	}
}

// signaturePart reads the headers of the second part.
func signaturePart(src io.ReaderAt, part span) (span, error) {
	lines := newLineReader(part.reader(src), mimeChunk)
	headers, err := mimeHeaders(lines)
	if err != nil {
		return part, err
	}
	contentType, ok := findHeader(headers, "content-type")
	if !ok {
		return part, &FormError{Reason: NoSignatureType}
	}
	if contentType.value != "application/pkcs7-signature" && contentType.value != "application/x-pkcs7-signature" {
		return part, &FormError{Reason: WrongSignature, Detail: contentType.value}
	}
	return span{part.start + lines.pos, part.end}, nil
}

// Detached reports multipart/signed: the content is a part of its own.
func (s *SMIME) Detached() bool { return s.detached }

// Message returns the CMS message, decoded from base64 as it is read.
func (s *SMIME) Message() io.Reader {
	return &base64Reader{lines: newLineReader(s.signature.reader(s.src), mimeChunk)}
}

// PartOptions says how the first part's lines are taken.
type PartOptions struct {
	// Binary is -binary: lines end in LF (with CRLFEOL, in CRLF) and nothing else
	// is touched. Else every line end becomes CRLF, and CRs before it are dropped.
	Binary  bool
	CRLFEOL bool
	// StripTrailing is -asciicrlf.
	StripTrailing bool
}

// CopyContent writes the first part of multipart/signed to dst, as OpenSSL
// takes it apart. The line end before the boundary is not content.
func (s *SMIME) CopyContent(dst io.Writer, opt PartOptions) error {
	lines := newLineReader(s.content.reader(s.src), mimeChunk)
	for pending := ""; ; {
		line, err := lines.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		text, eol := opt.strip(line)
		if _, err := dst.Write(append([]byte(pending), text...)); err != nil {
			return err
		}
		pending = ""
		if eol {
			pending = opt.eol()
		}
	}
}

func (opt PartOptions) strip(line []byte) (text []byte, eol bool) {
	if !opt.Binary {
		return stripEOL(line, opt.StripTrailing)
	}
	end := "\n"
	if opt.CRLFEOL {
		end = "\r\n"
	}
	return bytes.CutSuffix(line, []byte(end))
}

func (opt PartOptions) eol() string {
	if opt.Binary && !opt.CRLFEOL {
		return "\n"
	}
	return "\r\n"
}

// base64Reader decodes base64 lines. Lines before the first that decodes are
// passed over, and a character that is not base64 ends what can be read.
type base64Reader struct {
	lines   *lineReader
	b64     base64Decoder
	started bool
	out     []byte
	err     error
}

func (r *base64Reader) Read(b []byte) (int, error) {
	for len(r.out) == 0 && r.err == nil {
		r.step()
	}
	if len(r.out) == 0 {
		return 0, r.err
	}
	n := copy(b, r.out)
	r.out = r.out[n:]
	return n, nil
}

func (r *base64Reader) step() {
	line, err := r.lines.next()
	if err != nil {
		r.err = err
		return
	}
	if line = trimLine(line); len(line) == 0 {
		return
	}
	r.out, err = r.b64.feed(line)
	switch {
	case err == nil:
		r.started = true
	case !r.started:
		r.b64 = base64Decoder{}
	case !r.b64.ended: // padding ends the data: what follows is not looked at
		r.err = err
	default:
		r.err = io.EOF
	}
}
