package term

import (
	"os"

	"golang.org/x/sys/unix"
)

// discardInput drops what waits to be read (POSIX.1-2017, tcflush).
func discardInput(f *os.File) error {
	return unix.IoctlSetInt(int(f.Fd()), unix.TCFLSH, unix.TCIFLUSH)
}
