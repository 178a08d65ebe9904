package pdf

import "bytes"

// readSections follows startxref and the /Prev chain (7.5.5, 7.5.8).
func (f *File) readSections() error {
	newest, final, err := f.readStartXRef()
	if err != nil {
		return err
	}
	if f.base, err = f.findBase(newest); err != nil {
		return err
	}
	c := &chain{make(map[int64]bool, 4), make(map[int64]*section)}
	for at, more := newest, true; more; {
		if len(f.sections) == maxSections {
			return limitExceeded(at, "more than %d cross-reference sections", "相互参照が %d 個を超えています", maxSections)
		}
		s, err := f.readSection(f.base+at, c)
		if err != nil {
			return err
		}
		s.odd = s.odd || hasOddNumbers(s) || s.offset > f.base+at+int64(len("\r\n"))
		f.sections = append(f.sections, s)
		if at, more, err = previous(s); err != nil {
			return err
		}
	}
	f.sections[0].eof, f.sections[0].eol, f.sections[0].tail = final.eof, final.eol, newest
	return nil
}

// readStartXRef finds the last startxref and what follows it.
func (f *File) readStartXRef() (value int64, s section, err error) {
	at, err := f.lastStartXRef()
	if err != nil {
		return 0, s, err
	}
	if err = f.parseAt(at, func(p *parser) error { return p.tail(&s) }); err != nil {
		return 0, s, err
	}
	if s.tail < 0 {
		return 0, s, malformed(at, "startxref has no value", "startxref に値がありません")
	}
	if f.behindEnd, err = f.hasObjects(max(s.eol, at)); err != nil {
		return 0, s, err
	}
	switch {
	case s.eof == 0:
		f.note(NoteSyntax, at, "startxref is not followed by %%EOF", "startxref の後に %%EOF がありません")
	case s.eol < f.src.size:
		f.note(NoteTrailingData, s.eol, "%d bytes follow the end of the document", "文書の終わりの後に %d バイトあります", f.src.size-s.eol)
	}
	return s.tail, s, nil
}

// hasObjects looks for the beginning of an object at or behind off.
func (f *File) hasObjects(off int64) (bool, error) {
	for off < f.src.size {
		b, err := f.src.window(off, scanWindow)
		if err != nil {
			return false, err
		}
		if firstHeader(b) >= 0 {
			return true, nil
		}
		if off+int64(len(b)) >= f.src.size {
			break
		}
		off += int64(max(1, len(b)-scanOverlap))
	}
	return false, nil
}

// lastStartXRef looks at the very end first, where it nearly always is.
func (f *File) lastStartXRef() (int64, error) {
	const word = "startxref"
	for _, n := range [2]int64{headerSearch, tailSearch} {
		from := max(0, f.src.size-n)
		b, err := f.src.window(from, int(f.src.size-from))
		if err != nil {
			return 0, err
		}
		if i := bytes.LastIndex(b, []byte(word)); i >= 0 {
			return from + int64(i), nil
		}
	}
	return f.searchBack(f.src.size-tailSearch, word)
}

// searchBack looks for startxref before off: much else may have been put behind
// a document.
func (f *File) searchBack(off int64, word string) (int64, error) {
	for first := max(0, f.src.size-junkSearch); off > first; off -= searchWindow {
		from := max(0, off-searchWindow)
		b, err := f.src.window(from, int(off-from)+len(word))
		if err != nil {
			return 0, err
		}
		if i := bytes.LastIndex(b, []byte(word)); i >= 0 {
			return from + int64(i), nil
		}
	}
	return 0, malformed(f.src.size, "there is no startxref", "startxref がありません")
}

// findBase finds out whether offsets count from the first byte of the file or
// from the header, where that is not the same (ISO 32000-1, annex H, note 13).
func (f *File) findBase(startxref int64) (int64, error) {
	for _, base := range [2]int64{0, max(0, f.header)} {
		ok, err := f.isSection(base + startxref)
		if ok || err != nil {
			return base, err
		}
	}
	return 0, malformed(startxref, "startxref points to no cross-reference section", "startxref の指す位置に相互参照がありません")
}

// isSection reports whether "xref" or an object stands at off.
func (f *File) isSection(off int64) (ok bool, err error) {
	if off >= f.src.size {
		return false, nil
	}
	err = f.parseAt(off, func(p *parser) error {
		if ok, err = p.keyword("xref"); ok || err != nil {
			return err
		}
		_, ok, err = p.header()
		return err
	})
	return ok, err
}

// hasOddNumbers tells a trailer whose numbers readers take in different ways: /Prev that is
// no integer, and /XRefStm that is none or does not belong to a table (7.5.8.4).
func hasOddNumbers(s *section) bool {
	isInteger := func(key Name) bool {
		_, ok := s.trailer.Get(key).(Integer)
		return ok || !s.trailer.Has(key)
	}
	return !isInteger("Prev") || !isInteger("XRefStm") || s.kind == XRefStream && s.trailer.Has("XRefStm")
}

// chain is what has been read of the sections of a file.
type chain struct {
	seen   map[int64]bool
	hidden map[int64]*section // by /XRefStm; updates copy the entry of the trailer
}

// readSection reads the section at off, and the hidden one of a hybrid file.
func (f *File) readSection(off int64, c *chain) (*section, error) {
	if c.seen[off] {
		return nil, runsInCircle(off, "the cross-reference sections run in a circle", "相互参照が循環しています")
	}
	c.seen[off] = true
	s, err := f.readPlainSection(off)
	if err != nil || s.kind != XRefTable {
		return s, err
	}
	at, ok := s.trailer.Get("XRefStm").(Integer)
	if !ok {
		return s, nil
	}
	s.kind = XRefHybrid
	s.hidden, err = f.readHidden(f.base+int64(at), c)
	return s, err
}

// readHidden reads the stream that /XRefStm names.
func (f *File) readHidden(off int64, c *chain) (*section, error) {
	if s := c.hidden[off]; s != nil {
		return s, nil
	}
	s, err := f.readPlainSection(off)
	if err != nil {
		return nil, err
	}
	if s.kind != XRefStream {
		return nil, malformed(off, "/XRefStm points to no cross-reference stream", "/XRefStm の指す位置に相互参照ストリームがありません")
	}
	c.hidden[off] = s
	return s, nil
}

func (f *File) readPlainSection(off int64) (*section, error) {
	if off < 0 || off >= f.src.size {
		return nil, malformed(off, "a cross-reference section lies outside the file", "相互参照の位置がファイルの外です")
	}
	s := &section{offset: off}
	table, isTable := int64(0), false
	err := f.parseAt(off, func(p *parser) (err error) {
		p.skipSpace()
		s.offset = p.offset()
		isTable, err = p.keyword("xref")
		table = p.offset()
		return err
	})
	if err != nil {
		return nil, err
	}
	if isTable {
		return s, f.readTable(s, table)
	}
	return s, f.readXRefStream(s, s.offset)
}

// previous returns /Prev of a section. A few producers write /Prev 0 for none.
func previous(s *section) (at int64, more bool, err error) {
	switch v := s.trailer.Get("Prev").(type) {
	case nil:
		return 0, false, nil
	case Integer:
		return int64(v), v != 0, nil
	case Real:
		return int64(v.Float64()), v.Float64() > 0, nil
	}
	return 0, false, malformed(s.offset, "/Prev is no number", "/Prev が数値ではありません")
}

// inherit takes what a trailer without /Root lacks from the revision before, as
// readers commonly do; it should have had all of it (7.5.6).
func (f *File) inherit(s *section) {
	if s.trailer.Has("Root") || len(f.revisions) == 0 {
		return
	}
	for _, e := range f.revisions[len(f.revisions)-1].Trailer {
		switch e.Key {
		case "Root", "Info", "ID", "Encrypt":
			if !s.trailer.Has(e.Key) {
				s.trailer = s.trailer.With(e.Key, e.Value)
			}
		}
	}
	f.note(NoteSyntax, s.offset, "a trailer lacks /Root, which was taken from the revision before", "トレーラーに /Root がないため、前の版のものを使いました")
}

// makeRevisions groups the sections. The main section of a linearized file is
// followed by a startxref that names the first-page section, which stands before
// it and newer in the chain: both are one revision (annex F).
func (f *File) makeRevisions() {
	for i := len(f.sections) - 1; i >= 0; i-- {
		end, own := f.sections[i], 1
		if i > 0 && f.base+end.tail == f.sections[i-1].offset && f.sections[i-1].offset < end.offset {
			i--
			own++
		}
		s := f.sections[i]
		f.inherit(s)
		f.revisions = append(f.revisions, &Revision{
			Kind: s.kind, StartXRef: s.offset, EOF: end.eof, End: end.eol, Trailer: s.trailer,
			file: f, sections: f.sections[i:], own: own,
		})
	}
	f.Revision = f.revisions[len(f.revisions)-1]
}
