package der_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/jsign-jp/jsign/internal/der"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// readers makes the kinds of Reader there are of the same octets.
func readers(b []byte) map[string]*der.Reader {
	return map[string]*der.Reader{
		"bytes":    der.NewBytesReader(b),
		"stream":   der.NewReader(bytes.NewReader(b), 0),
		"one byte": der.NewReader(iotest.OneByteReader(bytes.NewReader(b)), 1),
		"data+EOF": der.NewReader(iotest.DataErrReader(bytes.NewReader(b)), 1),
	}
}

func reason(err error) der.Reason {
	var s *der.SyntaxError
	if errors.As(err, &s) {
		return s.Reason
	}
	return 0
}

// walk reads everything, whichever way each element allows, and returns what it
// saw: content of primitive elements, parentheses around constructed ones.
func walk(r *der.Reader) (string, error) {
	var out strings.Builder
	for {
		h, ok, err := r.Next()
		if err != nil || !ok {
			return out.String(), err
		}
		if !h.Constructed() {
			b, err := r.Primitive(h.Tag, "", 1<<20)
			if err != nil {
				return out.String(), err
			}
			out.WriteString(hex.EncodeToString(b) + ",")
			continue
		}
		if err := r.Enter(); err != nil {
			return out.String(), err
		}
		inner, err := walk(r)
		if err != nil {
			return out.String(), err
		}
		out.WriteString("(" + inner + ")")
		if err := r.Leave(); err != nil {
			return out.String(), err
		}
	}
}

func TestReaderWalks(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"0401ff", "ff,"},
		{"3000", "()"},
		{"3003020105", "(05,)"},
		{"3080 020105 0000", "(05,)"},
		{"3080 3080 020105 0000 3000 0000", "((05,)())"},
		{"30810502820001 05", "(05,)"},
		{"3005 3080 0000 00", ""}, // 00 reaches over the end
		{"1f8101 01aa", "aa,"},
		{"bf1f 03 020101", "(01,)"},
		{"0400 0400", ",,"},
		{"2480 0401aa 0401bb 0000", "(aa,bb,)"},
	} {
		for kind, r := range readers(unhex(t, c.in)) {
			got, err := walk(r)
			if (err != nil) != (c.want == "" && c.in != "") || err == nil && got != c.want {
				t.Errorf("%s, %s: %q, %v", c.in, kind, got, err)
			}
		}
	}
}

func TestReaderFaults(t *testing.T) {
	for _, c := range []struct {
		in   string
		want der.Reason
	}{
		{"30", der.BadHeader},
		{"3082", der.BadHeader},
		{"308201", der.BadHeader},
		{"1f", der.BadHeader},
		{"1f80", der.BadHeader},
		{"1fffffffff7f00", der.BadHeader},
		{"0480", der.BadHeader},                     // indefinite but primitive
		{"308affffffffffffffffffff", der.BadHeader}, // more length octets than any
		{"3088ffffffffffffffff", der.BadHeader},
		{"30ff", der.BadHeader},
		{"040201", der.Truncated},
		{"30800201", der.BadHeader},
		{"3080020105", der.BadHeader}, // no end-of-contents
		{"3003020205", der.TooLong},
		{"3003020205ffff", der.TooLong},
		{"30060402 0000 0201", der.TooLong},
	} {
		for kind, r := range readers(unhex(t, c.in)) {
			_, err := walk(r)
			if reason(err) != c.want && !(c.want == der.BadHeader && reason(err) == der.Truncated) {
				t.Errorf("%s, %s: %v", c.in, kind, err)
			}
		}
	}
}

func TestReaderPassesSourceErrors(t *testing.T) {
	broken := errors.New("broken")
	r := der.NewReader(io.MultiReader(strings.NewReader("\x30\x80\x04"), iotest.ErrReader(broken)), 0)
	if _, err := walk(r); !errors.Is(err, broken) {
		t.Error(err)
	}
	r = der.NewReader(iotest.ErrReader(broken), 0)
	if _, _, err := r.Next(); !errors.Is(err, broken) {
		t.Error(err)
	}
}

// TestDepthIsLimited: both ways of reading stop, and quickly, at nesting.
func TestDepthIsLimited(t *testing.T) {
	deep := bytes.Repeat([]byte{0x30, 0x80}, 6_000_000)
	for kind, read := range map[string]func(*der.Reader) error{
		"walk": func(r *der.Reader) error { _, err := walk(r); return err },
		"raw":  func(r *der.Reader) error { _, err := r.Raw(1 << 30); return err },
		"skip": (*der.Reader).Skip,
	} {
		for _, r := range []*der.Reader{der.NewBytesReader(deep), der.NewReader(bytes.NewReader(deep), 0)} {
			if err := read(r); reason(err) != der.OverLimit {
				t.Errorf("%s: %v", kind, err)
			}
			if r.Offset() > 1000 {
				t.Errorf("%s read on to offset %d", kind, r.Offset())
			}
		}
	}
	if _, _, err := der.Check(deep); reason(err) != der.OverLimit {
		t.Error(err)
	}
}

// TestDepthAtTheLimit: MaxDepth levels are read.
func TestDepthAtTheLimit(t *testing.T) {
	for _, extra := range []int{0, 1} {
		b := append(bytes.Repeat([]byte{0x30, 0x80}, der.MaxDepth+extra), make([]byte, 2*(der.MaxDepth+extra))...)
		for kind, r := range readers(b) {
			if _, err := walk(r); (err == nil) != (extra == 0) {
				t.Errorf("%s, %d levels: %v", kind, der.MaxDepth+extra, err)
			}
		}
	}
}

func TestRawReturnsWireOctets(t *testing.T) {
	for _, in := range []string{"0401ff", "3080 3080 0401aa 0000 0000", "308103020105", "3000"} {
		b := unhex(t, in)
		for kind, r := range readers(append(bytes.Clone(b), 0x05, 0x00)) {
			got, err := r.Raw(100)
			if err != nil || !bytes.Equal(got, b) || r.Offset() != int64(len(b)) {
				t.Errorf("%s, %s: %x, %v", in, kind, got, err)
			}
		}
		for kind, r := range readers(b) {
			if _, err := r.Raw(int64(len(b)) - 1); reason(err) != der.OverLimit {
				t.Errorf("%s, %s: no limit: %v", in, kind, err)
			}
		}
	}
}

func TestOctetString(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"0403616263", "abc"},
		{"0400", ""},
		{"2480 0000", ""},
		{"2480 040161 04026263 0000", "abc"},
		{"2407 040161 04026263", "abc"},
		{"2480 2480 040161 0000 04026263 0000", "abc"},
		{"2480 2480 2480 2480 2480 040161 0000 0000 0000 0000 0000", "a"},
	} {
		for kind, r := range readers(unhex(t, c.in)) {
			var out bytes.Buffer
			n, err := r.OctetString(der.TagOctetString, "", &out)
			if err != nil || out.String() != c.want || n != int64(len(c.want)) {
				t.Errorf("%s, %s: %q %d %v", c.in, kind, out.String(), n, err)
			}
		}
		got, err := der.NewBytesReader(unhex(t, c.in)).Octets(der.TagOctetString, "", 3)
		if err != nil || string(got) != c.want {
			t.Errorf("%s: Octets %q %v", c.in, got, err)
		}
	}
	deep := unhex(t, "2480 2480 2480 2480 2480 2480 040161 0000 0000 0000 0000 0000 0000")
	if _, err := der.NewBytesReader(deep).OctetString(der.TagOctetString, "", io.Discard); reason(err) != der.BadStringDepth {
		t.Error(err)
	}
	if _, err := der.NewBytesReader(unhex(t, "2480 04026162 0402 6364 0000")).Octets(der.TagOctetString, "", 3); reason(err) != der.OverLimit {
		t.Error(err)
	}
	if _, err := der.NewBytesReader(unhex(t, "020161")).OctetString(der.TagOctetString, "", io.Discard); reason(err) != der.WrongTag {
		t.Error(err)
	}
}

// TestConstantMemory streams an octet string far larger than any buffer.
func TestConstantMemory(t *testing.T) {
	const pieces = 1000
	piece := der.OctetString(make([]byte, 65536))
	sources := []io.Reader{strings.NewReader("\x24\x80")}
	for range pieces {
		sources = append(sources, bytes.NewReader(piece))
	}
	r := der.NewReader(io.MultiReader(append(sources, strings.NewReader("\x00\x00"))...), 0)
	var n int64
	total := testing.AllocsPerRun(1, func() {
		if n == 0 {
			n, _ = r.OctetString(der.TagOctetString, "", io.Discard)
		}
	})
	if n != 65536*pieces || total > 100 {
		t.Errorf("%d octets, %v allocations", n, total)
	}
}

func TestLeaveDemandsTheEnd(t *testing.T) {
	for in, want := range map[string]der.Reason{"3003020105": der.LengthMismatch, "3080020105 0000": der.MissingEOC} {
		r := der.NewBytesReader(unhex(t, in))
		if err := r.Enter(); err != nil {
			t.Fatal(err)
		}
		if err := r.Leave(); reason(err) != want {
			t.Errorf("%s: %v", in, err)
		}
	}
}

func TestRest(t *testing.T) {
	zeros := make([]byte, der.DefaultBuffer+1)
	for name, c := range map[string]struct {
		rest []byte
		want int
	}{
		"nothing": {nil, der.RestNothing}, "zeros": {make([]byte, 1000), der.RestZeros}, "data": {[]byte{0, 0, 1}, der.RestData},
		"too many zeros": {zeros, der.RestData},
	} {
		r := der.NewReader(bytes.NewReader(append([]byte{5, 0}, c.rest...)), 0)
		if err := r.Skip(); err != nil {
			t.Fatal(err)
		}
		if got, err := r.Rest(); err != nil || got != c.want {
			t.Errorf("%s: %d %v", name, got, err)
		}
	}
}

func TestNotDERIsNoted(t *testing.T) {
	for in, want := range map[string]int64{"3003020105": -1, "3080 0000": 0, "3004 02810105": 2, "2403 040161": 0} {
		r := der.NewBytesReader(unhex(t, in))
		var err error
		if in[:2] == "24" {
			_, err = r.OctetString(der.TagOctetString, "", io.Discard)
		} else {
			_, err = walk(r)
		}
		if err != nil || r.NotDER() != want {
			t.Errorf("%s: %d %v", in, r.NotDER(), err)
		}
	}
}
