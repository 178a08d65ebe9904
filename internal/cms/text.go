package cms

import (
	"errors"
	"io"
)

// textChunk is how much of a line OpenSSL canonicalises at once.
const textChunk = 1023

// TextOptions says how CopyText makes lines.
type TextOptions struct {
	// StripTrailing is -asciicrlf (RFC 5485): spaces at line ends and empty lines
	// at the end are dropped.
	StripTrailing bool
	// FromFile tells that OpenSSL would read a file and not memory: a NUL then
	// drops the rest of its line, and one at a line's start ends the text.
	FromFile bool
}

// CopyText copies a text in the canonical form that S/MIME signs, exactly as
// OpenSSL makes it: every LF with the CRs before it becomes CRLF, CRs before the
// end of the text are dropped, a CR elsewhere stays. It returns the first error
// of either side.
func CopyText(dst io.Writer, src io.Reader, opt TextOptions) error {
	lines := newLineReader(src, textChunk)
	out := make([]byte, 0, textChunk+2)
	for empty := 0; ; {
		line, err := lines.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if opt.FromFile {
			if line = beforeNUL(line); len(line) == 0 {
				return nil
			}
		}
		text, eol := stripEOL(line, opt.StripTrailing)
		if opt.StripTrailing {
			if len(text) == 0 {
				empty++
				continue
			}
			for ; empty > 0; empty-- {
				if _, err := io.WriteString(dst, "\r\n"); err != nil {
					return err
				}
			}
		}
		out = append(out[:0], text...)
		if eol {
			out = append(out, "\r\n"...)
		}
		if _, err := dst.Write(out); err != nil {
			return err
		}
	}
}

func beforeNUL(line []byte) []byte {
	for i, c := range line {
		if c == 0 {
			return line[:i]
		}
	}
	return line
}

// stripEOL drops LF and CRs at the end of a line, with spaces if asked to; eol
// tells that there was an LF.
func stripEOL(line []byte, spaces bool) (text []byte, eol bool) {
	for len(line) > 0 {
		switch c := line[len(line)-1]; {
		case c == '\n':
			eol = true
		case c == '\r':
		case c == ' ' && eol && spaces:
		default:
			return line, eol
		}
		line = line[:len(line)-1]
	}
	return line, eol
}
