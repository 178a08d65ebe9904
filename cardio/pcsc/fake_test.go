package pcsc

import (
	"bytes"
	"slices"
	"testing"
	"time"
)

// fakeSystem is a resource manager whose answers a test chooses, and which
// counts what was opened and not closed.
type fakeSystem struct {
	t *testing.T

	// looks are the states that status reports, one after the other; the last
	// one stays. A nil look has no readers.
	looks   [][]readerState
	waiting func() // called when status is to wait
	looked  int
	listing Code   // instead of the list
	asking  []Code // status' results, one after the other, then success
	waits   int    // calls of status that could wait

	opening                     Code
	active                      protocol
	begins                      []Code // begin's results, one after the other, then success
	ending                      Code
	sending                     Code
	answer                      []byte // instead of 9000
	reconnecting, disconnecting Code
	releasing                   Code

	contexts, handles, transactions int
	sent                            [][]byte
	ended                           []disposition // by end
	left                            []disposition // by disconnect
	reconnects                      int
}

func newFake(t *testing.T) *fakeSystem {
	return &fakeSystem{t: t, contexts: 1, active: protocolT1, looks: [][]readerState{{{reader: "R", event: statePresent, atr: []byte{0x3B, 0}}}}}
}

// context returns a Context on the fake, and checks for leaks when the test
// ends.
func (f *fakeSystem) context() *Context {
	c, err := establish(func() (system, Code, error) { return f, codeSuccess, nil })
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() {
		if err := c.Close(); (err == nil) != (f.releasing == codeSuccess) {
			f.t.Errorf("Close: %v", err)
		}
		if f.contexts != 0 || f.handles != 0 || f.transactions != 0 {
			f.t.Errorf("left open: %d contexts, %d handles, %d transactions", f.contexts, f.handles, f.transactions)
		}
	})
	return c
}

func (f *fakeSystem) now() []readerState { return f.looks[min(f.looked, len(f.looks)-1)] }

func (f *fakeSystem) listReaders() (names []string, c Code) {
	for _, s := range f.now() {
		names = append(names, s.reader)
	}
	return names, f.listing
}

func (f *fakeSystem) status(states []readerState, timeout time.Duration) Code {
	if timeout > 0 {
		f.waits++
		if f.waiting != nil {
			f.waiting()
		}
	}
	if len(f.asking) > 0 {
		c := f.asking[0]
		f.asking = f.asking[1:]
		if c != codeSuccess {
			return c
		}
	}
	for i := range states {
		j := slices.IndexFunc(f.now(), func(s readerState) bool { return s.reader == states[i].reader })
		if j < 0 {
			return codeUnknownReader
		}
		states[i].event, states[i].atr = f.now()[j].event, f.now()[j].atr
	}
	f.looked++
	return codeSuccess
}

func (f *fakeSystem) connect(string) (handle, Code) {
	if f.opening != codeSuccess {
		return nil, f.opening
	}
	f.handles++
	return (*fakeHandle)(f), codeSuccess
}

func (f *fakeSystem) release() Code {
	f.contexts--
	return f.releasing
}

// fakeHandle is the one card of a fakeSystem.
type fakeHandle fakeSystem

func (h *fakeHandle) protocol() protocol { return h.active }

func (h *fakeHandle) begin() Code {
	c := codeSuccess
	if len(h.begins) > 0 {
		c, h.begins = h.begins[0], h.begins[1:]
	}
	if c == codeSuccess {
		h.transactions++
	}
	return c
}

func (h *fakeHandle) end(d disposition) Code {
	h.transactions--
	h.ended = append(h.ended, d)
	return h.ending
}

func (h *fakeHandle) transmit(command []byte) ([]byte, Code) {
	h.sent = append(h.sent, bytes.Clone(command))
	if h.sending != codeSuccess {
		return nil, h.sending
	}
	if h.answer != nil {
		return h.answer, codeSuccess
	}
	return []byte{0x90, 0x00}, codeSuccess
}

func (h *fakeHandle) reconnect() Code {
	h.reconnects++
	return h.reconnecting
}

func (h *fakeHandle) disconnect(d disposition) Code {
	h.handles--
	h.left = append(h.left, d)
	return h.disconnecting
}
