package sign_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/jsign-jp/jsign/internal/pades"
	"github.com/jsign-jp/jsign/internal/pdf"
	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/testdata/ca"
)

const fuzzLargest = 32 << 10 // larger inputs are only slower

// seedPDFs adds documents made by hand, signed ones among them, and the smaller
// files of the corpus where that is present.
func seedPDFs(f *testing.F) {
	f.Helper()
	seeds := 0
	add := func(file []byte) {
		if len(file) <= fuzzLargest {
			f.Add(file)
			seeds++
		}
	}
	for _, file := range [][]byte{plain(), titled(), hybrid(), prevChain(true), inherited(), sharedAnnots(), generations(), approval(), demanding("/Ff 1")} {
		add(file)
	}
	add(signPDF(f, approval(), keyOf(ca.OrgEd25519), sign.PDFOptions{Field: "承認.buyer"}))
	paths, _ := filepath.Glob("../../shared/corpus/pdf/0*.pdf")
	for _, path := range paths {
		file, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		add(file)
	}
	if seeds == 0 {
		f.Fatal("no seeds")
	}
}

// signatureRefs returns where the signatures of a file stand, by field.
func signatureRefs(file []byte) (map[string]pdf.Ref, error) {
	f, err := pdf.Open(bytes.NewReader(file), int64(len(file)), pdf.Options{})
	if err != nil {
		return nil, err
	}
	form, err := pades.ReadForm(f.Revision)
	if err != nil {
		return nil, err
	}
	signatures, err := form.Signatures(f.Revision)
	if err != nil {
		return nil, err
	}
	refs := make(map[string]pdf.Ref)
	for _, s := range signatures {
		refs[s.Field.Name] = s.Ref
	}
	return refs, nil
}

// FuzzPDFKeepsPrefix: whatever is signed at all keeps every byte, its signatures
// and gets one more, which covers the file to its end.
func FuzzPDFKeepsPrefix(f *testing.F) {
	seedPDFs(f)
	key := keyOf(ca.OrgEd25519)
	f.Fuzz(func(t *testing.T, file []byte) {
		if len(file) > fuzzLargest {
			return
		}
		d, err := preparePDF(file, sign.PDFOptions{Now: clock})
		if err != nil {
			return
		}
		out := finished(t, d, key)
		if !bytes.HasPrefix(out, file) {
			t.Fatal("the old file is not a prefix of the signed one")
		}
		lastSignature(t, out)
		after, err := signatureRefs(out)
		if err != nil {
			t.Fatalf("the signed file: %v", err)
		}
		before, err := signatureRefs(file)
		if err != nil {
			before = nil // a form that only scanning brings to light: the signed file has it in order
		}
		for field, ref := range before {
			if after[field] != ref {
				t.Errorf("the signature of field %q stood in %v and is in %v", field, ref, after[field])
			}
		}
		if _, old := before[d.Field()]; old || after[d.Field()].IsZero() {
			t.Errorf("field %q is not signed: %v, %v", d.Field(), before, after)
		}
	})
}
