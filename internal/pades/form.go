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

	roots   pdf.Array        // /Fields, resolved; nil when it is no array
	flags   int64            // /SigFlags
	arrays  map[pdf.Ref]bool // indirect arrays that hold fields or widgets: /Fields, /Kids
	aliases []string         // names of fields that the tree lists again, on the other ways there
}

// Field is a field of the form: a dictionary in the tree below /Fields that has
// a partial name (/T). Kids without one are widgets of their parent.
type Field struct {
	Ref   pdf.Ref    // the zero Ref when the dictionary is not an indirect object
	Dict  pdf.Dict   // nil for other fields than signature fields: forms have too many to keep
	Name  string     // fully qualified: the partial names, joined by periods
	Type  pdf.Name   // /FT, its own or inherited
	Flags int64      // /Ff, its own or inherited
	Value pdf.Object // /V, its own or inherited; may be a reference, for a signature field to what is not null
	Kids  []Widget   // its widgets when they are separate dictionaries
	Inner bool       // there are fields below it: it is no terminal field (12.7.4.1)
}

// Widget is a widget annotation without a name of its own.
type Widget struct {
	Ref  pdf.Ref  // the zero Ref when the dictionary is not an indirect object
	Dict pdf.Dict // nil for widgets of other fields than signature fields
}

// ReadForm reads the form of a revision. A document without one gives an empty
// Form; a field that the tree lists twice is read once. Errors: a tree beyond
// the limits, and those of the reader.
func ReadForm(rev *pdf.Revision) (*Form, error) {
	return readForm(rev, func(*Field) bool { return true })
}

// readForm is ReadForm for the fields that concern the caller, and those above
// them: a form can have a hundred thousand others.
func readForm(rev *pdf.Revision, concerns func(*Field) bool) (*Form, error) {
	ref, dict, err := rev.AcroForm()
	if err != nil || dict == nil {
		return &Form{}, err
	}
	form := &Form{Ref: ref, Dict: dict, arrays: make(map[pdf.Ref]bool)}
	w := formWalk{view: view{rev: rev}, form: form, concerns: concerns, seen: make(map[pdf.Ref]bool)}
	form.roots = w.fields(dict.Get("Fields"))
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
	form     *Form
	concerns func(*Field) bool
	seen     map[pdf.Ref]bool
	count    int
	named    int // fields met
}

func (w *formWalk) visit(o pdf.Object, parent Field, depth int) {
	if w.err != nil {
		return
	}
	if !w.enter(o, depth) {
		w.again(o, parent)
		return
	}
	dict := w.dict(o)
	if dict == nil { // a null or a stray value among the fields
		return
	}
	ref, _ := o.(pdf.Ref)
	w.descend(w.inherit(ref, dict, parent), depth)
}

// again keeps the name that a field read before has on another way to it.
func (w *formWalk) again(o pdf.Object, parent Field) {
	partial, ok := w.text(w.dict(o).Get("T"))
	if alias := (Field{Name: qualify(parent.Name, partial)}); ok && w.concerns(&alias) {
		w.form.aliases = append(w.form.aliases, alias.Name)
	}
}

// fields returns the array of fields or widgets o, and remembers where it stands.
func (w *formWalk) fields(o pdf.Object) pdf.Array {
	if ref, ok := o.(pdf.Ref); ok {
		w.form.arrays[ref] = true
	}
	return w.array(o)
}

// enter reports whether o is still to be read, and counts it.
func (w *formWalk) enter(o pdf.Object, depth int) bool {
	switch w.count++; {
	case w.count > maxFields:
		w.err = lang.Errorf("the form has more than %d fields and widgets", "フォームのフィールドとウィジェットが %d 個を超えています", maxFields)
		return false
	case depth > maxFieldDepth:
		w.err = lang.Errorf("the form nests its fields more than %d deep", "フォームのフィールドの入れ子が %d 段を超えています", maxFieldDepth)
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
	if value := dict.Get("V"); !w.absent(field.Type, value) {
		field.Value = value
	}
	return field
}

// absent reports whether a value is null: no value at all (7.3.7, 7.3.10). For
// other fields than signature fields a reference is not followed.
func (w *formWalk) absent(t pdf.Name, value pdf.Object) bool {
	if _, indirect := value.(pdf.Ref); indirect && t == fieldTypeSignature {
		return w.resolve(value) == nil
	}
	return value == nil
}

// kept is what the form keeps of a field.
func (f Field) kept() Field {
	if f.Type != fieldTypeSignature {
		f.Dict = nil
	}
	return f
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
		w.form.Fields = append(w.form.Fields, field.kept())
		w.named++
	}
	for _, kid := range w.fields(field.Dict.Get("Kids")) {
		dict := w.dict(kid)
		if !named || dict.Has("T") || dict.Has("Kids") {
			before := w.named
			w.visit(kid, field, depth+1)
			if named && w.named > before {
				w.form.Fields[at].Inner = true
			}
			continue
		}
		if dict != nil && w.enter(kid, depth+1) {
			ref, _ := kid.(pdf.Ref)
			if field.Type != fieldTypeSignature {
				dict = nil
			}
			w.form.Fields[at].Kids = append(w.form.Fields[at].Kids, Widget{ref, dict})
		}
	}
	if named && len(w.form.Fields) == at+1 && !w.concerns(&field) {
		w.form.Fields = w.form.Fields[:at]
	}
}
