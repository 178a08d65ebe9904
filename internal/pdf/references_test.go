package pdf

import (
	"slices"
	"testing"
)

// What follows an object in a file or an object stream, and may mislead.
var followers = []string{"", " ", "\n", " endobj\n", "endobj", " 0 R ", " R ", "0 R", "%\n0 R ", " %c\n 0 R ", " 5 0 R ", "]", " stream\n", ")", ">>", " 7"}

// checkScan asks that text is scanned as the parser reads it, or left to the
// parser.
func checkScan(t *testing.T, text string) (scanned bool) {
	t.Helper()
	for _, closed := range []bool{false, true} {
		refs, ok := scanReferences([]byte(text), closed, nil)
		if !ok {
			continue
		}
		p := parser{lexer: lexer{buf: []byte(text), eof: true}}
		o, err := p.object()
		if err != nil {
			t.Fatalf("%q was scanned; the parser says %v", text, err)
		}
		if want := AppendReferences(nil, o); !slices.Equal(refs, want) {
			t.Fatalf("%q was scanned as %v; the parser finds %v", text, refs, want)
		}
		if end, err := p.keyword("endobj"); closed && (!end || err != nil) {
			t.Fatalf("%q was taken for an object that ends with endobj", text)
		}
		scanned = true
	}
	return scanned
}

// scanSamples are objects in usual and unusual forms.
var scanSamples = []string{
	"12", "12 0 R", "12 0", "12 0 Rx", "12 0 R/A", "12%c\n0 R", "12 0%c\nR", "12 65536 R", "8388608 0 R", "99999999999 0 R", "1.5 0 R", "12R", "12 0x R",
	"-1", "+.5", "--1", "true", "truex", "false", "null", "nul", "/Name", "/A#20B", "/", "(a(b)c)", "(a\\)b)", "(a", "<41 4>", "<4x>", "<41",
	"[1 0 R 2 3 0 R 4 5]", "[1 2 0 R]", "[[1 0 R][2 0 R]<</A 3 0 R/B[4 0 R]>>5 0 R]", "[1 0 R>>", "[(1 0 R)/1#200#20R <10>3 0 R]",
	"<</A 1 0 R/B 2 0 R/A 3 0 R>>", "<</A 1/B 2 0 R>>", "<</A 1 0/B 2>>", "<</A>>", "<</A/B>>", "<</A]>>", "<<1 0 R>>", "<</A 1 0 R]", "<</A 1 0 R> >",
	"<</A%c\n1 0 R>>", "<</Length 5 0 R>>", "]", ">>", "{1 0 R}", "[1\x000\x0cR]", "endobj",
}

// Objects are scanned for references exactly as they are parsed, whatever follows.
func TestScanReferences(t *testing.T) {
	scanned := 0
	for _, sample := range scanSamples {
		for _, follower := range followers {
			if checkScan(t, sample+follower) {
				scanned++
			}
		}
	}
	if scanned < 200 {
		t.Errorf("%d texts were scanned: the scanner leaves everything to the parser", scanned)
	}
	deep := ""
	for range maxScannedDepth + 2 {
		deep = "[" + deep + "9 0 R]"
		checkScan(t, deep+" ")
	}
}

// FuzzScanReferences: whatever the text, it is scanned as the parser reads it, or
// left to the parser.
func FuzzScanReferences(f *testing.F) {
	for _, sample := range scanSamples {
		for _, follower := range followers {
			f.Add(sample + follower)
		}
	}
	f.Fuzz(func(t *testing.T, text string) { checkScan(t, text) })
}
