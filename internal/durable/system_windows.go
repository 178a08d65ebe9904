package durable

import (
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// syncAccess is what a file must be opened for to be synced.
const syncAccess = os.O_RDWR

// move is MoveFileEx with write-through, which returns when the rename is on
// the disk.
func move(from, to string, flags uint32) error {
	fromPath, err := windows.UTF16PtrFromString(from)
	if err != nil {
		return err
	}
	toPath, err := windows.UTF16PtrFromString(to)
	if err != nil {
		return err
	}
	if err := windows.MoveFileEx(fromPath, toPath, flags|windows.MOVEFILE_WRITE_THROUGH); err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	return nil
}

func replace(from, to string) error { return move(from, to, windows.MOVEFILE_REPLACE_EXISTING) }

// publish relies on MoveFileEx, which fails where the target exists.
func publish(from, to string) error { return move(from, to, 0) }

// syncFolder has nothing to do after a rename that was written through.
func syncFolder(string) error { return nil }

// keepOwner does nothing: the folder decides on owner and access list.
func keepOwner(handle, fs.FileInfo, fs.FileInfo) {}

func descriptor(string) (int, bool) { return 0, false }

func duplicate(int) (handle, error) { return nil, windows.ERROR_NOT_SUPPORTED }
