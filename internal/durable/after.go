package durable

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Settle makes a regular file that exists, and its name, durable: for an output
// whose writer died between the rename and the sync of the folder. It may be
// repeated.
func Settle(path string) error { return settle(osSystem{}, path) }

func settle(sys system, path string) error {
	if err := sys.syncFile(path); err != nil {
		return problemOf(err, path)
	}
	folder, _ := filepath.Split(path)
	if err := sys.syncFolder(folder); err != nil {
		return unsynced(err, path)
	}
	return nil
}

// SyncFolder makes the entries of a folder durable, as far as the file system can:
// those that cannot, and a folder that may not be read, are no error. On Windows
// there is nothing to do.
func SyncFolder(folder string) error { return syncFolder(folder) }

// Sweep removes from a folder and those below it the hidden files that Create
// made with this Owner, and returns how many they were. The caller knows that
// none of them is still being written: it holds the lock that every process
// with this Owner takes first. Symbolic links are neither followed nor removed, but
// root itself may be one. What cannot be removed is in the error; the rest is removed
// all the same.
func Sweep(ctx context.Context, root, owner string) (removed int, err error) {
	if root, err = filepath.EvalSymlinks(root); err != nil { // WalkDir would not go in
		return 0, err
	}
	var faults []error
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && path == root:
			return err
		case err != nil:
			faults = append(faults, err) // the folder cannot be read
		case d.Type().IsRegular() && IsTemporary(d.Name(), owner):
			if err := os.Remove(path); err != nil {
				faults = append(faults, problemOf(err, path))
			} else {
				removed++
			}
		}
		return nil
	})
	return removed, errors.Join(append(faults, err)...)
}

// IsTemporary recognises by its last element the name of a hidden file that an
// output of this owner is written to, which Sweep removes.
func IsTemporary(name, owner string) bool {
	const digits = 8
	if len(name) < digits || name[0] != '.' {
		return false
	}
	stem, number := name[:len(name)-digits], name[len(name)-digits:]
	return strings.Trim(number, "0123456789abcdef") == "" &&
		strings.HasSuffix(stem, mark(owner)) && len(stem) > len("."+mark(owner))
}
