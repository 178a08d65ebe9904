package durable

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// startWriting lets the system begin to write a file to the disk. What goes wrong
// with it, the sync that follows tells.
func startWriting(file handle) {
	f, ok := file.(syscall.Conn)
	if !ok {
		return
	}
	conn, err := f.SyscallConn()
	if err != nil {
		return
	}
	_ = conn.Control(func(fd uintptr) { _ = unix.SyncFileRange(int(fd), 0, 0, unix.SYNC_FILE_RANGE_WRITE) })
}
