//go:build !windows

package term

import "os"

// openDevice opens the controlling terminal (POSIX.1-2017, 10.1, /dev/tty).
func openDevice() (in, out *os.File, err error) {
	f, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	return f, f, err
}
