package cms

import (
	"hash"

	"github.com/jsign-jp/jsign/internal/der"
)

// Checkpoints keeps how far hashes had come at offsets of one content, for
// messages that sign the same beginning of it: 500 signatures on one document
// would otherwise read it 500 times. The zero value is empty. Used by one
// goroutine.
type Checkpoints struct{ states map[checkpoint]hash.Cloner }

type checkpoint struct {
	algorithm der.OID
	at        int64
}

// Keep notes the state of d, which was written the first at bytes of the content.
// A hash that cannot be copied is left out.
func (c *Checkpoints) Keep(d *Digests, at int64) {
	for _, h := range d.list {
		key := checkpoint{h.algorithm, at}
		if c.states[key] != nil {
			continue
		}
		if state := clone(h.Hash); state != nil {
			if c.states == nil {
				c.states = make(map[checkpoint]hash.Cloner)
			}
			c.states[key] = state
		}
	}
}

// Resume sets d, to which nothing was written, to the state behind the first at
// bytes. It reports false and leaves d as it is when the state of one of its
// hashes was not kept there.
func (c *Checkpoints) Resume(d *Digests, at int64) bool {
	states := make([]hash.Cloner, len(d.list))
	for i, h := range d.list {
		kept := c.states[checkpoint{h.algorithm, at}]
		if kept == nil {
			return false
		}
		if states[i] = clone(kept); states[i] == nil {
			return false
		}
	}
	for i, state := range states {
		d.list[i].Hash = state
	}
	return len(states) > 0
}

// clone returns nil for a hash that cannot be copied.
func clone(h hash.Hash) hash.Cloner {
	cloner, ok := h.(hash.Cloner)
	if !ok {
		return nil
	}
	state, err := cloner.Clone()
	if err != nil {
		return nil
	}
	return state
}
