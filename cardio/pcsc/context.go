package pcsc

import (
	"bytes"
	"context"
	"runtime"
	"slices"
	"time"
)

// Context is a connection to the resource manager. It has one owner at a time.
type Context struct{ sys system }

// Establish connects to the resource manager. Close the Context after use. The
// error wraps ErrNoLibrary, ErrNoService or ErrDenied where it is that.
func Establish() (*Context, error) { return establish(defaultBinding) }

func establish(binding func() (system, Code, error)) (*Context, error) {
	sys, c, err := binding()
	if err != nil {
		return nil, err
	}
	if c != codeSuccess {
		return nil, newError(c, "", runtime.GOOS)
	}
	return &Context{sys: sys}, nil
}

// Close releases the Context. Conns made from it are of no use afterwards.
func (c *Context) Close() error { return newError(c.sys.release(), "", runtime.GOOS) }

// Reader is a card reader and what is in it at one moment.
type Reader struct {
	Name      string
	Present   bool   // a card is in it
	ATR       []byte // the card's answer to reset, nil without a card
	Mute      bool   // the card does not answer
	InUse     bool   // some program is connected to the card
	Exclusive bool   // and admits no other

	state uint32
}

// Readers returns the readers in the order of the resource manager. With none
// connected the error wraps ErrNoReader.
func (c *Context) Readers() ([]Reader, error) {
	readers, code := c.look()
	if code == codeSuccess && len(readers) == 0 {
		code = codeNoReaders
	}
	return readers, newError(code, "", runtime.GOOS)
}

// look is Readers without an error for having none.
func (c *Context) look() ([]Reader, Code) {
	for range maxLooks {
		names, code := c.sys.listReaders()
		if code == codeNoReaders || code == codeSuccess && len(names) == 0 {
			return nil, codeSuccess
		}
		if code != codeSuccess {
			return nil, code
		}
		readers, code := c.states(names[:min(len(names), maxReaders)])
		if code != codeUnknownReader { // unplugged since it was listed
			return readers, code
		}
	}
	return nil, codeUnknownReader
}

// states returns how the readers are now.
func (c *Context) states(names []string) ([]Reader, Code) {
	states := make([]readerState, len(names))
	for i := range states {
		states[i].reader = names[i]
	}
	if code := c.sys.status(states, 0); code != codeSuccess && code != codeTimeout {
		return nil, code
	}
	readers := make([]Reader, len(states))
	for i, s := range states {
		readers[i] = s.toReader()
	}
	return readers, codeSuccess
}

func (s readerState) toReader() Reader {
	r := Reader{
		Name:      s.reader,
		Present:   s.event&statePresent != 0,
		Mute:      s.event&stateMute != 0,
		InUse:     s.event&stateInUse != 0,
		Exclusive: s.event&stateExclusive != 0,
		state:     s.event &^ (stateChanged | stateUnknown),
	}
	if r.Present {
		r.ATR = slices.Clone(s.atr)
	}
	return r
}

// events counts insertions and removals, where the system counts them.
func (r Reader) events() uint32 { return r.state &^ stateFlags }

// sameAs says whether no card and no reader came or went between two looks. A
// card taken out and put back in between shows by the count of events. Other
// programs connecting and disconnecting make no difference.
func (r Reader) sameAs(s Reader) bool {
	return r.Name == s.Name && r.Present == s.Present && r.Mute == s.Mute &&
		r.events() == s.events() && bytes.Equal(r.ATR, s.ATR)
}

// Wait blocks until readers and cards are not as known any more (from Readers
// or an earlier Wait; nil if there were no readers), and returns how they are
// now, which may be none. It ends with ctx's error within a quarter of a second
// after ctx is done.
func (c *Context) Wait(ctx context.Context, known []Reader) ([]Reader, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		now, code := c.look()
		if code != codeSuccess {
			return nil, newError(code, "", runtime.GOOS)
		}
		if !slices.EqualFunc(known, now, Reader.sameAs) {
			return now, nil
		}
		if err := c.doze(ctx, now); err != nil {
			return nil, err
		}
	}
}

// doze returns when a state may have changed, at the latest after waitSlice.
func (c *Context) doze(ctx context.Context, now []Reader) error {
	if len(now) == 0 { // the resource manager does not wait for nothing
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(waitSlice):
			return nil
		}
	}
	states := make([]readerState, len(now))
	for i, r := range now {
		states[i] = readerState{reader: r.Name, current: r.state}
	}
	switch code := c.sys.status(states, waitSlice); code {
	case codeSuccess, codeTimeout, codeUnknownReader, codeReaderUnavailable:
		return nil
	default:
		return newError(code, "", runtime.GOOS)
	}
}

// holdsCard says whether a card is in the reader now, or after the time a
// removal may go unnoticed.
func (c *Context) holdsCard(reader string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), removalNotice)
	defer cancel()
	readers, code := c.look()
	for code == codeSuccess {
		i := slices.IndexFunc(readers, func(r Reader) bool { return r.Name == reader })
		if i < 0 || !readers[i].Present {
			return false
		}
		var err error
		if readers, err = c.Wait(ctx, readers); err != nil {
			return true
		}
	}
	return true
}
