package cms

import (
	"errors"
	"io"
	"strings"
)

const (
	// mimeChunk is how much of a line OpenSSL's MIME parser sees at once.
	mimeChunk = 1023
	// maxMIMEHeaders is how many headers and parameters are kept; the rest is
	// passed over.
	maxMIMEHeaders = 1000
	// maxMIMEHead is how far headers are looked for in what may be no message: mail
	// servers refuse more than 64 or 128 kB of them.
	maxMIMEHead = 256 << 10
)

// mimeHeader is one header with its parameters; name and value in lower case.
type mimeHeader struct {
	name, value string
	params      map[string]string
}

// mimeHeaders reads headers up to an empty line or the end, as OpenSSL does: a
// line without a colon is passed over, one that begins with white space holds
// parameters of the header before, comments are part of what is around them.
func mimeHeaders(lines *lineReader) ([]mimeHeader, error) {
	p := &mimeParser{}
	for {
		line, err := lines.next()
		if errors.Is(err, io.EOF) {
			return p.headers, nil
		}
		if err != nil {
			return nil, err
		}
		text := string(beforeNUL(line))
		if i := strings.IndexAny(text, "\r\n"); i >= 0 {
			text = text[:i]
		}
		if text == "" {
			return p.headers, nil
		}
		p.line(text)
	}
}

// mimeParser holds the headers read so far.
type mimeParser struct {
	headers []mimeHeader
	params  int
}

// line takes one line that is not empty.
func (p *mimeParser) line(text string) {
	if len(p.headers) > 0 && isSpace(text[0]) {
		p.addParams(text)
		return
	}
	name, rest, ok := strings.Cut(text, ":")
	if !ok || len(p.headers) == maxMIMEHeaders {
		return
	}
	value, params, more := cutOutside(rest, false)
	p.headers = append(p.headers, mimeHeader{
		name:   strings.ToLower(stripEnds(name)),
		value:  strings.ToLower(stripEnds(value)),
		params: map[string]string{},
	})
	if more {
		p.addParams(params)
	}
}

// addParams takes "a=b; c=d" for the header last read.
func (p *mimeParser) addParams(text string) {
	for more := true; more && p.params < maxMIMEHeaders; p.params++ {
		name, rest, ok := strings.Cut(text, "=")
		if !ok {
			return
		}
		var value string
		value, text, more = cutOutside(rest, true)
		params := p.headers[len(p.headers)-1].params
		if name = strings.ToLower(stripEnds(name)); params[name] == "" {
			params[name] = stripEnds(value)
		}
	}
}

// cutOutside cuts s at the first semicolon that is in no comment and, in a
// parameter, in no quotes.
func cutOutside(s string, quotes bool) (before, after string, found bool) {
	comment, quoted := false, false
	for i := range len(s) {
		switch c := s[i]; {
		case comment:
			comment = c != ')'
		case quoted:
			quoted = c != '"'
		case c == '(':
			comment = true
		case c == '"' && quotes:
			quoted = true
		case c == ';':
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// stripEnds drops white space around s and one quotation mark at either end.
func stripEnds(s string) string {
	for len(s) > 0 && isSpace(s[0]) {
		s = s[1:]
	}
	s = strings.TrimPrefix(s, `"`)
	for len(s) > 0 && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return strings.TrimSuffix(s, `"`)
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func findHeader(headers []mimeHeader, name string) (mimeHeader, bool) {
	for _, h := range headers {
		if h.name == name && h.value != "" {
			return h, true
		}
	}
	return mimeHeader{}, false
}
