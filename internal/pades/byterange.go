package pades

import (
	"bytes"
	"encoding/hex"
	"strconv"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pdf"
)

// ByteRange is what a signature covers: two stretches of the file, each an
// offset and a length (ISO 32000-2, 12.8.1). Between them stands /Contents with
// its angle brackets.
type ByteRange [4]int64

// byteRangeAround returns the range that leaves out length bytes at offset and
// covers everything else of a file of the given size.
func byteRangeAround(offset, length, size int64) ByteRange {
	after := offset + length
	return ByteRange{0, offset, after, size - after}
}

// byteRangePlaceholder holds the room for any range of a file that a classic
// cross-reference table can describe.
func byteRangePlaceholder() *pdf.Placeholder {
	number := bytes.Repeat([]byte("9"), offsetDigits)
	token := append([]byte("[0 "), number...)
	token = append(append(token, ' '), number...)
	token = append(append(token, ' '), number...)
	return pdf.NewPlaceholder(append(token, ']'))
}

// token returns the range as an array of exactly width bytes, blanks before its
// closing bracket.
func (r ByteRange) token(width int) ([]byte, error) {
	token := []byte{'['}
	for i, n := range r {
		if i > 0 {
			token = append(token, ' ')
		}
		token = strconv.AppendInt(token, n, 10)
	}
	if len(token) >= width {
		return nil, lang.Errorf("the file is too large to be signed: %d bytes", "ファイルが大きすぎて署名できません: %d バイト", r[2]+r[3])
	}
	token = append(token, bytes.Repeat([]byte(" "), width-len(token)-1)...)
	return append(token, ']'), nil
}

// embed writes the signature as hexadecimal digits into contents, the token of a
// pdf.NewStringPlaceholder; the zeros after it remain.
func embed(contents, signature []byte) error {
	digits := contents[1 : len(contents)-1]
	if room := len(digits) / 2; len(signature) > room {
		return &TooSmall{Room: room, Need: len(signature)}
	}
	rest := digits[hex.Encode(digits, signature):]
	for i := range rest {
		rest[i] = '0'
	}
	return nil
}
