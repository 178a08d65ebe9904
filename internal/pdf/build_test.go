package pdf

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// doc is a document under construction, with every byte in the hands of the test.
type doc struct {
	bytes.Buffer
	offsets map[int]int // of the objects of the present section
	eol     string
	base    int // what offsets count from
}

func newDoc(header string) *doc {
	d := &doc{offsets: map[int]int{}, eol: "\n"}
	d.WriteString(header)
	return d
}

// object writes "num 0 obj body endobj".
func (d *doc) object(num int, body string) {
	d.offsets[num] = d.Len() - d.base
	fmt.Fprintf(d, "%d 0 obj%s%s%sendobj%s", num, d.eol, body, d.eol, d.eol)
}

func (d *doc) stream(num int, dict string, data []byte) {
	d.object(num, fmt.Sprintf("<<%s /Length %d>>\nstream\n%s\nendstream", dict, len(data), data))
}

// table writes the entries of the present section, a trailer and the end, and
// returns where it stands.
func (d *doc) table(trailer string) int {
	at := d.Len() - d.base
	fmt.Fprintf(d, "xref%s", d.eol)
	if len(d.offsets) == 0 {
		fmt.Fprintf(d, "0 0%s", d.eol)
	}
	pad := " "
	if len(d.eol) == 2 {
		pad = ""
	}
	for num := range 1000 {
		if off, ok := d.offsets[num]; ok {
			fmt.Fprintf(d, "%d 1%s%010d 00000 n%s%s", num, d.eol, off, pad, d.eol)
		}
	}
	fmt.Fprintf(d, "trailer%s<<%s>>%s", d.eol, trailer, d.eol)
	d.end(at)
	return at
}

// end writes startxref and %%EOF and begins another section.
func (d *doc) end(at int) {
	fmt.Fprintf(d, "startxref%s%d%s%%%%EOF%s", d.eol, at, d.eol, d.eol)
	d.offsets = map[int]int{}
}

// pages writes a catalog 1, a page tree 2 and a page 3.
func (d *doc) pages() {
	d.object(1, "<</Type/Catalog/Pages 2 0 R>>")
	d.object(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>")
	d.object(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>")
}

// plain is an orderly document of one revision.
func plain() []byte {
	d := newDoc("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	d.pages()
	d.object(4, "(old)")
	d.table("/Size 5/Root 1 0 R/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]")
	return d.Bytes()
}

func open(t testing.TB, data []byte) *File {
	t.Helper()
	f, err := openBytes(data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func openBytes(data []byte, opt Options) (*File, error) {
	return Open(bytes.NewReader(data), int64(len(data)), opt)
}

// appended returns the whole new file.
func appended(t testing.TB, old []byte, u *Update) []byte {
	t.Helper()
	tail, err := u.Append()
	if err != nil {
		t.Fatal(err)
	}
	if tail.Base != int64(len(old)) {
		t.Fatalf("Base = %d, want %d", tail.Base, len(old))
	}
	return append(bytes.Clone(old), tail.Bytes...)
}

// text writes an object as text, to compare it.
func text(t testing.TB, o Object) string {
	t.Helper()
	var w writer
	if s, ok := o.(*Stream); ok {
		o = s.Dict
	}
	if err := w.object(o); err != nil {
		t.Fatal(err)
	}
	return string(w.out)
}

// mustGet returns an object as text.
func mustGet(t testing.TB, r *Revision, num uint32) string {
	t.Helper()
	o, err := r.Get(Ref{Num: num})
	if err != nil {
		t.Fatal(err)
	}
	return text(t, o)
}

func hasNote(f *File, kind NoteKind) bool {
	for _, n := range f.Notes() {
		if n.Kind == kind {
			return true
		}
	}
	return false
}

// tool returns the path of an installed program; without it the test is skipped,
// but fails in CI.
func tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not installed", name)
		}
		t.Skipf("%s is not installed", name)
	}
	return path
}

// run starts a program and fails the test if that fails.
func run(t testing.TB, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(tool(t, name), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// convert puts data through a program that reads one file and writes another.
// args hold IN and OUT.
func convert(t testing.TB, data []byte, name string, args ...string) []byte {
	t.Helper()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.pdf"), filepath.Join(dir, "out.pdf")
	write(t, in, data)
	for i := range args {
		args[i] = strings.ReplaceAll(strings.ReplaceAll(args[i], "OUT", out), "IN", in)
	}
	run(t, name, args...)
	converted, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return converted
}

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// check has qpdf judge a document. It must find neither faults nor warnings.
func check(t testing.TB, data []byte, args ...string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "checked.pdf")
	write(t, path, data)
	out := run(t, "qpdf", append(append([]string{"--check"}, args...), path)...)
	if strings.Contains(out, "WARNING") {
		t.Fatalf("qpdf warns:\n%s", out)
	}
}
