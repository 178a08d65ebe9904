package pades

import (
	"bytes"
	"io"

	"github.com/jsign-jp/jsign/internal/pdf"
)

// same reports whether two values are equal as they stand: references must name
// the same object. Entries of a dictionary may be in another order; null is as
// good as absent.
func same(a, b pdf.Object) bool { return sameAt(a, b, 0) }

func sameAt(a, b pdf.Object, depth int) bool {
	if depth > maxNested {
		return false
	}
	switch a := a.(type) {
	case pdf.Array:
		b, ok := b.(pdf.Array)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !sameAt(a[i], b[i], depth+1) {
				return false
			}
		}
		return true
	case pdf.Dict:
		b, ok := b.(pdf.Dict)
		return ok && sameDict(a, b, depth+1)
	case pdf.String:
		b, ok := b.(pdf.String)
		return ok && bytes.Equal(a.Bytes, b.Bytes)
	case *pdf.Stream:
		b, ok := b.(*pdf.Stream)
		return ok && sameStream(a, b, depth)
	case pdf.Integer, pdf.Real:
		return sameNumber(a, b)
	}
	switch b.(type) {
	case pdf.Array, pdf.Dict, pdf.String, *pdf.Stream:
		return false
	}
	return a == b
}

func sameNumber(a, b pdf.Object) bool {
	if a == b {
		return true
	}
	switch b.(type) {
	case pdf.Integer, pdf.Real:
		return number(a) == number(b)
	}
	return false
}

func sameDict(a, b pdf.Dict, depth int) bool {
	if hasTwice(a, b) && !identicalKeys(a, b) {
		return false
	}
	for _, e := range a {
		if !sameAt(a.Get(e.Key), b.Get(e.Key), depth) {
			return false
		}
	}
	for _, e := range b {
		if e.Value != nil && !a.Has(e.Key) {
			return false
		}
	}
	return true
}

// hasTwice reports whether a key stands twice in either dictionary: readers differ
// in which counts.
func hasTwice(a, b pdf.Dict) bool {
	_, before := a.Duplicate()
	_, after := b.Duplicate()
	return before || after
}

// identicalKeys: a dictionary that had a key twice may be written again so.
func identicalKeys(a, b pdf.Dict) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Key != b[i].Key || !same(a[i].Value, b[i].Value) {
			return false
		}
	}
	return true
}

// sameStream compares dictionaries and data; data may be encoded otherwise.
func sameStream(a, b *pdf.Stream, depth int) bool {
	if sameDict(a.Dict, b.Dict, depth+1) && sameBytes(a.Raw(), b.Raw()) {
		return true
	}
	if hasTwice(a.Dict, b.Dict) || !sameDict(unencoded(a.Dict), unencoded(b.Dict), depth+1) {
		return false
	}
	x, err := a.Decode(maxStreamCompared)
	if err != nil {
		return false
	}
	y, err := b.Decode(maxStreamCompared)
	return err == nil && bytes.Equal(x, y)
}

func unencoded(d pdf.Dict) pdf.Dict {
	return d.Without("Filter").Without("DecodeParms").Without("Length")
}

func sameBytes(a, b *io.SectionReader) bool {
	if a.Size() != b.Size() {
		return false
	}
	x, y := make([]byte, 32<<10), make([]byte, 32<<10)
	for {
		n, errA := io.ReadFull(a, x)
		m, errB := io.ReadFull(b, y)
		if n != m || !bytes.Equal(x[:n], y[:m]) {
			return false
		}
		if errA != nil || errB != nil {
			return errA == errB && (errA == io.EOF || errA == io.ErrUnexpectedEOF)
		}
	}
}

// rewritten reports whether a value was written again with other references and
// the same content. Objects that may change in part must be the same ones.
func (c *comparison) rewritten(old, value pdf.Object) bool {
	w := rewriting{c: c, pairs: make(map[[2]pdf.Ref]bool)}
	if !w.equal(old, value, 0) {
		return false
	}
	c.explain(value)
	return true
}

type rewriting struct {
	c     *comparison
	pairs map[[2]pdf.Ref]bool
}

func (w *rewriting) equal(a, b pdf.Object, depth int) bool {
	x, xok := a.(pdf.Ref)
	y, yok := b.(pdf.Ref)
	if xok && yok {
		if x == y {
			_, kept := w.c.mustStay(x.Num)
			return kept || w.c.isEntity(x)
		}
		if w.pairs[[2]pdf.Ref{x, y}] {
			return true
		}
		w.pairs[[2]pdf.Ref{x, y}] = true
		if w.c.isEntity(x) || w.c.isEntity(y) {
			return false
		}
	}
	if depth > maxNested || len(w.pairs) > maxFields {
		return false
	}
	return w.values(w.c.resolve(a), w.c.later.resolve(b), depth+1)
}

func (w *rewriting) values(a, b pdf.Object, depth int) bool {
	switch a := a.(type) {
	case pdf.Array:
		b, ok := b.(pdf.Array)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !w.equal(a[i], b[i], depth) {
				return false
			}
		}
		return true
	case pdf.Dict:
		b, ok := b.(pdf.Dict)
		return ok && w.dicts(a, b, depth)
	case *pdf.Stream:
		b, ok := b.(*pdf.Stream)
		return ok && w.dicts(a.Dict, b.Dict, depth) && sameBytes(a.Raw(), b.Raw())
	}
	return same(a, b)
}

func (w *rewriting) dicts(a, b pdf.Dict, depth int) bool {
	if hasTwice(a, b) || len(a) != len(b) {
		return false
	}
	for _, e := range a {
		if !b.Has(e.Key) || !w.equal(e.Value, b.Get(e.Key), depth) {
			return false
		}
	}
	return true
}
