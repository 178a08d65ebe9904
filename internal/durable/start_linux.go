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
	err := control(file, func(fd int) error { return unix.SyncFileRange(fd, 0, 0, unix.SYNC_FILE_RANGE_WRITE) })
	switch {
	case errors.Is(err, unix.ENOSYS), errors.Is(err, unix.EINVAL), errors.Is(err, unix.ESPIPE),
		errors.Is(err, unix.EOPNOTSUPP), errors.Is(err, unix.EPERM):
		return nil
	}
	return err
}

// forget lets the system give the memory of a file that was synced to others. It is
// advice: an error changes nothing.
func forget(file handle) {
	_ = control(file, func(fd int) error { return unix.Fadvise(fd, 0, 0, unix.FADV_DONTNEED) })
}

// control calls f with the descriptor of a file that has one.
func control(file handle, f func(fd int) error) error {
	c, ok := file.(syscall.Conn)
	if !ok {
		return nil
	}
	conn, err := c.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = conn.Control(func(fd uintptr) { failed = f(int(fd)) })
	return errors.Join(err, failed)
}
