package durable

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// publish uses renamex_np and, on file systems without RENAME_EXCL, a link.
func publish(from, to string) error {
	err := unix.RenamexNp(from, to, unix.RENAME_EXCL)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTSUP) {
		return linkOrReserve(from, to)
	}
	if err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	return nil
}
