package verify

import (
	"errors"
	"io"
	"os"
)

// Spool takes content that is too large to be held in memory until the
// signatures are known to be right.
type Spool interface {
	io.Writer
	// CopyTo writes all that was taken to dst; it may be called once.
	CopyTo(dst io.Writer) error
	// Close gives up what was taken.
	Close() error
}

// TempSpool returns a Spool in a temporary file of the folder dir ("" for the
// system's), whose name is removed at once where the system allows that.
func TempSpool(dir string) (Spool, error) { return newTempSpool(dir) }

func newTempSpool(dir string) (tempSpool, error) {
	f, err := os.CreateTemp(dir, "jverify-*")
	if err == nil {
		_ = os.Remove(f.Name()) // else Close does it
	}
	return tempSpool{f}, err
}

type tempSpool struct{ *os.File }

func (s tempSpool) CopyTo(dst io.Writer) error {
	if _, err := s.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return Input{Stream: s.File}.Copy(dst)
}

func (s tempSpool) Close() error { return errors.Join(s.File.Close(), removed(s.Name())) }

// removed removes a file that may be gone already.
func removed(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// keeper takes content and gives it back: little of it in memory, more in a
// Spool. Its writes do not fail; a failure of the Spool comes out of copyTo.
type keeper struct {
	create func() (Spool, error) // nil: nothing is kept
	buf    []byte
	spool  Spool
	behind *writeBehind // to spool, until all was taken
	err    error
}

// Write implements io.Writer.
func (k *keeper) Write(p []byte) (int, error) {
	switch {
	case k.create == nil || k.err != nil:
	case k.spool == nil && len(k.buf)+len(p) <= spoolMemory:
		k.buf = append(k.buf, p...)
	default:
		k.spill(p)
	}
	return len(p), nil
}

func (k *keeper) spill(p []byte) {
	if k.spool == nil {
		if k.spool, k.err = k.create(); k.err != nil {
			return
		}
		k.behind = newWriteBehind(k.spool)
		k.behind.Write(k.buf)
		k.buf = nil
	}
	k.behind.Write(p)
}

// settle waits until the Spool has all that was taken.
func (k *keeper) settle() {
	if k.behind != nil {
		k.err = k.behind.Close()
		k.behind = nil
	}
}

// copyTo writes what was kept.
func (k *keeper) copyTo(dst io.Writer) error {
	k.settle()
	switch {
	case k.create == nil:
		return errors.New("the content was not kept")
	case k.err != nil:
		return k.err
	case k.spool != nil:
		return k.spool.CopyTo(dst)
	}
	_, err := dst.Write(k.buf)
	return err
}

// Close forgets what was kept.
func (k *keeper) Close() error {
	k.settle()
	var err error
	if k.spool != nil {
		err = k.spool.Close()
	}
	k.spool, k.buf, k.err = nil, nil, nil
	return err
}
