package durable

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
)

// system is what the rename protocol asks of the operating system. Tests let
// each part fail.
type system interface {
	// create makes a new file, and fails where one exists.
	create(name string, perm fs.FileMode) (handle, error)
	// replace renames from to to, whatever is there.
	replace(from, to string) error
	// publish renames from to to and fails with fs.ErrExist where one exists.
	publish(from, to string) error
	remove(name string) error
	// startWriting may begin what Sync of the handle will wait for.
	startWriting(handle) error
	// forget may give up the memory of what was synced.
	forget(handle)
	// syncFolder makes a rename in the folder durable; "" is the current one.
	syncFolder(folder string) error
	// syncFile makes the content of a regular file durable.
	syncFile(name string) error
}

// handle is the part of *os.File that is used.
type handle interface {
	io.Writer
	io.ReaderFrom
	Stat() (fs.FileInfo, error)
	Chmod(fs.FileMode) error
	Chown(uid, gid int) error
	Sync() error
	Close() error
}

// osSystem is the real one.
type osSystem struct{}

func (osSystem) create(name string, perm fs.FileMode) (handle, error) {
	return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
}

func (osSystem) replace(from, to string) error  { return replace(from, to) }
func (osSystem) publish(from, to string) error  { return publish(from, to) }
func (osSystem) remove(name string) error       { return os.Remove(name) }
func (osSystem) startWriting(h handle) error    { return startWriting(h) }
func (osSystem) forget(h handle)                { forget(h) }
func (osSystem) syncFolder(folder string) error { return syncFolder(folder) }

// syncFile opens for reading where that is enough to sync, which a file that may
// only be read needs; Windows wants write access (FlushFileBuffers).
func (osSystem) syncFile(name string) error {
	f, err := os.OpenFile(name, syncAccess, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// openDirect opens what exists for writing. A pipe opens when someone reads
// from it, so the wait ends with ctx too.
func openDirect(ctx context.Context, path string) (handle, error) {
	if n, ok := descriptor(path); ok {
		return duplicate(n)
	}
	type result struct {
		file *os.File
		err  error
	}
	opened := make(chan result, 1)
	go func() {
		file, err := os.OpenFile(path, os.O_WRONLY, 0)
		opened <- result{file, err}
	}()
	select {
	case r := <-opened:
		if r.err != nil {
			return nil, r.err
		}
		return r.file, nil
	case <-ctx.Done():
		go func() {
			if r := <-opened; r.err == nil {
				_ = r.file.Close()
			}
		}()
		return nil, context.Cause(ctx)
	}
}

// linkOrReserve publishes without an exclusive rename: a hard link fails where
// a file exists. Where links are not to be had, the name is reserved.
func linkOrReserve(from, to string) error {
	err := os.Link(from, to)
	if err == nil {
		return os.Remove(from)
	}
	if errors.Is(err, fs.ErrExist) {
		return err
	}
	return reserve(from, to)
}

// reserve holds the name with an empty file, which is then replaced. Whatever
// takes the empty file's place in between is lost; see the package comment.
func reserve(from, to string) error {
	empty, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	held, _ := empty.Stat() // nil is no file: then none is removed
	if err := empty.Close(); err != nil {
		return errors.Join(err, release(to, held))
	}
	if err := os.Rename(from, to); err != nil {
		return errors.Join(err, release(to, held))
	}
	return nil
}

// release gives a reserved name back, unless it is another file's by now: a rename
// may be reported as failed and done all the same.
func release(name string, held fs.FileInfo) error {
	now, err := os.Lstat(name)
	if err != nil || !os.SameFile(now, held) {
		return ignoreMissing(err)
	}
	return os.Remove(name)
}
