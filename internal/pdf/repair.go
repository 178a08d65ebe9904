package pdf

import (
	"bytes"
	"errors"

	"github.com/jsign-jp/jsign/internal/lang"
)

// scan rebuilds the cross-references of a file from what stands in it. Of several
// objects of one number the last one counts, as if each had been written by a
// later update.
type scan struct {
	file    *File
	section *section
	found   []numbered   // objects, in file order
	catalog Ref          // the last object that is one
	streams []heldStream // object streams, in file order
}

// heldStream is an object stream found, and its place, which ranks the objects in
// it among the others.
type heldStream struct {
	num uint32
	at  int64
}

// Rebuild opens the file again with cross-references made by scanning it, as
// Open does where it meets damage itself. cause is the error that reading
// something else of f ended with; it is returned where scanning would be of no
// use, or is of none. What is appended to the new File keeps the sections of f
// in its /Prev chain.
func (f *File) Rebuild(opt Options, cause error) (*File, error) {
	if f.Rebuilt() || !rebuildable(cause) {
		return nil, cause
	}
	g, err := newFile(f.src.r, f.src.size, opt)
	if err != nil {
		return nil, err
	}
	if err := g.openByScan(opt, cause); err != nil {
		return nil, cause
	}
	if g.base == f.base {
		g.damaged = f.Revision
	}
	return g, nil
}

// openByScan opens the file by scanning it. cause is why it must.
func (f *File) openByScan(opt Options, cause error) error {
	f.reset()
	f.note(NoteRebuilt, -1, "the cross-references are not usable (%v) and were rebuilt by scanning the file",
		"相互参照が使えないため（%v）、ファイルを走査して再構築しました", reason(cause))
	s := scan{file: f, section: &section{kind: XRefRebuilt}, found: make([]numbered, 0, min(maxScanned/8, f.src.size/ordinaryObject))}
	if err := s.run(); err != nil {
		return err
	}
	s.section.scanned = newEntryList(s.found)
	if !s.section.trailer.Has("Root") {
		if s.catalog.IsZero() {
			return cause
		}
		s.section.trailer = s.section.trailer.With("Root", s.catalog)
	}
	f.sections = []*section{s.section}
	f.makeRevisions()
	if err := f.setUpEncryption(opt); err != nil {
		return err
	}
	if err := s.openStreams(); err != nil {
		return err
	}
	s.measure()
	return f.checkDocument()
}

// reset forgets what the cross-references said.
func (f *File) reset() {
	f.sections, f.revisions, f.Revision = nil, nil, nil
	f.index, f.indexed = nil, false
	f.encrypted, f.crypt, f.missing, f.misplaced = nil, nil, nil, nil
	f.oddXRef, f.behindEnd = false, false
	f.cache.clear()
	f.objectStreams = objectStreams{}
	f.base = max(0, f.header)
}

func reason(err error) lang.Message {
	var m *Malformed
	if errors.As(err, &m) {
		return m.Reason
	}
	return lang.M("%v", "%v", err)
}

// scanWindow is what is searched at a time, and scanOverlap how far back an
// object's header may begin from the "obj" that is found.
const (
	scanWindow  = 4 << 10
	scanOverlap = 32
)

// run goes through the file once, from its header on: an offset cannot lead to
// what stands before it (7.5.4). The place moves forward only, so that the time is
// that of reading the file.
func (s *scan) run() error {
	size := s.file.src.size
	s.file.src.step = searchWindow // what is read next stands behind
	defer func() { s.file.src.step = objectWindow }()
	for at := s.file.base; at < size; {
		b, err := s.file.src.window(at, scanWindow)
		if err != nil {
			return err
		}
		i, isTrailer := landmark(b)
		switch {
		case i < 0:
			if at+int64(len(b)) >= size {
				return nil
			}
			at += int64(max(1, len(b)-scanOverlap))
			continue
		case isTrailer:
			at, err = s.foundTrailer(at + int64(i))
		default:
			at, err = s.foundObject(at, b, i)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// landmark finds the first "trailer" or "obj" that is no "endobj".
func landmark(b []byte) (i int, isTrailer bool) {
	obj := firstHeader(b)
	if obj >= 0 {
		b = b[:obj]
	}
	if t := bytes.Index(b, []byte("trailer")); t >= 0 || obj < 0 {
		return t, true
	}
	return obj, false
}

// firstHeader finds the "obj" of the first header.
func firstHeader(b []byte) int {
	for from := 0; ; {
		i := bytes.Index(b[from:], []byte("obj"))
		if i < 0 {
			return -1
		}
		if i += from; headerStart(b, i) >= 0 {
			return i
		}
		from = i + 3
	}
}

// headerStart returns where "12 0 obj" begins in b, -1 if the "obj" at i is not
// the end of that.
func headerStart(b []byte, i int) int {
	gen := back(b, back(b, i, isSpace), isDigit)
	space := back(b, gen, isSpace)
	num := back(b, space, isDigit)
	if gen == i || space == gen || num == space || !isDigit(b[gen]) || isDigit(b[i-1]) {
		return -1
	}
	return num
}

// back goes back from i over bytes of a class, but not farther than an object's
// header is long.
func back(b []byte, i int, class func(byte) bool) int {
	for from := max(0, i-scanOverlap); i > from && class(b[i-1]); {
		i--
	}
	return i
}

// foundTrailer reads a trailer dictionary. The last one counts; what it lacks is
// taken from the ones before.
func (s *scan) foundTrailer(at int64) (next int64, err error) {
	next = at + int64(len("trailer"))
	err = s.file.parseAt(next, func(p *parser) error {
		o, err := p.object()
		if d, ok := o.(Dict); ok && err == nil {
			s.merge(d)
			next = p.offset()
		}
		return err
	})
	if rebuildable(err) {
		err = nil
	}
	return next, err
}

func (s *scan) merge(d Dict) {
	if !d.Has("Root") && s.section.trailer.Has("Root") {
		return
	}
	for _, e := range s.section.trailer {
		if !d.Has(e.Key) && e.Key != "Prev" && e.Key != "XRefStm" {
			d = d.With(e.Key, e.Value)
		}
	}
	s.section.trailer = d
}

// foundObject reads the object whose "obj" is at i in b. What is no object is
// passed over.
func (s *scan) foundObject(at int64, b []byte, i int) (next int64, err error) {
	off := at + int64(headerStart(b, i))
	next = at + int64(i) + 3
	x, err := s.file.indirectAt(off)
	if rebuildable(err) {
		return next, nil
	}
	if err != nil {
		return 0, err
	}
	next = x.end
	if x.stream > 0 {
		if next, err = s.streamEnd(x); err != nil {
			return 0, err
		}
	}
	return next, s.add(off, x)
}

// streamEnd returns where a stream's data ends. References cannot be looked up
// yet, so that the end is searched where /Length is one.
func (s *scan) streamEnd(x indirect) (end int64, err error) {
	length := x.object.(Dict).Get("Length")
	if isRef(length) {
		end, err = s.file.search(x.stream, endstream)
		return max(end, x.stream), err
	}
	n, err := s.file.streamLength(x, length)
	if rebuildable(err) {
		return x.stream, nil
	}
	return x.stream + n, err
}

// add records an object.
func (s *scan) add(off int64, x indirect) error {
	d, _ := x.object.(Dict)
	switch d.Name("Type") {
	case "XRef":
		s.merge(d)
		return nil
	case "ObjStm":
		s.streams = append(s.streams, heldStream{x.ref.Num, off})
	case "Catalog":
		s.catalog = x.ref
	}
	return s.put(x.ref.Num, entry{entryInUse, off - s.file.base, uint32(x.ref.Gen)})
}

func (s *scan) put(num uint32, e entry) error {
	if len(s.found) >= maxScanned {
		return limitExceeded(-1, "the file is damaged and has more than %d objects", "ファイルが壊れており、オブジェクトが %d 個を超えています", maxScanned)
	}
	s.found = append(s.found, e.numbered(num))
	return nil
}

// openStreams adds the objects in object streams, which can be read only now that
// the encryption is known. A stream that cannot be read is left out.
func (s *scan) openStreams() error {
	s.found = s.section.scanned
	for _, held := range s.streams {
		own, _ := s.section.scanned.find(held.num)
		if s.file.base+own.offset != held.at { // replaced later
			continue
		}
		stream, err := s.file.objectStream(held.num)
		if rebuildable(err) || canBeLocked(err) {
			continue
		}
		if err != nil {
			return err
		}
		for i, num := range stream.nums {
			if err := s.addHeld(held, num, i); err != nil {
				return err
			}
		}
	}
	s.section.scanned = newEntryList(s.found)
	s.file.objectStreams.by = lastHolder{} // numbers may have another place now
	return nil
}

func (s *scan) addHeld(held heldStream, num uint32, i int) error {
	old, known := s.section.scanned.find(num)
	if known && old.kind == entryInUse && s.file.base+old.offset > held.at {
		return nil
	}
	if num == held.num {
		return nil
	}
	return s.put(num, entry{entryCompressed, int64(held.num), uint32(i)})
}

// measure sets the range of numbers of the section.
func (s *scan) measure() {
	if list := s.section.scanned; len(list) > 0 {
		s.section.high = list[len(list)-1].num + 1
	}
}
