package pades

import (
	"encoding/hex"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pdf"
)

// Layout is a revision that holds a signature dictionary whose /Contents is
// still zeros.
type Layout struct {
	ByteRange ByteRange

	appended *pdf.Appended
}

// Rehearse lays out the revision once, so that whatever in the document speaks
// against it is found before the signer is known. Layout profits from it.
func (p *Plan) Rehearse() error {
	_, err := p.Layout("", 1)
	return err
}

// Layout lays out the revision with room for a signature of room bytes. name is
// /Name of the signature dictionary, left out when empty. It can be called again
// with other values.
func (p *Plan) Layout(name string, room int) (*Layout, error) {
	if room > maxContents {
		return nil, lang.Errorf("a signature of %d bytes is too large", "%d バイトの署名は大きすぎます", room)
	}
	if p.update == nil {
		p.begin()
	}
	contents, byteRange := pdf.NewStringPlaceholder(room), byteRangePlaceholder()
	p.update.Set(p.signature, p.signatureDict(name, contents, byteRange))
	appended, err := p.update.Append()
	if err != nil {
		return nil, err
	}
	size := appended.Base + int64(len(appended.Bytes))
	l := &Layout{byteRangeAround(contents.Offset(), int64(contents.Len()), size), appended}
	token, err := l.ByteRange.token()
	if err != nil {
		return nil, err
	}
	return l, appended.Put(byteRange, token)
}

// begin makes all of the revision that does not depend on the signer.
func (p *Plan) begin() {
	c := change{Update: p.file.NewUpdate(), catalog: p.catalog}
	if p.file.OddXRef() && !p.signed {
		c.Complete()
	}
	p.update, p.signature = c.Update, c.Reserve()
	p.sign(&c, p.signature)
	c.finish()
}

// Base returns the length of the old file, all of which the signature covers.
func (l *Layout) Base() int64 { return l.appended.Base }

// Bytes returns what follows the old file.
func (l *Layout) Bytes() []byte { return l.appended.Bytes }

// Covered returns the two parts of Bytes that the signature covers.
func (l *Layout) Covered() (before, after []byte) {
	base := l.appended.Base
	return l.appended.Bytes[:l.ByteRange[1]-base], l.appended.Bytes[l.ByteRange[2]-base:]
}

// Embed writes the signature, a CMS SignedData in DER, into /Contents. One that
// does not fit is *TooSmall.
func (l *Layout) Embed(signature []byte) error {
	base := l.appended.Base
	return embed(l.appended.Bytes[l.ByteRange[1]-base:l.ByteRange[2]-base], signature)
}

// signatureDict makes the signature dictionary (ISO 32000-2, table 255).
func (p *Plan) signatureDict(name string, contents, byteRange *pdf.Placeholder) pdf.Dict {
	r := &p.request
	const entries = 10 // at most
	d := append(make(pdf.Dict, 0, entries), pdf.Dict{
		{Key: "Type", Value: r.dictType()},
		{Key: "Filter", Value: Filter},
		{Key: "SubFilter", Value: r.SubFilter},
		{Key: "ByteRange", Value: byteRange},
		{Key: "Contents", Value: contents},
	}...)
	for _, e := range []struct {
		key  pdf.Name
		text string
	}{{"Name", name}, {"Reason", r.Reason}, {"Location", r.Location}} {
		if e.text != "" {
			d = append(d, pdf.Entry{Key: e.key, Value: TextString(e.text)})
		}
	}
	if !r.isTimestamp() {
		d = append(d, pdf.Entry{Key: "M", Value: Date(r.Time)})
	}
	if references := p.references(); len(references) > 0 {
		d = append(d, pdf.Entry{Key: "Reference", Value: references})
	}
	return d
}

// dictType is /Type of the signature dictionary (ISO 32000-2, 12.8.5 and table 255).
func (r *Request) dictType() pdf.Name {
	if r.isTimestamp() {
		return typeTimestamp
	}
	return typeSignature
}

// references makes /Reference: DocMDP for a certification, FieldMDP for the
// /Lock of the field (ISO 32000-2, tables 256 to 259).
func (p *Plan) references() pdf.Array {
	var list pdf.Array
	if level := p.request.Certify; level != NoCertification {
		list = append(list, reference(transformDocMDP, pdf.Dict{{Key: "P", Value: pdf.Integer(level)}}))
	}
	if p.target.lock != nil {
		var params pdf.Dict
		for _, key := range []pdf.Name{"Action", "Fields", "P"} {
			if value := p.target.lock.Get(key); value != nil {
				params = append(params, pdf.Entry{Key: key, Value: value})
			}
		}
		// /Data is what FieldMDP looks at, and required for it (table 256).
		list = append(list, reference(transformFieldMDP, params, pdf.Entry{Key: "Data", Value: p.catalog.ref}))
	}
	return list
}

func reference(method pdf.Name, params pdf.Dict, more ...pdf.Entry) pdf.Dict {
	params = append(pdf.Dict{{Key: "Type", Value: pdf.Name("TransformParams")}, {Key: "V", Value: transformParamsVersion}}, params...)
	return append(pdf.Dict{
		{Key: "Type", Value: pdf.Name("SigRef")},
		{Key: "TransformMethod", Value: method},
		{Key: "TransformParams", Value: params},
	}, more...)
}

// newField makes a signature field that is its own widget and shows nothing: an
// empty rectangle (ISO 32000-2, 12.7.5.5).
func (p *Plan) newField(signature pdf.Ref) pdf.Dict {
	d := pdf.Dict{
		{Key: "Type", Value: pdf.Name("Annot")},
		{Key: "Subtype", Value: pdf.Name("Widget")},
		{Key: "FT", Value: fieldTypeSignature},
		{Key: "T", Value: TextString(p.target.name)},
		{Key: "V", Value: signature},
		{Key: "F", Value: pdf.Integer(annotationPrintLocked)},
		{Key: "Rect", Value: pdf.Array{pdf.Integer(0), pdf.Integer(0), pdf.Integer(0), pdf.Integer(0)}},
	}
	if p.page.dict != nil {
		d = append(d, pdf.Entry{Key: "P", Value: p.page.ref})
	}
	return d
}

// Contents returns /Contents as it is read back: the signature and the zeros
// behind it.
func (l *Layout) Contents() []byte {
	base := l.appended.Base
	digits := l.appended.Bytes[l.ByteRange[1]-base+1 : l.ByteRange[2]-base-1]
	out := make([]byte, len(digits)/2)
	if _, err := hex.Decode(out, digits); err != nil { // it is Embed's own writing
		return nil
	}
	return out
}
