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
func TestGroupSharesSyncsOfFolders(t *testing.T) {
	const outputs = 200
	for _, gather := range []time.Duration{0, time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			sys := &notedSystem{renamed: map[string][]int{}, durable: map[string][]int{}}
			group := &Group{Gather: gather}
			var all sync.WaitGroup
			for i := range outputs {
				all.Go(func() {
					folder := fmt.Sprint("folder ", i%2)
					time.Sleep(time.Duration(rand.IntN(10_000)) * time.Microsecond)
					sys.rename(folder, i)
					if err := group.syncFolder(sys, folder); err != nil || !sys.isDurable(folder, i) {
						t.Errorf("output %d: %v, durable: %v", i, err, sys.isDurable(folder, i))
					}
				})
			}
			all.Wait()
			if gather > 0 && sys.syncs > outputs/4 {
				t.Errorf("%d syncs for %d outputs", sys.syncs, outputs)
			}
			if len(group.next) != 0 {
				t.Errorf("left behind: %v", group.next)
			}
		})
	}
}

// A sync that fails fails for all that took part, and for all that come to the same
// folder later: what they are told then may not be true.
func TestSharedSyncFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sys := &notedSystem{renamed: map[string][]int{}, durable: map[string][]int{}, err: errInjected}
		group := &Group{Gather: time.Millisecond}
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				if err := group.syncFolder(sys, "folder"); !errors.Is(err, errInjected) {
					t.Errorf("%v", err)
				}
			})
		}
		all.Wait()
		if sys.syncs != 1 {
			t.Errorf("%d syncs", sys.syncs)
		}
		sys.err = nil
		if err := group.syncFolder(sys, "folder"); !errors.Is(err, errInjected) {
			t.Errorf("the folder again: %v", err)
		}
		if err := group.syncFolder(sys, "other"); err != nil {
			t.Error(err)
		}
	})
}

// After Hurry nothing is waited for.
func TestGroupHurries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := &Group{Gather: time.Hour}
		group.Hurry()
		begun := time.Now()
		if err := group.syncFolder(osSystem{}, t.TempDir()); err != nil || time.Since(begun) > 0 {
			t.Errorf("%v after %v", err, time.Since(begun))
		}
	})
}

// Outputs that are committed together all stand.
func TestCommitInGroup(t *testing.T) {
	dir, group := t.TempDir(), &Group{Gather: time.Millisecond}
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			out, err := Create(t.Context(), filepath.Join(dir, fmt.Sprint(i)), Options{Group: group})
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

// clockedHandle notes when it was synced, and that the system had begun before.
type clockedHandle struct {
	handle
	begun, forgotten bool
	synced           time.Time
	err              error // of the sync
}

func (h *clockedHandle) Sync() error {
	h.synced = time.Now()
	return h.err
}

type beginningSystem struct{ osSystem }

func (beginningSystem) startWriting(h handle) error {
	h.(*clockedHandle).begun = true
	return nil
}

func (beginningSystem) forget(h handle) { h.(*clockedHandle).forgotten = true }

// Files are synced side by side, none waits longer than Gather, and each gets its
// own sync's error. What is on the disk is forgotten, and nothing else.
func TestGroupSyncsFilesTogether(t *testing.T) {
	const outputs, gather = 200, 5 * time.Millisecond
	synctest.Test(t, func(t *testing.T) {
		group, moments, mu := &Group{Gather: gather}, map[time.Time]int{}, sync.Mutex{}
		var all sync.WaitGroup
		for i := range outputs {
			all.Go(func() {
				time.Sleep(time.Duration(rand.IntN(50_000)) * time.Microsecond)
				h, came := &clockedHandle{}, time.Now()
				if i%3 == 0 {
					h.err = errInjected
				}
				if err := group.syncFile(beginningSystem{}, h); !errors.Is(err, h.err) || !h.begun || h.forgotten != (err == nil) {
					t.Errorf("%v, begun: %v, forgotten: %v", err, h.begun, h.forgotten)
				}
				if wait := h.synced.Sub(came); wait > gather {
					t.Errorf("waited %v", wait)
				}
				mu.Lock()
				defer mu.Unlock()
				moments[h.synced]++
			})
		}
		all.Wait()
		if len(moments) > int(50*time.Millisecond/gather)+1 {
			t.Errorf("%d moments for %d outputs", len(moments), outputs)
		}
	})
}

// Without a group, and in one that gathers nothing, a file is synced at once.
func TestFilesSyncedAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, group := range []*Group{nil, {}} {
			h, came := &clockedHandle{err: errInjected}, time.Now()
			if err := group.syncFile(beginningSystem{}, h); !errors.Is(err, errInjected) || !h.synced.Equal(came) || h.begun {
				t.Errorf("%v after %v, begun: %v", err, h.synced.Sub(came), h.begun)
			}
		}
	})
}

// What goes wrong when the system begins to write is an error of the output: the sync
// need not tell it again.
func TestWritingThatCannotBegin(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	err := writeThrough(faulty{operation: "startWriting"}, path, "content", Options{Group: &Group{Gather: time.Millisecond}})
	if !errors.Is(err, errInjected) {
		t.Errorf("%v", err)
	}
	expect(t, filepath.Dir(path), "")
}
