package cardio_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/cardio"
)

// unhex reads hex digits, blanks ignored.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// fill returns n bytes that are not all alike.
func fill(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}

// hexOf returns n bytes of fill in hex.
func hexOf(n int) string { return hex.EncodeToString(fill(n)) }

// TestCommandCoding holds both directions to the cases of ISO/IEC 7816-3,
// 12.1.3.
func TestCommandCoding(t *testing.T) {
	for _, test := range []struct {
		name    string
		command cardio.Command
		bytes   string
	}{
		{"case 1", cardio.Command{CLA: 0x00, INS: 0x20, P1: 0x00, P2: 0x80}, "00200080"},
		{"case 2 short", cardio.Command{INS: 0xB0, P1: 0x04, Ne: 0x5F}, "00B004005F"},
		{"case 2 short, all", cardio.Command{INS: 0xB0, Ne: 256}, "00B0000000"},
		{"case 2 extended", cardio.Command{INS: 0xB0, Ne: 257, Extended: true}, "00B00000 000101"},
		{"case 2 extended, small", cardio.Command{INS: 0xB0, Ne: 1, Extended: true}, "00B00000 000001"},
		{"case 2 extended, all", cardio.Command{INS: 0xB0, Ne: 65536, Extended: true}, "00B00000 000000"},
		{"case 3 short", cardio.Command{INS: 0x20, P2: 0x80, Data: []byte("1234")}, "00200080 04 31323334"},
		{"case 3 short, one zero byte", cardio.Command{INS: 0xA4, Data: []byte{0}}, "00A40000 01 00"},
		{"case 3 short, longest", cardio.Command{INS: 0xA4, Data: fill(255)}, "00A40000 FF" + hexOf(255)},
		{"case 3 extended", cardio.Command{INS: 0xA4, Data: fill(256), Extended: true}, "00A40000 000100" + hexOf(256)},
		{"case 3 extended, small", cardio.Command{INS: 0xA4, Data: fill(3), Extended: true}, "00A40000 000003" + hexOf(3)},
		{"case 3 extended, longest", cardio.Command{INS: 0xA4, Data: fill(65535), Extended: true}, "00A40000 00FFFF" + hexOf(65535)},
		{"case 4 short", cardio.Command{CLA: 0x80, INS: 0x2A, P2: 0x80, Data: fill(51), Ne: 256}, "802A0080 33" + hexOf(51) + "00"},
		{"case 4 short, longest", cardio.Command{INS: 0xA4, Data: fill(255), Ne: 255}, "00A40000 FF" + hexOf(255) + "FF"},
		{"case 4 extended", cardio.Command{INS: 0xA4, Data: fill(256), Ne: 65536, Extended: true}, "00A40000 000100" + hexOf(256) + "0000"},
		{"case 4 extended, small", cardio.Command{INS: 0xA4, Data: fill(1), Ne: 2, Extended: true}, "00A40000 000001" + hexOf(1) + "0002"},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := unhex(t, test.bytes)
			got, err := test.command.Marshal()
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("Marshal: got %X, error %v; want %X", got, err, want)
			}
			parsed, err := cardio.ParseCommand(want)
			if err != nil || !reflect.DeepEqual(parsed, test.command) {
				t.Errorf("ParseCommand: got %+v, error %v; want %+v", parsed, err, test.command)
			}
		})
	}
}

// TestMarshalNothingExtended: with neither data nor Le there is nothing to
// extend, and the command is of case 1.
func TestMarshalNothingExtended(t *testing.T) {
	got, err := cardio.Command{INS: 0x20, Extended: true}.Marshal()
	if err != nil || !bytes.Equal(got, []byte{0x00, 0x20, 0x00, 0x00}) {
		t.Errorf("got %X, error %v", got, err)
	}
}

func TestMarshalRefuses(t *testing.T) {
	for _, test := range []struct {
		name    string
		command cardio.Command
	}{
		{"short data too long", cardio.Command{Data: fill(256)}},
		{"short Ne too large", cardio.Command{Ne: 257}},
		{"negative Ne", cardio.Command{Ne: -1}},
		{"extended data too long", cardio.Command{Data: fill(65536), Extended: true}},
		{"extended Ne too large", cardio.Command{Ne: 65537, Extended: true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if b, err := test.command.Marshal(); !errors.Is(err, cardio.ErrCommand) || b != nil {
				t.Errorf("got %d bytes, error %v", len(b), err)
			}
		})
	}
}

func TestParseCommandRefuses(t *testing.T) {
	for _, test := range []struct{ name, bytes string }{
		{"empty", ""},
		{"half a header", "00A404"},
		{"Lc 2 and one byte", "00A40400 02 00"},
		{"data shorter than Lc", "00A40400 0A D392"},
		{"data longer than Lc and Le", "00A40400 01 D3 00 00"},
		{"Lc 0 and one more byte", "00A40400 00 00"},
		{"extended Lc 0 with data", "00A40400 000000 D3"},
		{"extended data shorter than Lc", "00A40400 000003 D392"},
		{"half an extended Le", "00A40400 000001 D3 00"},
		{"more than an extended Le", "00A40400 000001 D3 000000"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if c, err := cardio.ParseCommand(unhex(t, test.bytes)); !errors.Is(err, cardio.ErrCommand) {
				t.Errorf("got %+v, error %v", c, err)
			}
		})
	}
}

// TestParseCommandCopies: whoever wipes the bytes does not wipe the command.
func TestParseCommandCopies(t *testing.T) {
	for _, text := range []string{"00200080 04 31323334", "00200080 000004 31323334"} {
		b := unhex(t, text)
		c, err := cardio.ParseCommand(b)
		if err != nil {
			t.Fatal(err)
		}
		clear(b)
		if string(c.Data) != "1234" {
			t.Errorf("%s: data is %X after the bytes were wiped", text, c.Data)
		}
	}
}

func TestParseResponse(t *testing.T) {
	r, err := cardio.ParseResponse(unhex(t, "010203 63C2"))
	if err != nil || r.SW != 0x63C2 || !bytes.Equal(r.Data, []byte{1, 2, 3}) {
		t.Errorf("got %+v, error %v", r, err)
	}
	if r, err = cardio.ParseResponse(unhex(t, "9000")); err != nil || r.SW != cardio.SWSuccess || len(r.Data) != 0 {
		t.Errorf("got %+v, error %v", r, err)
	}
	if _, err = cardio.ParseResponse(make([]byte, 65536+2)); err != nil {
		t.Errorf("the longest response: %v", err)
	}
	for _, n := range []int{0, 1, 65536 + 3} {
		if _, err := cardio.ParseResponse(make([]byte, n)); !errors.Is(err, cardio.ErrResponse) {
			t.Errorf("%d bytes: error %v", n, err)
		}
	}
}

// FuzzCommandRoundTrip: what parses is encoded again byte for byte.
func FuzzCommandRoundTrip(f *testing.F) {
	for _, seed := range []string{
		"00A4040C 0A D392F000260100000001", "00A4020C02000A", "00B0000004", "00B0000000", "00B00000 000000",
		"00200080", "0020008000", "00200080 04 31323334", "00240180 04 34333231", "802A0080 02 ABCD 00",
		"00CADF3005", "00CB3FFF035C017E08", "00840000FF", "00A40000 000001 D3 0000", "00A40000 000000",
	} {
		f.Add(unhex(f, seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := cardio.ParseCommand(b)
		if err != nil {
			return
		}
		again, err := c.Marshal()
		if err != nil {
			t.Fatalf("%X parses to %+v, which does not marshal: %v", b, c, err)
		}
		if !bytes.Equal(again, b) {
			t.Fatalf("%X parses to %+v, which marshals to %X", b, c, again)
		}
	})
}
