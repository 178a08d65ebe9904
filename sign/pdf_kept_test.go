package sign_test

import (
	"bytes"
	"io"
	"reflect"
	"testing"

	"github.com/jsign-jp/jsign/internal/pdf"
)

// keepsDocument demands that signing changed nothing of a document but what it
// must: every object and every entry of the trailer has the value it had, except
// for the form, the first page's annotations and the entries that lead there.
func keepsDocument(t testing.TB, before, after []byte, password string) {
	t.Helper()
	open := func(file []byte) *pdf.File {
		f, err := pdf.Open(bytes.NewReader(file), int64(len(file)), pdf.Options{Password: []byte(password)})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	was, is := open(before), open(after)
	for _, key := range []pdf.Name{"Info", "Encrypt", "Root"} {
		if !reflect.DeepEqual(was.Trailer.Get(key), is.Trailer.Get(key)) {
			t.Errorf("trailer /%s was %v and is %v", key, was.Trailer.Get(key), is.Trailer.Get(key))
		}
	}
	if was.Trailer.Has("ID") && !reflect.DeepEqual(firstID(was), firstID(is)) {
		t.Errorf("the permanent identifier was %v and is %v", firstID(was), firstID(is))
	}
	mayChange := changeable(t, was)
	for _, revision := range was.Revisions() {
		err := revision.Changed(func(num uint32, _ pdf.Location) bool {
			at, err := was.Locate(num)
			if err != nil || at.Free {
				return true
			}
			ref := pdf.Ref{Num: num, Gen: at.Gen}
			if !sameValue(t, was, is, ref, mayChange[num]) {
				t.Errorf("object %d changed", num)
			}
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func firstID(f *pdf.File) pdf.Object {
	id, ok, _ := f.Array(f.Trailer.Get("ID"))
	if !ok || len(id) == 0 {
		return nil
	}
	return id[0]
}

// changeable returns, by object number, the keys that a signature may add or
// change there; an empty list stands for an array that may get longer.
func changeable(t testing.TB, f *pdf.File) map[uint32][]pdf.Name {
	t.Helper()
	keys := make(map[uint32][]pdf.Name)
	catalogRef, catalog, err := f.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	keys[catalogRef.Num] = []pdf.Name{"AcroForm"}
	formRef, form, err := f.AcroForm()
	if err != nil {
		t.Fatal(err)
	}
	keys[formRef.Num] = append(keys[formRef.Num], "Fields", "SigFlags")
	if catalog.Has("AcroForm") && formRef.IsZero() {
		keys[catalogRef.Num] = []pdf.Name{"AcroForm"}
	}
	pageRef, page, err := f.Page(0)
	if err != nil {
		t.Fatal(err)
	}
	keys[pageRef.Num] = []pdf.Name{"Annots"}
	for _, o := range []pdf.Object{form.Get("Fields"), page.Get("Annots")} {
		if ref, ok := o.(pdf.Ref); ok {
			keys[ref.Num] = []pdf.Name{}
		}
	}
	return keys
}

func sameValue(t testing.TB, was, is *pdf.File, ref pdf.Ref, except []pdf.Name) bool {
	t.Helper()
	a, errA := was.Get(ref)
	b, errB := is.Get(ref)
	if errA != nil || errB != nil {
		t.Fatalf("object %d: %v, %v", ref.Num, errA, errB)
	}
	switch old := a.(type) {
	case *pdf.Stream:
		stream, ok := b.(*pdf.Stream)
		return ok && reflect.DeepEqual(old.Dict, stream.Dict) && bytes.Equal(rawData(t, old), rawData(t, stream))
	case pdf.Array:
		longer, ok := b.(pdf.Array)
		if ok && except != nil && len(longer) > len(old) {
			longer = longer[:len(old)]
		}
		return ok && reflect.DeepEqual(old, longer)
	case pdf.Dict:
		changed, ok := b.(pdf.Dict)
		for _, key := range except {
			old, changed = old.Without(key), changed.Without(key)
		}
		return ok && reflect.DeepEqual(old, changed)
	}
	return reflect.DeepEqual(a, b)
}

func rawData(t testing.TB, s *pdf.Stream) []byte {
	t.Helper()
	data, err := io.ReadAll(s.Raw())
	if err != nil {
		t.Fatal(err)
	}
	return data
}
