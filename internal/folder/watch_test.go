package folder

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// watched runs do once a first file was taken, and returns all that were until
// enough are.
func watched(t *testing.T, root string, o Options, enough int, do func()) (list []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for f := range Watch(ctx, []string{root}, o, 100*time.Millisecond) {
		if f.Err != nil {
			t.Error(f.Err)
		}
		if list = append(list, f.Name); len(list) == enough {
			break
		}
		if len(list) == 1 {
			go do()
		}
	}
	if ctx.Err() != nil {
		t.Fatalf("only %q came", list)
	}
	return list
}

func TestWatch(t *testing.T) {
	root := plant(t, "first")
	put := func(name, content string) {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Error(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Error(err)
		}
	}
	got := watched(t, root, Options{Exclude: []string{"*.log"}}, 3, func() {
		put("x.log", "excluded")
		put("download.part", "not complete")
		put("new/second", "in a new folder")
		put("first", "changed after it was taken") // not taken again
		time.Sleep(300 * time.Millisecond)
		if err := os.Rename(filepath.Join(root, "download.part"), filepath.Join(root, "third")); err != nil {
			t.Error(err)
		}
	})
	expect(t, "watched", got, "first", "new/second", "third")
}

// A file that grows is left alone until it has stopped growing, in simulated time
// and on a system that does not tell of changes.
func TestWatchWaits(t *testing.T) {
	root := plant(t, "first")
	const parts = 8
	grow := func() {
		file, err := os.Create(filepath.Join(root, "growing"))
		if err != nil {
			t.Error(err)
			return
		}
		defer file.Close()
		for range parts {
			time.Sleep(time.Second)
			file.WriteString("part")
		}
	}
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		w := newWatcher(t.Context(), []string{root}, Options{}, 2*time.Second)
		w.run(func(f File) bool {
			if f.Name == "first" {
				go grow()
				return true
			}
			info, err := os.Stat(f.Path)
			if err != nil || f.Name != "growing" || info.Size() != 4*parts {
				t.Errorf("%s is taken at %d bytes (%v)", f.Name, info.Size(), err)
			}
			return false
		})
		if took := time.Since(start); took < parts*time.Second || took > parts*time.Second+2*rescanEvery {
			t.Errorf("it was taken after %v", took)
		}
	})
}

// A file that changes after it was taken is told of once, and not taken again.
func TestWatchTellsOfChanges(t *testing.T) {
	root := plant(t, "first", "second")
	var taken, changed []string
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		rewrite := func() {
			for _, content := range []string{"other content", "and other content again"} {
				time.Sleep(2 * rescanEvery)
				if err := os.WriteFile(filepath.Join(root, "first"), []byte(content), 0o600); err != nil {
					t.Error(err)
				}
			}
			time.Sleep(2 * rescanEvery)
			cancel()
		}
		o := Options{Changed: func(name string) { changed = append(changed, name) }}
		newWatcher(ctx, []string{root}, o, 2*time.Second).run(func(f File) bool {
			if taken = append(taken, f.Name); f.Name == "first" {
				go rewrite()
			}
			return true
		})
	})
	expect(t, "taken", taken, "first", "second")
	expect(t, "changed", changed, "first")
}

func TestWatchEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	for f := range Watch(ctx, []string{plant(t)}, Options{}, time.Hour) {
		t.Errorf("%s came from nowhere", f.Name)
	}
}
