package cms

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

const (
	pemBegin      = "-----BEGIN "
	pemEnd        = "-----END "
	pemTail       = "-----"
	byteOrderMark = "\xef\xbb\xbf"
	pemLabel      = "CMS" // RFC 7468, 9
	// pemChunk is how much of a line OpenSSL reads at once.
	pemChunk = 254
	// pemWrite is the size of the writes under a PEMWriter.
	pemWrite = 32 << 10
)

// acceptedLabel tells the labels that OpenSSL takes for a CMS message.
func acceptedLabel(label string) bool {
	return label == pemLabel || label == "PKCS7" || label == "CERTIFICATE"
}

// PEMReader reads the DER in the first PEM block with an accepted label (CMS,
// PKCS7, CERTIFICATE), as OpenSSL does. Faults of the wrapping are *FormError
// from Read; the END line's are found only when it is read to io.EOF, which
// Drain does.
type PEMReader struct {
	lines *lineReader
	b64   base64Decoder
	label string
	out   []byte
	err   error

	// Of the block being read:
	data    bool // a line with base64 was there
	partial bool // the line read last goes on
	blank   bool // the first line was empty
	short   bool // after that, a line that is not full is the last
}

// NewPEMReader returns a PEMReader of src.
func NewPEMReader(src io.Reader) *PEMReader {
	return &PEMReader{lines: newLineReader(src, pemChunk)}
}

// Read reads DER.
func (p *PEMReader) Read(b []byte) (int, error) {
	for len(p.out) == 0 && p.err == nil {
		p.err = p.step()
	}
	if len(p.out) == 0 {
		return 0, p.err
	}
	n := copy(b, p.out)
	p.out = p.out[n:]
	return n, nil
}

// Drain reads to the END line and returns what is wrong on the way.
func (p *PEMReader) Drain() error {
	_, err := io.Copy(io.Discard, p)
	return err
}

// step looks for BEGIN, or reads a line of the block.
func (p *PEMReader) step() error {
	if p.label == "" {
		return p.begin()
	}
	return p.body()
}

// begin reads up to a BEGIN line.
func (p *PEMReader) begin() error {
	first := p.lines.pos == 0
	line, err := p.lines.next()
	if errors.Is(err, io.EOF) {
		return &FormError{Reason: NoStartLine}
	}
	if err != nil {
		return err
	}
	if first {
		line = bytes.TrimPrefix(line, []byte(byteOrderMark))
	}
	line = trimLine(line)
	rest, ok := bytes.CutPrefix(line, []byte(pemBegin))
	label, tail := bytes.CutSuffix(rest, []byte(pemTail))
	if ok && tail {
		p.label = string(label)
		p.data, p.partial, p.blank, p.short = false, false, false, false
		p.b64 = base64Decoder{}
	}
	return nil
}

// trimLine drops white space and control characters at a line's end.
func trimLine(line []byte) []byte {
	for len(line) > 0 && line[len(line)-1] <= ' ' {
		line = line[:len(line)-1]
	}
	return line
}

// body reads a line between BEGIN and END.
func (p *PEMReader) body() error {
	full, err := p.lines.next()
	if errors.Is(err, io.EOF) {
		return &FormError{Reason: BadEndLine}
	}
	if err != nil {
		return err
	}
	line := trimLine(full)
	continued := p.partial
	p.partial = len(full) == pemChunk && full[len(full)-1] != '\n'
	switch {
	case bytes.HasPrefix(line, []byte(pemEnd)):
		return p.end(line)
	case len(line) == 0 && continued:
		return nil
	case len(line) == 0:
		return p.emptyLine()
	case p.short:
		return &FormError{Reason: BadEndLine}
	case bytes.IndexByte(full, ':') >= 0:
		return &FormError{Reason: HeaderInPEM}
	}
	if p.blank { // OpenSSL checks line lengths after a header, even an empty one
		if len(line) > base64Line {
			return &FormError{Reason: BadEndLine}
		}
		p.short = len(line) < base64Line
	}
	p.data = true
	out, err := p.b64.feed(line)
	if acceptedLabel(p.label) {
		p.out = out
	}
	return err
}

// emptyLine takes an empty line. It ends a header; what was read before it was
// one, and only an empty header will do.
func (p *PEMReader) emptyLine() error {
	switch {
	case p.blank:
		return &FormError{Reason: BadEndLine}
	case p.data:
		return &FormError{Reason: HeaderInPEM}
	}
	p.blank = true
	return nil
}

// end takes the END line.
func (p *PEMReader) end(line []byte) error {
	if string(line[len(pemEnd):]) != p.label+pemTail {
		return &FormError{Reason: BadEndLine}
	}
	if err := p.b64.close(); err != nil {
		return err
	}
	if acceptedLabel(p.label) {
		return io.EOF
	}
	p.label = ""
	return nil
}

// PEMWriter writes a PEM block with the label CMS. Close writes its end; the
// writer below stays open.
type PEMWriter struct {
	dst *bufio.Writer
	b64 *Base64Writer
}

// NewPEMWriter returns a PEMWriter.
func NewPEMWriter(dst io.Writer) *PEMWriter {
	w := bufio.NewWriterSize(dst, pemWrite)
	_, _ = w.WriteString(pemBegin + pemLabel + pemTail + "\n") // an error comes back from Flush
	return &PEMWriter{dst: w, b64: NewBase64Writer(w, "\n")}
}

// Write encodes b.
func (w *PEMWriter) Write(b []byte) (int, error) { return w.b64.Write(b) }

// Close ends the block.
func (w *PEMWriter) Close() error {
	if err := w.b64.Close(); err != nil {
		return err
	}
	if _, err := w.dst.WriteString(pemEnd + pemLabel + pemTail + "\n"); err != nil {
		return err
	}
	return w.dst.Flush()
}
