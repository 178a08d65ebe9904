package durable

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// notedSystem notes what each sync of a folder found renamed in it, as the sync
// began: no more is durable after it.
type notedSystem struct {
	osSystem
	mu      sync.Mutex
	renamed map[string][]int
	durable map[string][]int
	syncs   int
	err     error
}

func (s *notedSystem) rename(folder string, output int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.renamed[folder] = append(s.renamed[folder], output)
}

func (s *notedSystem) syncFolder(folder string) error {
	s.mu.Lock()
	found := slices.Clone(s.renamed[folder])
	s.syncs++
	s.mu.Unlock()
	time.Sleep(time.Duration(rand.IntN(1000)) * time.Microsecond)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.durable[folder] = append(s.durable[folder], found...)
	return s.err
}

func (s *notedSystem) isDurable(folder string, output int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.durable[folder], output)
}

// However outputs come, each is durable when its sync returns, and most share one.
func TestFoldersShareSyncs(t *testing.T) {
	const outputs = 200
	for _, gather := range []time.Duration{0, time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			sys := &notedSystem{renamed: map[string][]int{}, durable: map[string][]int{}}
			folders := &Folders{Gather: gather}
			var all sync.WaitGroup
			for i := range outputs {
				all.Go(func() {
					folder := fmt.Sprint("folder ", i%2)
					time.Sleep(time.Duration(rand.IntN(10_000)) * time.Microsecond)
					sys.rename(folder, i)
					if err := folders.sync(sys, folder); err != nil || !sys.isDurable(folder, i) {
						t.Errorf("output %d: %v, durable: %v", i, err, sys.isDurable(folder, i))
					}
				})
			}
			all.Wait()
			if gather > 0 && sys.syncs > outputs/4 {
				t.Errorf("%d syncs for %d outputs", sys.syncs, outputs)
			}
			if len(folders.next) != 0 {
				t.Errorf("left behind: %v", folders.next)
			}
		})
	}
}

// A sync that fails fails for all that took part, and for nobody else.
func TestSharedSyncFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sys := &notedSystem{renamed: map[string][]int{}, durable: map[string][]int{}, err: errInjected}
		folders := &Folders{Gather: time.Millisecond}
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				if err := folders.sync(sys, "folder"); !errors.Is(err, errInjected) {
					t.Errorf("%v", err)
				}
			})
		}
		all.Wait()
		if sys.syncs != 1 {
			t.Errorf("%d syncs", sys.syncs)
		}
		sys.err = nil
		if err := folders.sync(sys, "folder"); err != nil {
			t.Error(err)
		}
	})
}

// After Hurry nothing is waited for.
func TestFoldersHurry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		folders := &Folders{Gather: time.Hour}
		folders.Hurry()
		begun := time.Now()
		if err := folders.sync(osSystem{}, t.TempDir()); err != nil || time.Since(begun) > 0 {
			t.Errorf("%v after %v", err, time.Since(begun))
		}
	})
}

// Outputs of one folder that are committed together all stand.
func TestCommitWithFolders(t *testing.T) {
	dir, folders := t.TempDir(), &Folders{Gather: time.Millisecond}
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			out, err := Create(t.Context(), filepath.Join(dir, fmt.Sprint(i)), Options{Folders: folders})
			if err != nil {
				t.Error(err)
				return
			}
			defer out.Abort()
			fmt.Fprint(out, i)
			if err := out.Commit(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(names) != 20 {
		t.Errorf("%q, %v", names, err)
	}
}
