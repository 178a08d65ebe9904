package pdf

import (
	"fmt"
	"testing"
)

// benchDoc is a document of 50 kB with n objects besides its page.
func benchDoc(n int) []byte {
	d := newDoc("%PDF-1.4\n")
	d.pages()
	each := 47 << 10 / n
	for i := range n {
		d.stream(4+i, "", make([]byte, max(1, each-80)))
	}
	at := d.Len()
	fmt.Fprintf(d, "xref\n0 %d\n0000000000 65535 f \n", n+4)
	for num := 1; num < n+4; num++ {
		fmt.Fprintf(d, "%010d 00000 n \n", d.offsets[num])
	}
	fmt.Fprintf(d, "trailer\n<</Size %d/Root 1 0 R/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]>>\n", n+4)
	d.end(at)
	return d.Bytes()
}

func benchDocs(b *testing.B) map[string][]byte {
	many := benchDoc(900)
	return map[string][]byte{
		"6 objects":              benchDoc(3),
		"900 objects":            many,
		"900 in object streams":  convert(b, many, "qpdf", "--object-streams=generate", "IN", "OUT"),
		"6 objects, xref stream": convert(b, benchDoc(3), "qpdf", "--object-streams=generate", "--compress-streams=n", "IN", "OUT"),
	}
}

// BenchmarkOpenAndUpdate is what signing asks of this package: open, look at the
// catalog, the form and the first page, and append a revision.
func BenchmarkOpenAndUpdate(b *testing.B) {
	token := make([]byte, 16<<10)
	for i := range token {
		token[i] = '0'
	}
	token[0], token[len(token)-1] = '<', '>'
	for name, data := range benchDocs(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f := open(b, data)
				root, catalog, err := f.Catalog()
				if err != nil {
					b.Fatal(err)
				}
				page, dict, err := f.Page(0)
				if err != nil {
					b.Fatal(err)
				}
				u := f.NewUpdate()
				sig := u.Add(Dict{{"Type", Name("Sig")}, {"Contents", NewPlaceholder(token)}})
				field := u.Add(Dict{{"FT", Name("Sig")}, {"V", sig}})
				u.Set(page, dict.With("Annots", Array{field}))
				u.Set(root, catalog.With("AcroForm", Dict{{"Fields", Array{field}}}))
				if _, err := u.Append(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkReadAll reads every object once.
func BenchmarkReadAll(b *testing.B) {
	for name, data := range benchDocs(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := readObjects(open(b, data)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
