package durable

import (
	"sync"
	"time"
)

// Folders lets outputs that get their names in one folder at about the same time
// share the sync of that folder. The zero value is ready for use, by many
// goroutines; it must not be copied.
type Folders struct {
	// Gather is how long a sync waits for further outputs before it begins.
	Gather time.Duration

	mu    sync.Mutex
	hurry bool
	next  map[string]*folderSync // that have not begun
}

// folderSync is one sync of a folder, for all that joined it before it began.
type folderSync struct {
	done chan struct{} // closed when err stands
	err  error
}

// sync returns when a sync of the folder has ended that began after the call:
// what was renamed in it before is durable then. A nil Folders shares nothing.
func (f *Folders) sync(sys system, folder string) error {
	if f == nil {
		return sys.syncFolder(folder)
	}
	round, first := f.join(folder)
	if !first {
		<-round.done
		return round.err
	}
	if !f.hurries() {
		time.Sleep(f.Gather)
	}
	f.begin(folder)
	round.err = sys.syncFolder(folder)
	close(round.done)
	return round.err
}

// Hurry ends the gathering: from here on a sync begins at once. It is for the end,
// when few outputs are left to come.
func (f *Folders) Hurry() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hurry = true
}

func (f *Folders) hurries() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.hurry
}

// join takes part in the next sync of the folder; first tells who is to make it.
func (f *Folders) join(folder string) (round *folderSync, first bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if round := f.next[folder]; round != nil {
		return round, false
	}
	if f.next == nil {
		f.next = map[string]*folderSync{}
	}
	round = &folderSync{done: make(chan struct{})}
	f.next[folder] = round
	return round, true
}

// begin lets nobody join any more.
func (f *Folders) begin(folder string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.next, folder)
}
