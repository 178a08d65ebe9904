package durable

import (
	"sync"
	"time"
)

// Group lets outputs that are finished at about the same time go to the disk
// together: their files are synced side by side, and those that get their names in
// one folder share its sync. Each is as durable as if it were alone. The zero
// value is ready for use, by many goroutines; it must not be copied.
type Group struct {
	// Gather is how long one that could begin waits for others; with 0 those share
	// that happen to come at once.
	Gather time.Duration

	mu    sync.Mutex
	hurry bool
	next  map[string]*round // that have not begun: by folder, and files
	lost  map[string]error  // folders with a failed sync: none after it proves anything
}

// files is the round of outputs whose files are about to be synced: no folder has
// that name.
const files = "\x00"

// round is something done once, for all that joined before it began.
type round struct {
	done chan struct{} // closed when err stands
	err  error
}

// syncFile returns when a file that was written is durable. While others are waited
// for, the system writes it already: a file system that has to write for each sync
// what it keeps about files then does so once for many. What is on the disk then is
// not kept in memory, where outputs by the thousand would take the place of what is
// in use.
func (g *Group) syncFile(sys system, file handle) error {
	if g == nil || g.Gather == 0 {
		return file.Sync()
	}
	if err := sys.startWriting(file); err != nil {
		return err
	}
	_ = g.meet(files, func() error { return nil })
	if err := file.Sync(); err != nil {
		return err
	}
	sys.forget(file)
	return nil
}

// syncFolder returns when a sync of the folder has ended that began after the call:
// what was renamed in it before is durable then.
func (g *Group) syncFolder(sys system, folder string) error {
	if g == nil {
		return sys.syncFolder(folder)
	}
	return g.meet(folder, func() error { return g.stillLost(folder, sys.syncFolder(folder)) })
}

// stillLost keeps the first error of a folder.
func (g *Group) stillLost(folder string, err error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err != nil && g.lost[folder] == nil {
		if g.lost == nil {
			g.lost = map[string]error{}
		}
		g.lost[folder] = err
	}
	return g.lost[folder]
}

// meet takes part in the next round of what, and returns when it is over. The first
// of a round does the work.
func (g *Group) meet(what string, work func() error) error {
	r, first := g.join(what)
	if !first {
		<-r.done
		return r.err
	}
	if !g.hurries() {
		time.Sleep(g.Gather)
	}
	g.begin(what)
	r.err = work()
	close(r.done)
	return r.err
}

// Hurry ends the gathering: what comes from here on waits for nobody. It is for the
// end, when few outputs are left to come.
func (g *Group) Hurry() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.hurry = true
}

func (g *Group) hurries() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.hurry
}

// join takes part in the next round; first tells who is to do its work.
func (g *Group) join(what string) (r *round, first bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if r := g.next[what]; r != nil {
		return r, false
	}
	if g.next == nil {
		g.next = map[string]*round{}
	}
	r = &round{done: make(chan struct{})}
	g.next[what] = r
	return r, true
}

// begin lets nobody join any more.
func (g *Group) begin(what string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.next, what)
}
