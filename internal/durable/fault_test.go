package durable

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var errInjected = errors.New("injected")

// faulty lets one operation fail: not done, or done and reported as failed.
type faulty struct {
	osSystem
	operation string // or several, between spaces
	done      bool
}

func (s faulty) fault(operation string, do func() error) error {
	if !slices.Contains(strings.Fields(s.operation), operation) {
		return do()
	}
	if s.done {
		if err := do(); err != nil {
			return err
		}
	}
	return errInjected
}

func (s faulty) create(name string, perm fs.FileMode) (handle, error) {
	var h handle
	err := s.fault("create", func() (err error) {
		h, err = s.osSystem.create(name, perm)
		return err
	})
	if err != nil && h != nil {
		h.Close()
		return nil, err
	}
	return faultyHandle{h, s}, err
}

func (s faulty) replace(from, to string) error {
	return s.fault("replace", func() error { return s.osSystem.replace(from, to) })
}

func (s faulty) publish(from, to string) error {
	return s.fault("publish", func() error { return s.osSystem.publish(from, to) })
}

func (s faulty) startWriting(h handle) error {
	return s.fault("startWriting", func() error { return s.osSystem.startWriting(h.(faultyHandle).handle) })
}

func (s faulty) syncFolder(folder string) error {
	return s.fault("syncFolder", func() error { return s.osSystem.syncFolder(folder) })
}

func (s faulty) syncFile(name string) error {
	return s.fault("syncFile", func() error { return s.osSystem.syncFile(name) })
}

func (s faulty) remove(name string) error {
	return s.fault("remove", func() error { return s.osSystem.remove(name) })
}

type faultyHandle struct {
	handle
	system faulty
}

func (h faultyHandle) Write(p []byte) (n int, err error) {
	err = h.system.fault("write", func() error { n, err = h.handle.Write(p); return err })
	return n, err
}

func (h faultyHandle) ReadFrom(r io.Reader) (n int64, err error) {
	err = h.system.fault("write", func() error { n, err = h.handle.ReadFrom(r); return err })
	return n, err
}

func (h faultyHandle) Stat() (info fs.FileInfo, err error) {
	err = h.system.fault("stat", func() error { info, err = h.handle.Stat(); return err })
	return info, err
}

func (h faultyHandle) Chmod(perm fs.FileMode) error {
	return h.system.fault("chmod", func() error { return h.handle.Chmod(perm) })
}

func (h faultyHandle) Sync() error { return h.system.fault("sync", h.handle.Sync) }

func (h faultyHandle) Close() error { return h.system.fault("close", h.handle.Close) }

// Every operation fails in both ways. After an error there is the old file or
// none; a rename that was done counts as done.
func TestFaults(t *testing.T) {
	for _, force := range []bool{false, true} {
		rename, other := "publish", "replace"
		before := ""
		if force {
			rename, other, before = "replace", "publish", "out=old"
		}
		for _, c := range []struct {
			operation string
			done      bool
			ok        bool
			after     string
		}{
			{"", false, true, "out=new"},
			{"stat", false, false, before},
			{"stat", true, false, before},
			{"write", false, false, before},
			{"write", true, false, before},
			{"sync", false, false, before},
			{"sync", true, false, before},
			{"close", false, false, before},
			{"close", true, false, before},
			{rename, false, false, before},
			{rename, true, true, "out=new"},
			{other, false, true, "out=new"},
			{"syncFolder", false, false, "out=new"},
			{"syncFolder", true, false, "out=new"},
		} {
			folder := t.TempDir()
			out := filepath.Join(folder, "out")
			if force {
				put(t, out, "old", 0o644)
			}
			err := writeThrough(faulty{operation: c.operation, done: c.done}, out, "new", Options{Force: force})
			if (err == nil) != c.ok || err != nil && !errors.Is(err, errInjected) {
				t.Errorf("%s, done %v, force %v: %v", c.operation, c.done, force, err)
			}
			if errors.Is(err, ErrUnsynced) != (c.operation == "syncFolder") {
				t.Errorf("%s: %v", c.operation, err)
			}
			if got := listing(t, folder); got != c.after {
				t.Errorf("%s, done %v, force %v: the folder holds %q, want %q", c.operation, c.done, force, got, c.after)
			}
		}
	}
}

func TestChmodFault(t *testing.T) {
	for _, done := range []bool{false, true} {
		folder := t.TempDir()
		put(t, filepath.Join(folder, "out"), "old", 0o644)
		err := writeThrough(faulty{operation: "chmod", done: done}, filepath.Join(folder, "out"), "new", Options{Force: true})
		if !errors.Is(err, errInjected) {
			t.Errorf("done %v: %v", done, err)
		}
		expect(t, folder, "out=old")
	}
}

func TestCreateFault(t *testing.T) {
	folder := t.TempDir()
	if err := writeThrough(faulty{operation: "create"}, filepath.Join(folder, "out"), "new", Options{}); !errors.Is(err, errInjected) {
		t.Error(err)
	}
	expect(t, folder, "")
}

// A hidden file that can't be removed is named, so that a person can do it.
func TestRemoveFault(t *testing.T) {
	folder := t.TempDir()
	sys := faulty{operation: "sync remove"}
	err := writeThrough(sys, filepath.Join(folder, "out"), "new", Options{})
	var p *problem
	if !errors.As(err, &p) || !errors.Is(err, errInjected) {
		t.Fatal(err)
	}
	name := filepath.Base(listing(t, folder))
	name = name[:len(name)-len("=new")]
	if hint := p.Hint().String(); hint != "remove "+filepath.Join(folder, name)+" by hand" {
		t.Errorf("hint %q for %q", hint, name)
	}
}

// A second Abort removes what the first could not.
func TestAbortAgain(t *testing.T) {
	folder := t.TempDir()
	f, err := create(t.Context(), faulty{operation: "remove"}, filepath.Join(folder, "out"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Abort(); !errors.Is(err, errInjected) {
		t.Errorf("first Abort: %v", err)
	}
	f.sys = osSystem{}
	if err := f.Abort(); err != nil {
		t.Errorf("second Abort: %v", err)
	}
	expect(t, folder, "")
}
