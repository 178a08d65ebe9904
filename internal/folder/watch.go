package folder

import (
	"context"
	"io/fs"
	"iter"
	"os"
	"time"

	"github.com/fsnotify/fsnotify"
)

// rescanEvery bounds how long a file is overlooked whose folder tells of nothing:
// network file systems do not, and a burst of events can overflow.
const rescanEvery = 10 * time.Second

// Watch yields the files in roots and those that come later, until ctx ends. A
// file is taken once: when its size and modification time have not changed for
// stable. A later change is told of (Options.Changed) and no more. Where the system does
// not tell of changes, folders are looked through every ten seconds.
func Watch(ctx context.Context, roots []string, o Options, stable time.Duration) iter.Seq[File] {
	return func(yield func(File) bool) {
		w := newWatcher(ctx, roots, o, stable)
		events, err := fsnotify.NewWatcher()
		if err == nil {
			defer events.Close()
			w.events = events
		}
		w.run(yield)
	}
}

func newWatcher(ctx context.Context, roots []string, o Options, stable time.Duration) *watcher {
	return &watcher{ctx: ctx, roots: roots, options: o, stable: stable, seen: map[string]sighting{}}
}

// watcher looks at whole trees again and again, as soon as something happens in
// them or a file may have become stable.
type watcher struct {
	ctx     context.Context
	roots   []string
	options Options
	stable  time.Duration
	events  *fsnotify.Watcher // nil: the system has none to give
	seen    map[string]sighting
	waiting bool // a file is not stable yet
}

// sighting is how a file looked, and since when; of one that was taken, then.
type sighting struct {
	size     int64
	modified time.Time
	since    time.Time
	taken    bool
	told     bool // that it has changed since
}

func (s sighting) fits(info fs.FileInfo) bool {
	return s.size == info.Size() && s.modified.Equal(info.ModTime())
}

func (w *watcher) run(yield func(File) bool) {
	for w.look(yield) {
		if !w.wait() {
			return
		}
		w.options.Skipped = nil // told once
	}
}

// look walks the trees and yields what has become complete.
func (w *watcher) look(yield func(File) bool) bool {
	w.listen()
	w.waiting = false
	for f := range Walk(w.ctx, w.roots, w.options) {
		if w.complete(f) && !yield(f) {
			return false
		}
	}
	return w.ctx.Err() == nil
}

// listen asks for the events of every folder; asking again is harmless.
func (w *watcher) listen() {
	if w.events == nil {
		return
	}
	for _, root := range w.roots {
		eachFolder(root, w.options.Output, func(folder string) {
			_ = w.events.Add(folder) // what cannot be watched is looked through now and then
		})
	}
}

// complete tells whether a file is taken now, for the first time.
func (w *watcher) complete(f File) bool {
	last, known := w.seen[f.Name]
	if last.taken {
		w.tellChange(f, last)
		return false
	}
	if f.Err != nil {
		w.seen[f.Name] = sighting{taken: true, told: true}
		return true
	}
	info, err := os.Stat(f.Path)
	if err != nil {
		return false // gone again, or not readable yet
	}
	now := time.Now()
	if !known || !last.fits(info) {
		w.seen[f.Name] = sighting{size: info.Size(), modified: info.ModTime(), since: now}
		w.waiting = true
		return false
	}
	if now.Sub(last.since) < w.stable {
		w.waiting = true
		return false
	}
	last.taken = true
	w.seen[f.Name] = last
	return true
}

// tellChange tells once that a file is no longer what was taken.
func (w *watcher) tellChange(f File, last sighting) {
	if last.told || w.options.Changed == nil {
		return
	}
	if info, err := os.Stat(f.Path); err == nil && !last.fits(info) {
		last.told = true
		w.seen[f.Name] = last
		w.options.Changed(f.Name)
	}
}

// wait returns when it is worth looking again; false when ctx ended.
func (w *watcher) wait() bool {
	pause := rescanEvery
	if w.waiting {
		pause = min(w.stable/2, rescanEvery)
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	var happened <-chan fsnotify.Event
	var failed <-chan error
	if w.events != nil {
		happened, failed = w.events.Events, w.events.Errors
	}
	if w.waiting {
		happened = nil // it is looked soon enough; events would only make it busy
	}
	select {
	case <-w.ctx.Done():
		return false
	case <-timer.C:
	case <-happened:
	case <-failed:
	}
	w.drain()
	return true
}

// drain drops events that one look answers together.
func (w *watcher) drain() {
	for w.events != nil {
		select {
		case <-w.events.Events:
		case <-w.events.Errors:
		default:
			return
		}
	}
}

// eachFolder calls f with the folders that Walk enters.
func eachFolder(folder string, output fs.FileInfo, f func(string)) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	f(folder)
	for _, e := range entries {
		if !e.IsDir() || IsTemporary(e.Name()) {
			continue
		}
		if below := folder + string(os.PathSeparator) + e.Name(); !isFolder(below, output) {
			eachFolder(below, output, f)
		}
	}
}
