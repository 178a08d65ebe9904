package verify

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// TextHeaderError says why content that should begin with a text/plain MIME
// header (-text) does not.
type TextHeaderError struct {
	Type string // the type found; "" when there is none
}

// Error implements error.
func (e *TextHeaderError) Error() string {
	if e.Type == "" {
		return "the content has no MIME content type"
	}
	return fmt.Sprintf("the content is %s, not text/plain", e.Type)
}

// errTextHeader is a header over the limit.
var errTextHeader = errors.New("the content's MIME header is too long")

// headerStripper passes on what follows the MIME header at the start of the
// content. Writing to it fails only where dst fails: a fault of the header is
// told by finish, so that the content is read (and hashed) to its end.
type headerStripper struct {
	dst  io.Writer
	head []byte // the header as far as it was read
	past bool
	err  error // of the header
}

// Write implements io.Writer.
func (w *headerStripper) Write(p []byte) (int, error) {
	if w.past {
		if w.err != nil {
			return len(p), nil
		}
		return w.dst.Write(p)
	}
	w.head = append(w.head, p...)
	end := headerEnd(w.head)
	if end < 0 {
		if len(w.head) > maxTextHeader {
			w.past, w.err, w.head = true, errTextHeader, nil
		}
		return len(p), nil
	}
	w.past, w.err = true, checkTextHeader(w.head[:end])
	rest := w.head[end:]
	w.head = nil
	if w.err == nil && len(rest) > 0 {
		if _, err := w.dst.Write(rest); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

// finish ends the content and returns the header's fault.
func (w *headerStripper) finish() error {
	if !w.past {
		w.past, w.err = true, checkTextHeader(w.head)
	}
	return w.err
}

// headerEnd returns the offset after the first empty line, -1 when there is none.
func headerEnd(b []byte) int {
	for start := 0; start < len(b); {
		i := bytes.IndexByte(b[start:], '\n')
		if i < 0 {
			return -1
		}
		if b[start] == '\r' || b[start] == '\n' {
			return start + i + 1
		}
		start += i + 1
	}
	return -1
}

// checkTextHeader wants the first Content-Type to be text/plain.
func checkTextHeader(header []byte) error {
	for line := range bytes.Lines(header) {
		name, value, ok := bytes.Cut(line, []byte(":"))
		if !ok || !strings.EqualFold(string(bytes.TrimSpace(name)), "content-type") {
			continue
		}
		value, _, _ = bytes.Cut(value, []byte(";"))
		kind := strings.ToLower(string(bytes.TrimSpace(value)))
		if kind == "text/plain" {
			return nil
		}
		return &TextHeaderError{kind}
	}
	return &TextHeaderError{}
}
