package pades

import "github.com/jsign-jp/jsign/internal/pdf"

// Signature is a signature field that has a value.
type Signature struct {
	Field Field
	Ref   pdf.Ref  // of the signature dictionary; the zero Ref when it is direct
	Dict  pdf.Dict // the signature dictionary (ISO 32000-2, table 255)
}

// Signatures returns the signed fields of a form, document timestamps among
// them, in document order.
func (f *Form) Signatures(rev *pdf.Revision) ([]Signature, error) {
	v := view{rev: rev}
	var list []Signature
	for _, field := range f.Fields {
		if field.Type != fieldTypeSignature {
			continue
		}
		if dict := v.dict(field.Value); dict != nil {
			ref, _ := field.Value.(pdf.Ref)
			list = append(list, Signature{field, ref, dict})
		}
	}
	return list, v.err
}

// transform is one entry of a signature's /Reference (ISO 32000-2, table 256).
type transform struct {
	method pdf.Name
	params pdf.Dict
}

func (s *Signature) transforms(v *view) []transform {
	var list []transform
	for _, o := range v.array(s.Dict.Get("Reference")) {
		reference := v.dict(o)
		list = append(list, transform{v.name(reference.Get("TransformMethod")), v.dict(reference.Get("TransformParams"))})
	}
	return list
}
