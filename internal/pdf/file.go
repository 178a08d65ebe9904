package pdf

import (
	"bytes"
	"errors"
	"io"
	"slices"
)

// Options says how a file is opened. The zero value tries the empty password.
type Options struct {
	// Password opens an encrypted document, as user or owner password. For
	// revisions 2 to 4 its bytes are tried as they are, then, if they are UTF-8, in
	// PDFDocEncoding; for 5 and 6 it is UTF-8, and tried with SASLprep applied and
	// without. The empty password is tried too.
	Password []byte

	// AllowLocked opens an encrypted document whose password is not known, or whose
	// encryption is not supported: strings are returned as they stand in the file,
	// and streams, object streams among them, cannot be decoded. See File.Locked.
	AllowLocked bool

	// Rand supplies the initialisation vectors of an update to an encrypted
	// document; nil is crypto/rand.
	Rand io.Reader
}

// File is an open PDF. Its embedded Revision is the newest one, so that the
// objects of the document as it is now are reached through f.Get and the like.
// A File is not safe for concurrent use.
type File struct {
	*Revision

	src           source
	entries       source // the same file: cross-reference tables, so that looking up does not drop the window of src
	header        int64  // offset of %PDF-; -1 when there is none
	version       string
	base          int64      // what offsets in the file are counted from: 0 or header
	sections      []*section // newest first
	revisions     []*Revision
	index         sectionIndex // of sections, once indexed
	indexed       bool
	notes         []Note
	crypt         *crypt // nil when the document is not encrypted or locked
	encrypted     *Encryption
	rand          io.Reader
	inflater      inflater
	cache         cache
	objectStreams objectStreams
	work          int64 // what charge has left
	xrefBytes     int   // what cross-reference streams may still decode to
	nesting       int
	oddXRef       bool            // faults of the cross-reference sections themselves were tolerated
	behindEnd     bool            // see ObjectsBehindEnd
	damaged       *Revision       // of a rebuilt file, what its sections lead to, where they could be read
	missing       map[uint32]bool // see dangling; nil when not looked for yet
	misplaced     error           // found with them
}

// Open reads the file structure of the size bytes of r: header, startxref, all
// cross-reference sections, encryption, and checks that there is a catalog. Where
// the cross-references cannot be used they are rebuilt by scanning the file, and
// Notes says so. r is read until the File is no longer used.
//
// Errors: *Malformed, *LimitExceeded, ErrPassword, *UnsupportedEncryption, and
// those of r.
func Open(r io.ReaderAt, size int64, opt Options) (*File, error) {
	f, err := newFile(r, size, opt)
	if err != nil {
		return nil, err
	}
	err = f.openByXRef(opt)
	if rebuildable(err) {
		err = f.openByScan(opt, err)
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// newFile reads the header alone.
func newFile(r io.ReaderAt, size int64, opt Options) (*File, error) {
	src, err := newSource(r, size, objectWindow)
	if err != nil {
		return nil, err
	}
	f := &File{src: src, entries: src.with(entryWindow), rand: opt.Rand, xrefBytes: maxXRefBytes, work: workAllowance + workRatio*size}
	return f, f.readHeader()
}

// rebuildable tells faults of the cross-references from limits, passwords, I/O
// errors and what only an attacker makes.
func rebuildable(err error) bool {
	var m *Malformed
	return errors.As(err, &m) && !m.final
}

// readHeader looks for %PDF- (7.5.2).
func (f *File) readHeader() error {
	b, err := f.src.window(0, headerSearch)
	if err != nil {
		return err
	}
	b = b[:min(len(b), headerSearch)]
	i := bytes.Index(b, []byte("%PDF-"))
	if f.header = int64(i); i < 0 {
		f.note(NoteNoHeader, 0, "there is no %PDF- header", "%PDF- ヘッダーがありません")
		return nil
	}
	if i > 0 {
		f.note(NoteHeaderOffset, f.header, "%d bytes stand before the header", "ヘッダーの前に %d バイトあります", i)
	}
	f.version = headerVersion(b[i+5:])
	return nil
}

// headerVersion reads "1.7".
func headerVersion(b []byte) string {
	n := 0
	for n < len(b) && n < 4 && (isDigit(b[n]) || b[n] == '.') {
		n++
	}
	return string(b[:n])
}

// openByXRef opens the file as its startxref says.
func (f *File) openByXRef(opt Options) error {
	if err := f.readSections(); err != nil {
		return err
	}
	f.oddXRef = slices.ContainsFunc(f.notes, func(n Note) bool { return n.Kind == NoteXRefFormat })
	f.makeRevisions()
	if size, ok := f.Trailer.Get("Size").(Integer); ok && isAbsurd(int(size)) {
		f.oddXRef = true
		f.note(NoteSize, f.StartXRef, "/Size is %d and was ignored", "/Size の値 %d が異常なため、無視しました", size)
	}
	if err := f.setUpEncryption(opt); err != nil {
		return err
	}
	return f.checkDocument()
}

// checkDocument sees that there is a catalog and a page tree: cross-references
// that lead to neither are as good as none.
func (f *File) checkDocument() error {
	_, catalog, err := f.Catalog()
	hasPages := false
	if err == nil {
		_, hasPages, err = f.Dict(catalog.Get("Pages"))
	}
	switch {
	case err != nil && f.Locked() && canBeLocked(err):
		return nil // they are in an encrypted object stream
	case err == nil && !hasPages:
		return malformed(-1, "there is no page tree", "ページツリーがありません")
	}
	return err
}

// Size returns the length of the file in bytes.
func (f *File) Size() int64 { return f.src.size }

// Window returns the bytes of the file from off on, want of them unless the file
// ends before. They are not to be modified, and valid until f is used again.
func (f *File) Window(off int64, want int) ([]byte, error) {
	b, err := f.src.window(off, want)
	return b[:min(len(b), want)], err
}

// Version returns the version of the document, such as "1.7": that of the header,
// or the catalog's /Version when it is later (7.7.2).
func (f *File) Version() string {
	_, catalog, err := f.Catalog()
	if v := string(catalog.Name("Version")); err == nil && len(v) == 3 && v > f.version {
		return v
	}
	return f.version
}

// HeaderOffset returns where "%PDF-" stands: 0 in an orderly file, -1 when it is
// missing.
func (f *File) HeaderOffset() int64 { return f.header }

// Revisions returns the revisions of the file, the oldest first; the last is the
// one embedded in f. A linearized file's two sections are one revision.
func (f *File) Revisions() []*Revision { return f.revisions }

// Rebuilt reports whether the cross-references were made by scanning the file.
func (f *File) Rebuilt() bool { return f.Kind == XRefRebuilt }

// OddXRef reports whether the cross-reference sections have faults that other
// readers may not tolerate: wrong counts or numbers, entries of another length,
// a /Size that cannot be.
// An Update that keeps the sections (see Update.Complete) keeps the faults.
func (f *File) OddXRef() bool { return f.oddXRef }

// ObjectsBehindEnd reports whether objects stand behind the end of the document
// that startxref describes. Readers that look for startxref near the end of the
// file only find none there, rebuild the cross-references, and show another
// document: that of the later objects.
func (f *File) ObjectsBehindEnd() bool { return f.behindEnd }

// Notes returns what was tolerated so far. Reading further objects may add to it.
func (f *File) Notes() []Note { return f.notes }

// Encryption describes how the document is encrypted, nil when it is not.
func (f *File) Encryption() *Encryption { return f.encrypted }

// Locked reports whether the document is encrypted and no password opened it
// (only with Options.AllowLocked).
func (f *File) Locked() bool { return f.crypt != nil && f.crypt.key == nil }
