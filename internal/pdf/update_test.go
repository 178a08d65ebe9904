package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// madeBy returns documents as other programs write them, by name.
func madeBy(t testing.TB) map[string][]byte {
	t.Helper()
	base := richDoc()
	gs := func(version string) []byte {
		return convert(t, base, "gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", "-dCompatibilityLevel="+version, "-sOutputFile=OUT", "IN")
	}
	qpdf := func(args ...string) []byte {
		return convert(t, base, "qpdf", append(args, "IN", "OUT")...)
	}
	docs := map[string][]byte{
		"own":              base,
		"gs 1.4":           gs("1.4"),
		"gs 1.7":           gs("1.7"),
		"mutool":           convert(t, base, "mutool", "clean", "IN", "OUT"),
		"mutool decoded":   convert(t, base, "mutool", "clean", "-d", "IN", "OUT"),
		"qpdf":             qpdf(),
		"qpdf qdf":         qpdf("--qdf"),
		"qpdf linearized":  qpdf("--linearize", "--object-streams=disable"),
		"qpdf objstm":      qpdf("--object-streams=generate"),
		"qpdf lin objstm":  qpdf("--linearize", "--object-streams=generate"),
		"qpdf newline":     qpdf("--newline-before-endstream", "--compress-streams=n"),
		"qpdf 2.0":         qpdf("--force-version=2.0"),
		"header shifted":   append([]byte("some junk\n"), qpdf()...),
		"no end of line":   bytes.TrimRight(qpdf(), "\n"),
		"wrong startxref":  bytes.Replace(qpdf("--object-streams=disable"), []byte("startxref\n"), []byte("startxref\n1"), 1),
		"objstm, no xref":  bytes.Replace(qpdf("--object-streams=generate"), []byte("startxref\n"), []byte("startxref\n1"), 1),
		"shifted, no xref": append([]byte("some junk\n"), bytes.Replace(qpdf(), []byte("startxref\n"), []byte("startxref\n9"), 1)...),
		"hybrid":           hybridDoc(),
		"stream":           streamDoc(""),
		"revisions":        revisionsDoc(),
	}
	return docs
}

// richDoc has what updates are apt to lose.
func richDoc() []byte {
	d := newDoc("%PDF-1.6\n%\xe2\xe3\xcf\xd3\n")
	d.object(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]/DA(/Helv 0 Tf)>>/Lang(ja \\(JP\\))>>")
	d.object(2, "<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2/MediaBox[0 0 612 792]/Resources<<>>>>")
	d.object(3, "<</Type/Page/Parent 2 0 R/Contents 5 0 R>>")
	d.object(4, "<</Type/Page/Parent 2 0 R/Contents 5 0 R/Rotate 90>>")
	d.stream(5, "", []byte("0 0 m 100 100 l S"))
	d.object(6, "<</Title<FEFF5C71>/Producer(x)>>")
	d.table("/Size 7/Root 1 0 R/Info 6 0 R/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]")
	return d.Bytes()
}

func TestUpdateOfEveryKind(t *testing.T) {
	for name, old := range madeBy(t) {
		t.Run(name, func(t *testing.T) {
			if f := open(t, old); strings.HasPrefix(name, "qpdf") && (len(f.Revisions()) != 1 || f.End != f.Size() || len(f.Notes()) > 0) {
				t.Errorf("%d revisions, end %d of %d, notes %v", len(f.Revisions()), f.End, f.Size(), f.Notes())
			}
			once := updateAndCheck(t, old, "first")
			updateAndCheck(t, once, "second")
		})
	}
}

// updateAndCheck adds an object and replaces the catalog, and has the result read
// by this package and by qpdf.
func updateAndCheck(t *testing.T, old []byte, value string) []byte {
	t.Helper()
	f := open(t, old)
	u := f.NewUpdate()
	root, catalog, err := f.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	dict := u.Add(Dict{{"Type", Name("Test")}, {"Value", String{Bytes: []byte(value)}}})
	stream := u.Add(NewStream(Dict{{"Kind", Name("Test")}}, []byte("data of "+value)))
	u.Set(root, catalog.With("Test", dict).With("Data", stream))
	data := appended(t, old, u)

	g := open(t, data)
	if g.Rebuilt() {
		t.Fatalf("the result had to be rebuilt: %v", g.Notes())
	}
	if want := f.Kind; g.Kind != want && want != XRefHybrid && want != XRefRebuilt {
		t.Errorf("section kind %v became %v", want, g.Kind)
	}
	if g.End != int64(len(data)) {
		t.Errorf("the revision ends at %d of %d", g.End, len(data))
	}
	checkRevisions(t, f, g)
	checkCarried(t, f, g, root)
	if got := mustGet(t, g.Revision, dict.Num); !strings.Contains(got, "("+value+")") {
		t.Errorf("the new object is %s", got)
	}
	o, err := g.Get(stream)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := o.(*Stream).Decode(100); string(got) != "data of "+value || err != nil {
		t.Errorf("the new stream holds %q, %v", got, err)
	}
	check(t, data)
	return data
}

// checkRevisions sees that the old revisions are still told apart.
func checkRevisions(t *testing.T, f, g *File) {
	t.Helper()
	if f.Rebuilt() {
		return
	}
	n := len(f.Revisions())
	if len(g.Revisions()) != n+1 {
		t.Fatalf("%d revisions became %d", n, len(g.Revisions()))
	}
	for i, r := range f.Revisions() {
		if g.Revisions()[i].EOF != r.EOF || g.Revisions()[i].StartXRef != r.StartXRef {
			t.Errorf("revision %d ended at %d and ends at %d", i, r.EOF, g.Revisions()[i].EOF)
		}
	}
}

// checkCarried compares what an update has to keep.
func checkCarried(t *testing.T, f, g *File, root Ref) {
	t.Helper()
	for _, key := range []Name{"Root", "Info", "Encrypt"} {
		if a, b := text(t, f.Trailer.Get(key)), text(t, g.Trailer.Get(key)); a != b {
			t.Errorf("trailer %s: %s became %s", key, a, b)
		}
	}
	oldID, _, _ := f.Array(f.Trailer.Get("ID"))
	newID, _, _ := g.Array(g.Trailer.Get("ID"))
	if len(oldID) == 2 && (text(t, oldID[0]) != text(t, newID[0]) || text(t, oldID[1]) == text(t, newID[1])) {
		t.Errorf("ID: %s became %s", text(t, oldID), text(t, newID))
	}
	a, _ := f.Get(root)
	b, _ := g.Get(root)
	for _, e := range a.(Dict) {
		if e.Key != "Test" && e.Key != "Data" && text(t, e.Value) != text(t, b.(Dict).Get(e.Key)) {
			t.Errorf("catalog %s: %s became %s", e.Key, text(t, e.Value), text(t, b.(Dict).Get(e.Key)))
		}
	}
	n, err1 := f.PageCount()
	m, err2 := g.PageCount()
	if n != m || err1 != nil || err2 != nil {
		t.Errorf("%d pages became %d, %v, %v", n, m, err1, err2)
	}
}

func TestPlaceholder(t *testing.T) {
	old := plain()
	f := open(t, old)
	u := f.NewUpdate()
	contents, byteRange := NewPlaceholder([]byte("<"+strings.Repeat("0", 40)+">")), NewPlaceholder([]byte("[0 0000 0000 0000]"))
	ref := u.Add(Dict{{"Type", Name("Sig")}, {"ByteRange", byteRange}, {"Contents", contents}})
	decoy := u.Add(NewStream(nil, []byte("<"+strings.Repeat("0", 40)+">")))
	if contents.Offset() != -1 {
		t.Error("the offset is known before the layout")
	}
	tail, err := u.Append()
	if err != nil {
		t.Fatal(err)
	}
	sig := "<" + strings.Repeat("AB", 20) + ">"
	if err := tail.Put(contents, []byte(sig)); err != nil {
		t.Fatal(err)
	}
	if err := tail.Put(byteRange, []byte("[0 1234 5678  900]")); err != nil {
		t.Fatal(err)
	}
	data := append(bytes.Clone(old), tail.Bytes...)
	if got := string(data[contents.Offset():][:contents.Len()]); got != sig {
		t.Errorf("at the offset stands %q", got)
	}
	g := open(t, data)
	if got, want := mustGet(t, g.Revision, ref.Num), "<< /Type /Sig /ByteRange [0 1234 5678 900] /Contents "+sig+" >>"; got != want {
		t.Errorf("signature = %s, want %s", got, want)
	}
	o, _ := g.Get(decoy)
	if got, _ := o.(*Stream).Decode(100); !bytes.Equal(got, []byte("<"+strings.Repeat("0", 40)+">")) {
		t.Errorf("another object became %q", got)
	}
	if err := tail.Put(contents, []byte("<>")); err == nil {
		t.Error("a token of another length was accepted")
	}
	if err := tail.Put(NewPlaceholder([]byte("0")), []byte("1")); err == nil {
		t.Error("a placeholder that is not in the revision was accepted")
	}
	check(t, data)
}

// TestAppendAgain lays a revision out twice, with another object the second time:
// it is as if the first had never been.
func TestAppendAgain(t *testing.T) {
	for name, old := range madeBy(t) {
		append1 := func(rehearsed bool) []byte {
			u := open(t, old).NewUpdate()
			ref := u.Add(Dict{{"Contents", NewStringPlaceholder(1)}})
			if rehearsed {
				if _, err := u.Append(); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
			}
			u.Set(ref, Dict{{"Contents", NewStringPlaceholder(100)}, {"Name", String{Bytes: []byte("x")}}})
			tail, err := u.Append()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return tail.Bytes
		}
		if once, again := append1(false), append1(true); !bytes.Equal(once, again) {
			t.Errorf("%s:\n%q\n%q", name, once, again)
		}
	}
}

func TestUpdateRefuses(t *testing.T) {
	tests := map[string]func(u *Update){
		"object 0":            func(u *Update) { u.Set(Ref{0, 0}, nil) },
		"unknown number":      func(u *Update) { u.Set(Ref{99, 0}, nil) },
		"another generation":  func(u *Update) { u.Set(Ref{4, 1}, nil) },
		"a nested stream":     func(u *Update) { u.Add(Array{NewStream(nil, nil)}) },
		"a placeholder twice": func(u *Update) { p := NewPlaceholder([]byte("0")); u.Add(Array{p, p}) },
		"a used placeholder":  func(u *Update) { u.Add(NewPlaceholder([]byte("0"))); u.Append() },
	}
	for name, change := range tests {
		u := open(t, plain()).NewUpdate()
		change(u)
		if _, err := u.Append(); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	last := open(t, bytes.Replace(plain(), []byte("trailer"), []byte("8388607 1\n0000000009 00000 n \ntrailer"), 1)).NewUpdate()
	last.Add(nil)
	var l *LimitExceeded
	if _, err := last.Append(); !errors.As(err, &l) {
		t.Errorf("no number is left: %v, want LimitExceeded", err)
	}
}

// A /Size that leaves no room for new objects is a mistake: those that exist
// tell the next number.
func TestUpdateIgnoresAbsurdSize(t *testing.T) {
	for size, want := range map[string]uint32{"9000000": 5, "1000000000": 5, "-1000": 5, "3": 5, "100": 100} {
		f := open(t, bytes.Replace(plain(), []byte("/Size 5"), []byte("/Size "+size), 1))
		if absurd := len(size) > 3; hasNote(f, NoteSize) != absurd {
			t.Errorf("/Size %s: noted %v", size, f.Notes())
		}
		if ref := f.NewUpdate().Add(nil); ref.Num != want {
			t.Errorf("/Size %s: the new object is %v, want %d", size, ref, want)
		}
	}
}

// A new object never gets a number that something refers to although there is
// no such object: not from the trailer, not from another page.
func TestUpdateLeavesDanglingNumbers(t *testing.T) {
	d := newDoc("%PDF-1.4\n")
	d.object(1, "<</Type/Catalog/Pages 2 0 R/Deep[<</A 11 0 R>>]>>")
	d.object(2, "<</Type/Pages/Kids[3 0 R 4 0 R 6 0 R]/Count 2>>")
	d.object(3, "<</Type/Page/Parent 2 0 R>>")
	d.object(4, "<</Type/Page/Parent 2 0 R/Annots[7 0 R]/Contents 5 0 R>>")
	d.stream(5, "/Mark 9 0 R", []byte("x"))
	d.table("/Size 6/Root 1 0 R/Info 12 0 R")
	for range 2 {
		old := d.Bytes()
		u := open(t, old).NewUpdate()
		refs := []Ref{u.Add(Integer(1)), u.Add(Integer(2)), u.Add(Integer(3)), u.Add(Integer(4))}
		for _, ref := range refs {
			switch ref.Num {
			case 6, 7, 9, 11, 12:
				t.Errorf("the new object is %v", ref)
			}
		}
		*d = doc{offsets: map[int]int{}, eol: "\n"}
		d.Write(appended(t, old, u))
	}
	for _, num := range []uint32{6, 7, 9, 11, 12} {
		if got := mustGet(t, open(t, d.Bytes()).Revision, num); got != "null" {
			t.Errorf("object %d is now %s", num, got)
		}
	}
}

func TestUpdateGet(t *testing.T) {
	f := open(t, plain())
	u := f.NewUpdate()
	u.Set(Ref{Num: 4}, Integer(1))
	ref := u.Add(Integer(2))
	for _, tt := range []struct {
		ref  Ref
		want Object
	}{{Ref{Num: 4}, Integer(1)}, {ref, Integer(2)}, {Ref{Num: 99}, nil}, {Ref{4, 1}, nil}} {
		if got, err := u.Get(tt.ref); got != tt.want || err != nil {
			t.Errorf("Get(%v) = %v, %v; want %v", tt.ref, got, err, tt.want)
		}
	}
	if got := mustGet(t, f.Revision, 4); got != "(old)" {
		t.Errorf("the file itself changed: %s", got)
	}
}

// A stream of the file keeps its data when it is set again under another
// dictionary.
func TestUpdateCopiesStream(t *testing.T) {
	old := richDoc()
	f := open(t, old)
	o, err := f.Get(Ref{Num: 5})
	if err != nil {
		t.Fatal(err)
	}
	s := o.(*Stream)
	u := f.NewUpdate()
	u.Set(Ref{Num: 5}, s.WithDict(s.Dict.With("Mark", Integer(1))))
	g := open(t, appended(t, old, u))
	o, err = g.Get(Ref{Num: 5})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := o.(*Stream).Decode(100); string(got) != "0 0 m 100 100 l S" || err != nil || o.(*Stream).Dict.Get("Mark") != Integer(1) {
		t.Errorf("%v %q, %v", o.(*Stream).Dict, got, err)
	}
}

// The new entries of a table leave the free list and everything else alone.
func TestUpdateWritesOnlyItsEntries(t *testing.T) {
	old := revisionsDoc()
	u := open(t, old).NewUpdate()
	u.Set(Ref{4, 1}, Integer(5))
	u.Add(Integer(6))
	data := appended(t, old, u)
	tail := string(data[len(old):])
	at := len(old)
	want := fmt.Sprintf("4 1 obj\n5\nendobj\n5 0 obj\n6\nendobj\nxref\n4 2\n%010d 00001 n \n%010d 00000 n \ntrailer\n<< /Root 1 0 R /Size 6 /Prev %d >>\nstartxref\n%d\n%%%%EOF\n",
		at, at+17, bytes.LastIndex(old, []byte("xref\n4 1")), at+34)
	if tail != want {
		t.Errorf("appended\n%s\nwant\n%s", tail, want)
	}
}
