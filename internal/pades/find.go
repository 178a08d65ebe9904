package pades

import (
	"bytes"
	"maps"
	"slices"

	"github.com/jsign-jp/jsign/internal/pdf"
)

// Document is what a file holds in signatures.
type Document struct {
	File       *pdf.File
	Signatures []Signature // reached through the form, then through /Perms; in document order
	Empty      []string    // signature fields without a value

	stray map[int]int64 // what File.Stray found, by revision
	steps int           // that comparing revisions may still take
}

// Find lists the signatures that the newest revision's structure leads to: the
// values of signature fields and what /Perms names (ISO 32000-2, 12.7.5.5, 12.8.6).
func Find(f *pdf.File) (*Document, error) {
	d := &Document{File: f, stray: make(map[int]int64), steps: comparisonSteps + int(f.Size()/4)}
	form, err := ReadForm(f.Revision)
	if err != nil && f.Locked() {
		return d, d.findLocked()
	}
	if err != nil {
		return nil, err
	}
	v := view{rev: f.Revision}
	seen := make(map[pdf.Ref]bool)
	for _, field := range form.Fields {
		if field.Type == fieldTypeSignature {
			d.addField(&v, field, seen)
		}
	}
	_, catalog, err := f.Catalog()
	if err != nil {
		return nil, err
	}
	for _, e := range v.dict(catalog.Get("Perms")) {
		d.add(&v, Field{}, e.Value, seen)
	}
	return d, v.err
}

// findLocked lists the signature dictionaries of an encrypted document whose form
// cannot be read without its password. They stand in the file themselves, with
// /Contents and /ByteRange in the clear (7.6.2); their fields are not known.
func (d *Document) findLocked() error {
	numbers := make(map[uint32]bool)
	for _, rev := range d.File.Revisions() {
		if err := rev.Changed(func(num uint32, _ pdf.Location) bool {
			numbers[num] = true
			return len(numbers) <= maxCompared
		}); err != nil {
			return err
		}
	}
	for _, num := range slices.Sorted(maps.Keys(numbers)) {
		at, err := d.File.Locate(num)
		if err != nil || at.Free || at.Stream != 0 {
			continue
		}
		ref := pdf.Ref{Num: num, Gen: at.Gen}
		o, err := d.File.Get(ref)
		dict, ok := o.(pdf.Dict)
		if _, isString := dict.Get("Contents").(pdf.String); err == nil && ok && isString && dict.Has("ByteRange") {
			d.Signatures = append(d.Signatures, Signature{Ref: ref, Dict: dict})
		}
	}
	return nil
}

// addField takes the value of a field. Fields below it that inherit the value
// are no further signatures.
func (d *Document) addField(v *view, field Field, seen map[pdf.Ref]bool) {
	if v.dict(field.Value) == nil {
		if !field.hasFields(v) {
			d.Empty = append(d.Empty, field.Name)
		}
		return
	}
	d.add(v, field, field.Value, seen)
}

// hasFields reports whether a field is a mere node above others.
func (f *Field) hasFields(v *view) bool {
	for _, kid := range v.array(f.Dict.Get("Kids")) {
		if v.dict(kid).Has("T") {
			return true
		}
	}
	return false
}

func (d *Document) add(v *view, field Field, value pdf.Object, seen map[pdf.Ref]bool) {
	dict := v.dict(value)
	ref, indirect := value.(pdf.Ref)
	if dict == nil || indirect && seen[ref] {
		return
	}
	seen[ref] = indirect
	d.Signatures = append(d.Signatures, Signature{field, ref, dict})
}

// SubFilter returns /SubFilter of a signature.
func (s *Signature) SubFilter() pdf.Name { return s.Dict.Name("SubFilter") }

// IsTimestamp tells document timestamps (12.8.5).
func (s *Signature) IsTimestamp() bool { return s.SubFilter() == SubFilterTimestamp }

// home is the indirect object that the signature dictionary stands in.
func (s *Signature) home() pdf.Ref {
	if s.Ref.IsZero() {
		return s.Field.Ref
	}
	return s.Ref
}

// Orphans returns the offsets of "/ByteRange" outside of the signatures that the
// structure leads to: of what looks like a signature and is none. Of those in
// object streams, which revisions after the first signature added, it is the
// offset of the stream.
func (d *Document) Orphans(proofs []*Proof) ([]int64, error) {
	const word = "/ByteRange"
	list, err := d.heldOrphans([]byte(word), proofs)
	if err != nil {
		return nil, err
	}
	for at := int64(0); at < d.File.Size() && len(list) < maxOrphans; at += orphanWindow - int64(len(word)-1) {
		window, err := d.File.Window(at, orphanWindow)
		if err != nil {
			return nil, err
		}
		for from := 0; len(list) < maxOrphans; from += len(word) {
			i := bytes.Index(window[from:], []byte(word))
			if i < 0 {
				break
			}
			from += i
			if off := at + int64(from); !known(off, proofs) {
				list = append(list, off)
			}
		}
	}
	return list, nil
}

func (d *Document) heldOrphans(word []byte, proofs []*Proof) ([]int64, error) {
	revisions := d.File.Revisions()
	first := len(revisions)
	for _, p := range proofs {
		if p.Revision >= 0 {
			first = min(first, p.Revision+1)
		}
	}
	var list []int64
	for _, rev := range revisions[first:] {
		held, err := rev.Held(word)
		if err != nil {
			return nil, err
		}
		list = append(list, held...)
	}
	return list[:min(len(list), maxOrphans)], nil
}

func known(off int64, proofs []*Proof) bool {
	for _, p := range proofs {
		if p.start <= off && off < p.end {
			return true
		}
	}
	return false
}
