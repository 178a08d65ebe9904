package pades

import (
	"bytes"
	"testing"
	"testing/quick"
	"time"

	"github.com/jsign-jp/jsign/internal/pdf"
)

func TestTextString(t *testing.T) {
	for _, test := range []struct {
		text string
		want string // bytes
		hex  bool
	}{
		{"Yamada (Taro)\\", "Yamada (Taro)\\", false},
		{"", "", false},
		{"山", "\xfe\xff\x5c\x71", true},
		{"尨", "\xfe\xff\x5c\x28", true},
		{"𠮷", "\xfe\xff\xd8\x42\xdf\xb7", true},
		{"é", "\xfe\xff\x00\xe9", true},
		{"þÿ", "\xfe\xff\x00\xfe\x00\xff", true},
	} {
		got := TextString(test.text)
		if string(got.Bytes) != test.want || got.Hex != test.hex {
			t.Errorf("TextString(%q) = %x, hex %v; want %x, %v", test.text, got.Bytes, got.Hex, test.want, test.hex)
		}
	}
}

func TestTextStringRoundTrip(t *testing.T) {
	if err := quick.Check(func(s string) bool { return Text(TextString(s)) == s }, &quick.Config{MaxCount: 2000}); err != nil {
		t.Error(err)
	}
}

func TestText(t *testing.T) {
	for _, test := range []struct{ bytes, want string }{
		{"caf\xe9", "café"},
		{"\x80\xa0\x18", "•€˘"},
		{"\xad", "\ufffd"},
		{"\xef\xbb\xbf山", "山"},
		{"\xef\xbb\xbf\xff", "\ufffd"},
		{"\xfe\xff\x5c\x71\x75\x30", "山田"},
		{"\xfe\xff\x5c\x71\x75", "山"},
		{"\xfe\xff\xd8\x42", "\ufffd"},
	} {
		if got := Text(pdf.String{Bytes: []byte(test.bytes)}); got != test.want {
			t.Errorf("Text(%x) = %q, want %q", test.bytes, got, test.want)
		}
	}
}

func TestDate(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	for _, test := range []struct {
		zone *time.Location
		want string
	}{
		{time.UTC, "D:20260102030405+00'00'"},
		{time.FixedZone("JST", 9*3600), "D:20260102120405+09'00'"},
		{time.FixedZone("", -(3*3600 + 30*60)), "D:20260101233405-03'30'"},
	} {
		if got := Date(at.In(test.zone)); string(got.Bytes) != test.want {
			t.Errorf("Date = %s, want %s", got.Bytes, test.want)
		}
	}
}

func TestByteRangeToken(t *testing.T) {
	r := byteRangeAround(100, 50, 1000)
	if r != (ByteRange{0, 100, 150, 850}) {
		t.Errorf("range = %v", r)
	}
	width := byteRangePlaceholder().Len()
	token, err := r.token()
	if err != nil || len(token) != width || !bytes.HasPrefix(token, []byte("[0 100 150 850 ")) || token[width-1] != ']' {
		t.Errorf("token = %q, %v", token, err)
	}
	largest := ByteRange{0, 9999999999, 9999999999, 9999999999}
	if token, err := largest.token(); err != nil || len(token) != width {
		t.Errorf("largest: %q, %v", token, err)
	}
	if _, err := (ByteRange{0, 10000000000, 10000000000, 10000000000}).token(); err == nil {
		t.Error("a range that does not fit is written")
	}
}

func TestEmbed(t *testing.T) {
	contents := []byte("<00000000>")
	for _, test := range []struct {
		signature []byte
		want      string
	}{{[]byte{0xab, 1, 2, 3}, "<ab010203>"}, {[]byte{0xab}, "<ab000000>"}, {nil, "<00000000>"}} {
		if err := embed(contents, test.signature); err != nil || string(contents) != test.want {
			t.Errorf("%s, %v; want %s", contents, err, test.want)
		}
	}
	err := embed(contents, make([]byte, 5))
	if small, ok := err.(*TooSmall); !ok || small.Need != 5 || small.Room != 4 {
		t.Errorf("too large a signature: %v", err)
	}
}

func TestLockCovers(t *testing.T) {
	for _, test := range []struct {
		lock Lock
		want map[string]bool
	}{
		{Lock{Action: "All"}, map[string]bool{"a": true, "": true}},
		{Lock{Action: "Include", Fields: []string{"a", "b.c"}}, map[string]bool{"a": true, "a.x": true, "ab": false, "b": false, "b.c": true}},
		{Lock{Action: "Exclude", Fields: []string{"a"}}, map[string]bool{"a": false, "a.x": false, "ab": true}},
		{Lock{Action: "Other"}, map[string]bool{"a": true}},
	} {
		for name, want := range test.want {
			if got := test.lock.Covers(name); got != want {
				t.Errorf("%v covers %q: %v", test.lock, name, got)
			}
		}
	}
}
