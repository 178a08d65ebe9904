package pdf

import "unicode/utf8"

// pdfDocEncoding is what ISO 32000-2, annex D.3 has in other places than
// Latin-1, by code.
var pdfDocEncoding = map[byte]rune{
	0x18: '˘', 0x19: 'ˇ', 0x1a: 'ˆ', 0x1b: '˙', 0x1c: '˝', 0x1d: '˛', 0x1e: '˚', 0x1f: '˜',
	0x80: '•', 0x81: '†', 0x82: '‡', 0x83: '…', 0x84: '—', 0x85: '–', 0x86: 'ƒ', 0x87: '⁄',
	0x88: '‹', 0x89: '›', 0x8a: '−', 0x8b: '‰', 0x8c: '„', 0x8d: '“', 0x8e: '”', 0x8f: '‘',
	0x90: '’', 0x91: '‚', 0x92: '™', 0x93: 'ﬁ', 0x94: 'ﬂ', 0x95: 'Ł', 0x96: 'Œ', 0x97: 'Š',
	0x98: 'Ÿ', 0x99: 'Ž', 0x9a: 'ı', 0x9b: 'ł', 0x9c: 'œ', 0x9d: 'š', 0x9e: 'ž', 0xa0: '€',
}

// DocRune decodes a byte of PDFDocEncoding; one that means nothing is U+FFFD.
func DocRune(c byte) rune {
	if r, ok := pdfDocEncoding[c]; ok {
		return r
	}
	if c == 0x7f || c == 0x9f || c == 0xad {
		return utf8.RuneError
	}
	return rune(c)
}

// docEncode encodes UTF-8 in PDFDocEncoding; ok is false where that has no such
// character, or text is not UTF-8.
func docEncode(text []byte) (out []byte, ok bool) {
	codes := make(map[rune]byte, 256)
	for c := range 256 {
		codes[DocRune(byte(c))] = byte(c)
	}
	delete(codes, utf8.RuneError)
	for _, r := range string(text) {
		c, ok := codes[r]
		if !ok {
			return nil, false
		}
		out = append(out, c)
	}
	return out, true
}
