package pdf

import (
	"slices"
)

// XRefKind is the form of a cross-reference section.
type XRefKind int

// The forms of cross-reference sections (ISO 32000-2, 7.5.4 and 7.5.8).
const (
	XRefTable   XRefKind = iota + 1
	XRefStream           // a stream object of /Type /XRef
	XRefHybrid           // a table with /XRefStm
	XRefRebuilt          // none: rebuilt by scanning
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

	file     *File
	sections []*section // newest first; those of later revisions are not in it
	own      int        // how many of them belong to this very revision
}

// Location tells where an object stands.
type Location struct {
	Listed bool   // the cross-references have an entry for the number
	Free   bool   // the entry says that there is no such object; true as well when none is listed
	Gen    uint16 // generation number
	Offset int64  // of "12 0 obj", from the first byte of the file; meaningless in an object stream
	Stream uint32 // number of the object stream that holds it; 0 when it stands in the file itself
	Index  int    // its place in the object stream
}

// Locate returns where the object numbered num stands in this revision.
func (r *Revision) Locate(num uint32) (Location, error) {
	e, found, err := r.entry(num)
	if err != nil || !found {
		return Location{Free: err == nil}, err
	}
	return r.file.location(e), nil
}

// entry returns the newest entry for a number.
func (r *Revision) entry(num uint32) (e entry, found bool, err error) {
	r.listing(num, func(s *section) bool {
		e, found, err = s.find(&r.file.entries, num)
		return found || err != nil
	})
	return e, found, err
}

func (f *File) location(e entry) Location {
	switch e.kind {
	case entryInUse:
		return Location{Listed: true, Gen: uint16(min(e.gen, 65535)), Offset: f.base + e.offset}
	case entryCompressed:
		return Location{Listed: true, Stream: uint32(min(e.offset, maxObjectNumber+1)), Index: int(e.gen)}
	}
	return Location{Listed: true, Free: true, Gen: uint16(min(e.gen, 65535))}
}

// Get returns the indirect object ref names, decrypted. An object that is free or
// missing is null: nil and no error (ISO 32000-2, 7.3.10).
func (r *Revision) Get(ref Ref) (Object, error) {
	at, err := r.Locate(ref.Num)
	if err != nil || at.Free || at.Gen != ref.Gen {
		return nil, err
	}
	key := cacheKey{at.Offset, ref.Num, -1}
	if at.Stream != 0 {
		if key.offset, err = r.holder(at.Stream); err != nil {
			return nil, err
		}
		key.index = at.Index
	}
	if o, ok := r.file.cache.get(key, r); ok {
		return o, nil
	}
	if err := r.file.enter(key.offset); err != nil {
		return nil, err
	}
	defer r.file.leave()
	if at.Stream != 0 {
		return r.compressed(at, key)
	}
	return r.direct(ref, key)
}

// enter bounds how many objects are being read to read one.
func (f *File) enter(off int64) error {
	if f.nesting++; f.nesting > maxNesting {
		f.nesting--
		return runsInCircle(off, "reading an object needs the object itself", "オブジェクトの読み取りがそれ自身に依存しています")
	}
	return nil
}

func (f *File) leave() { f.nesting-- }

// direct reads an object that stands in the file itself.
func (r *Revision) direct(ref Ref, key cacheKey) (Object, error) {
	f := r.file
	x, err := f.indirectAt(key.offset)
	if err != nil {
		return nil, err
	}
	if x.ref != ref {
		return nil, malformed(key.offset, "object %v stands where object %v should", "オブジェクト %[2]v の位置に %[1]v があります", x.ref, ref)
	}
	o := x.object
	if f.crypt != nil && f.crypt.covers(ref, o) {
		if o, err = f.crypt.decryptObject(ref, o); err != nil {
			return nil, placed(err, key.offset)
		}
	}
	if x.stream > 0 {
		d, _ := o.(Dict)
		if o, err = r.streamOf(d, ref, x); err != nil {
			return nil, err
		}
	}
	f.cache.put(key, r, o, x.cost, x.end)
	return o, nil
}

// streamOf makes the stream of an object that has been read.
func (r *Revision) streamOf(d Dict, ref Ref, x indirect) (*Stream, error) {
	length, err := r.Resolve(d.Get("Length"))
	if err != nil && !rebuildable(err) {
		return nil, err
	}
	n, err := r.file.streamLength(x, length)
	if err != nil {
		return nil, err
	}
	return &Stream{Dict: d, rev: r, ref: ref, offset: x.stream, length: n}, nil
}

// Resolve returns o, or the object it refers to if it is a Ref.
func (r *Revision) Resolve(o Object) (Object, error) {
	for range maxRefChain {
		ref, ok := o.(Ref)
		if !ok {
			return o, nil
		}
		var err error
		if o, err = r.Get(ref); err != nil {
			return nil, err
		}
	}
	return nil, runsInCircle(-1, "references lead from one to the next", "参照が参照を指し続けています")
}

// Dict resolves o and returns it as a dictionary; of a stream, its dictionary.
// ok is false if it is neither.
func (r *Revision) Dict(o Object) (d Dict, ok bool, err error) {
	if o, err = r.Resolve(o); err != nil {
		return nil, false, err
	}
	switch o := o.(type) {
	case Dict:
		return o, true, nil
	case *Stream:
		return o.Dict, true, nil
	}
	return nil, false, nil
}

// Array resolves o and returns it as an array. ok is false if it is none.
func (r *Revision) Array(o Object) (a Array, ok bool, err error) {
	if o, err = r.Resolve(o); err != nil {
		return nil, false, err
	}
	a, ok = o.(Array)
	return a, ok, nil
}

// Changed calls yield for every object number that the sections of this very
// revision have an entry for, in ascending order, until yield returns false.
func (r *Revision) Changed(yield func(num uint32, at Location) bool) error {
	for _, num := range r.numbers(r.sections[:r.own]) {
		at, err := r.Locate(num)
		if err != nil {
			return err
		}
		if !yield(num, at) {
			return nil
		}
	}
	return nil
}

// numbers returns the object numbers that sections have entries for, sorted.
func (r *Revision) numbers(sections []*section) []uint32 {
	var out []uint32
	add := func(s *section) {
		for _, sub := range s.subs {
			for i := range sub.count {
				out = append(out, sub.first+i)
			}
		}
		for _, n := range s.scanned {
			out = append(out, n.num)
		}
	}
	for _, s := range sections {
		add(s)
		if s.hidden != nil {
			add(s.hidden)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Sized reports whether the trailer states a /Size above every object number that
// has an entry. Some readers take other objects for missing (7.5.5).
func (r *Revision) Sized() bool {
	size, ok := r.Trailer.Get("Size").(Integer)
	return ok && int64(size) > int64(r.highest())
}

// highest returns the largest object number with an entry.
func (r *Revision) highest() uint32 {
	var top uint32
	for _, s := range r.sections {
		if s.high > 0 {
			top = max(top, s.high-1)
		}
		if s.hidden != nil && s.hidden.high > 0 {
			top = max(top, s.hidden.high-1)
		}
	}
	return top
}

// Raw returns the bytes of an object as they stand: from "12 0 obj" to "endobj",
// the data of a stream included, or the object's text in its decoded object
// stream. More than max bytes is *LimitExceeded. An object that is free or
// missing has none.
func (r *Revision) Raw(ref Ref, max int) ([]byte, error) {
	at, err := r.Locate(ref.Num)
	if err != nil || at.Free || at.Gen != ref.Gen {
		return nil, err
	}
	if at.Stream != 0 {
		s, err := r.objectStream(at.Stream)
		if err != nil {
			return nil, err
		}
		return s.raw(r.file, ref.Num, at.Index)
	}
	o, err := r.Get(ref)
	if err != nil {
		return nil, err
	}
	end, err := r.file.objectEnd(cacheKey{at.Offset, ref.Num, -1}, o)
	if err != nil {
		return nil, err
	}
	return r.file.readData(at.Offset, end-at.Offset, max)
}

// objectEnd returns the offset behind the "endobj" of the object o of that key.
func (f *File) objectEnd(key cacheKey, o Object) (end int64, err error) {
	if s, ok := o.(*Stream); ok {
		var behind section
		err = f.parseAt(s.offset+s.length, func(p *parser) error { return p.afterStream(&behind) })
		return behind.end, err
	}
	if held, ok := f.cache.objects[key]; ok {
		return held.end, nil
	}
	x, err := f.indirectAt(key.offset)
	return x.end, err
}
