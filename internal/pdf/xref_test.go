package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// hexStream returns records as the hexadecimal data of a stream.
func hexStream(records ...string) []byte { return []byte(strings.Join(records, " ") + ">") }

// streamDoc keeps objects 5 and 6 in object stream 4 and has a cross-reference
// stream of its own.
func streamDoc(extra string) []byte {
	d := newDoc("%PDF-1.5\n")
	d.pages()
	d.stream(4, "/Type/ObjStm/N 2/First 8"+extra, []byte("5 0 6 6 (five) (six)"))
	at := d.Len()
	d.stream(7, "/Type/XRef/Size 8/Root 1 0 R/W[1 2 1]/Filter/ASCIIHexDecode", hexStream(
		"00 0000 ff", fmt.Sprintf("01 %04x 00", d.offsets[1]), fmt.Sprintf("01 %04x 00", d.offsets[2]),
		fmt.Sprintf("01 %04x 00", d.offsets[3]), fmt.Sprintf("01 %04x 00", d.offsets[4]),
		"02 0004 00", "02 0004 01", fmt.Sprintf("01 %04x 00", at)))
	d.end(at)
	return d.Bytes()
}

// hybridDoc has object 5 in an object stream that /XRefStm alone knows, and free
// in its table.
func hybridDoc() []byte {
	d := newDoc("%PDF-1.5\n")
	d.pages()
	d.stream(4, "/Type/ObjStm/N 1/First 4", []byte("5 0 (hidden)"))
	hidden := d.Len()
	d.stream(6, "/Type/XRef/Size 6/W[1 2 1]/Index[5 1]/Filter/ASCIIHexDecode", hexStream("02 0004 00"))
	delete(d.offsets, 6)
	at := d.Len()
	d.WriteString("xref\n0 6\n0000000005 65535 f \n")
	for num := 1; num <= 4; num++ {
		fmt.Fprintf(d, "%010d 00000 n \n", d.offsets[num])
	}
	fmt.Fprintf(d, "0000000000 00000 f \ntrailer\n<</Size 6/Root 1 0 R/XRefStm %d>>\n", hidden)
	d.end(at)
	return d.Bytes()
}

// oddTable is a document whose table is written by change from the entries.
func oddTable(change func(entries string) string) []byte {
	d := newDoc("%PDF-1.4\n")
	d.pages()
	d.object(4, "(old)")
	at := d.Len()
	entries := "0000000000 65535 f \n"
	for num := 1; num <= 4; num++ {
		entries += fmt.Sprintf("%010d 00000 n \n", d.offsets[num])
	}
	fmt.Fprintf(d, "xref\n%strailer\n<</Size 5/Root 1 0 R>>\n", change(entries))
	d.end(at)
	return d.Bytes()
}

// TestOpenKinds opens every form a file may have and finds its object 4 or what
// want names, tolerated as told.
func TestOpenKinds(t *testing.T) {
	line := func(eol string) []byte {
		d := newDoc("%PDF-1.4" + eol)
		d.eol = eol
		d.pages()
		d.object(4, "(old)")
		d.table("/Size 5/Root 1 0 R")
		return d.Bytes()
	}
	shifted := func(base int) []byte {
		d := newDoc("junk before\n%PDF-1.4\n")
		d.base = base
		d.pages()
		d.object(4, "(old)")
		d.table("/Size 5/Root 1 0 R")
		return d.Bytes()
	}
	replace := func(old, new string) []byte { return bytes.Replace(plain(), []byte(old), []byte(new), 1) }
	tests := []struct {
		name string
		data []byte
		kind XRefKind
		num  uint32
		want string
		note NoteKind // 0: nothing is noted
	}{
		{"table", plain(), XRefTable, 4, "(old)", 0},
		{"CR", line("\r"), XRefTable, 4, "(old)", 0},
		{"CRLF", line("\r\n"), XRefTable, 4, "(old)", 0},
		{"version 1.0", replace("%PDF-1.4", "%PDF-1.0"), XRefTable, 4, "(old)", 0},
		{"version 2.0", replace("%PDF-1.4", "%PDF-2.0"), XRefTable, 4, "(old)", 0},
		{"no end of line at the end", bytes.TrimRight(plain(), "\n"), XRefTable, 4, "(old)", 0},
		{"stream", streamDoc(""), XRefStream, 5, "(five)", 0},
		{"stream, second object", streamDoc(""), XRefStream, 6, "(six)", 0},
		{"hybrid", hybridDoc(), XRefHybrid, 5, "(hidden)", 0},
		{"offsets from byte 0", shifted(0), XRefTable, 4, "(old)", NoteHeaderOffset},
		{"offsets from the header", shifted(12), XRefTable, 4, "(old)", NoteHeaderOffset},
		{"no header", replace("%PDF-1.4", "%pdf-1.4"), XRefTable, 4, "(old)", NoteNoHeader},
		{"junk behind the end", append(plain(), strings.Repeat("junk\x00", 600)...), XRefTable, 4, "(old)", NoteTrailingData},
		{"entries of 19 bytes", oddTable(func(e string) string { return "0 5\n" + strings.ReplaceAll(e, " \n", "\n") }), XRefTable, 4, "(old)", NoteXRefFormat},
		{"entries of 21 bytes", oddTable(func(e string) string { return "0 5\n" + strings.ReplaceAll(e, " \n", " \r\n") }), XRefTable, 4, "(old)", NoteXRefFormat},
		{"entries on one line", oddTable(func(e string) string { return "0 5 " + strings.ReplaceAll(e, "\n", "  ") }), XRefTable, 4, "(old)", NoteXRefFormat},
		{"numbered from 1", oddTable(func(e string) string { return "1 5\n" + e }), XRefTable, 4, "(old)", NoteXRefFormat},
		{"count too large", oddTable(func(e string) string { return "0 9\n" + e }), XRefTable, 4, "(old)", NoteXRefFormat},
		{"count too small", oddTable(func(e string) string { return "0 3\n" + e }), XRefTable, 4, "(old)", NoteXRefFormat},
		{"empty subsections", oddTable(func(e string) string { return "0 0\n0 5\n" + e + "9 0\n" }), XRefTable, 4, "(old)", 0},
		{"comment in the header", oddTable(func(e string) string { return "0  5 % five\n" + e }), XRefTable, 4, "(old)", 0},
		{"wrong startxref", replace("startxref\n", "startxref\n9"), XRefRebuilt, 4, "(old)", NoteRebuilt},
		{"startxref 0", append(plain(), "startxref\n0\n%%EOF"...), XRefRebuilt, 4, "(old)", NoteRebuilt},
		{"no startxref", replace("startxref", "stopxref"), XRefRebuilt, 4, "(old)", NoteRebuilt},
		{"no trailer", replace("trailer", "tractor"), XRefRebuilt, 4, "(old)", NoteRebuilt},
		{"truncated", plain()[:bytes.Index(plain(), []byte("xref"))], XRefRebuilt, 4, "(old)", NoteRebuilt},
		{"catalog elsewhere", replace("1 0 obj", " 1 0 obj"), XRefTable, 4, "(old)", 0},
		{"offsets wrong", replace("1 0 obj", "              1 0 obj"), XRefRebuilt, 4, "(old)", NoteRebuilt},
		{"stream damaged", bytes.Replace(streamDoc(""), []byte("/W[1 2 1]"), []byte("/W[9 2 1]"), 1), XRefRebuilt, 5, "(five)", NoteRebuilt},
		{"no EOF marker", replace("%%EOF", "     "), XRefTable, 4, "(old)", NoteSyntax},
		{"subsections overlap", oddTable(func(e string) string { return "0 5\n" + e + "4 1\n0000000003 00000 n \n" }), XRefTable, 4, "(old)", NoteXRefFormat},
		{"empty object", replace("(old)", "     "), XRefTable, 4, "null", 0},
		{"Prev 0", replace("/Size 5", "/Size 5/Prev 0"), XRefTable, 4, "(old)", 0},
		{"endobj missing", replace("(old)\nendobj", "(old)       "), XRefTable, 4, "(old)", NoteSyntax},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := open(t, tt.data)
			if got := mustGet(t, f.Revision, tt.num); got != tt.want {
				t.Errorf("object %d = %s, want %s", tt.num, got, tt.want)
			}
			if f.Kind != tt.kind {
				t.Errorf("kind = %v, want %v", f.Kind, tt.kind)
			}
			switch {
			case tt.note == 0 && len(f.Notes()) > 0:
				t.Errorf("noted %v", f.Notes())
			case tt.note != 0 && !hasNote(f, tt.note):
				t.Errorf("noted %v, want kind %v", f.Notes(), tt.note)
			}
			if n, err := f.PageCount(); n != 1 || err != nil {
				t.Errorf("PageCount = %d, %v", n, err)
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	for name, data := range map[string][]byte{
		"empty":           nil,
		"text":            []byte("hello, world\n"),
		"header alone":    []byte("%PDF-1.4\n"),
		"no catalog":      []byte("%PDF-1.4\n1 0 obj\n<<>>\nendobj\n"),
		"catalog is null": bytes.ReplaceAll(plain(), []byte("/Root 1 0 R"), []byte("/Root 9 0 R")),
		"no pages":        bytes.ReplaceAll(plain(), []byte("/Pages"), []byte("/Pagan")),
	} {
		var m *Malformed
		if _, err := openBytes(data, Options{}); !errors.As(err, &m) {
			if name == "catalog is null" && err == nil {
				continue // the scan finds the catalog
			}
			t.Errorf("%s: %v, want Malformed", name, err)
		}
	}
}

// A file with an I/O error is not rebuilt: the error is told.
func TestOpenReportsReadErrors(t *testing.T) {
	if _, err := Open(failingReader{}, 1000, Options{}); !errors.Is(err, errDisk) {
		t.Errorf("Open = %v, want the reader's error", err)
	}
}

var errDisk = errors.New("disk")

type failingReader struct{}

func (failingReader) ReadAt([]byte, int64) (int, error) { return 0, errDisk }

// revisionsDoc has three revisions: object 4 is replaced, then freed, then used
// again with another generation.
func revisionsDoc() []byte {
	d := &doc{offsets: map[int]int{}, eol: "\n"}
	d.Write(plain())
	first := bytes.LastIndex(plain(), []byte("\nxref")) + 1
	d.object(4, "(new)")
	second := d.table(fmt.Sprintf("/Size 5/Root 1 0 R/Prev %d", first))
	at := d.Len()
	fmt.Fprintf(d, "xref\n0 1\n0000000004 65535 f \n4 1\n0000000000 00001 f \ntrailer\n<</Size 5/Root 1 0 R/Prev %d>>\n", second)
	d.end(at)
	obj := d.Len()
	d.WriteString("4 1 obj\n(again)\nendobj\n")
	last := d.Len()
	fmt.Fprintf(d, "xref\n4 1\n%010d 00001 n \ntrailer\n<</Size 5/Root 1 0 R/Prev %d>>\n", obj, at)
	d.end(last)
	return d.Bytes()
}

func TestRevisionsAreViews(t *testing.T) {
	data := revisionsDoc()
	f := open(t, data)
	want := []struct {
		gen0, gen1 string
		changed    string
	}{
		{"(old)", "null", "[1 2 3 4]"},
		{"(new)", "null", "[4]"},
		{"null", "null", "[0 4]"},
		{"null", "(again)", "[4]"},
	}
	revisions := f.Revisions()
	if len(revisions) != len(want) {
		t.Fatalf("%d revisions, want %d", len(revisions), len(want))
	}
	for i, r := range revisions {
		if got := mustGet(t, r, 4); got != want[i].gen0 {
			t.Errorf("revision %d: 4 0 = %s, want %s", i, got, want[i].gen0)
		}
		o, err := r.Get(Ref{4, 1})
		if got := text(t, o); got != want[i].gen1 || err != nil {
			t.Errorf("revision %d: 4 1 = %s, %v; want %s", i, got, err, want[i].gen1)
		}
		var changed []uint32
		if err := r.Changed(func(num uint32, _ Location) bool { changed = append(changed, num); return true }); err != nil {
			t.Error(err)
		}
		if fmt.Sprint(changed) != want[i].changed {
			t.Errorf("revision %d changed %v, want %s", i, changed, want[i].changed)
		}
		if r.EOF == 0 || r.End != r.EOF+1 || string(data[r.EOF-5:r.End]) != "%%EOF\n" {
			t.Errorf("revision %d ends at %d, %d", i, r.EOF, r.End)
		}
	}
	if f.Revision != revisions[3] || revisions[3].End != f.Size() {
		t.Error("the newest revision is not the whole file")
	}
}

func TestEOFWithEachLineEnd(t *testing.T) {
	base := bytes.TrimRight(plain(), "\n")
	for eol, n := range map[string]int64{"": 0, "\n": 1, "\r": 1, "\r\n": 2, "\n\n": 1} {
		f := open(t, append(bytes.Clone(base), eol...))
		if f.EOF != int64(len(base)) || f.End != f.EOF+n {
			t.Errorf("%q: EOF %d, End %d; want %d, +%d", eol, f.EOF, f.End, len(base), n)
		}
	}
}

func TestLocateAndRaw(t *testing.T) {
	data := streamDoc("")
	f := open(t, data)
	at, err := f.Locate(6)
	if err != nil || at != (Location{Listed: true, Stream: 4, Index: 1}) {
		t.Errorf("Locate(6) = %+v, %v", at, err)
	}
	if raw, err := f.Raw(Ref{Num: 6}, 100); string(raw) != "(six)" || err != nil {
		t.Errorf("Raw(6) = %q, %v", raw, err)
	}
	at, err = f.Locate(4)
	if err != nil || at.Offset != int64(bytes.Index(data, []byte("4 0 obj"))) {
		t.Errorf("Locate(4) = %+v, %v", at, err)
	}
	raw, err := f.Raw(Ref{Num: 4}, 1000)
	if err != nil || !bytes.HasPrefix(raw, []byte("4 0 obj")) || !bytes.HasSuffix(raw, []byte("(six)\nendstream\nendobj")) {
		t.Errorf("Raw(4) = %q, %v", raw, err)
	}
	var l *LimitExceeded
	if _, err := f.Raw(Ref{Num: 4}, 10); !errors.As(err, &l) {
		t.Errorf("Raw with a small limit = %v", err)
	}
	if at, err := f.Locate(99); err != nil || !at.Free || at.Listed {
		t.Errorf("Locate(99) = %+v, %v", at, err)
	}
}

// Two numbers that the cross-references lead to one place are not one object.
func TestOnePlaceIsOneObject(t *testing.T) {
	data := oddTable(func(e string) string {
		lines := strings.SplitAfter(e, "\n")
		lines[3] = lines[4]
		return "0 5\n" + strings.Join(lines, "")
	})
	f := open(t, data)
	if got := mustGet(t, f.Revision, 4); got != "(old)" {
		t.Errorf("object 4 = %s", got)
	}
	var m *Malformed
	if o, err := f.Get(Ref{Num: 3}); !errors.As(err, &m) {
		t.Errorf("object 3 = %v, %v; want Malformed", o, err)
	}
}

func TestStreamLength(t *testing.T) {
	build := func(length string) []byte {
		d := newDoc("%PDF-1.4\n")
		d.pages()
		d.object(4, "<</Length "+length+">>\nstream\r\nsome data\r\nendstream")
		d.object(5, "9")
		d.table("/Size 6/Root 1 0 R")
		return d.Bytes()
	}
	for length, noted := range map[string]bool{
		"9": false, "5 0 R": false, "8": true, "10": false, "900000000": true, "-1": true, "6 0 R": true, "/x": true,
	} {
		f := open(t, build(length))
		o, err := f.Get(Ref{Num: 4})
		if err != nil {
			t.Errorf("/Length %s: %v", length, err)
			continue
		}
		got, err := o.(*Stream).Decode(100)
		want := "some data"
		if length == "10" { // the end-of-line marker is taken for data, as stated
			want = "some data\r"
		}
		if string(got) != want || err != nil {
			t.Errorf("/Length %s: %q, %v", length, got, err)
		}
		if hasNote(f, NoteStreamLength) != noted {
			t.Errorf("/Length %s: noted %v", length, f.Notes())
		}
	}
}
