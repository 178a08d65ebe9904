package pdf

// Update collects the objects of one new revision.
type Update struct {
	file *File
}

// Placeholder is a token written as it is, neither encrypted nor reformatted,
// whose place is known after Update.Append and whose bytes can then be
// overwritten. It is used once, in one object.
type Placeholder struct {
	token  []byte
	offset int64
}

// Appended is a laid out revision: the bytes that follow the old file.
type Appended struct {
	Base  int64  // length of the old file
	Bytes []byte // what follows it
}

// NewPlaceholder makes a placeholder of the width and first contents of token,
// which must be one complete PDF object.
func NewPlaceholder(token []byte) *Placeholder { return &Placeholder{token: token, offset: -1} }

// Offset returns where the first byte of the token stands in the new file,
// counted from the first byte of the file; -1 before Update.Append.
func (p *Placeholder) Offset() int64 { return p.offset }

// Len returns the width of the token in bytes.
func (p *Placeholder) Len() int { return len(p.token) }

// NewUpdate begins a revision on top of f, which is not changed.
func (f *File) NewUpdate() *Update { return &Update{file: f} }

// Reserve takes the next free object number.
func (u *Update) Reserve() Ref { return Ref{} }

// Add takes the next free object number for o.
func (u *Update) Add(o Object) Ref { return Ref{} }

// Set gives the object ref a value: a reserved one, or one of the file that is
// thereby replaced. Streams of the file may be set again as they are.
func (u *Update) Set(ref Ref, o Object) {}

// Get returns the object as it will be after the update.
func (u *Update) Get(ref Ref) (Object, error) { return nil, nil }

// SetTrailer sets an entry of the new trailer, such as /Info. The entries that
// belong to the cross-reference section itself are not to be set.
func (u *Update) SetTrailer(key Name, value Object) {}

// Append lays out the revision: the objects in order of number, then a
// cross-reference section of the kind the file ends with (for a hybrid file a
// table; for a rebuilt one a complete section without /Prev) and the trailer,
// which keeps every entry of the old one. The second element of /ID is made anew
// from what is appended; the first stays. Strings and streams are encrypted when
// the document is, /Contents of signature dictionaries excepted.
//
// The Update is spent afterwards.
func (u *Update) Append() (*Appended, error) { return nil, nil }

// Put overwrites the placeholder's token. token must have exactly its length.
func (a *Appended) Put(p *Placeholder, token []byte) error { return nil }
