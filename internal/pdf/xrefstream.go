package pdf

import "errors"

// readXRefStream reads a cross-reference stream (7.5.8) at off.
func (f *File) readXRefStream(s *section, off int64) error {
	x, err := f.indirectAt(off)
	if err != nil {
		return err
	}
	d, _ := x.object.(Dict)
	if x.stream == 0 || d.Name("Type") != "XRef" {
		return malformed(off, "no cross-reference section stands here", "ここに相互参照がありません")
	}
	s.kind, s.offset, s.trailer = XRefStream, off, d
	length, err := f.streamLength(x, d.Get("Length")) // direct: references cannot be looked up yet
	if err != nil {
		return err
	}
	// Never encrypted (7.5.8.2), and its filters are direct like its length.
	data, err := f.readData(x.stream, length, encodedMax(f.xrefBytes))
	if err != nil {
		return err
	}
	if s.records, err = f.inflater.decode(d, data, direct, f.xrefBytes); isLimit(err) {
		return limitExceeded(off, "the cross-reference streams decode to more than %d bytes", "相互参照ストリームの展開結果が %d バイトを超えています", maxXRefBytes)
	} else if err != nil {
		return placed(err, off)
	}
	f.xrefBytes -= len(s.records)
	if err := f.streamSubsections(s); err != nil {
		return err
	}
	return f.parseAt(x.stream+length, func(p *parser) error { return p.afterStream(s) })
}

func isLimit(err error) bool {
	var l *LimitExceeded
	return errors.As(err, &l)
}

// afterStream reads what ends the stream object, and the revision.
func (p *parser) afterStream(s *section) error {
	if _, err := p.keyword(endstream); err != nil {
		return err
	}
	if _, err := p.keyword("endobj"); err != nil {
		return err
	}
	s.end = p.offset()
	return p.tail(s)
}

// streamSubsections reads /W and /Index. Entries that the data is too short for
// do not exist.
func (f *File) streamSubsections(s *section) error {
	w, err := fieldWidths(s)
	if err != nil {
		return err
	}
	index, ok := s.trailer.Get("Index").(Array)
	if !ok {
		size, _ := s.trailer.Get("Size").(Integer)
		if records := Integer(len(s.records) / w); size > records {
			size = records
			f.noteFewerEntries(s)
		}
		index = Array{Integer(0), size}
	}
	if len(index)%2 != 0 {
		return malformed(s.offset, "/Index of a cross-reference stream is not made of pairs", "相互参照ストリームの /Index が対になっていません")
	}
	records := int64(len(s.records) / w)
	taken := int64(0)
	for i := 0; i < len(index); i += 2 {
		first, ok1 := index[i].(Integer)
		count, ok2 := index[i+1].(Integer)
		if !ok1 || !ok2 || first < 0 || count < 0 {
			return malformed(s.offset, "/Index of a cross-reference stream is no list of numbers", "相互参照ストリームの /Index が不正です")
		}
		if first > maxObjectNumber || count > maxObjectNumber || first+count > maxObjectNumber+1 {
			return tooManyObjects(s.offset)
		}
		if n := records - taken; int64(count) > n {
			f.noteFewerEntries(s)
			count = Integer(n)
		}
		if count > 0 {
			s.subs = append(s.subs, subsection{uint32(first), uint32(count), taken * int64(w), true})
		}
		taken += int64(count)
	}
	return f.seal(s)
}

func (f *File) noteFewerEntries(s *section) {
	s.odd = true
	f.note(NoteXRefFormat, s.offset, "a cross-reference stream has fewer entries than it states", "相互参照ストリームのエントリーが記載より少なくなっています")
}

// fieldWidths reads /W and returns the length of a record.
func fieldWidths(s *section) (int, error) {
	bad := malformed(s.offset, "/W of a cross-reference stream is not usable", "相互参照ストリームの /W が不正です")
	w, _ := s.trailer.Get("W").(Array)
	if len(w) < 3 {
		return 0, bad
	}
	sum := 0
	for i := range s.width {
		n, ok := w[i].(Integer)
		if !ok || n < 0 || n > 8 {
			return 0, bad
		}
		s.width[i] = int(n)
		sum += int(n)
	}
	if sum == 0 || len(w) > 3 {
		return 0, bad
	}
	return sum, nil
}
