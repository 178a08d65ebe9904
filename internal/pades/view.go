package pades

import "github.com/jsign-jp/jsign/internal/pdf"

// view reads values of a revision, resolving references. A value of another
// type than asked for counts as absent, as in most readers. The first fault of
// the reader stays in err and everything after it is absent: look at err once,
// at the end.
type view struct {
	rev *pdf.Revision
	err error
}

func (v *view) resolve(o pdf.Object) pdf.Object {
	if v.err != nil || o == nil {
		return nil
	}
	var value pdf.Object
	value, v.err = v.rev.Resolve(o)
	return value
}

// dict returns nil for what is no dictionary; a stream's dictionary counts.
func (v *view) dict(o pdf.Object) pdf.Dict {
	switch value := v.resolve(o).(type) {
	case pdf.Dict:
		if value == nil {
			return pdf.Dict{}
		}
		return value
	case *pdf.Stream:
		return value.Dict
	}
	return nil
}

func (v *view) array(o pdf.Object) pdf.Array {
	a, _ := v.resolve(o).(pdf.Array)
	return a
}

func (v *view) name(o pdf.Object) pdf.Name {
	n, _ := v.resolve(o).(pdf.Name)
	return n
}

func (v *view) text(o pdf.Object) (s string, ok bool) {
	value, ok := v.resolve(o).(pdf.String)
	return Text(value), ok
}

func (v *view) integer(o pdf.Object) (n int64, ok bool) {
	value, ok := v.resolve(o).(pdf.Integer)
	return int64(value), ok
}

// texts returns the strings of an array, passing over anything else in it.
func (v *view) texts(o pdf.Object) []string {
	var list []string
	for _, e := range v.array(o) {
		if s, ok := v.text(e); ok {
			list = append(list, s)
		}
	}
	return list
}

// names returns the names of an array, passing over anything else in it.
func (v *view) names(o pdf.Object) []pdf.Name {
	var list []pdf.Name
	for _, e := range v.array(o) {
		if n := v.name(e); n != "" {
			list = append(list, n)
		}
	}
	return list
}
