package pdf

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func parseText(text string) (Object, error) {
	p := parser{lexer: lexer{buf: []byte(text), eof: true}}
	return p.object()
}

func TestParseObject(t *testing.T) {
	str := func(s string) String { return String{Bytes: []byte(s)} }
	hex := func(s string) String { return String{Bytes: []byte(s), Hex: true} }
	tests := []struct {
		text string
		want Object
	}{
		{"null", nil},
		{"true", Boolean(true)},
		{"false", Boolean(false)},
		{"0", Integer(0)},
		{"+17", Integer(17)},
		{"-98", Integer(-98)},
		{"007", Integer(7)},
		{"999999999999999999", Integer(999999999999999999)},
		{"1234567890123456789", Real("1234567890123456789")},
		{"34.5", Real("34.5")},
		{"-.002", Real("-.002")},
		{"4.", Real("4.")},
		{"--1", Real("--1")},
		{"-1.#INF", Real("-1.#INF")},
		{"/Name1", Name("Name1")},
		{"/A;Name_With-Various***Characters?", Name("A;Name_With-Various***Characters?")},
		{"/Lime#20Green", Name("Lime Green")},
		{"/paired#28#29parentheses", Name("paired()parentheses")},
		{"/A#42", Name("AB")},
		{"/A#4", Name("A#4")},
		{"/A#zz", Name("A#zz")},
		{"/ ", Name("")},
		{"(This is a string)", str("This is a string")},
		{"(a (balanced (one)))", str("a (balanced (one))")},
		{"()", str("")},
		{`(\n\r\t\b\f\(\)\\)`, str("\n\r\t\b\f()\\")},
		{`(\0053\053\53\5)`, str("\x053++\x05")},
		{`(\777)`, str("\xff")},
		{`(\q)`, str("q")},
		{"(two\\\nlines\\\r\nthree\\\rfour)", str("twolinesthreefour")},
		{"(one\r\ntwo\rthree\nfour)", str("one\ntwo\nthree\nfour")},
		{"(%no comment)", str("%no comment")},
		{"<48656C6c6F>", hex("Hello")},
		{"<48 65\n6C\t6c6F>", hex("Hello")},
		{"<901FA>", hex("\x90\x1f\xa0")},
		{"<>", hex("")},
		{"[]", Array{}},
		{"[549 3.14 false/Some(x)[null]]", Array{Integer(549), Real("3.14"), Boolean(false), Name("Some"), str("x"), Array{nil}}},
		{"12 0 R", Ref{12, 0}},
		{"12%comment\n65535%\rR", Ref{12, 65535}},
		{"[1 0 R 2 3 0 R 4 5]", Array{Ref{1, 0}, Integer(2), Ref{3, 0}, Integer(4), Integer(5)}},
		{"[1 0 Rx]", nil},
		{"<<>>", Dict(nil)},
		{"<</A 1/B<</C(d)>>>>", Dict{{"A", Integer(1)}, {"B", Dict{{"C", str("d")}}}}},
		{"<</A 1/A 2>>", Dict{{"A", Integer(1)}, {"A", Integer(2)}}},
		{"<</A>>", Dict{{"A", nil}}},
		{"<</A/B>>", Dict{{"A", Name("B")}}},
		{" %c\r\n\x00\f 5", Integer(5)},
	}
	for _, tt := range tests {
		got, err := parseText(tt.text)
		if tt.text == "[1 0 Rx]" {
			if err == nil {
				t.Errorf("%q was read as %v", tt.text, got)
			}
			continue
		}
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%q = %#v, %v; want %#v", tt.text, got, err, tt.want)
		}
	}
}

func TestParseObjectRefuses(t *testing.T) {
	for _, text := range []string{
		"", "  ", "]", ">>", ")", "R", "endobj", "nul", "truefalse", "(open", `(open\)`, "<12", "<1g>", "[1 2", "[1 2>>",
		"<</A 1", "<</A 1>", "<</A 1]", "<<1 2>>", "{", "<</A endobj>>",
	} {
		var m *Malformed
		if o, err := parseText(text); !errors.As(err, &m) {
			t.Errorf("%q = %v, %v; want Malformed", text, o, err)
		}
	}
}

func TestParseLimits(t *testing.T) {
	for name, text := range map[string]string{
		"depth of arrays":       strings.Repeat("[", maxDepth+1),
		"depth of dictionaries": strings.Repeat("<</A", maxDepth+1),
		"elements":              "[" + strings.Repeat("0 ", maxElements+1) + "]",
		"empty dictionaries":    "[" + strings.Repeat("<<>>", maxElements+1) + "]",
	} {
		var l *LimitExceeded
		if _, err := parseText(text); !errors.As(err, &l) {
			t.Errorf("%s: %v, want LimitExceeded", name, err)
		}
	}
	if _, err := parseText(strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth)); err != nil {
		t.Errorf("the permitted depth: %v", err)
	}
}

// Every way to cut a text short must ask for a larger window, never yield another
// object.
func TestParserAsksForMore(t *testing.T) {
	for _, text := range []string{
		"12 0 R ", "[1 2 (x\\)y) <41 42> /N#20 -1.5 true]", "<</A<</B null>>/C 1 0 R/D[1 0 R]>>", "/Name ", "123 ",
	} {
		for n := range len(text) - 1 {
			p := parser{lexer: lexer{buf: []byte(text[:n])}}
			o, err := p.object()
			if err != errShort {
				t.Errorf("%q = %v, %v; want errShort", text[:n], o, err)
			}
		}
	}
}

// Writing and reading again gives the same value, whatever the bytes.
func TestWriteReadsBack(t *testing.T) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	objects := []Object{
		nil, Boolean(true), Integer(-5), Real("-.0020"), Name(all), Name(""), Ref{7, 3},
		String{Bytes: all}, String{Bytes: all, Hex: true}, String{Bytes: []byte("山田太郎 ((\\")},
		String{Bytes: []byte{0x5c, 0x71, 0x28, 0x0d}},
		Array{Integer(1), Ref{2, 0}, Name("x"), Array{}, nil},
		Dict{{"A b", Name("c#")}, {"A b", Integer(1)}, {"", Dict{{"x", nil}}}},
	}
	for _, o := range objects {
		first := text(t, o)
		back, err := parseText(first)
		if err != nil {
			t.Errorf("%q: %v", first, err)
			continue
		}
		if !reflect.DeepEqual(back, o) {
			t.Errorf("%#v became %#v", o, back)
		}
	}
}

func TestDict(t *testing.T) {
	d := Dict{{"A", Integer(1)}, {"B", Name("x")}, {"A", Integer(2)}}
	if got := d.Get("A"); got != Integer(2) {
		t.Errorf("Get of a duplicate key = %v, want the last", got)
	}
	if key, found := d.Duplicate(); !found || key != "A" {
		t.Errorf("Duplicate = %q, %v", key, found)
	}
	with := d.With("A", Integer(3)).With("C", nil)
	if got := text(t, with); got != "<< /A 3 /B /x /C null >>" {
		t.Errorf("With = %s", got)
	}
	if got := text(t, d.Without("A")); got != "<< /B /x >>" {
		t.Errorf("Without = %s", got)
	}
	if got := text(t, d); got != "<< /A 1 /B /x /A 2 >>" {
		t.Errorf("the original became %s", got)
	}
	if _, found := with.Duplicate(); found {
		t.Error("With left a duplicate")
	}
}
