package pdf

import (
	"slices"
	"sort"
)

// entryKind is the type of a cross-reference entry (ISO 32000-2, table 18).
type entryKind uint8

const (
	entryFree entryKind = iota
	entryInUse
	entryCompressed
)

// entry is one cross-reference entry.
type entry struct {
	kind   entryKind
	offset int64  // in use: place in the file as written there; compressed: number of the object stream
	gen    uint32 // in use and free: generation; compressed: index in the object stream
}

// section is one cross-reference section. Entries are not kept: they are read
// from the file or from the decoded stream when they are asked for.
type section struct {
	kind    XRefKind
	offset  int64 // of "xref" or of the stream object, from the first byte of the file
	end     int64 // after the trailer dictionary or "endobj"
	trailer Dict
	subs    []subsection
	overlap bool // subsections overlap and are searched in order
	odd     bool // readers may differ in what it lists: wrong counts, entries of another length
	low     uint32
	high    uint32 // numbers the section has entries for lie in [low, high)

	records []byte // of a stream, or of the odd subsections of a table
	width   [3]int // fields of a record
	hidden  *section
	scanned entryList // of a rebuilt file

	tail int64 // value of the startxref that follows; -1 when none does
	eof  int64 // after the %%EOF that follows that; 0 when none does
	eol  int64 // the same with the end-of-line marker
}

// subsection is a run of entries.
type subsection struct {
	first, count uint32
	at           int64 // of its first entry: in the file, or in records
	recorded     bool  // the entries are in records
}

func (b subsection) has(num uint32) bool { return num >= b.first && num-b.first < b.count }

// tableEntry is the length of an entry of a cross-reference table (7.5.4).
const tableEntry = 20

// seal sorts the subsections of a section that has been read, or finds that they
// overlap.
func (f *File) seal(s *section) error {
	if !slices.IsSortedFunc(s.subs, bySubsection) {
		sorted := slices.Clone(s.subs)
		slices.SortStableFunc(sorted, bySubsection)
		if overlapping(sorted) {
			s.overlap = true
		} else {
			s.subs = sorted
		}
	} else {
		s.overlap = overlapping(s.subs)
	}
	if s.overlap {
		s.odd = true
		f.note(NoteXRefFormat, s.offset, "cross-reference subsections overlap", "相互参照のサブセクションが重なっています")
	}
	if s.overlap && len(s.subs) > maxOverlapping {
		return limitExceeded(s.offset, "more than %d cross-reference subsections overlap", "相互参照のサブセクションが %d 個を超えて重なっています", maxOverlapping)
	}
	s.low, s.high = ^uint32(0), 0
	for _, sub := range s.subs {
		s.low, s.high = min(s.low, sub.first), max(s.high, sub.first+sub.count)
	}
	return nil
}

func bySubsection(a, b subsection) int { return int(a.first) - int(b.first) }

func overlapping(sorted []subsection) bool {
	for i := 1; i < len(sorted); i++ {
		if sorted[i].first < sorted[i-1].first+sorted[i-1].count {
			return true
		}
	}
	return false
}

// subsection returns the one that holds num. Where they overlap the first counts,
// as in most readers.
func (s *section) subsection(num uint32) (subsection, bool) {
	if num < s.low || num >= s.high {
		return subsection{}, false
	}
	if s.overlap {
		i := slices.IndexFunc(s.subs, func(b subsection) bool { return b.has(num) })
		if i < 0 {
			return subsection{}, false
		}
		return s.subs[i], true
	}
	i := 0
	if len(s.subs) > 1 {
		i = sort.Search(len(s.subs), func(i int) bool { return s.subs[i].first > num }) - 1
	}
	if i < 0 || !s.subs[i].has(num) {
		return subsection{}, false
	}
	return s.subs[i], true
}

// find returns the section's entry for num.
func (s *section) find(src *source, num uint32) (e entry, found bool, err error) {
	if s.kind == XRefRebuilt {
		e, found = s.scanned.find(num)
		return e, found, nil
	}
	own, found, err := s.own(src, num)
	if err != nil || s.hidden == nil || found && own.kind != entryFree {
		return own, found, err
	}
	// A hybrid file marks as free what only its stream knows (7.5.8.4).
	if e, ok, err := s.hidden.own(src, num); ok || err != nil {
		return e, ok, err
	}
	return own, found, nil
}

// own returns the entry of the section itself, without its /XRefStm.
func (s *section) own(src *source, num uint32) (entry, bool, error) {
	sub, ok := s.subsection(num)
	if !ok {
		return entry{}, false, nil
	}
	e, err := s.entryAt(src, sub, num)
	return e, err == nil, err
}

// entryAt reads the entry for num of a subsection that has it.
func (s *section) entryAt(src *source, sub subsection, num uint32) (entry, error) {
	i := int64(num - sub.first)
	if sub.recorded {
		w := s.width[0] + s.width[1] + s.width[2]
		return s.record(s.records[sub.at+i*int64(w):]), nil
	}
	at := sub.at + i*tableEntry
	line, err := src.window(at, tableEntry)
	if err != nil {
		return entry{}, err
	}
	e, ok := parseTableEntry(line)
	if !ok {
		return entry{}, malformed(at, "a cross-reference entry is damaged", "相互参照のエントリーが壊れています")
	}
	return e, nil
}

// record decodes an entry of a cross-reference stream (7.5.8.3). A type of zero
// width means 1, an unknown type an object that is null.
func (s *section) record(b []byte) entry {
	kind := uint64(1)
	if s.width[0] > 0 {
		kind = bigEndian(b[:s.width[0]])
	}
	b = b[s.width[0]:]
	second, third := bigEndian(b[:s.width[1]]), bigEndian(b[s.width[1]:s.width[1]+s.width[2]])
	if kind > 2 || second > 1<<62 || third > maxObjectNumber {
		return entry{}
	}
	return entry{entryKind(kind), int64(second), uint32(third)}
}

func bigEndian(b []byte) uint64 {
	var v uint64
	for _, c := range b {
		v = v<<8 | uint64(c)
	}
	return v
}

// parseTableEntry reads "nnnnnnnnnn ggggg n" and the two bytes that end the line.
func parseTableEntry(b []byte) (entry, bool) {
	if len(b) < tableEntry || b[10] != ' ' || b[16] != ' ' || !isSpace(b[18]) || !isSpace(b[19]) {
		return entry{}, false
	}
	offset, ok1 := parseUnsigned(b[:10])
	gen, ok2 := parseUnsigned(b[11:16])
	if !ok1 || !ok2 {
		return entry{}, false
	}
	return inUseEntry(offset, gen, b[17])
}

// inUseEntry makes an entry from the fields of a table. Offset 0, where no object
// can stand, is what some producers write for a free one.
func inUseEntry(offset, gen int64, kind byte) (entry, bool) {
	switch {
	case kind == 'n' && offset > 0:
		return entry{entryInUse, offset, uint32(min(gen, 65536))}, true
	case kind == 'n' || kind == 'f':
		return entry{entryFree, 0, uint32(min(gen, 65536))}, true
	}
	return entry{}, false
}
