package pdf

import (
	"io"
)

// Options says how a file is opened. The zero value tries the empty password.
type Options struct {
	// Password opens an encrypted document, as user or owner password. For
	// revisions 2 to 4 its bytes are used as they are (PDFDocEncoding), for 5 and 6
	// it is UTF-8 and SASLprep is applied. The empty password is tried too.
	Password []byte

	// AllowLocked opens an encrypted document whose password is not known: strings
	// are returned as they stand in the file, and encrypted streams, object streams
	// among them, cannot be decoded. See File.Locked.
	AllowLocked bool
}

// File is an open PDF. Its embedded Revision is the newest one, so that the
// objects of the document as it is now are reached through f.Get and the like.
// A File is not safe for concurrent use.
type File struct {
	*Revision

	src source
}

// Open reads the file structure of the size bytes of r: header, startxref, all
// cross-reference sections, encryption, and checks that there is a catalog. Where
// the cross-references cannot be used they are rebuilt by scanning the file, and
// Notes says so. r is read until the File is no longer used.
//
// Errors: *Malformed, *LimitExceeded, ErrPassword, *UnsupportedEncryption, and
// those of r.
func Open(r io.ReaderAt, size int64, opt Options) (*File, error) {
	return nil, malformed(0, "not yet", "not yet")
}

// Size returns the length of the file in bytes.
func (f *File) Size() int64 { return f.src.size }

// Version returns the version of the document, such as "1.7": that of the header,
// or the catalog's /Version when it is later.
func (f *File) Version() string { return "" }

// HeaderOffset returns where "%PDF-" stands; 0 in an orderly file.
func (f *File) HeaderOffset() int64 { return 0 }

// Revisions returns the revisions of the file, the oldest first; the last is the
// one embedded in f. A linearized file's two sections are one revision.
func (f *File) Revisions() []*Revision { return nil }

// Rebuilt reports whether the cross-references were made by scanning the file.
func (f *File) Rebuilt() bool { return false }

// Notes returns what was tolerated so far. Reading further objects may add to it.
func (f *File) Notes() []Note { return nil }

// Encryption describes how the document is encrypted, nil when it is not.
func (f *File) Encryption() *Encryption { return nil }

// Locked reports whether the document is encrypted and no password opened it
// (only with Options.AllowLocked).
func (f *File) Locked() bool { return false }
