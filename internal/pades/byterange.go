package pades

import (
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

// byteRangeWidth is the room for any range of a file that a classic
// cross-reference table can describe.
const byteRangeWidth = len("[0 ") + offsetDigits + len(" ") + offsetDigits + len(" ") + offsetDigits + len("]")

// byteRangePlaceholder holds that room.
func byteRangePlaceholder() *pdf.Placeholder {
	return pdf.NewPlaceholder(ByteRange{}.pad(make([]byte, 0, byteRangeWidth)))
}

// token returns the range as an array of exactly byteRangeWidth bytes.
func (r ByteRange) token() ([]byte, error) {
	token := r.pad(make([]byte, 0, byteRangeWidth))
	if len(token) > byteRangeWidth {
		return nil, lang.Errorf("the file is too large to be signed: %d bytes", "ファイルが大きすぎて署名できません: %d バイト", r[2]+r[3])
	}
	return token, nil
}

// pad appends the range as an array, with blanks before its closing bracket where
// it is narrow.
func (r ByteRange) pad(token []byte) []byte {
	token = append(token, '[')
	for i, n := range r {
		if i > 0 {
			token = append(token, ' ')
		}
		token = strconv.AppendInt(token, n, 10)
	}
	for len(token) < byteRangeWidth-len("]") {
		token = append(token, ' ')
	}
	return append(token, ']')
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
