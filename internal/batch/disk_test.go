package batch

import (
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
)

// fault is what a step of the simulated disk does.
type fault int

const (
	works fault = iota
	fails
	failsButDone
	crashes // before the step; nothing works after it
)

var (
	errInjected = errors.New("injected fault")
	errDead     = errors.New("the machine is off")
)

// disk is a file system with one folder that loses what was not synced when the
// power goes: of each file's writes, any, in any mixture, and of the folder's
// changes all after some point.
type disk struct {
	mu     sync.Mutex
	names  map[string]*inode // as seen
	stored map[string]*inode // as durable
	moves  []move            // between the two
	steps  int
	plan   func(step int) fault
	dead   bool
	over   []string // names that a rename replaced: never allowed
}

type inode struct {
	data, synced []byte
	writes       []write
	locked       bool
}

type write struct {
	at   int64 // -1: truncation to size
	data []byte
	size int64
}

type move struct {
	from, to string // from "": created; to "": removed
	node     *inode
}

func newDisk() *disk {
	return &disk{names: map[string]*inode{}, stored: map[string]*inode{}, plan: func(int) fault { return works }}
}

// step runs do as the plan says.
func (d *disk) step(do func() error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return errDead
	}
	d.steps++
	switch d.plan(d.steps) {
	case crashes:
		d.dead = true
		return errDead
	case fails:
		return errInjected
	case failsButDone:
		return errors.Join(do(), errInjected)
	}
	return do()
}

func (m move) apply(names map[string]*inode) {
	if m.from != "" {
		delete(names, m.from)
	}
	if m.to != "" {
		names[m.to] = m.node
	}
}

func (d *disk) move(from, to string, node *inode) {
	m := move{from, to, node}
	m.apply(d.names)
	d.moves = append(d.moves, m)
}

func (d *disk) Open(name string) (File, error) {
	var node *inode
	err := d.step(func() error {
		node = d.names[name]
		if node == nil {
			node = &inode{}
			d.move("", name, node)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &handle{d: d, node: node}, nil
}

func (d *disk) SyncFolder(string) error {
	return d.step(func() error {
		for _, m := range d.moves {
			m.apply(d.stored)
		}
		d.moves = nil
		return nil
	})
}

func (d *disk) rename(from, to string) error {
	return d.step(func() error {
		if d.names[to] != nil {
			d.over = append(d.over, to)
		}
		d.move(from, to, d.names[from])
		return nil
	})
}

func (d *disk) remove(name string) error {
	return d.step(func() error {
		d.move(name, "", nil)
		return nil
	})
}

// content returns a file as seen, without a step.
func (d *disk) content(name string) ([]byte, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	node := d.names[name]
	if node == nil {
		return nil, false
	}
	return slices.Clone(node.data), true
}

// reboot returns the disk as it is found again: after a kill all is there, after
// a power loss what was not synced is left to chance.
func (d *disk) reboot(rng *rand.Rand, powerLoss bool) *disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dead = true
	n := newDisk()
	n.over = d.over
	if !powerLoss {
		nodes := map[*inode]*inode{nil: nil}
		copied := func(i *inode) *inode {
			if nodes[i] == nil && i != nil {
				nodes[i] = &inode{data: slices.Clone(i.data), synced: slices.Clone(i.synced), writes: slices.Clone(i.writes)}
			}
			return nodes[i]
		}
		for name, node := range d.names {
			n.names[name] = copied(node)
		}
		for name, node := range d.stored {
			n.stored[name] = copied(node)
		}
		for _, m := range d.moves {
			n.moves = append(n.moves, move{m.from, m.to, copied(m.node)})
		}
		return n
	}
	for _, m := range d.moves[:rng.IntN(len(d.moves)+1)] {
		m.apply(d.stored)
	}
	for name, node := range d.stored {
		data := node.torn(rng)
		fresh := &inode{data: data, synced: slices.Clone(data)}
		n.names[name], n.stored[name] = fresh, fresh
	}
	return n
}

// torn returns what a power loss leaves of the file.
func (i *inode) torn(rng *rand.Rand) []byte {
	data := slices.Clone(i.synced)
	for _, w := range i.writes {
		switch rng.IntN(4) {
		case 0: // lost
		case 1:
			data = w.apply(data)
		case 2: // its beginning
			if w.at >= 0 {
				data = write{at: w.at, data: w.data[:rng.IntN(len(w.data)+1)]}.apply(data)
			}
		case 3: // its size, with some zeros in place of data
			if w.at >= 0 && len(w.data) > 0 {
				b := slices.Clone(w.data)
				from := rng.IntN(len(b))
				clear(b[from : from+rng.IntN(len(b)-from)])
				data = write{at: w.at, data: b}.apply(data)
			}
		}
	}
	return data
}

func (w write) apply(data []byte) []byte {
	if w.at < 0 {
		if w.size < int64(len(data)) {
			data = data[:w.size:w.size]
		}
		return data
	}
	if end := int(w.at) + len(w.data); end > len(data) {
		data = append(data, make([]byte, end-len(data))...)
	}
	copy(data[w.at:], w.data)
	return data
}

type handle struct {
	d    *disk
	node *inode
	held bool
}

func (h *handle) ReadAt(b []byte, at int64) (int, error) {
	n := 0
	err := h.d.step(func() error {
		if at < int64(len(h.node.data)) {
			n = copy(b, h.node.data[at:])
		}
		if n < len(b) {
			return io.EOF
		}
		return nil
	})
	return n, err
}

func (h *handle) write(w write) error {
	return h.d.step(func() error {
		h.node.data = w.apply(h.node.data)
		h.node.writes = append(h.node.writes, w)
		return nil
	})
}

func (h *handle) WriteAt(b []byte, at int64) (int, error) {
	if err := h.write(write{at: at, data: slices.Clone(b)}); err != nil {
		return 0, err
	}
	return len(b), nil
}

func (h *handle) Truncate(size int64) error { return h.write(write{at: -1, size: size}) }

func (h *handle) Sync() error {
	return h.d.step(func() error {
		h.node.synced, h.node.writes = slices.Clone(h.node.data), nil
		return nil
	})
}

func (h *handle) Size() (int64, error) {
	var size int64
	err := h.d.step(func() error {
		size = int64(len(h.node.data))
		return nil
	})
	return size, err
}

func (h *handle) Lock() error {
	return h.d.step(func() error {
		if h.node.locked {
			return ErrLocked
		}
		h.node.locked, h.held = true, true
		return nil
	})
}

func (h *handle) Close() error {
	h.d.mu.Lock()
	defer h.d.mu.Unlock()
	if h.held {
		h.node.locked = false
	}
	return nil
}
