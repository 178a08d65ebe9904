package verify

import (
	"errors"
	"io"
	"os"
)

// Keep says what becomes of content after it was hashed.
type Keep int

// The ways of keeping content.
const (
	// KeepNothing: the content will not be asked for again.
	KeepNothing Keep = iota
	// KeepSmall holds little content in memory; more is read again from its
	// source, and hashed again.
	KeepSmall
	// KeepAll holds little content in memory and more in a temporary file: for
	// sources that cannot be read twice, and for destinations that cannot be
	// taken back.
	KeepAll
)

// keeper takes content and gives it back. Its writes do not fail; a failure of
// the temporary file comes out of copyTo.
type keeper struct {
	how  Keep
	dir  string // for the temporary file; "" for the system's
	buf  []byte
	file *os.File
	lost bool // more than is held
	err  error
}

// Write implements io.Writer.
func (k *keeper) Write(p []byte) (int, error) {
	switch {
	case k.how == KeepNothing || k.lost || k.err != nil:
	case k.file != nil:
		_, k.err = k.file.Write(p)
	case len(k.buf)+len(p) <= spoolMemory:
		k.buf = append(k.buf, p...)
	case k.how == KeepSmall:
		k.lost, k.buf = true, nil
	default:
		k.spill(p)
	}
	return len(p), nil
}

// spill moves what is held to a temporary file, which only this process can
// open: its name is removed at once where the system allows that.
func (k *keeper) spill(p []byte) {
	k.file, k.err = os.CreateTemp(k.dir, "jverify-*")
	if k.err != nil {
		return
	}
	_ = os.Remove(k.file.Name()) // else close does it
	if _, k.err = k.file.Write(k.buf); k.err == nil {
		_, k.err = k.file.Write(p)
	}
	k.buf = nil
}

// held tells whether copyTo can give all of the content.
func (k *keeper) held() bool { return k.how != KeepNothing && !k.lost }

// copyTo writes what is held.
func (k *keeper) copyTo(dst io.Writer) error {
	if k.err != nil {
		return k.err
	}
	if k.file == nil {
		_, err := dst.Write(k.buf)
		return err
	}
	if _, err := k.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return Input{Stream: k.file}.Copy(dst)
}

// discard forgets what is held.
func (k *keeper) discard() {
	_ = k.Close() // nothing of it is wanted any more
	k.buf, k.lost, k.err = nil, false, nil
}

// Close gives the temporary file up.
func (k *keeper) Close() error {
	if k.file == nil {
		return nil
	}
	err := errors.Join(k.file.Close(), removed(k.file.Name()))
	k.file = nil
	return err
}

// writerOnly and readerOnly keep io.Copy from using buffers of its own choice.
type writerOnly struct{ io.Writer }
type readerOnly struct{ io.Reader }
