package pades

import (
	"errors"
	"slices"

	"github.com/jsign-jp/jsign/internal/pdf"
)

// page is a page on which a widget is to be listed.
type page struct {
	object              // its dict is nil when the document has no page that can be changed
	annots    pdf.Ref   // of /Annots, when that is an indirect array of this page alone
	list      pdf.Array // /Annots, resolved
	unfitting bool      // /Annots is no array: it is left as it is
}

// firstPage reads the first page and its annotations.
func firstPage(f *pdf.File, form *Form) (page, error) {
	ref, dict, err := f.Page(0)
	if errors.Is(err, pdf.ErrNoPage) {
		return page{}, nil
	}
	if err != nil || ref.IsZero() {
		return page{}, err
	}
	return readPage(f, form, object{ref, dict})
}

func readPage(f *pdf.File, form *Form, o object) (page, error) {
	p := page{object: o}
	v := view{rev: f.Revision}
	value := v.resolve(o.dict.Get("Annots"))
	list, isArray := value.(pdf.Array)
	p.list, p.unfitting = list, value != nil && !isArray
	if annots, ok := o.dict.Get("Annots").(pdf.Ref); ok && isArray && !form.arrays[annots] {
		shared, err := isShared(f, o.ref, annots)
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
func isShared(f *pdf.File, own, annots pdf.Ref) (bool, error) {
	shared := false
	err := f.Pages(func(_ int, ref pdf.Ref, dict pdf.Dict) bool {
		shared = ref != own && dict.Get("Annots") == pdf.Object(annots)
		return !shared
	})
	return shared, err
}

// addWidgets lists widgets among the page's annotations: in the array where it
// stands, or in one of the page's own where there was none, or one that another
// page or the form uses too.
func (p *page) addWidgets(u *pdf.Update, widgets ...pdf.Ref) {
	if p.dict == nil || p.unfitting {
		return
	}
	list := slices.Clip(p.list)
	for _, w := range widgets {
		list = append(list, w)
	}
	if !p.annots.IsZero() {
		u.Set(p.annots, list)
		return
	}
	u.Set(p.ref, p.dict.With("Annots", list))
}

// strays returns the signatures whose widgets are on the page and whose fields
// the form does not list: some readers take them for fields all the same.
func (p *page) strays(v *view, form *Form) []Signature {
	listed := make(map[pdf.Ref]bool)
	for _, f := range form.Fields {
		if f.Type == fieldTypeSignature {
			listed[f.Ref] = true
		}
	}
	var list []Signature
	for _, o := range p.list[:min(len(p.list), maxStrays)] {
		ref, _ := o.(pdf.Ref)
		d := v.dict(o)
		if listed[ref] || v.name(d.Get("FT")) != fieldTypeSignature {
			continue
		}
		if value := v.dict(d.Get("V")); value != nil {
			name, _ := v.text(d.Get("T"))
			at, _ := d.Get("V").(pdf.Ref)
			list = append(list, Signature{Field{Ref: ref, Dict: d, Name: name, Type: fieldTypeSignature, Value: d.Get("V")}, at, value})
		}
	}
	return list
}

// listing is a page and the widgets that it is still to list.
type listing struct {
	page
	widgets []pdf.Ref
}

// unlisted finds the widgets of a field that name a page which does not list
// them: readers go by the page.
func unlisted(f *pdf.File, form *Form, field *Field) ([]listing, error) {
	widgets := slices.Clip(field.Kids)
	if field.Dict.Name("Subtype") == "Widget" {
		widgets = append(widgets, Widget{field.Ref, field.Dict})
	}
	var list []listing
	for _, w := range widgets {
		ref, isRef := w.Dict.Get("P").(pdf.Ref)
		d, _, err := f.Dict(ref)
		if err != nil {
			return nil, err
		}
		if !isRef || w.Ref.IsZero() || d.Name("Type") != "Page" {
			continue
		}
		at := slices.IndexFunc(list, func(l listing) bool { return l.ref == ref })
		if at < 0 {
			p, err := readPage(f, form, object{ref, d})
			if err != nil {
				return nil, err
			}
			list, at = append(list, listing{page: p}), len(list)
		}
		if !slices.Contains(list[at].list, pdf.Object(w.Ref)) {
			list[at].widgets = append(list[at].widgets, w.Ref)
		}
	}
	return slices.DeleteFunc(list, func(l listing) bool { return len(l.widgets) == 0 }), nil
}
