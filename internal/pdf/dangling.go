package pdf

// danglingWalk looks for the numbers of objects that are referred to and do not
// exist. Such a reference is null (7.3.10); a new object with that number would
// turn up where nothing was: as a page, or as the value of another field.
type danglingWalk struct {
	file  *File
	seen  map[uint32]bool // true: there is no such object
	queue []Ref
	wrong error // the first entry that leads to something else than its object
}

// dangling returns the numbers that nothing new may have, found in all that the
// trailer leads to, the nearest first, as far as maxWalked and walkWork allow.
// What cannot be read is passed over.
func (f *File) dangling() map[uint32]bool {
	if f.missing != nil {
		return f.missing
	}
	work, notes, bytes := f.work, f.notes, f.xrefBytes
	f.work = min(work, walkWork)
	w := danglingWalk{file: f, seen: make(map[uint32]bool)}
	w.look(f.Trailer)
	for ; len(w.queue) > 0 && f.work > 0; w.queue = w.queue[1:] {
		w.look(w.read(w.queue[0]))
	}
	f.work, f.notes, f.xrefBytes = work, notes, bytes // it was not for the caller
	f.missing = make(map[uint32]bool)
	for num, free := range w.seen {
		if free {
			f.missing[num] = true
		}
	}
	f.misplaced = w.wrong
	return f.missing
}

// Misplaced returns why an object that the document uses cannot be read where
// the cross-references say it stands; nil when none was found. As many objects
// are looked at as the limits allow. See Rebuild.
func (f *File) Misplaced() error {
	f.dangling()
	return f.misplaced
}

// look visits a direct object. Its nesting is bounded by the parser.
func (w *danglingWalk) look(o Object) {
	switch o := o.(type) {
	case Ref:
		w.refer(o)
	case Dict:
		for _, e := range o {
			w.look(e.Value)
		}
	case Array:
		for _, e := range o {
			w.look(e)
		}
	case *Stream:
		w.look(o.Dict)
	}
}

// refer notes a reference, and queues the object if there is one.
func (w *danglingWalk) refer(ref Ref) {
	if _, known := w.seen[ref.Num]; known || len(w.seen) >= maxWalked {
		return
	}
	at, err := w.file.Locate(ref.Num)
	w.seen[ref.Num] = err == nil && at.Free
	if err == nil && !at.Free {
		w.queue = append(w.queue, ref)
	}
}

// read returns an object, a stream without looking for its end.
func (w *danglingWalk) read(ref Ref) Object {
	at, err := w.file.Locate(ref.Num)
	if err != nil {
		return nil
	}
	if at.Stream != 0 {
		o, err := w.file.Get(ref)
		if err != nil {
			return nil
		}
		return o
	}
	if o, ok := w.file.cache.get(cacheKey{at.Offset, ref.Num, -1}, w.file.Revision); ok {
		return o
	}
	x, err := w.file.indirectAt(at.Offset)
	if err == nil && x.ref.Num != ref.Num {
		err = malformed(at.Offset, "object %v stands where object %v should", "オブジェクト %[2]v の位置に %[1]v があります", x.ref, ref)
	}
	if err != nil {
		if w.wrong == nil && rebuildable(err) {
			w.wrong = err
		}
		return nil
	}
	return x.object
}
