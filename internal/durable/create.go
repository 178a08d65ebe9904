package durable

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"unicode/utf8"
)

// Options say how an output is made. The zero value is the careful one: no file
// is replaced.
type Options struct {
	// Force lets an existing regular file be replaced.
	Force bool
	// Inputs are files that must not be written over, as Stat of the open file
	// gives them.
	Inputs []fs.FileInfo
	// Perm are the permissions of a new file before the umask; 0 means 0666.
	Perm fs.FileMode
	// Owner is a word of ASCII letters in the hidden file's name, for Sweep to tell
	// whose it is: .NAME.jsign-OWNER-XXXXXXXX. It may be empty.
	Owner string
	// Flag is what the command line calls the output, for hints; empty: -o.
	Flag string
	// NoForce tells that the command line has no --force: hints do not name it.
	NoForce bool
	// Group lets the output go to the disk together with others; nil: alone.
	Group *Group
}

// Create begins an output under the name path. Nothing is seen under that name
// before Commit, unless it names something that is written directly (see the
// package comment). When ctx ends before Commit, the output is aborted.
func Create(ctx context.Context, path string, o Options) (*File, error) {
	f, err := create(ctx, osSystem{}, path, o)
	return f, o.hinted(err)
}

func create(ctx context.Context, sys system, path string, o Options) (*File, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t, err := examine(path, o)
	if err != nil {
		return nil, err
	}
	f := &File{sys: sys, target: t, options: o}
	if t.direct {
		f.file, err = openDirect(ctx, path)
	} else {
		err = f.createTemporary()
	}
	if err != nil {
		return nil, problemOf(err, path)
	}
	f.stop = context.AfterFunc(ctx, func() { f.end(context.Cause(ctx)) })
	return f, nil
}

// target is what an output name stands for.
type target struct {
	shown  string      // the name as given, for messages
	path   string      // where the symbolic links lead
	info   fs.FileInfo // nil: does not exist
	direct bool        // written in place
}

// examine follows path and judges what it finds.
func examine(path string, o Options) (target, error) {
	t := target{shown: path, path: path}
	if path == "" || os.IsPathSeparator(path[len(path)-1]) {
		return t, problemOf(errNoName, path)
	}
	info, err := os.Lstat(path)
	link := err == nil && info.Mode()&fs.ModeSymlink != 0
	if link {
		info, err = os.Stat(path)
	}
	switch {
	case err == nil:
		t.info = info
	case !errors.Is(err, fs.ErrNotExist):
		return t, problemOf(err, path)
	}
	_, t.direct = descriptor(path)
	if t.info != nil && !t.info.Mode().IsRegular() {
		t.direct = true
	}
	if err := t.permits(o); err != nil {
		return t, err
	}
	if link && !t.direct {
		t.path, err = followLinks(path)
		return t, err
	}
	return t, nil
}

// permits tells why the target must be left alone, if it must.
func (t target) permits(o Options) error {
	if t.info == nil {
		return nil
	}
	if t.info.IsDir() {
		return problemOf(errIsFolder, t.shown)
	}
	if !t.info.Mode().IsRegular() {
		return nil
	}
	for _, input := range o.Inputs {
		if os.SameFile(t.info, input) {
			return problemOf(ErrSameFile, t.shown)
		}
	}
	if !o.Force && !t.direct {
		return problemOf(fs.ErrExist, t.shown)
	}
	return nil
}

// followLinks returns the name that the symbolic links of path's last element
// lead to, which need not exist. Those of its folders need no following.
func followLinks(path string) (string, error) {
	for range maxLinks {
		info, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return path, nil
		}
		if err != nil {
			return "", problemOf(err, path)
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			return path, nil
		}
		next, err := os.Readlink(path)
		if err != nil {
			return "", problemOf(err, path)
		}
		if !filepath.IsAbs(next) {
			next = filepath.Dir(path) + string(filepath.Separator) + next // not Join: "link/.." is not lexical
		}
		path = next
	}
	return "", problemOf(errTooManyLinks, path)
}

// createTemporary makes the hidden file. Its mode never allows more than the
// final one.
func (f *File) createTemporary() error {
	perm := f.options.Perm
	if perm == 0 {
		perm = 0o666
	}
	if f.target.info != nil {
		perm = f.target.info.Mode().Perm()
	}
	folder, name := filepath.Split(f.target.path)
	for range maxNameTries {
		temporary := folder + temporaryName(name, f.options.Owner)
		file, err := f.sys.create(temporary, perm)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return err
		}
		f.file, f.temporary = file, temporary
		return f.inherit(perm)
	}
	return fs.ErrExist
}

// inherit gives the hidden file the mode and owner of the file it will replace.
func (f *File) inherit(perm fs.FileMode) error {
	info, err := f.file.Stat()
	if err == nil && f.target.info != nil {
		keepOwner(f.file, info, f.target.info)
		err = f.file.Chmod(perm) // after keepOwner, which may clear bits
	}
	if err != nil {
		return f.withdraw(err)
	}
	f.info = info
	return nil
}

// temporaryName is `.NAME.jsign-XXXXXXXX`, or `.NAME.jsign-OWNER-XXXXXXXX`; NAME
// is cut where the whole would be too long for a file system.
func temporaryName(name, owner string) string {
	if len(name) > maxNameKept {
		cut := maxNameKept
		for cut > 0 && !utf8.RuneStart(name[cut]) {
			cut--
		}
		name = name[:cut]
	}
	return fmt.Sprintf(".%s%s%08x", name, mark(owner), rand.Uint32())
}

// mark stands between the name and the eight hex digits of a hidden file.
func mark(owner string) string {
	if owner == "" {
		return ".jsign-"
	}
	return ".jsign-" + owner + "-"
}
