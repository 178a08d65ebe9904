package pdf

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func deflate(data []byte) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

// lzw encodes as a plain encoder does: no code is used before the decoder can
// know it.
func lzw(data []byte, early bool) []byte {
	var out []byte
	acc, have := 0, 0
	width := 9
	put := func(code int) {
		acc, have = acc<<width|code, have+width
		for have >= 8 {
			out = append(out, byte(acc>>(have-8)))
			have -= 8
		}
		acc &= 1<<have - 1
	}
	codes := map[string]int{}
	reset := func() {
		put(256)
		clear(codes)
		for i := range 256 {
			codes[string([]byte{byte(i)})] = i
		}
		width = 9
	}
	reset()
	next, prefix := 258, ""
	for _, c := range data {
		if _, ok := codes[prefix+string([]byte{c})]; ok {
			prefix += string([]byte{c})
			continue
		}
		put(codes[prefix])
		codes[prefix+string([]byte{c})] = next
		next++
		limit := next
		if !early {
			limit--
		}
		if limit == 1<<width && width < 12 {
			width++
		}
		if next == 4095 {
			reset()
			next = 258
		}
		prefix = string([]byte{c})
	}
	if prefix != "" {
		put(codes[prefix])
	}
	next++
	limit := next
	if !early {
		limit--
	}
	if limit == 1<<width && width < 12 {
		width++
	}
	put(257)
	if have > 0 {
		out = append(out, byte(acc<<(8-have)))
	}
	return out
}

// sample is text with repetitions, long enough for LZW to fill its table.
func sample() []byte {
	r := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	for b.Len() < 60000 {
		fmt.Fprintf(&b, "%d 0 obj <</Length %d>> ", r.IntN(900), r.IntN(9))
	}
	return b.Bytes()
}

func TestFilters(t *testing.T) {
	long := sample()
	tests := []struct {
		dict string
		data []byte
		want []byte
	}{
		{"", []byte("plain"), []byte("plain")},
		{"/Filter/FlateDecode", deflate(long), long},
		{"/Filter[/FlateDecode]/DecodeParms[null]", deflate(long), long},
		{"/Filter/LZWDecode", []byte("\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01"), []byte("-----A---B")}, // ISO 32000-2, 7.4.4.2
		{"/Filter/LZWDecode", lzw(long, true), long},
		{"/Filter/LZWDecode/DecodeParms<</EarlyChange 0>>", lzw(long, false), long},
		{"/Filter/ASCIIHexDecode", []byte("48 65\n6c6C6F7>garbage"), []byte("Hellop")},
		{"/Filter/ASCII85Decode", []byte("87cUR\nD]i,\"Ebo80~>"), []byte("Hello World!")},
		{"/Filter/ASCII85Decode", []byte("zz!!~>"), append(make([]byte, 8), 0)},
		{"/Filter/RunLengthDecode", []byte("\x04Hello\xfd!\x80rest"), []byte("Hello!!!!")},
		{"/Filter[/ASCIIHexDecode/FlateDecode]", []byte(fmt.Sprintf("%x>", deflate([]byte("both")))), []byte("both")},
		{"/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 3>>", deflate([]byte("\x02abc\x02\x01\x01\x01\x00xyz\x01a\x01\x01")), []byte("abcbcdxyzabc")},
		{"/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 2/Colors 2>>", deflate([]byte("\x00\x10\x20\x30\x40\x03\x08\x08\x08\x08\x04\x01\x01\x01\x01")),
			[]byte{0x10, 0x20, 0x30, 0x40, 0x10, 0x18, 0x28, 0x34, 0x11, 0x19, 0x29, 0x35}},
		{"/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 4>>", deflate([]byte("\x02abcd\x02\x01\x01")), []byte("abcdbc")},
		{"/Filter/FlateDecode/DecodeParms<</Predictor 2/Columns 3>>", deflate([]byte{1, 1, 1, 5, 1, 1}), []byte{1, 2, 3, 5, 6, 7}},
		{"/Filter/LZWDecode/DecodeParms<</Predictor 12/Columns 3>>", lzw([]byte("\x02abc\x02\x01\x01\x01"), true), []byte("abcbcd")},
		{"/Filter/Crypt/DecodeParms<</Name/Identity>>", []byte("x"), []byte("x")},
	}
	for _, tt := range tests {
		d, err := parseText("<<" + tt.dict + ">>")
		if err != nil {
			t.Fatal(err)
		}
		got, err := NewStream(d.(Dict), tt.data).Decode(1 << 20)
		if err != nil || !bytes.Equal(got, tt.want) {
			t.Errorf("%s: %d bytes %.40q, %v; want %d bytes %.40q", tt.dict, len(got), got, err, len(tt.want), tt.want)
		}
	}
}

// qpdf judges the encoder that the LZW tests lean on.
func TestLZWAgainstQPDF(t *testing.T) {
	for _, early := range []bool{true, false} {
		d := newDoc("%PDF-1.4\n")
		d.pages()
		parms := ""
		if !early {
			parms = "/DecodeParms<</EarlyChange 0>>"
		}
		d.stream(4, "/Filter/LZWDecode"+parms, lzw(sample(), early))
		d.table("/Size 5/Root 1 0 R")
		path := t.TempDir() + "/lzw.pdf"
		write(t, path, d.Bytes())
		if got := run(t, "qpdf", "--show-object=4", "--filtered-stream-data", path); got != string(sample()) {
			t.Errorf("early %v: qpdf decodes %d bytes, want %d", early, len(got), len(sample()))
		}
	}
}

func TestFilterErrors(t *testing.T) {
	bomb := deflate(make([]byte, 1<<20))
	var m *Malformed
	var l *LimitExceeded
	var u *UnsupportedFilter
	tests := []struct {
		dict string
		data []byte
		want any
	}{
		{"/Filter/FlateDecode", []byte("no zlib"), &m},
		{"/Filter/FlateDecode", deflate([]byte("some text"))[:8], &m},
		{"/Filter/FlateDecode", bomb, &l},
		{"", make([]byte, 2000), &l},
		{"/Filter/RunLengthDecode", bytes.Repeat([]byte{129, 'x'}, 100), &l},
		{"/Filter/LZWDecode", lzw(make([]byte, 5000), true), &l},
		{"/Filter/LZWDecode", []byte("\xff\xff\xff\xff"), &m},
		{"/Filter/ASCII85Decode", bytes.Repeat([]byte("z"), 5000), &l},
		{"/Filter/ASCII85Decode", []byte("abc{~>"), &m},
		{"/Filter/ASCII85Decode", []byte("!~>"), &m},
		{"/Filter/ASCIIHexDecode", []byte("4g>"), &m},
		{"/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 0>>", deflate([]byte("x")), &m},
		{"/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 99999999/Colors 32>>", deflate([]byte("x")), &m},
		{"/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 1>>", deflate([]byte("\x09x")), &m},
		{"/Filter/FlateDecode/DecodeParms<</Predictor 7>>", deflate([]byte("x")), &m},
		{"/Filter[" + strings.Repeat("/AHx", maxFilters+1) + "]", []byte("41>"), &l},
		{"/Filter[1]", []byte("41>"), &m},
		{"/Filter/DCTDecode", []byte("x"), &u},
	}
	for _, tt := range tests {
		d, err := parseText("<<" + tt.dict + ">>")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := NewStream(d.(Dict), tt.data).Decode(1000); !errors.As(err, tt.want) {
			t.Errorf("%.60s: %d bytes, %v; want %T", tt.dict, len(got), err, tt.want)
		}
	}
}
