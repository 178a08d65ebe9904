package pdf

// XRefKind is the form of a cross-reference section.
type XRefKind int

// The forms of cross-reference sections (ISO 32000-2, 7.5.4 and 7.5.8).
const (
	XRefTable XRefKind = iota + 1
	XRefStream
	XRefHybrid  // a table with /XRefStm
	XRefRebuilt // none: rebuilt by scanning
)

// Revision is the document as one update left it, and a view of its objects as
// they stood then. Its methods cost no more for an old revision than for the
// newest.
type Revision struct {
	Kind      XRefKind
	StartXRef int64 // offset of the newest section of the revision, from the first byte of the file
	EOF       int64 // offset just after this revision's %%EOF; 0 when there is none
	End       int64 // the same after one end-of-line marker, if one follows; 0 when there is none
	Trailer   Dict  // trailer dictionary; of a cross-reference stream, the stream's dictionary

	file *File
}

// Location tells where an object stands.
type Location struct {
	Free     bool   // no such object, or a free entry
	Offset   int64  // of "12 0 obj" in the file; of its object stream when Stream is set
	Stream   uint32 // number of the object stream that holds it; 0 when it stands in the file itself
	Index    int    // its place in the object stream
	Gen      uint16 // generation number
	Explicit bool   // the cross-references have an entry for it, though it may be free
}

// Get returns the indirect object ref names, decrypted. An object that is free or
// missing is null: nil and no error (ISO 32000-2, 7.3.10).
func (r *Revision) Get(ref Ref) (Object, error) { return nil, nil }

// Resolve returns o, or the object it refers to if it is a Ref.
func (r *Revision) Resolve(o Object) (Object, error) { return nil, nil }

// Dict resolves o and returns it as a dictionary; of a stream, its dictionary.
// ok is false if it is neither.
func (r *Revision) Dict(o Object) (d Dict, ok bool, err error) { return nil, false, nil }

// Array resolves o and returns it as an array.
func (r *Revision) Array(o Object) (a Array, ok bool, err error) { return nil, false, nil }

// Locate returns where the object numbered num stands in this revision.
func (r *Revision) Locate(num uint32) (Location, error) { return Location{}, nil }

// Raw returns the bytes of an object as they stand: from "12 0 obj" to "endobj"
// both included, or the object's text in its decoded object stream. The data of a
// stream is included up to max bytes; a longer object is *LimitExceeded.
func (r *Revision) Raw(ref Ref, max int) ([]byte, error) { return nil, nil }

// Changed calls yield for every object number that the sections of this very
// revision have an entry for, in ascending order, until yield returns false.
func (r *Revision) Changed(yield func(num uint32, at Location) bool) error { return nil }
