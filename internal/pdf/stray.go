package pdf

import (
	"regexp"
	"slices"
	"sort"
)

// Stray looks at the bytes that revision i (at least 1) added to the file before
// it: all of them must be objects that its own sections list, those sections,
// and how it ends. It returns where something else stands, an object that is
// listed nowhere or lies inside another; -1 when nothing does. Readers that
// rebuild the cross-references would show a document with it. A section that
// readers differ about is stray itself: one that has two entries for one number,
// or wrong counts, or stands beside the place that is named. So is the last
// startxref where it is too far from the end of the file to be found.
//
// Errors are those of the reader, and *LimitExceeded.
func (f *File) Stray(i int) (int64, error) {
	rev, before := f.revisions[i], f.revisions[i-1]
	end := rev.EOF
	if i == len(f.revisions)-1 {
		end = f.src.size
	}
	if before.EOF == 0 || end < before.EOF {
		return rev.StartXRef, nil
	}
	if end-rev.EOF > headerSearch/2 {
		return rev.EOF, nil
	}
	w := strayWalk{file: f, revision: rev, end: end, ends: make(map[int64]int64)}
	if at, err := w.listed(before.EOF); at >= 0 || err != nil {
		return at, err
	}
	return w.run(before.EOF)
}

// trailerLine is how a trailer begins for readers that rebuild the cross-references.
var trailerLine = regexp.MustCompile(`[\r\n][\x00\t\f ]*trailer[\x00\t\r\n\f <]`)

type strayWalk struct {
	file     *File
	revision *Revision
	offsets  []int64         // of the objects that are listed, in order
	ends     map[int64]int64 // of the sections, by where they begin
	end      int64
}

// listed collects what the sections of the revision list at or behind from.
func (w *strayWalk) listed(from int64) (int64, error) {
	for _, s := range w.revision.sections[:w.revision.own] {
		for ; s != nil; s = s.hidden {
			w.ends[s.offset] = s.end
			if s.odd {
				return s.offset, nil
			}
			if err := w.entries(s, from); err != nil {
				return -1, err
			}
		}
	}
	slices.Sort(w.offsets)
	w.offsets = slices.Compact(w.offsets)
	return -1, nil
}

func (w *strayWalk) entries(s *section, from int64) error {
	for _, sub := range s.subs {
		for n := range sub.count {
			e, err := s.entryAt(&w.file.entries, sub, sub.first+n)
			if err != nil {
				return err
			}
			if off := w.file.base + e.offset; e.kind == entryInUse && off >= from && off < w.end {
				w.offsets = append(w.offsets, off)
			}
		}
	}
	return nil
}

// run goes from one object or section to the next.
func (w *strayWalk) run(at int64) (int64, error) {
	behindSection := true
	for {
		begin, isEnd, err := w.next(at, behindSection)
		if err != nil || isEnd {
			return w.left(), err
		}
		passed, proper := w.pass(at, begin)
		end, isSection := w.ends[begin]
		if !proper || passed == 0 && !isSection {
			return begin, nil
		}
		if behindSection = isSection; isSection {
			at = end
		} else if at, err = w.objectEnd(begin); err != nil {
			if rebuildable(err) {
				return begin, nil
			}
			return -1, err
		}
	}
}

// next skips white space and comments, and behind a section what ends a revision.
func (w *strayWalk) next(at int64, behindSection bool) (begin int64, isEnd bool, err error) {
	err = w.file.parseAt(at, func(p *parser) error {
		var tail section
		if behindSection {
			if err := p.tail(&tail); err != nil {
				return err
			}
		}
		p.skipSpace()
		if begin = p.offset(); begin < w.end && p.pos >= len(p.buf) {
			return p.shortOnly()
		}
		return nil
	})
	return begin, begin >= w.end, err
}

// pass drops the entries up to begin. There is one at most, at it or in the white
// space between at and it; another leads into an object.
func (w *strayWalk) pass(at, begin int64) (passed int, proper bool) {
	passed = sort.Search(len(w.offsets), func(i int) bool { return w.offsets[i] > begin })
	proper = passed == 0 || passed == 1 && w.offsets[0] >= at
	w.offsets = w.offsets[passed:]
	return passed, proper
}

// left returns the first entry that was not come by: it leads into another
// object.
func (w *strayWalk) left() int64 {
	if len(w.offsets) > 0 {
		return w.offsets[0]
	}
	return -1
}

// objectEnd returns the offset behind an object in which there is no other one.
func (w *strayWalk) objectEnd(off int64) (int64, error) {
	x, err := w.file.indirectAt(off)
	if err != nil {
		return 0, err
	}
	end := x.end
	if x.stream > 0 {
		if end, err = w.streamEnd(x); err != nil {
			return 0, err
		}
	}
	return end, w.holdsNothing(off, end)
}

// holdsNothing sees that nothing between off and end looks like the beginning of a second
// object or a trailer: readers that rebuild the cross-references do not pass over the
// data of streams.
func (w *strayWalk) holdsNothing(off, end int64) error {
	for own := true; off < end; own = false {
		b, err := w.file.src.window(off, scanWindow)
		if err != nil {
			return err
		}
		b = b[:min(int64(len(b)), end-off)]
		from := 0
		if own {
			from = max(0, firstHeader(b)) + len("obj")
		}
		if firstHeader(b[min(from, len(b)):]) >= 0 || trailerLine.Match(b) {
			return malformed(off, "an object holds what looks like another one", "オブジェクトの中に別のオブジェクトのようなものがあります")
		}
		if off+int64(len(b)) >= end {
			break
		}
		off += int64(max(1, len(b)-scanOverlap))
	}
	return nil
}

// streamEnd returns the offset behind a stream object. Where the length cannot be
// looked up the end is searched.
func (w *strayWalk) streamEnd(x indirect) (int64, error) {
	f := w.file
	d, _ := x.object.(Dict)
	switch d.Name("Type") {
	case "ObjStm":
		if err := w.held(x.ref); err != nil {
			return 0, err
		}
	case "XRef": // PDFBox leaves them behind; readers that rebuild take /Root of the last one
		if root := d.Get("Root"); isRef(root) && root == w.revision.Trailer.Get("Root") {
			break
		}
		return 0, malformed(x.stream, "a cross-reference stream is no section of the file", "どこからも使われない相互参照ストリームがあります")
	}
	length, err := w.revision.Resolve(d.Get("Length"))
	if err != nil && !rebuildable(err) && !canBeLocked(err) {
		return 0, err
	}
	n, err := f.streamLength(x, length)
	if err != nil {
		return 0, err
	}
	var behind section
	err = f.parseAt(x.stream+n, func(p *parser) error { return p.afterStream(&behind) })
	return behind.end, err
}

// held sees that all that an object stream holds is listed as being there. One
// that is locked, or cannot be read and so by nobody, is passed over.
func (w *strayWalk) held(ref Ref) error {
	s, err := w.revision.objectStream(ref.Num)
	if err != nil {
		if rebuildable(err) || canBeLocked(err) {
			return nil
		}
		return err
	}
	for i, num := range s.nums {
		at, err := w.revision.Locate(num)
		if err != nil {
			return err
		}
		if at.Stream != ref.Num || at.Index != i {
			return malformed(s.offset, "an object stream holds objects that are not listed", "オブジェクトストリームに、相互参照にないオブジェクトがあります")
		}
	}
	return nil
}
