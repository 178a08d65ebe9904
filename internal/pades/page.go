package pades

import (
	"errors"

	"github.com/jsign-jp/jsign/internal/pdf"
)

// page is the page that a new field's widget is listed on.
type page struct {
	object              // its dict is nil when the document has no page that can be changed
	annots    pdf.Ref   // of /Annots, when that is an indirect array of this page alone
	list      pdf.Array // /Annots, resolved
	unfitting bool      // /Annots is no array: it is left as it is
}

// firstPage reads the first page and its annotations.
func firstPage(f *pdf.File) (page, error) {
	ref, dict, err := f.Page(0)
	if errors.Is(err, pdf.ErrNoPage) {
		return page{}, nil
	}
	if err != nil || ref.IsZero() {
		return page{}, err
	}
	p := page{object: object{ref, dict}}
	v := view{rev: f.Revision}
	value := v.resolve(dict.Get("Annots"))
	list, isArray := value.(pdf.Array)
	p.list, p.unfitting = list, value != nil && !isArray
	if annots, ok := dict.Get("Annots").(pdf.Ref); ok && isArray {
		shared, err := isShared(f, ref, annots)
		if err != nil {
			return page{}, err
		}
		if !shared {
			p.annots = annots
		}
	}
	return p, v.err
}

// isShared reports whether another page lists its annotations in the same array:
// what is added to that would show up there too.
func isShared(f *pdf.File, first, annots pdf.Ref) (bool, error) {
	shared := false
	err := f.Pages(func(_ int, ref pdf.Ref, dict pdf.Dict) bool {
		shared = ref != first && dict.Get("Annots") == pdf.Object(annots)
		return !shared
	})
	return shared, err
}

// addWidget lists a widget among the page's annotations: in the array where it
// stands, or in one of the page's own where there was none or a shared one.
func (p *page) addWidget(u *pdf.Update, widget pdf.Ref) {
	if p.dict == nil || p.unfitting {
		return
	}
	list := append(p.list[:len(p.list):len(p.list)], widget)
	if !p.annots.IsZero() {
		u.Set(p.annots, list)
		return
	}
	u.Set(p.ref, p.dict.With("Annots", list))
}
