package pdf

import (
	"crypto/sha256"
	"errors"
	"maps"
	"slices"

	"github.com/jsign-jp/jsign/internal/lang"
)

// Faults of the program that makes an update, not of a file.
var (
	errNestedStream = errors.New("pdf: a stream inside another object")
	errPlacedTwice  = errors.New("pdf: a placeholder is used twice")
	errWidth        = errors.New("pdf: a placeholder's token has another length")
	errNotPlaced    = errors.New("pdf: a placeholder is not part of the revision")
	errObjectRef    = errors.New("pdf: an object is set under a number or generation that it does not have")
)

// ErrLocked is the error for an update of an encrypted document that no password
// has opened.
var ErrLocked = lang.Errorf("the PDF is encrypted and cannot be changed without its password",
	"PDF は暗号化されており、パスワードなしでは変更できません")

// Update collects the objects of one new revision.
type Update struct {
	file     *File
	objects  map[uint32]pending
	trailer  Dict
	next     uint32
	missing  map[uint32]bool // numbers that references of the file lead to nothing by
	self     Ref             // of the cross-reference stream, from the first Append on
	complete bool
	err      error // the first fault, reported by Append
}

// pending is an object to be written.
type pending struct {
	gen    uint16
	object Object
}

// Placeholder is a token written as it is, neither encrypted nor reformatted,
// whose place is known after Update.Append and whose bytes can then be
// overwritten. It is used once, in one object, for one Append.
type Placeholder struct {
	token  []byte // nil for a hexadecimal string of zeros
	width  int
	offset int64
}

// Appended is a laid out revision: the bytes that follow the old file.
type Appended struct {
	Base  int64  // length of the old file
	Bytes []byte // what follows it
}

// NewPlaceholder makes a placeholder of the width and first contents of token,
// which must be one complete PDF object.
func NewPlaceholder(token []byte) *Placeholder {
	return &Placeholder{token: token, width: len(token), offset: -1}
}

// NewStringPlaceholder makes a placeholder for a hexadecimal string of size bytes,
// which are zeros at first.
func NewStringPlaceholder(size int) *Placeholder {
	return &Placeholder{width: len("<>") + 2*size, offset: -1}
}

// Offset returns where the first byte of the token stands in the new file,
// counted from the first byte of the file; -1 before Update.Append.
func (p *Placeholder) Offset() int64 { return p.offset }

// Len returns the width of the token in bytes.
func (p *Placeholder) Len() int { return p.width }

// NewUpdate begins a revision on top of f, which is not changed.
func (f *File) NewUpdate() *Update {
	u := &Update{file: f, objects: make(map[uint32]pending, 8), trailer: f.ownTrailer(), complete: f.Rebuilt()}
	u.missing = f.dangling()
	size := f.intOf(f.Trailer, "Size")
	u.next = f.highest() + 1
	if !isAbsurd(size) {
		u.next = max(u.next, uint32(max(size, 1)))
	}
	if size != 0 && !isAbsurd(size) && int(f.highest())+1 != size && !f.Rebuilt() {
		f.note(NoteSize, f.StartXRef, "/Size is %d, and the highest object number %d", "/Size が %d ですが、最大のオブジェクト番号は %d です", size, f.highest())
	}
	return u
}

// isAbsurd tells a /Size that leaves no numbers for new objects.
func isAbsurd(size int) bool { return size > maxObjectNumber-sizeSlack || size < 0 }

// ownTrailer returns the trailer without what describes the section it belongs
// to (tables 15 and 17).
func (f *File) ownTrailer() Dict {
	out := make(Dict, 0, len(f.Trailer)+3)
	for _, e := range f.Trailer {
		switch e.Key {
		case "Size", "Prev", "XRefStm":
		case "Type", "Index", "W", "Length", "Filter", "DecodeParms", "F", "FFilter", "FDecodeParms", "DL":
		default:
			out = append(out, e)
		}
	}
	return out
}

// Reserve takes the next free object number that nothing refers to.
func (u *Update) Reserve() Ref {
	for u.missing[u.next] {
		u.next++
	}
	if u.next > maxObjectNumber {
		u.fail(tooManyObjects(-1))
	}
	u.next++
	return Ref{Num: u.next - 1}
}

// Add takes the next free object number for o.
func (u *Update) Add(o Object) Ref {
	ref := u.Reserve()
	u.objects[ref.Num] = pending{0, o}
	return ref
}

// Set gives the object ref a value: a reserved one, or one of the file that is
// thereby replaced. Streams of the file may be set again as they are.
func (u *Update) Set(ref Ref, o Object) {
	at, err := u.file.Locate(ref.Num)
	switch {
	case err != nil:
		u.fail(err)
	case ref.Num == 0 || ref.Num >= u.next || at.Listed && at.Gen != ref.Gen:
		u.fail(errObjectRef)
	default:
		u.objects[ref.Num] = pending{ref.Gen, o}
	}
}

func (u *Update) fail(err error) {
	if u.err == nil {
		u.err = err
	}
}

// Get returns the object as it will be after the update.
func (u *Update) Get(ref Ref) (Object, error) {
	if p, ok := u.objects[ref.Num]; ok {
		if p.gen != ref.Gen {
			return nil, nil
		}
		return p.object, nil
	}
	return u.file.Get(ref)
}

// SetTrailer sets an entry of the new trailer, such as /Info. The entries that
// belong to the cross-reference section itself are not to be set.
func (u *Update) SetTrailer(key Name, value Object) { u.trailer = u.trailer.With(key, value) }

// Complete makes the new cross-reference section name every object of the file,
// so that it needs no /Prev: readers then never meet the faults of the old
// sections (File.OddXRef), and no longer the older revisions either.
func (u *Update) Complete() { u.complete = true }

// Append lays out the revision: the objects in order of number, then a cross-reference
// section of the kind the file ends with (for a hybrid file a table; for a rebuilt one
// a complete section, without /Prev unless it comes from File.Rebuild) and the trailer,
// which keeps every entry of the old one. The second element of /ID is made anew from
// what is appended; the first stays. Strings and streams are encrypted when the
// document is, /Contents of signature dictionaries excepted.
//
// Append may be called again after other objects were Set: each call lays out the
// whole revision anew.
func (u *Update) Append() (*Appended, error) {
	switch {
	case u.err != nil:
		return nil, u.err
	case u.file.Locked():
		return nil, ErrLocked
	}
	w := &writer{base: u.file.src.size, crypt: u.file.crypt, rand: u.file.rand}
	if err := u.begin(w); err != nil {
		return nil, err
	}
	changed, err := u.writeObjects(w)
	if err != nil {
		return nil, err
	}
	trailer, err := u.newTrailer(w)
	if err != nil {
		return nil, err
	}
	if err := u.writeXRef(w, changed, trailer); err != nil {
		return nil, err
	}
	return &Appended{u.file.src.size, w.out}, nil
}

// begin makes room and puts an end-of-line marker behind a file that has none.
func (u *Update) begin(w *writer) error {
	size := u.file.src.size
	last := [1]byte{'\n'}
	if size > 0 {
		if err := readFull(u.file.src.r, last[:], size-1); err != nil {
			return err
		}
	}
	n := 1024
	for _, p := range u.objects {
		n += roomFor(p.object)
	}
	w.out = make([]byte, 0, n)
	if last[0] != '\n' && last[0] != '\r' {
		w.out = append(w.out, '\n')
	}
	return nil
}

// roomFor guesses the length of an object's text, the large ones well.
func roomFor(o Object) int {
	n := 256
	switch o := o.(type) {
	case *Stream:
		n += len(o.data)
	case Dict:
		n += 32 * len(o)
		for _, e := range o {
			if p, ok := e.Value.(*Placeholder); ok {
				n += p.width
			}
		}
	}
	return n
}

func (u *Update) writeObjects(w *writer) ([]numbered, error) {
	out := make([]numbered, 0, len(u.objects)+1)
	for _, num := range u.numbers() {
		p := u.objects[num]
		at, err := w.indirect(Ref{num, p.gen}, p.object)
		if err != nil {
			return nil, err
		}
		out = append(out, entry{entryInUse, at - u.file.base, uint32(p.gen)}.numbered(num))
	}
	return out, nil
}

// numbers returns those of the objects, ascending.
func (u *Update) numbers() []uint32 {
	list := slices.AppendSeq(make([]uint32, 0, len(u.objects)), maps.Keys(u.objects))
	slices.Sort(list)
	return list
}

// newTrailer returns the trailer with the second element of /ID (14.4) changed to
// a digest of the old one and of what is appended, placeholders left out.
func (u *Update) newTrailer(w *writer) (Dict, error) {
	id, ok, err := u.file.Array(u.trailer.Get("ID"))
	if err != nil || !ok || len(id) != 2 {
		return u.trailer, err
	}
	first, ok1 := id[0].(String)
	second, ok2 := id[1].(String)
	if !ok1 || !ok2 {
		return u.trailer, nil
	}
	h := sha256.New()
	h.Write(second.Bytes)
	from := 0
	for _, p := range w.placed {
		at := int(p.offset - w.base)
		h.Write(w.out[from:at])
		from = at + p.width
	}
	h.Write(w.out[from:])
	return u.trailer.With("ID", Array{first, String{Bytes: h.Sum(nil)[:16], Hex: true}}), nil
}

// Put overwrites the placeholder's token. token must have exactly its length.
func (a *Appended) Put(p *Placeholder, token []byte) error {
	at := p.offset - a.Base
	if at < 0 || at+int64(p.width) > int64(len(a.Bytes)) {
		return errNotPlaced
	}
	if len(token) != p.width {
		return errWidth
	}
	copy(a.Bytes[at:], token)
	return nil
}
