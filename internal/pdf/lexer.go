package pdf

import (
	"bytes"
	"encoding/hex"
	"errors"
)

// errShort says that the window ends before the token does; the caller takes a
// larger window.
var errShort = errors.New("window too short")

// lexer reads tokens (ISO 32000-2, 7.2) from a window of the file.
type lexer struct {
	buf  []byte
	pos  int
	base int64 // offset of buf[0] in the file; negative in an object stream
	eof  bool  // the input ends with buf
}

// offset returns the place of the next byte in the file, -1 in an object stream.
func (l *lexer) offset() int64 {
	if l.base < 0 {
		return -1
	}
	return l.base + int64(l.pos)
}

func (l *lexer) fail(en, ja string, args ...any) error {
	return malformed(l.offset(), en, ja, args...)
}

// ended is the error for input that ends in the middle of something.
func (l *lexer) ended() error {
	if !l.eof {
		return errShort
	}
	return l.fail("the input ends inside an object", "オブジェクトの途中で終わっています")
}

// charClass divides the bytes into regular characters (0), white space (table 1)
// and delimiters (table 2).
type charClass uint8

const (
	classRegular charClass = iota
	classSpace
	classDelimiter
)

var charClasses = [256]charClass{
	0: classSpace, '\t': classSpace, '\n': classSpace, '\f': classSpace, '\r': classSpace, ' ': classSpace,
	'(': classDelimiter, ')': classDelimiter, '<': classDelimiter, '>': classDelimiter, '[': classDelimiter,
	']': classDelimiter, '{': classDelimiter, '}': classDelimiter, '/': classDelimiter, '%': classDelimiter,
}

func isSpace(c byte) bool { return charClasses[c] == classSpace }

func isRegular(c byte) bool { return charClasses[c] == classRegular }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// skipSpace skips white space and comments.
func (l *lexer) skipSpace() {
	for l.pos < len(l.buf) {
		c := l.buf[l.pos]
		switch {
		case isSpace(c):
			l.pos++
		case c == '%':
			l.skipComment()
		default:
			return
		}
	}
}

func (l *lexer) skipComment() {
	for l.pos < len(l.buf) && l.buf[l.pos] != '\n' && l.buf[l.pos] != '\r' {
		l.pos++
	}
}

// peek returns the first byte of the next token.
func (l *lexer) peek() (byte, error) {
	l.skipSpace()
	if l.pos >= len(l.buf) {
		return 0, l.ended()
	}
	return l.buf[l.pos], nil
}

// regular returns the run of regular characters that begins here. It must not
// touch the end of a window that is not the end of the input.
func (l *lexer) regular() ([]byte, error) {
	end := l.pos
	for end < len(l.buf) && isRegular(l.buf[end]) {
		end++
	}
	if end == len(l.buf) && !l.eof {
		return nil, errShort
	}
	token := l.buf[l.pos:end]
	l.pos = end
	return token, nil
}

// keyword consumes word if it is the next token.
func (l *lexer) keyword(word string) (bool, error) {
	l.skipSpace()
	end := l.pos + len(word)
	if end >= len(l.buf) && !l.eof {
		return false, errShort
	}
	if end > len(l.buf) || string(l.buf[l.pos:end]) != word {
		return false, nil
	}
	if end < len(l.buf) && isRegular(l.buf[end]) {
		return false, nil
	}
	l.pos = end
	return true, nil
}

// unsigned reads an integer without sign. ok is false, and nothing consumed, when
// the next token is something else.
func (l *lexer) unsigned() (v int64, ok bool, err error) {
	l.skipSpace()
	start := l.pos
	token, err := l.regular()
	if err != nil {
		l.pos = start
		return 0, false, err
	}
	v, ok = parseUnsigned(token)
	if !ok {
		l.pos = start
	}
	return v, ok, nil
}

func parseUnsigned(token []byte) (int64, bool) {
	if len(token) == 0 || len(token) > 18 {
		return 0, false
	}
	var v int64
	for _, c := range token {
		if !isDigit(c) {
			return 0, false
		}
		v = v*10 + int64(c-'0')
	}
	return v, true
}

// number interprets a token that begins like a number. What Integer cannot hold,
// and oddities such as "--1" or "-1.#INF", keep their text as a Real.
func number(token []byte) (Object, bool) {
	if len(token) == 0 {
		return nil, false
	}
	if c := token[0]; !isDigit(c) && c != '+' && c != '-' && c != '.' {
		return nil, false
	}
	if v, ok := integer(token); ok {
		return Integer(v), true
	}
	return Real(token), true
}

// integer parses an optional sign and digits.
func integer(token []byte) (int64, bool) {
	if c := token[0]; c == '+' || c == '-' {
		v, ok := parseUnsigned(token[1:])
		if c == '-' {
			v = -v
		}
		return v, ok
	}
	return parseUnsigned(token)
}

// name reads a name (7.3.5); the slash is the next byte.
func (l *lexer) name() (Name, error) {
	l.pos++
	token, err := l.regular()
	if err != nil {
		return "", err
	}
	if bytes.IndexByte(token, '#') < 0 {
		return intern(token), nil
	}
	out := make([]byte, 0, len(token))
	for i := 0; i < len(token); i++ {
		if token[i] == '#' && i+2 < len(token) && hexValue(token[i+1]) >= 0 && hexValue(token[i+2]) >= 0 {
			out = append(out, byte(hexValue(token[i+1])<<4|hexValue(token[i+2])))
			i += 2
			continue
		}
		out = append(out, token[i])
	}
	return Name(out), nil
}

// hexValue returns the value of a hexadecimal digit, -1 for another byte.
func hexValue(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// hexString reads <...> (7.3.4.3); an odd last digit is followed by 0.
func (l *lexer) hexString() (String, error) {
	n := bytes.IndexByte(l.buf[l.pos:], '>')
	if n < 0 {
		return String{}, l.ended()
	}
	text := l.buf[l.pos+1 : l.pos+n]
	out := make([]byte, (len(text)+1)/2)
	if _, err := hex.Decode(out, text); err == nil { // digits only, as nearly always
		l.pos += n + 1
		return String{Bytes: out, Hex: true}, nil
	}
	out = out[:0]
	high := -1
	for i, c := range text {
		v := hexValue(c)
		switch {
		case v < 0 && !isSpace(c):
			l.pos += i
			return String{}, l.fail("a hexadecimal string holds another character", "16 進文字列に不正な文字があります")
		case v < 0:
		case high < 0:
			high = v
		default:
			out, high = append(out, byte(high<<4|v)), -1
		}
	}
	if high >= 0 {
		out = append(out, byte(high<<4))
	}
	l.pos += n + 1
	return String{Bytes: out, Hex: true}, nil
}

// literalString reads (...) (7.3.4.2).
func (l *lexer) literalString() (String, error) {
	end, plain, err := l.literalEnd()
	if err != nil {
		return String{}, err
	}
	text := l.buf[l.pos+1 : end]
	l.pos = end + 1
	if plain {
		return String{Bytes: append(make([]byte, 0, len(text)), text...)}, nil
	}
	return String{Bytes: unescape(text)}, nil
}

// literalEnd finds the closing parenthesis. plain says that there is nothing to
// unescape.
func (l *lexer) literalEnd() (end int, plain bool, err error) {
	depth, plain := 0, true
	for i := l.pos; i < len(l.buf); i++ {
		switch l.buf[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i, plain, nil
			}
		case '\\':
			plain = false
			i++
		case '\r':
			plain = false
		}
	}
	return 0, false, l.ended()
}

// unescape undoes the escapes of a literal string (table 3) and turns each
// end-of-line marker into a line feed.
func unescape(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '\\':
			var n int
			out, n = appendEscape(out, text[i+1:])
			i += 1 + n
		case c == '\r':
			out = append(out, '\n')
			i += lineEnd(text[i:])
		default:
			out = append(out, c)
			i++
		}
	}
	return out
}

// appendEscape appends what the text after a backslash stands for and returns its
// length.
func appendEscape(out, text []byte) ([]byte, int) {
	if len(text) == 0 {
		return out, 0
	}
	switch c := text[0]; c {
	case 'n':
		return append(out, '\n'), 1
	case 'r':
		return append(out, '\r'), 1
	case 't':
		return append(out, '\t'), 1
	case 'b':
		return append(out, '\b'), 1
	case 'f':
		return append(out, '\f'), 1
	case '\r', '\n':
		return out, lineEnd(text)
	case '0', '1', '2', '3', '4', '5', '6', '7':
		v, n := 0, 0
		for n < 3 && n < len(text) && text[n] >= '0' && text[n] <= '7' {
			v = v<<3 | int(text[n]-'0')
			n++
		}
		return append(out, byte(v)), n // high-order overflow is ignored, 7.3.4.2
	default:
		return append(out, c), 1
	}
}

// lineEnd returns the length of the end-of-line marker at the start of text.
func lineEnd(text []byte) int {
	switch {
	case len(text) == 0:
		return 0
	case text[0] == '\r' && len(text) > 1 && text[1] == '\n':
		return 2
	case text[0] == '\r' || text[0] == '\n':
		return 1
	}
	return 0
}
