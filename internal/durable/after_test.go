package durable

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSettle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	if err := Settle(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	put(t, path, "content", 0o400)
	for range 2 {
		if err := Settle(path); err != nil {
			t.Error(err)
		}
	}
	for _, operation := range []string{"syncFile", "syncFolder"} {
		if err := settle(faulty{operation: operation}, path); !errors.Is(err, errInjected) {
			t.Errorf("%s fails: %v", operation, err)
		}
	}
}

// Sweep takes what Create left with the same owner, however long the name, and
// nothing else.
func TestSweep(t *testing.T) {
	root := t.TempDir()
	below := filepath.Join(root, "a", "b")
	if err := os.MkdirAll(below, 0o700); err != nil {
		t.Fatal(err)
	}
	kept := []string{
		".jsign-batch-01234567", ".x.jsign-batch-0123456", ".x.jsign-batch-0123456g", ".x.jsign-batch-0123456A",
		"x.jsign-batch-01234567", ".x.jsign-01234567", ".x.jsign-other-01234567", "01234567", ".x.jsign-batch-01234567.pdf",
	}
	for _, name := range kept {
		put(t, filepath.Join(below, name), "kept", 0o600)
	}
	if err := os.Mkdir(filepath.Join(below, ".folder.jsign-batch-01234567"), 0o700); err != nil {
		t.Fatal(err)
	}
	left := 0
	for _, name := range []string{"x", strings.Repeat("長", 80), ".hidden", "new\nline"} {
		for _, folder := range []string{root, below} {
			if _, err := create(context.Background(), osSystem{}, filepath.Join(folder, name), Options{Owner: "batch"}); err != nil {
				t.Fatal(err)
			}
			left++
		}
	}
	alive, err := Create(context.Background(), filepath.Join(below, "alive"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	removed, err := Sweep(context.Background(), root, "batch")
	if err != nil || removed != left {
		t.Errorf("removed %d of %d, %v", removed, left, err)
	}
	for _, name := range append(kept, ".folder.jsign-batch-01234567") {
		if _, err := os.Lstat(filepath.Join(below, name)); err != nil {
			t.Errorf("%s was removed: %v", name, err)
		}
	}
	if err := alive.Commit(); err != nil {
		t.Errorf("an output without owner: %v", err)
	}
}

func TestSweepFollowsNoLinks(t *testing.T) {
	root, elsewhere := t.TempDir(), t.TempDir()
	foreign := filepath.Join(elsewhere, ".x.jsign-batch-01234567")
	put(t, foreign, "kept", 0o600)
	if err := os.Symlink(elsewhere, filepath.Join(root, "link")); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	if removed, err := Sweep(context.Background(), root, "batch"); removed != 0 || err != nil {
		t.Errorf("removed %d, %v", removed, err)
	}
	if _, err := os.Stat(foreign); err != nil {
		t.Error(err)
	}
}

func TestSweepGoesOn(t *testing.T) {
	if removed, err := Sweep(context.Background(), filepath.Join(t.TempDir(), "none"), "batch"); removed != 0 || err == nil {
		t.Errorf("a folder that is not there: %d, %v", removed, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Sweep(ctx, t.TempDir(), "batch"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestIsDiskFault(t *testing.T) {
	for _, fault := range diskFaults() {
		if !IsDiskFault(problemOf(&fs.PathError{Op: "write", Path: "x", Err: fault}, "x")) {
			t.Errorf("%v", fault)
		}
	}
	for _, err := range []error{nil, errInjected, fs.ErrExist, fs.ErrPermission} {
		if IsDiskFault(err) {
			t.Errorf("%v", err)
		}
	}
}

func TestSweepOfALinkedRoot(t *testing.T) {
	root, link := t.TempDir(), filepath.Join(t.TempDir(), "link")
	put(t, filepath.Join(root, ".x.jsign-batch-01234567"), "left", 0o600)
	if err := os.Symlink(root, link); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	if removed, err := Sweep(context.Background(), link, "batch"); removed != 1 || err != nil {
		t.Errorf("removed %d, %v", removed, err)
	}
	if _, err := os.Lstat(link); err != nil {
		t.Error(err)
	}
}
