package pades

import (
	"crypto/sha1" // #nosec: names an entry, protects nothing (12.8.4.4)
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pdf"
)

// ValidationData is what a document security store holds: each element is one
// certificate, CRL or OCSP response, in DER as it should be.
type ValidationData struct {
	Certificates, CRLs, OCSPs [][]byte
}

// VRI is what validates one signature.
type VRI struct {
	Contents []byte // its /Contents as decoded, zero padding included
	Data     ValidationData
}

// key is the entry's name: SHA-1 of /Contents as it is, in upper-case
// hexadecimal (ISO 32000-2, 12.8.4.4).
func (x VRI) key() pdf.Name {
	sum := sha1.Sum(x.Contents)
	return pdf.Name(strings.ToUpper(hex.EncodeToString(sum[:])))
}

// AppendDSS lays out a revision whose document security store (ISO 32000-2,
// 12.8.4.3) holds the data too: in its own lists, and for each signature in /VRI.
// What the store holds stays, and no certificate, CRL or response is stored
// twice. The result is nil when the store holds all of it already.
func AppendDSS(f *pdf.File, list ...VRI) (*pdf.Appended, error) {
	if f.ObjectsBehindEnd() {
		return nil, errBehindEnd
	}
	s := dssWriter{view: view{rev: f.Revision}, known: make(map[[sha256.Size]byte]pdf.Ref)}
	s.change = change{Update: f.NewUpdate()}
	var err error
	if s.catalog.ref, s.catalog.dict, err = f.Catalog(); err != nil {
		return nil, err
	}
	if err := s.open(); err != nil {
		return nil, err
	}
	for _, x := range list {
		s.add(x)
	}
	if s.err != nil || !s.changed {
		return nil, s.err
	}
	s.store.dict = s.store.dict.With("VRI", s.vri)
	if s.store.ref.IsZero() {
		s.setCatalog("DSS", s.Add(s.store.dict))
	} else {
		s.Set(s.store.ref, s.store.dict)
	}
	s.finish()
	return s.Append()
}

// dssWriter is a document security store in the making.
type dssWriter struct {
	view
	change
	store   object
	vri     pdf.Dict
	known   map[[sha256.Size]byte]pdf.Ref // the streams that the store holds, by content
	changed bool
}

// dssKeys names the lists of certificates, CRLs and OCSP responses in a store and in
// a /VRI entry (tables 261, 262).
type dssKeys [3]pdf.Name

func storeKeys() dssKeys { return dssKeys{"Certs", "CRLs", "OCSPs"} }
func vriKeys() dssKeys   { return dssKeys{"Cert", "CRL", "OCSP"} }

func (k dssKeys) has(key pdf.Name) bool { return slices.Contains(k[:], key) }

// each calls f with every list of data and its key.
func (k dssKeys) each(data *ValidationData, f func(key pdf.Name, list *[][]byte)) {
	for i, list := range [...]*[][]byte{&data.Certificates, &data.CRLs, &data.OCSPs} {
		f(k[i], list)
	}
}

// open reads the store that the document has.
func (s *dssWriter) open() error {
	s.store.dict, s.vri = pdf.Dict{{Key: "Type", Value: pdf.Name("DSS")}}, pdf.Dict{}
	value := s.catalog.dict.Get("DSS")
	if s.resolve(value) == nil {
		return s.err
	}
	dict, ok := s.resolve(value).(pdf.Dict)
	ref, _ := value.(pdf.Ref)
	if !ok || ref == s.catalog.ref {
		return lang.Errorf("the document's validation data (DSS) cannot be read", "文書の検証情報（DSS）を読み取れません")
	}
	s.store = object{ref, dict}
	s.vri = append(s.vri, s.dict(dict.Get("VRI"))...)
	for _, key := range storeKeys() {
		s.remember(dict.Get(key))
	}
	for _, e := range s.vri {
		entry := s.dict(e.Value)
		for _, key := range vriKeys() {
			s.remember(entry.Get(key))
		}
	}
	return s.err
}

// remember notes what the streams of a list hold. One that cannot be read is
// left alone.
func (s *dssWriter) remember(o pdf.Object) {
	for _, element := range s.array(o) {
		ref, indirect := element.(pdf.Ref)
		stream, ok := s.resolve(element).(*pdf.Stream)
		if !indirect || !ok || len(s.known) == maxStored {
			continue
		}
		if data, err := stream.Decode(maxContents); err == nil {
			s.known[sha256.Sum256(data)] = ref
		}
	}
}

// add puts what validates one signature into the store.
func (s *dssWriter) add(x VRI) {
	storeKeys().each(&x.Data, func(key pdf.Name, list *[][]byte) {
		s.store.dict = s.extend(s.store.dict, key, *list)
	})
	at := s.vri.Get(x.key())
	old, _ := s.current(at).(pdf.Dict)
	entry := old
	vriKeys().each(&x.Data, func(key pdf.Name, list *[][]byte) {
		entry = s.extend(entry, key, *list)
	})
	switch ref, indirect := at.(pdf.Ref); {
	case len(entry) == 0 || slices.EqualFunc(old, entry, sameEntry):
	case indirect && old != nil:
		s.Set(ref, entry)
	default:
		s.vri = s.vri.With(x.key(), s.Add(entry))
	}
}

func sameEntry(a, b pdf.Entry) bool { return a.Key == b.Key && same(a.Value, b.Value) }

// current is resolve with what this update has set.
func (s *dssWriter) current(o pdf.Object) pdf.Object {
	ref, indirect := o.(pdf.Ref)
	if !indirect {
		return s.resolve(o)
	}
	value, err := s.Get(ref)
	if err != nil && s.err == nil {
		s.err = err
	}
	return value
}

// extend returns a dictionary whose list under key holds all of data. The list
// becomes the dictionary's own: one that stands elsewhere may be another's too.
func (s *dssWriter) extend(d pdf.Dict, key pdf.Name, data [][]byte) pdf.Dict {
	list := slices.Clone(s.array(d.Get(key)))
	before := len(list)
	for _, b := range data {
		if ref := s.stored(b); !slices.Contains(list, pdf.Object(ref)) {
			list = append(list, ref)
		}
	}
	if len(list) == before {
		return d
	}
	s.changed = true
	return d.With(key, list)
}

// stored returns the stream that holds b.
func (s *dssWriter) stored(b []byte) pdf.Ref {
	sum := sha256.Sum256(b)
	ref, ok := s.known[sum]
	if !ok {
		ref = s.Add(pdf.NewStream(pdf.Dict{}, b))
		s.known[sum] = ref
	}
	return ref
}
