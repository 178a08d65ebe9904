package pdf

import "encoding/binary"

// oddRecord is the form of the records that the entries of odd tables are turned
// into: kind, offset, generation.
var oddRecord = [3]int{1, 8, 3}

// readTable reads a cross-reference table and its trailer (7.5.4, 7.5.5). at is
// the offset behind "xref".
func (f *File) readTable(s *section, at int64) error {
	s.kind, s.width = XRefTable, oddRecord
	for {
		sub, isTrailer, err := f.subsectionHeader(at)
		if err != nil {
			return err
		}
		at = sub.at
		if isTrailer {
			break
		}
		if at, err = f.readSubsection(s, sub); err != nil {
			return err
		}
	}
	if err := f.fixFirst(s); err != nil {
		return err
	}
	if err := f.readTrailer(s, at); err != nil {
		return err
	}
	return f.seal(s)
}

// subsectionHeader reads "first count" and goes to the first entry, or recognises
// the trailer and goes behind its keyword.
func (f *File) subsectionHeader(at int64) (sub subsection, isTrailer bool, err error) {
	err = f.parseAt(at, func(p *parser) error {
		if isTrailer, err = p.keyword("trailer"); isTrailer || err != nil {
			sub.at = p.offset()
			return err
		}
		first, count, ok, err := p.twoNumbers()
		if err != nil {
			return err
		}
		if !ok {
			return p.fail("a cross-reference subsection begins with no number", "相互参照のサブセクションの見出しが読めません")
		}
		if first > maxObjectNumber || count > maxObjectNumber || first+count > maxObjectNumber+1 {
			return tooManyObjects(p.offset())
		}
		_, err = p.peek()
		sub = subsection{first: uint32(first), count: uint32(count), at: p.offset()}
		return err
	})
	return sub, isTrailer, err
}

func tooManyObjects(at int64) error {
	return limitExceeded(at, "the cross-references name objects above %d", "相互参照に %d を超えるオブジェクト番号があります", maxObjectNumber)
}

// readSubsection notes where the entries stand, if they have the form of the
// standard, and otherwise reads them one by one. It returns where they end.
func (f *File) readSubsection(s *section, sub subsection) (end int64, err error) {
	if sub.count == 0 {
		return sub.at, nil
	}
	regular, err := f.isRegular(sub)
	if err != nil {
		return 0, err
	}
	if !regular {
		return f.readOdd(s, sub)
	}
	s.subs = append(s.subs, sub)
	return sub.at + int64(sub.count)*tableEntry, nil
}

// isRegular looks at the first and the last entry and at what follows.
func (f *File) isRegular(sub subsection) (bool, error) {
	end := sub.at + int64(sub.count)*tableEntry
	for _, at := range [2]int64{sub.at, end - tableEntry} {
		line, err := f.src.window(at, tableEntry)
		if err != nil {
			return false, err
		}
		if _, ok := parseTableEntry(line); !ok {
			return false, nil
		}
	}
	follows := false
	err := f.parseAt(end, func(p *parser) (err error) {
		follows, err = p.endsSubsection()
		return err
	})
	return follows, err
}

// endsSubsection reports whether the trailer or another subsection begins here.
// Two numbers with "n" or "f" are one more entry: the count is wrong.
func (p *parser) endsSubsection() (bool, error) {
	isTrailer, err := p.keyword("trailer")
	if isTrailer || err != nil {
		return isTrailer, err
	}
	_, _, ok, err := p.twoNumbers()
	if !ok || err != nil {
		return false, err
	}
	p.skipSpace()
	if p.pos == len(p.buf) {
		return false, p.shortOnly()
	}
	return p.buf[p.pos] != 'n' && p.buf[p.pos] != 'f', nil
}

// shortOnly is errShort where the window can grow.
func (l *lexer) shortOnly() error {
	if l.eof {
		return nil
	}
	return errShort
}

// readOdd reads entries with any spacing, fewer or more than the header says.
func (f *File) readOdd(s *section, sub subsection) (end int64, err error) {
	s.odd = true
	f.note(NoteXRefFormat, sub.at, "cross-reference entries are not 20 bytes long, or not as many as stated",
		"相互参照のエントリーが 20 バイトではないか、個数が記載と違います")
	at := sub.at
	sub.at, sub.count, sub.recorded = int64(len(s.records)), 0, true
	for {
		more := false
		if at, more, err = f.oddEntries(s, &sub, at); err != nil {
			return 0, err
		}
		if more {
			continue
		}
		if sub.count > 0 {
			s.subs = append(s.subs, sub)
		}
		return at, nil
	}
}

// oddEntries reads the entries that stand in one window, so that their number
// does not show in the time a window takes.
func (f *File) oddEntries(s *section, sub *subsection, at int64) (next int64, more bool, err error) {
	buf, err := f.src.window(at, objectWindow)
	if err != nil {
		return 0, false, err
	}
	l := lexer{buf: buf, base: at, eof: at+int64(len(buf)) >= f.src.size}
	for {
		start := l.pos
		e, ok, err := l.oddEntry()
		if err == errShort && start > 0 {
			return at + int64(start), true, nil
		}
		if !ok || err != nil {
			return at + int64(start), false, err
		}
		if sub.first+sub.count > maxObjectNumber {
			return 0, false, tooManyObjects(at)
		}
		s.records = appendRecord(s.records, oddRecord, e)
		sub.count++
	}
}

// oddEntry reads "offset generation n".
func (l *lexer) oddEntry() (entry, bool, error) {
	offset, ok, err := l.unsigned()
	if !ok || err != nil {
		return entry{}, false, err
	}
	gen, ok, err := l.unsigned()
	if !ok || err != nil {
		return entry{}, false, err
	}
	l.skipSpace()
	kind, err := l.regular()
	if err != nil || len(kind) != 1 {
		return entry{}, false, err
	}
	e, ok := inUseEntry(offset, gen, kind[0])
	return e, ok, nil
}

// appendRecord encodes an entry as a cross-reference stream does.
func appendRecord(out []byte, width [3]int, e entry) []byte {
	for i, v := range [3]uint64{uint64(e.kind), uint64(e.offset), uint64(e.gen)} {
		var word [8]byte
		binary.BigEndian.PutUint64(word[:], v)
		out = append(out, word[8-width[i]:]...)
	}
	return out
}

// fixFirst mends a table that is numbered from 1 although its first entry is the
// head of the free list, which is that of object 0.
func (f *File) fixFirst(s *section) error {
	if len(s.subs) == 0 || s.subs[0].first != 1 {
		return nil
	}
	e, err := s.entryAt(&f.entries, s.subs[0], 1)
	if err != nil || e.kind != entryFree || e.gen != 65535 {
		return err
	}
	s.subs[0].first, s.odd = 0, true
	f.note(NoteXRefFormat, s.offset, "a cross-reference table is numbered from 1 instead of 0", "相互参照表の番号が 0 ではなく 1 から始まっています")
	return nil
}

// readTrailer reads the trailer dictionary and what ends the revision.
func (f *File) readTrailer(s *section, at int64) error {
	err := f.parseAt(at, func(p *parser) error {
		o, err := p.object()
		if err != nil {
			return err
		}
		d, ok := o.(Dict)
		if !ok {
			return p.fail("the trailer is no dictionary", "トレーラーが辞書ではありません")
		}
		s.trailer, s.end = d, p.offset()
		return p.tail(s)
	})
	return err
}

// tail reads "startxref", its value and "%%EOF" behind a section, if they are
// there.
func (p *parser) tail(s *section) error {
	s.tail, s.eof, s.eol = -1, 0, 0
	ok, err := p.keyword("startxref")
	if !ok || err != nil {
		return err
	}
	if s.tail, ok, err = p.unsigned(); !ok || err != nil {
		s.tail = -1
		return err
	}
	for p.pos < len(p.buf) && isSpace(p.buf[p.pos]) {
		p.pos++
	}
	return p.marker(s)
}

// marker reads "%%EOF" and an end-of-line marker.
func (p *parser) marker(s *section) error {
	const eof = "%%EOF"
	rest := p.buf[p.pos:]
	if len(rest) < len(eof)+2 && !p.lexer.eof {
		return errShort
	}
	if len(rest) < len(eof) || string(rest[:len(eof)]) != eof {
		return nil
	}
	s.eof = p.offset() + int64(len(eof))
	s.eol = s.eof + int64(lineEnd(rest[len(eof):]))
	return nil
}
