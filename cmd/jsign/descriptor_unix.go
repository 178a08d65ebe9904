//go:build !windows

package main

import "golang.org/x/sys/unix"

// inherited says whether a descriptor was open when the process began. The
// process opens its own with FD_CLOEXEC, which no inherited one can have: without
// this, a number that was never opened would read some other file as a PIN.
func inherited(fd int) bool {
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
	return err == nil && flags&unix.FD_CLOEXEC == 0
}
