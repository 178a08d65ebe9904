package pdf

import "bytes"

// objectStream is a decoded object stream (7.5.7). /Extends is of no use to a
// reader: the cross-references name the very stream that holds an object.
type objectStream struct {
	offset int64 // of the stream object in the file
	data   []byte
	nums   []uint32
	starts []int     // of the objects in data
	only   *Revision // see cached
}

// objectStreams keeps decoded object streams, by offset, up to maxObjectStream
// bytes in sum.
type objectStreams struct {
	kept  map[int64]*objectStream
	bytes int
	last  *objectStream // that was asked for
	by    lastHolder
}

// lastHolder is the object stream whose place was asked for last: many objects in
// a row are in the same.
type lastHolder struct {
	rev    *Revision
	num    uint32
	offset int64
}

// at returns the object stream at an offset, nil when it is not kept.
func (c *objectStreams) at(offset int64) *objectStream {
	if c.last == nil || c.last.offset != offset {
		c.last = c.kept[offset]
	}
	return c.last
}

func (c *objectStreams) put(s *objectStream) {
	if c.bytes += len(s.data); c.bytes > maxObjectStream || c.kept == nil {
		c.kept, c.bytes = make(map[int64]*objectStream, 4), len(s.data)
	}
	c.kept[s.offset], c.last = s, s
}

// holder returns the offset of an object stream.
func (r *Revision) holder(num uint32) (int64, error) {
	if by := r.file.objectStreams.by; by.rev == r && by.num == num {
		return by.offset, nil
	}
	at, err := r.Locate(num)
	if err != nil {
		return 0, err
	}
	if at.Stream != 0 {
		return 0, runsInCircle(-1, "an object stream lies in an object stream", "オブジェクトストリームがオブジェクトストリームの中にあります")
	}
	if at.Free || at.Gen != 0 {
		return 0, malformed(-1, "object stream %d is missing", "オブジェクトストリーム %d がありません", num)
	}
	r.file.objectStreams.by = lastHolder{r, num, at.Offset}
	return at.Offset, nil
}

// objectStream reads the object stream with a number.
func (r *Revision) objectStream(num uint32) (*objectStream, error) {
	off, err := r.holder(num)
	if err != nil {
		return nil, err
	}
	if s := r.file.objectStreams.at(off); s != nil && (s.only == nil || s.only == r) {
		return s, nil
	}
	o, err := r.Get(Ref{Num: num})
	if err != nil {
		return nil, err
	}
	stream, _ := o.(*Stream)
	if stream == nil || stream.Dict.Name("Type") != "ObjStm" {
		return nil, malformed(off, "object %d is no object stream", "オブジェクト %d はオブジェクトストリームではありません", num)
	}
	s, err := r.readObjectStream(stream)
	if err != nil {
		return nil, placed(err, off)
	}
	s.offset = off
	r.file.objectStreams.put(s)
	return s, nil
}

// readObjectStream decodes an object stream and reads its index of N pairs.
func (r *Revision) readObjectStream(stream *Stream) (*objectStream, error) {
	data, err := r.file.decodeCharged(stream)
	if err != nil {
		return nil, err
	}
	n, err := r.smallInteger(stream.Dict.Get("N"), maxElements)
	if err != nil {
		return nil, err
	}
	first, err := r.smallInteger(stream.Dict.Get("First"), len(data))
	if err != nil {
		return nil, err
	}
	s := &objectStream{data: data}
	if refersOut(stream.Dict) {
		s.only = r
	}
	return s, s.readIndex(n, first)
}

// decodeCharged decodes an object stream; one that cannot be decoded has taken
// its work as well.
func (f *File) decodeCharged(stream *Stream) ([]byte, error) {
	if err := f.charge(stream.offset, 0); err != nil {
		return nil, err
	}
	data, err := stream.Decode(maxObjectStream)
	if err != nil {
		f.work -= maxObjectStream
		return nil, err
	}
	return data, f.charge(stream.offset, int64(len(data)))
}

// smallInteger resolves an integer from 0 to max.
func (r *Revision) smallInteger(o Object, max int) (int, error) {
	o, err := r.Resolve(o)
	if err != nil {
		return 0, err
	}
	v, ok := o.(Integer)
	if !ok || v < 0 || v > Integer(max) {
		return 0, malformed(-1, "a number of an object stream is missing or out of range", "オブジェクトストリームの /N または /First が不正です")
	}
	return int(v), nil
}

// refersOut reports whether what an object stream holds depends on other objects.
func refersOut(d Dict) bool { return containsRef(d.Without("Extends")) }

func containsRef(o Object) bool {
	switch o := o.(type) {
	case Ref:
		return true
	case Array:
		for _, v := range o {
			if containsRef(v) {
				return true
			}
		}
	case Dict:
		for _, e := range o {
			if containsRef(e.Value) {
				return true
			}
		}
	}
	return false
}

// readIndex reads the N pairs of object number and offset.
func (s *objectStream) readIndex(n, first int) error {
	l := lexer{buf: s.data[:first], base: -1, eof: true}
	n = min(n, first/4+1) // a pair takes four bytes, the last one three
	s.nums, s.starts = make([]uint32, 0, n), make([]int, 0, n)
	for range n {
		num, ok1, _ := l.unsigned()
		start, ok2, _ := l.unsigned()
		if !ok1 || !ok2 || num > maxObjectNumber || start > int64(len(s.data)-first) {
			return malformed(-1, "the index of an object stream is damaged", "オブジェクトストリームの索引が壊れています")
		}
		s.nums, s.starts = append(s.nums, uint32(num)), append(s.starts, first+int(start))
	}
	return nil
}

// start returns where in the data an object stands. The number decides where it
// and the index disagree, as in most readers, if it is there once only.
func (s *objectStream) start(f *File, num uint32, index int) (int, error) {
	if index < len(s.nums) && s.nums[index] == num {
		return s.starts[index], nil
	}
	if err := f.charge(s.offset, int64(len(s.nums))); err != nil {
		return 0, err
	}
	found := -1
	for i, n := range s.nums {
		if n != num {
			continue
		}
		if found >= 0 {
			return 0, malformed(s.offset, "an object stream holds object %d twice", "オブジェクトストリームにオブジェクト %d が重複しています", num)
		}
		found = i
	}
	if found < 0 {
		return 0, malformed(s.offset, "an object stream does not hold object %d", "オブジェクトストリームにオブジェクト %d がありません", num)
	}
	f.note(NoteXRefFormat, s.offset, "objects are not where the cross-references say in an object stream", "オブジェクトストリーム内の位置が相互参照と違います")
	return s.starts[found], nil
}

// parse reads the object at start.
func (s *objectStream) parse(start int) (o Object, text []byte, cost int, err error) {
	p := parser{lexer: lexer{buf: s.data[start:], base: -1, eof: true}}
	p.skipSpace()
	begin := p.pos
	o, err = p.object()
	return o, p.buf[begin:p.pos], p.cost(), placed(err, s.offset)
}

// compressed reads an object from its object stream. Its strings are not
// encrypted: the stream is (7.5.7).
func (r *Revision) compressed(at Location, key cacheKey) (Object, error) {
	s, err := r.objectStream(at.Stream)
	if err != nil {
		return nil, err
	}
	start, err := s.start(r.file, key.num, at.Index)
	if err != nil {
		return nil, err
	}
	o, _, cost, err := s.parse(start)
	if err != nil {
		return nil, err
	}
	if s.only == nil {
		r.file.cache.put(key, r, o, cost, 0)
	}
	return o, nil
}

// raw returns the text of an object.
func (s *objectStream) raw(f *File, num uint32, index int) ([]byte, error) {
	start, err := s.start(f, num, index)
	if err != nil {
		return nil, err
	}
	_, text, _, err := s.parse(start)
	return bytes.Clone(text), err
}
