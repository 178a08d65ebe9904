package pdf

import (
	"errors"

	"github.com/jsign-jp/jsign/internal/lang"
)

// ErrNoPage is the error for a page index beyond the last page.
var ErrNoPage = lang.Errorf("the PDF has no such page", "指定されたページはありません")

// Catalog returns the document catalog (7.7.2) and its reference.
func (r *Revision) Catalog() (Ref, Dict, error) {
	ref, ok := r.Trailer.Get("Root").(Ref)
	if !ok {
		return Ref{}, nil, malformed(-1, "the trailer names no catalog", "トレーラーにカタログの指定がありません")
	}
	o, err := r.Get(ref)
	if err != nil {
		return Ref{}, nil, err
	}
	d, ok := o.(Dict)
	if !ok {
		return Ref{}, nil, malformed(-1, "the catalog %v is missing", "カタログ %v がありません", ref)
	}
	return ref, d, nil
}

// AcroForm returns the interactive form dictionary (12.7.3). ref is the zero Ref
// when the dictionary stands directly in the catalog; form is nil when there is
// none.
func (r *Revision) AcroForm() (ref Ref, form Dict, err error) {
	_, catalog, err := r.Catalog()
	if err != nil {
		return Ref{}, nil, err
	}
	value := catalog.Get("AcroForm")
	ref, _ = value.(Ref)
	form, ok, err := r.Dict(value)
	if err != nil {
		return Ref{}, nil, err
	}
	if !ok {
		return Ref{}, nil, nil
	}
	return ref, form, nil
}

// Page returns the page with the index i, the first being 0. ref is the zero Ref
// when the page is not an indirect object, as it should be. An index beyond the
// last page is ErrNoPage.
func (r *Revision) Page(i int) (ref Ref, page Dict, err error) {
	found := false
	err = r.Pages(func(n int, at Ref, d Dict) bool {
		if n == i {
			ref, page, found = at, d, true
		}
		return !found
	})
	if err == nil && !found {
		err = ErrNoPage
	}
	return ref, page, err
}

// PageCount counts the leaves of the page tree; /Count is not believed.
func (r *Revision) PageCount() (int, error) {
	count := 0
	err := r.Pages(func(int, Ref, Dict) bool { count++; return true })
	return count, err
}

// Pages calls yield for each page in order until it returns false. A page tree
// that runs in a circle, or holds a node twice, is *Malformed.
func (r *Revision) Pages(yield func(i int, ref Ref, page Dict) bool) error {
	_, catalog, err := r.Catalog()
	if err != nil {
		return err
	}
	w := pageWalk{rev: r, yield: yield}
	err = w.node(catalog.Get("Pages"), 0)
	if err == errStop {
		return nil
	}
	return err
}

var errStop = errors.New("enough pages")

// pageWalk goes through the page tree (7.7.3).
type pageWalk struct {
	rev   *Revision
	yield func(int, Ref, Dict) bool
	seen  map[Ref]bool // nodes, not leaves
	pages int
}

func (w *pageWalk) node(o Object, depth int) error {
	ref, _ := o.(Ref)
	d, ok, err := w.rev.Dict(o)
	if err != nil {
		return err
	}
	if !ok {
		w.rev.file.note(NoteSyntax, -1, "an entry of the page tree is no page", "ページツリーにページではないものがあります")
		return nil
	}
	kids, isNode, err := w.rev.Array(d.Get("Kids"))
	if err != nil {
		return err
	}
	if !isNode {
		return w.leaf(ref, d)
	}
	if err := w.enter(ref, depth); err != nil {
		return err
	}
	for _, kid := range kids {
		if err := w.node(kid, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (w *pageWalk) enter(ref Ref, depth int) error {
	if depth > maxPageDepth {
		return limitExceeded(-1, "the page tree is more than %d levels high", "ページツリーが %d 段を超えています", maxPageDepth)
	}
	if ref.IsZero() {
		return nil
	}
	if w.seen[ref] {
		return runsInCircle(-1, "the page tree runs in a circle", "ページツリーが循環しています")
	}
	if w.seen == nil {
		w.seen = make(map[Ref]bool, 4)
	}
	w.seen[ref] = true
	return nil
}

func (w *pageWalk) leaf(ref Ref, d Dict) error {
	if w.pages == maxPages {
		return limitExceeded(-1, "more than %d pages", "ページ数が %d を超えています", maxPages)
	}
	w.pages++
	if !w.yield(w.pages-1, ref, d) {
		return errStop
	}
	return nil
}

// Inherited returns the value of key (Resources, MediaBox, CropBox, Rotate) for
// a page, from the page or the nearest ancestor that has it (7.7.3.4), resolved;
// nil when none has.
func (r *Revision) Inherited(page Dict, key Name) (Object, error) {
	for range maxPageDepth {
		value, err := r.Resolve(page.Get(key))
		if value != nil || err != nil {
			return value, err
		}
		parent, ok, err := r.Dict(page.Get("Parent"))
		if !ok || err != nil {
			return nil, err
		}
		page = parent
	}
	return nil, runsInCircle(-1, "the ancestors of a page run in a circle", "ページの親が循環しています")
}
