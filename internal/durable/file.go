package durable

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// File is an output in the making. Its methods may be called from several
// goroutines; the order of concurrent writes is undefined.
type File struct {
	sys     system
	target  target
	options Options
	file    handle
	info    fs.FileInfo // of the hidden file
	stop    func() bool // ends the watch on the context

	mu        sync.Mutex
	temporary string // the hidden file's name, empty when there is none
	ended     error  // why no more can be written
}

var (
	errCommitted = errors.New("durable: the output is committed")
	errAborted   = errors.New("durable: the output is aborted")
)

// Write appends p. An error is final: Commit will return it.
func (f *File) Write(p []byte) (int, error) {
	if err := f.failure(); err != nil {
		return 0, err
	}
	n, err := f.file.Write(p)
	return n, f.failed(err)
}

// ReadFrom appends all that r has, without passing it through memory where the
// system can. Errors of reading and of writing are not told apart; both are
// final.
func (f *File) ReadFrom(r io.Reader) (int64, error) {
	if err := f.failure(); err != nil {
		return 0, err
	}
	n, err := f.file.ReadFrom(r)
	return n, f.failed(err)
}

// Temporary returns the name of the hidden file, in the form of the output's own; "" when
// there is none, or none any more.
func (f *File) Temporary() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.temporary
}

// failure returns why no more can be written, or nil.
func (f *File) failure() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ended
}

// failed keeps the first error. A write that fails because the output was
// aborted meanwhile reports the abort.
func (f *File) failed(err error) error {
	if err == nil {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended == nil {
		f.ended = f.options.hinted(problemOf(err, f.target.shown))
	}
	return f.ended
}

// Commit finishes the output: after nil it is complete, durable and under its
// name. After an error nothing is left behind, with one exception that the
// error names: the folder could not be synced after the rename.
func (f *File) Commit() error {
	f.stop()
	f.mu.Lock()
	defer f.mu.Unlock()
	err := f.ended
	f.ended = errCommitted
	if err == nil {
		err = f.finish()
	}
	if err != nil {
		f.ended = f.options.hinted(f.withdraw(err))
		return f.ended
	}
	return nil
}

// finish syncs, closes and renames.
func (f *File) finish() error {
	if f.target.direct {
		return f.file.Close()
	}
	if err := f.options.Group.syncFile(f.sys, f.file); err != nil {
		return err // whatever reached the disk: a second sync would lie
	}
	if err := f.file.Close(); err != nil {
		return err
	}
	if err := f.rename(); err != nil {
		return err
	}
	f.temporary = ""
	folder, _ := filepath.Split(f.target.path)
	if err := f.options.Group.syncFolder(f.sys, folder); err != nil {
		return unsynced(err, f.target.shown)
	}
	return nil
}

// rename gives the hidden file its name.
func (f *File) rename() error {
	rename := f.sys.publish
	if f.options.Force {
		if err := f.stillPermits(); err != nil {
			return err
		}
		rename = f.sys.replace
	}
	err := rename(f.temporary, f.target.path)
	switch {
	case err == nil:
		return nil
	case f.isInPlace():
		// Network file systems report a lost answer this way (open(2), NFS).
		return ignoreMissing(f.sys.remove(f.temporary))
	case errors.Is(err, fs.ErrExist):
		return cmp.Or(f.stillPermits(), err) // which says what is there
	}
	return err
}

// stillPermits judges the target again: it may have changed since Create.
func (f *File) stillPermits() error {
	info, err := os.Lstat(f.target.path)
	if err != nil {
		return ignoreMissing(err)
	}
	now := target{shown: f.target.shown, info: info}
	if !info.Mode().IsRegular() {
		return problemOf(errChanged, now.shown)
	}
	return now.permits(f.options)
}

// isInPlace reports whether the target is the file that was written.
func (f *File) isInPlace() bool {
	info, err := os.Lstat(f.target.path)
	return err == nil && os.SameFile(info, f.info)
}

// Abort gives the output up and removes what was written, unless it went
// directly to its target. After Commit it does nothing. It may be called again,
// for instance when removing failed.
func (f *File) Abort() error {
	f.stop()
	return f.end(errAborted)
}

// end closes and removes the hidden file; later writes and Commit return cause.
func (f *File) end(cause error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if errors.Is(f.ended, errCommitted) {
		return nil
	}
	if f.ended == nil {
		f.ended = cause
	}
	if err := f.discard(); err != nil {
		return problemOf(err, f.target.shown)
	}
	return nil
}

// withdraw discards the output because of err, which it returns for people.
func (f *File) withdraw(err error) error {
	err = problemOf(err, f.target.shown)
	if f.discard() != nil {
		return leftover(err, f.temporary)
	}
	return err
}

// discard closes the file and removes it if it is a hidden one. Closing again
// is harmless, and so is a file that is gone.
func (f *File) discard() error {
	_ = f.file.Close() // nothing of it is kept
	if f.temporary == "" {
		return nil
	}
	if err := ignoreMissing(f.sys.remove(f.temporary)); err != nil {
		return err
	}
	f.temporary = ""
	return nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
