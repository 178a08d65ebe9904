package pades

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/internal/pdf"
)

// storeForms are the ways a store may stand in a document.
func storeForms() map[string][]byte {
	pages := []string{"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R >>"}
	stream := func(data string) string {
		return fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(data), data)
	}
	doc := func(catalog string, more ...string) []byte {
		return document(append(append([]string{"<< /Type /Catalog /Pages 2 0 R " + catalog + " >>"}, pages...), more...)...)
	}
	return map[string][]byte{
		"none":         doc(""),
		"null":         doc("/DSS null"),
		"direct":       doc("/DSS << /Certs [4 0 R] >>", stream("c1")),
		"indirect":     doc("/DSS 5 0 R", stream("c1"), "<< /Type /DSS /Certs [4 0 R] >>"),
		"shared list":  doc("/DSS 5 0 R", stream("c1"), "<< /Certs 6 0 R /VRI << /AA << /Cert 6 0 R >> >> >>", "[4 0 R]"),
		"indirect VRI": doc("/DSS 5 0 R", stream("c1"), "<< /Certs [4 0 R] /VRI 6 0 R >>", "<< /AA 7 0 R >>", "<< /Cert [4 0 R] >>"),
		"own entry":    doc("/DSS 5 0 R", stream("c1"), "<< /Certs [4 0 R] /VRI 6 0 R >>", "<< /"+string(VRI{}.key())+" 7 0 R >>", "<< /Cert [4 0 R] /TU (D:2026) >>"),
		"odd elements": doc("/DSS 5 0 R", stream("c1"), "<< /Certs [4 0 R null 9 0 R (x)] /CRLs 3 /VRI (x) >>"),
	}
}

func appended(t testing.TB, file []byte, list ...VRI) []byte {
	t.Helper()
	a, err := AppendDSS(open(t, file), list...)
	if err != nil {
		t.Fatal(err)
	}
	if a == nil {
		return file
	}
	return append(bytes.Clone(file), a.Bytes...)
}

// TestAppendDSS: whatever store there was, what it held is still there, what was
// added is there once, also after adding it again.
func TestAppendDSS(t *testing.T) {
	data := ValidationData{Certificates: [][]byte{[]byte("c1"), []byte("c2"), []byte("c2")}, CRLs: [][]byte{[]byte("l1")}, OCSPs: [][]byte{[]byte("o1")}}
	for name, file := range storeForms() {
		t.Run(name, func(t *testing.T) {
			once := appended(t, file, VRI{Data: data})
			f := open(t, once)
			store, err := ReadDSS(f.Revision)
			if err != nil {
				t.Fatal(err)
			}
			if len(store.Certificates) != 2 || len(store.CRLs) != 1 || len(store.OCSPs) != 1 {
				t.Errorf("%q", store)
			}
			for _, held := range []string{"c1", "c2", "l1", "o1"} {
				if n := strings.Count(string(once), "stream\n"+held+"\nendstream"); n != 1 {
					t.Errorf("%s is stored %d times", held, n)
				}
			}
			checkStoreEntry(t, f, name)
			if again, err := AppendDSS(f, VRI{Data: data}); again != nil || err != nil {
				t.Errorf("again: %v, %v", again, err)
			}
			both := appended(t, once, VRI{Contents: []byte{1}, Data: data})
			if vri := vriOf(t, open(t, both)); len(vri) != len(vriOf(t, f))+1 {
				t.Errorf("/VRI has %d entries", len(vri))
			}
		})
	}
}

func vriOf(t testing.TB, f *pdf.File) pdf.Dict {
	t.Helper()
	_, catalog, err := f.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	v := view{rev: f.Revision}
	return v.dict(v.dict(catalog.Get("DSS")).Get("VRI"))
}

// checkStoreEntry: the entry of the signature is there, beside what was there.
func checkStoreEntry(t *testing.T, f *pdf.File, name string) {
	t.Helper()
	v := view{rev: f.Revision}
	vri := vriOf(t, f)
	entry := v.dict(vri.Get(VRI{}.key()))
	if len(v.array(entry.Get("Cert"))) != 2 || len(v.array(entry.Get("CRL"))) != 1 || len(v.array(entry.Get("OCSP"))) != 1 {
		t.Errorf("entry %v", entry)
	}
	if kept := v.dict(vri.Get("AA")); strings.Contains(name, "VRI") || name == "shared list" {
		if len(v.array(kept.Get("Cert"))) != 1 {
			t.Errorf("the other entry %v", kept)
		}
	}
	if name == "own entry" && !entry.Has("TU") {
		t.Error("/TU is lost")
	}
}

// TestAppendDSSRefuses: what would be replaced without being understood.
func TestAppendDSSRefuses(t *testing.T) {
	if _, err := AppendDSS(open(t, document("<< /Type /Catalog /Pages 2 0 R /DSS [] >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R >>")), VRI{}); err == nil {
		t.Error("a store that is no dictionary")
	}
	if _, err := AppendDSS(open(t, document("<< /Type /Catalog /Pages 2 0 R /DSS 1 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R >>")), VRI{}); err == nil {
		t.Error("a store that is the catalog")
	}
}

// FuzzAppendDSS: in whatever file, what was added is read back, and what was there
// is not lost.
func FuzzAppendDSS(f *testing.F) {
	for _, file := range storeForms() {
		f.Add(file)
	}
	added := VRI{Contents: []byte{1}, Data: ValidationData{Certificates: [][]byte{[]byte("new certificate")}, CRLs: [][]byte{[]byte("new list")}}}
	f.Fuzz(func(t *testing.T, file []byte) {
		old, err := pdf.Open(bytes.NewReader(file), int64(len(file)), pdf.Options{})
		if err != nil {
			return
		}
		before, err := ReadDSS(old.Revision)
		if err != nil {
			return
		}
		a, err := AppendDSS(old, added)
		if err != nil || a == nil {
			return
		}
		file = append(bytes.Clone(file), a.Bytes...)
		now, err := pdf.Open(bytes.NewReader(file), int64(len(file)), pdf.Options{})
		if err != nil {
			t.Fatal(err)
		}
		after, err := ReadDSS(now.Revision)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range append(before.Certificates, added.Data.Certificates...) {
			if !slices.ContainsFunc(after.Certificates, func(x []byte) bool { return bytes.Equal(x, b) }) {
				t.Errorf("%q is missing", b)
			}
		}
	})
}
