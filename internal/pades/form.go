package pades

import (
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pdf"
)

// Form is the interactive form of one revision (ISO 32000-2, 12.7.3), as far as
// signatures need it.
type Form struct {
	Ref    pdf.Ref  // of the form dictionary; the zero Ref when it is in the catalog
	Dict   pdf.Dict // nil when the document has no form
	Fields []Field  // every field, terminal or not, in document order

	roots pdf.Array // /Fields, resolved; nil when it is no array
	flags int64     // /SigFlags
}

// Field is a field of the form: a dictionary in the tree below /Fields that has
// a partial name (/T). Kids without one are widgets of their parent.
type Field struct {
	Ref   pdf.Ref // the zero Ref when the dictionary is not an indirect object
	Dict  pdf.Dict
	Name  string     // fully qualified: the partial names, joined by periods
	Type  pdf.Name   // /FT, its own or inherited
	Flags int64      // /Ff, its own or inherited
	Value pdf.Object // /V, its own or inherited; may be a reference
	Kids  []Widget   // its widgets when they are separate dictionaries
}

// Widget is a widget annotation without a name of its own.
type Widget struct {
	Ref  pdf.Ref // the zero Ref when the dictionary is not an indirect object
	Dict pdf.Dict
}

// ReadForm reads the form of a revision. A document without one gives an empty
// Form; a field that the tree lists twice is read once. Errors: a tree beyond
// the limits, and those of the reader.
func ReadForm(rev *pdf.Revision) (*Form, error) {
	ref, dict, err := rev.AcroForm()
	if err != nil || dict == nil {
		return &Form{}, err
	}
	form := &Form{Ref: ref, Dict: dict}
	w := formWalk{view: view{rev: rev}, form: form, seen: make(map[pdf.Ref]bool)}
	form.roots = w.array(dict.Get("Fields"))
	form.flags, _ = w.integer(dict.Get("SigFlags"))
	for _, root := range form.roots {
		w.visit(root, Field{}, 0)
	}
	return form, w.err
}

// Named returns the field with a fully qualified name.
func (f *Form) Named(name string) (*Field, bool) {
	for i := range f.Fields {
		if f.Fields[i].Name == name {
			return &f.Fields[i], true
		}
	}
	return nil, false
}

// formWalk reads the tree of fields, each once.
type formWalk struct {
	view
	form  *Form
	seen  map[pdf.Ref]bool
	count int
}

func (w *formWalk) visit(o pdf.Object, parent Field, depth int) {
	if w.err != nil || !w.enter(o, depth) {
		return
	}
	dict := w.dict(o)
	if dict == nil { // a null or a stray value among the fields
		return
	}
	ref, _ := o.(pdf.Ref)
	w.descend(w.inherit(ref, dict, parent), depth)
}

// enter reports whether o is still to be read, and counts it.
func (w *formWalk) enter(o pdf.Object, depth int) bool {
	if w.count++; w.count > maxFields || depth > maxFieldDepth {
		w.err = lang.Errorf("the form has too many fields or nests them too deeply", "フォームのフィールドが多すぎるか、入れ子が深すぎます")
		return false
	}
	ref, indirect := o.(pdf.Ref)
	if !indirect {
		return true
	}
	again := w.seen[ref]
	w.seen[ref] = true
	return !again
}

// inherit makes the field of dict, with what it has from its parent.
func (w *formWalk) inherit(ref pdf.Ref, dict pdf.Dict, parent Field) Field {
	field := Field{Ref: ref, Dict: dict, Name: parent.Name, Type: parent.Type, Flags: parent.Flags, Value: parent.Value}
	if partial, ok := w.text(dict.Get("T")); ok {
		field.Name = qualify(parent.Name, partial)
	}
	if t := w.name(dict.Get("FT")); t != "" {
		field.Type = t
	}
	if flags, ok := w.integer(dict.Get("Ff")); ok {
		field.Flags = flags
	}
	if dict.Has("V") {
		field.Value = dict.Get("V")
	}
	return field
}

func qualify(parent, partial string) string {
	if parent == "" {
		return partial
	}
	return parent + "." + partial
}

// descend lists the field, and visits its kids: fields if they have a name or
// kids of their own, otherwise widgets.
func (w *formWalk) descend(field Field, depth int) {
	at, named := len(w.form.Fields), field.Dict.Has("T")
	if named {
		w.form.Fields = append(w.form.Fields, field)
	}
	for _, kid := range w.array(field.Dict.Get("Kids")) {
		dict := w.dict(kid)
		if !named || dict.Has("T") || dict.Has("Kids") {
			w.visit(kid, field, depth+1)
			continue
		}
		if dict != nil && w.enter(kid, depth+1) {
			ref, _ := kid.(pdf.Ref)
			w.form.Fields[at].Kids = append(w.form.Fields[at].Kids, Widget{ref, dict})
		}
	}
}
