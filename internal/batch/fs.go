package batch

import (
	"io"
	"os"

	"github.com/jsign-jp/jsign/internal/durable"
)

// FS is what the journal needs of a file system. Tests inject faults here.
type FS interface {
	// Open opens a file for reading and writing, and makes it (readable by its
	// owner only) where there is none.
	Open(name string) (File, error)
	// SyncFolder makes the entry of a new file durable.
	SyncFolder(name string) error
}

// File is an open journal.
type File interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	// Lock takes the file for this process, or returns ErrLocked at once. Close,
	// and the death of the process, give it back.
	Lock() error
	Size() (int64, error)
	Truncate(size int64) error
	// Sync returns when everything written is durable.
	Sync() error
}

// OS is the file system of the operating system.
type OS struct{}

// Open opens or makes the file.
func (OS) Open(name string) (File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

// SyncFolder syncs the folder where the file system can.
func (OS) SyncFolder(name string) error { return durable.SyncFolder(name) }

type osFile struct{ *os.File }

func (f osFile) Lock() error { return lock(f.File) }

func (f osFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
