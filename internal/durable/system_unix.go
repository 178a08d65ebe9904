//go:build unix

package durable

import (
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// syncAccess is what a file must be opened for to be synced.
const syncAccess = os.O_RDONLY

func replace(from, to string) error { return os.Rename(from, to) }

// syncFolder ignores that some file systems can't sync a folder.
func syncFolder(folder string) error {
	if folder == "" {
		folder = "."
	}
	d, err := os.Open(folder)
	if errors.Is(err, fs.ErrPermission) {
		return nil // a folder that may be written and not read
	}
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTSUP) {
		err = nil
	}
	return errors.Join(err, d.Close())
}

// keepOwner gives file the owner and group of the one it replaces, as far as
// the process may.
func keepOwner(file handle, created, old fs.FileInfo) {
	now, ok1 := created.Sys().(*syscall.Stat_t)
	want, ok2 := old.Sys().(*syscall.Stat_t)
	if ok1 && ok2 && (now.Uid != want.Uid || now.Gid != want.Gid) {
		_ = file.Chown(int(want.Uid), int(want.Gid))
	}
}

// descriptor returns the number of an open file that path names.
func descriptor(path string) (int, bool) {
	switch path {
	case "/dev/stdout":
		return 1, true
	case "/dev/stderr":
		return 2, true
	}
	for _, folder := range []string{"/dev/fd/", "/proc/self/fd/"} {
		if digits, ok := strings.CutPrefix(path, folder); ok {
			n, err := strconv.ParseUint(digits, 10, 16)
			return int(n), err == nil
		}
	}
	return 0, false
}

// duplicate shares the descriptor's position, which opening its name anew would
// not (">>" in a shell).
func duplicate(n int) (handle, error) {
	fd, err := unix.FcntlInt(uintptr(n), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("dup", err)
	}
	return os.NewFile(uintptr(fd), "/dev/fd/"+strconv.Itoa(n)), nil
}
