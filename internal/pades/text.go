package pades

import (
	"bytes"
	"fmt"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/jsign-jp/jsign/internal/pdf"
)

// The byte order marks that tell a text string's encoding (ISO 32000-2, 7.9.2.2).
const (
	markUTF16 = "\xfe\xff"
	markUTF8  = "\xef\xbb\xbf"
)

// TextString encodes s as a PDF text string: ASCII as it is, anything else in
// UTF-16BE with its mark, written in hexadecimal so that no byte of it (山 is
// 5C 71) can be taken for an escape by any reader. s is UTF-8; what is not
// becomes U+FFFD.
func TextString(s string) pdf.String {
	if isPlain(s) {
		return pdf.String{Bytes: []byte(s)}
	}
	units := utf16.Encode([]rune(s))
	out := make([]byte, 0, len(markUTF16)+2*len(units))
	out = append(out, markUTF16...)
	for _, u := range units {
		out = append(out, byte(u>>8), byte(u))
	}
	return pdf.String{Bytes: out, Hex: true}
}

// isPlain reports whether s means the same in ASCII and in PDFDocEncoding.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x7f || c < 0x20 && c != '\t' && c != '\n' && c != '\r' {
			return false
		}
	}
	return true
}

// Text decodes a PDF text string: UTF-16BE and UTF-8 by their marks,
// PDFDocEncoding otherwise. Bytes that mean nothing become U+FFFD.
func Text(s pdf.String) string {
	if rest, ok := bytes.CutPrefix(s.Bytes, []byte(markUTF16)); ok {
		return decodeUTF16(rest)
	}
	if rest, ok := bytes.CutPrefix(s.Bytes, []byte(markUTF8)); ok {
		return string(bytes.ToValidUTF8(rest, []byte(string(utf8.RuneError))))
	}
	out := make([]rune, len(s.Bytes))
	for i, c := range s.Bytes {
		out[i] = pdf.DocRune(c)
	}
	return string(out)
}

func decodeUTF16(b []byte) string {
	units := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		units = append(units, uint16(b[0])<<8|uint16(b[1]))
	}
	return string(utf16.Decode(units))
}

// Date encodes t as a PDF date with its offset from UTC, "D:20260102150405+09'00'"
// (ISO 32000-1, 7.9.4: with the apostrophe at the end, which ISO 32000-2 made
// optional and the registry demands).
func Date(t time.Time) pdf.String {
	_, seconds := t.Zone()
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	minutes := seconds / 60
	text := t.AppendFormat(make([]byte, 0, len("D:20060102150405+09'00'")), "D:20060102150405")
	return pdf.String{Bytes: fmt.Appendf(text, "%c%02d'%02d'", sign, minutes/60, minutes%60)}
}
