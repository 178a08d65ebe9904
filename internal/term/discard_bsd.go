//go:build darwin || freebsd

package term

import (
	"os"

	"golang.org/x/sys/unix"
)

// discardInput drops what waits to be read (tty(4), TIOCFLUSH with FREAD).
func discardInput(f *os.File) error {
	const fread = 1
	return unix.IoctlSetPointerInt(int(f.Fd()), unix.TIOCFLUSH, fread)
}
