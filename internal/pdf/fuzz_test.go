package pdf

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/jsign-jp/jsign/internal/workload"
)

// seed adds documents of every form and, where it is there, some of the corpus.
func seed(f *testing.F) {
	f.Helper()
	docs := [][]byte{plain(), streamDoc(""), hybridDoc(), revisionsDoc(), richDoc(), metadataDoc()}
	files, err := filepath.Glob(filepath.Join(corpusDir, "*.pdf"))
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		if len(data) < 16<<10 {
			docs = append(docs, data)
		}
	}
	saved, err := filepath.Glob("testdata/seeds/*.pdf")
	if err != nil || len(saved) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, path := range saved {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		docs = append(docs, data)
	}
	for _, d := range docs {
		f.Add(d)
	}
}

// FuzzReader: whatever the bytes, opening and reading everything ends, and what is
// read is written and read again with the same value.
func FuzzReader(f *testing.F) {
	seed(f)
	for _, file := range circles() {
		f.Add(file.data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		defer workload.Bound(t)()
		file, err := openBytes(data, Options{AllowLocked: true})
		if err != nil {
			return
		}
		file.PageCount()
		file.AcroForm()
		file.Version()
		for _, r := range file.Revisions() {
			r.Changed(func(num uint32, at Location) bool {
				ref := Ref{num, at.Gen}
				refs, scanErr := r.References(ref, at, nil)
				o, err := r.Get(ref)
				checkReferences(t, o, err, refs, scanErr)
				if err != nil {
					return true
				}
				r.Raw(ref, 1<<16)
				if s, ok := o.(*Stream); ok {
					s.Decode(1 << 16)
					o = s.Dict
				}
				checkRoundTrip(t, o)
				return true
			})
		}
	})
}

// checkReferences compares what References said with what Get did.
func checkReferences(t *testing.T, o Object, err error, refs []Ref, scanErr error) {
	t.Helper()
	if (err == nil) != (scanErr == nil) {
		t.Fatalf("Get says %v, References %v", err, scanErr)
	}
	if want := AppendReferences(nil, o); err == nil && !slices.Equal(refs, want) {
		t.Fatalf("References are %v, in the object %v", refs, want)
	}
}

func checkRoundTrip(t *testing.T, o Object) {
	t.Helper()
	first := text(t, o)
	back, err := parseText(first)
	if err != nil {
		t.Fatalf("%q cannot be read again: %v", first, err)
	}
	if !reflect.DeepEqual(back, o) && text(t, back) != first {
		t.Fatalf("%q was read as %q", first, text(t, back))
	}
}

// FuzzUpdateKeepsPrefix: whatever the document, the update begins with its bytes,
// and what was set is read from the result, under the cross-references that the
// update wrote.
func FuzzUpdateKeepsPrefix(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := openBytes(data, Options{})
		if err != nil {
			return
		}
		u := file.NewUpdate()
		value := String{Bytes: []byte("value)\r\\")}
		placeholder := NewPlaceholder([]byte("<00>"))
		ref := u.Add(Dict{{"Type", Name("Sig")}, {"V", value}, {"Contents", placeholder}})
		root, catalog, err := file.Catalog()
		if err != nil {
			return
		}
		u.Set(root, catalog.With("Fuzz", ref))
		tail, err := u.Append()
		if err != nil {
			return
		}
		if tail.Base != int64(len(data)) {
			t.Fatalf("Base = %d", tail.Base)
		}
		updated := append(bytes.Clone(data), tail.Bytes...)
		if got := updated[placeholder.Offset():][:4]; string(got) != "<00>" {
			t.Fatalf("at the placeholder's offset stands %q", got)
		}
		again, err := openBytes(updated, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if again.Rebuilt() {
			t.Fatalf("the result had to be rebuilt: %v", again.Notes())
		}
		o, err := again.Get(ref)
		if err != nil {
			t.Fatal(err)
		}
		d, _ := o.(Dict)
		if got, _ := d.Get("V").(String); !bytes.Equal(got.Bytes, value.Bytes) {
			t.Fatalf("the object is %v", o)
		}
		_, newCatalog, err := again.Catalog()
		if err != nil || newCatalog.Get("Fuzz") != ref {
			t.Fatalf("the catalog is %v, %v", newCatalog, err)
		}
	})
}

// FuzzFilters: no data makes a filter panic or exceed its limit.
func FuzzFilters(f *testing.F) {
	names := []Name{"FlateDecode", "LZWDecode", "ASCIIHexDecode", "ASCII85Decode", "RunLengthDecode"}
	long := sample()[:2000]
	f.Add(uint8(0), uint8(12), uint8(3), deflate(long))
	f.Add(uint8(1), uint8(1), uint8(1), lzw(long, true))
	f.Add(uint8(2), uint8(1), uint8(1), []byte("4142>"))
	f.Add(uint8(3), uint8(1), uint8(1), []byte("87cUR~>"))
	f.Add(uint8(4), uint8(1), uint8(1), []byte("\x04Hello\xfd!\x80"))
	f.Fuzz(func(t *testing.T, filter, predictor, columns uint8, data []byte) {
		d := Dict{{"Filter", names[int(filter)%len(names)]}, {"DecodeParms", Dict{
			{"Predictor", Integer(predictor)}, {"Columns", Integer(columns)}, {"Colors", Integer(1 + predictor>>5)},
		}}}
		if out, err := NewStream(d, data).Decode(1 << 16); err == nil && len(out) > 1<<16+4096 {
			t.Fatalf("%d bytes", len(out))
		}
	})
}
