package pdf

import (
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

// objectEnd returns the offset behind an object. Where the length of a stream
// cannot be looked up its end is searched.
func (w *strayWalk) objectEnd(off int64) (int64, error) {
	f := w.file
	x, err := f.indirectAt(off)
	if err != nil || x.stream == 0 {
		return x.end, err
	}
	d, _ := x.object.(Dict)
	if d.Name("Type") == "ObjStm" {
		if err := w.held(x.ref); err != nil {
			return 0, err
		}
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
