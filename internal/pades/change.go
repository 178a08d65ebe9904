package pades

import "github.com/jsign-jp/jsign/internal/pdf"

// change is an update in the making. The catalog is written once, and only when
// an entry of it changed: what an earlier signature covers is best left alone.
type change struct {
	*pdf.Update
	catalog object
	dirty   bool
}

func (c *change) setCatalog(key pdf.Name, value pdf.Object) {
	c.catalog.dict, c.dirty = c.catalog.dict.With(key, value), true
}

// set stores a dictionary that the catalog has under key: in its own object, or
// in the catalog where it stands there directly.
func (c *change) set(key pdf.Name, o object) {
	if o.ref.IsZero() {
		c.setCatalog(key, o.dict)
	} else {
		c.Set(o.ref, o.dict)
	}
}

func (c *change) finish() {
	if c.dirty {
		c.Set(c.catalog.ref, c.catalog.dict)
	}
}

// formChange is the form dictionary in the making, written only when an entry of
// it changed. Every other entry is kept.
type formChange struct {
	*Form
	dict  pdf.Dict
	dirty bool
}

func (f *formChange) set(key pdf.Name, value pdf.Object) {
	f.dict, f.dirty = f.dict.With(key, value), true
}

// addField appends a field to /Fields, in the array where that stands.
func (f *formChange) addField(c *change, field pdf.Ref) {
	roots := append(f.roots[:len(f.roots):len(f.roots)], field)
	if ref, ok := f.dict.Get("Fields").(pdf.Ref); ok && f.roots != nil {
		c.Set(ref, roots)
		return
	}
	f.set("Fields", roots)
}

// markSigned sets /SigFlags: there are signatures, and only appending keeps them
// valid (ISO 32000-2, table 225).
func (f *formChange) markSigned() {
	if flags := f.flags | signaturesExist | appendOnly; flags != f.flags {
		f.set("SigFlags", pdf.Integer(flags))
	}
}

func (f *formChange) finish(c *change) {
	switch {
	case f.Dict == nil:
		c.setCatalog("AcroForm", c.Add(f.dict))
	case f.dirty:
		c.set("AcroForm", object{f.Ref, f.dict})
	}
}

// sign puts the signature dictionary into its field and marks the document as
// signed, changing as few objects as that takes.
func (p *Plan) sign(c *change, signature pdf.Ref) {
	form := formChange{Form: p.form, dict: p.form.Dict}
	if f := p.target.field; f != nil {
		c.Set(f.Ref, f.Dict.With("V", signature))
		for _, l := range p.target.unlisted {
			l.addWidgets(c.Update, l.widgets...)
		}
	} else {
		field := c.Add(p.newField(signature))
		p.page.addWidgets(c.Update, field)
		form.addField(c, field)
	}
	form.markSigned()
	form.finish(c)
	if p.request.Certify != NoCertification {
		c.set("Perms", object{p.perms.ref, p.perms.dict.With("DocMDP", signature)})
	}
}
