package durable

import (
	"errors"
	"syscall"

	"golang.org/x/sys/unix"
)

// startWriting lets the system begin to write a file to the disk. An error of the
// disk is returned, since the sync that follows need not tell it again; that the
// system cannot do it here is none.
func startWriting(file handle) error {
	f, ok := file.(syscall.Conn)
	if !ok {
		return nil
	}
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = conn.Control(func(fd uintptr) { failed = unix.SyncFileRange(int(fd), 0, 0, unix.SYNC_FILE_RANGE_WRITE) })
	switch {
	case errors.Is(failed, unix.ENOSYS), errors.Is(failed, unix.EINVAL), errors.Is(failed, unix.ESPIPE),
		errors.Is(failed, unix.EOPNOTSUPP), errors.Is(failed, unix.EPERM):
		failed = nil
	}
	return errors.Join(err, failed)
}
