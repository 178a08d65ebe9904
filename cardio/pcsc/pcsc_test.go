package pcsc

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/internal/lang"
)

// TestErrors has a cause and a hint for every code that means something, in
// both languages and on every system.
func TestErrors(t *testing.T) {
	for code, want := range map[Code]error{
		codeNoService: ErrNoService, codeServiceStopped: ErrNoService,
		codeSecurityViolation: ErrDenied, codeNoAccess: ErrDenied,
		codeNoReaders: ErrNoReader, codeUnknownReader: ErrUnknownReader,
		codeReaderUnavailable: cardio.ErrCardRemoved, codeRemoved: cardio.ErrCardRemoved,
		codeNoSmartCard: ErrNoCard, codeSharingViolation: ErrInUse,
		codeReset: ErrReset, codeUnpowered: ErrReset,
		codeUnresponsive: ErrUnresponsive, codeUnsupportedCard: ErrUnresponsive,
		codeProtocolMismatch: ErrUnresponsive, codeNotReady: ErrUnresponsive,
		codeNotTransacted: ErrTransmission, codeCommError: ErrTransmission, codeCommDataLost: ErrTransmission,
	} {
		for _, goos := range []string{"linux", "darwin", "windows", "freebsd", "openbsd"} {
			err := newError(code, "Reader 1", goos)
			if !errors.Is(err, want) {
				t.Errorf("%v: %v, want %v", code, err, want)
			}
			for _, pair := range [][2]string{
				{lang.Explain(err, lang.English), lang.Explain(err, lang.Japanese)},
				{lang.Hint(err, lang.English), lang.Hint(err, lang.Japanese)},
			} {
				if pair[0] == "" || pair[1] == "" || pair[0] == pair[1] {
					t.Errorf("%v on %s: %q", code, goos, pair)
				}
			}
			if !bytes.Contains([]byte(err.Error()), []byte("Reader 1")) {
				t.Errorf("%q does not name the reader", err)
			}
		}
	}
	if newError(codeSuccess, "R", "linux") != nil {
		t.Error("success is an error")
	}
	odd := newError(0x80100001, "", "linux")
	var e *Error
	if !errors.As(odd, &e) || e.Code != 0x80100001 || errors.Unwrap(odd) != nil || odd.Error() != "the smart card service reported error 80100001" {
		t.Errorf("an unknown code: %v", odd)
	}
}

// TestServiceHints differ by system: each names its own way to start the
// service.
func TestServiceHints(t *testing.T) {
	seen := map[string]bool{}
	for _, goos := range []string{"linux", "darwin", "windows", "freebsd"} {
		seen[serviceHint(goos).In(lang.English)] = true
	}
	if len(seen) != 4 {
		t.Errorf("%d hints for 4 systems", len(seen))
	}
}

func TestEstablishErrors(t *testing.T) {
	_, err := establish(func() (system, Code, error) { return nil, codeNoService, nil })
	if !errors.Is(err, ErrNoService) {
		t.Errorf("no service: %v", err)
	}
	_, err = establish(func() (system, Code, error) { return nil, codeSuccess, noLibrary(errors.New("not found")) })
	if !errors.Is(err, ErrNoLibrary) || lang.Hint(err, lang.Japanese) == "" {
		t.Errorf("no library: %v", err)
	}
}

func TestReaders(t *testing.T) {
	f := newFake(t)
	f.looks = [][]readerState{{
		{reader: "A", event: statePresent | stateInUse | 0x30000, atr: []byte{0x3B, 1}},
		{reader: "B", event: stateMute | statePresent | stateExclusive},
		{reader: "C", event: stateChanged, atr: []byte{9, 9}},
	}}
	readers, err := f.context().Readers()
	if err != nil || len(readers) != 3 {
		t.Fatalf("%v, %v", readers, err)
	}
	a, b, c := readers[0], readers[1], readers[2]
	if a.Name != "A" || !a.Present || !a.InUse || a.Exclusive || a.Mute || !bytes.Equal(a.ATR, []byte{0x3B, 1}) || a.events() != 0x30000 {
		t.Errorf("A: %+v", a)
	}
	if !b.Present || !b.Mute || !b.Exclusive || b.InUse {
		t.Errorf("B: %+v", b)
	}
	if c.Present || c.ATR != nil {
		t.Errorf("C: %+v", c)
	}
}

func TestReadersErrors(t *testing.T) {
	f := newFake(t)
	f.looks = [][]readerState{nil}
	if _, err := f.context().Readers(); !errors.Is(err, ErrNoReader) {
		t.Errorf("an empty list: %v", err)
	}
	f = newFake(t)
	f.listing = codeNoReaders
	if _, err := f.context().Readers(); !errors.Is(err, ErrNoReader) {
		t.Errorf("no list: %v", err)
	}
	f = newFake(t)
	f.listing = codeServiceStopped
	if _, err := f.context().Readers(); !errors.Is(err, ErrNoService) {
		t.Errorf("service gone: %v", err)
	}
	f = newFake(t)
	f.asking = []Code{codeCommError}
	if _, err := f.context().Readers(); !errors.Is(err, ErrTransmission) {
		t.Errorf("status fails: %v", err)
	}
	f = newFake(t)
	f.asking = []Code{codeUnknownReader, codeUnknownReader}
	if readers, err := f.context().Readers(); err != nil || len(readers) != 1 {
		t.Errorf("unplugged while listing: %v, %v", readers, err)
	}
	f = newFake(t)
	f.asking = slices.Repeat([]Code{codeUnknownReader}, 100)
	if _, err := f.context().Readers(); !errors.Is(err, ErrUnknownReader) {
		t.Errorf("unplugged for ever: %v", err)
	}
	f = newFake(t)
	f.looks = [][]readerState{make([]readerState, maxReaders+10)}
	if readers, err := f.context().Readers(); err != nil || len(readers) != maxReaders {
		t.Errorf("%d readers, %v", len(readers), err)
	}
	f = newFake(t)
	f.releasing = codeNoService
	f.context()
}

func TestWait(t *testing.T) {
	empty := []readerState{{reader: "R"}}
	card := []readerState{{reader: "R", event: statePresent, atr: []byte{0x3B, 0}}}
	for name, c := range map[string]struct {
		before, after []readerState
		changes       bool
	}{
		"inserted":       {empty, card, true},
		"removed":        {card, empty, true},
		"plugged in":     {nil, empty, true},
		"unplugged":      {empty, nil, true},
		"swapped":        {card, []readerState{{reader: "R", event: statePresent, atr: []byte{0x3B, 1}}}, true},
		"out and in":     {card, []readerState{{reader: "R", event: statePresent | 0x20000, atr: []byte{0x3B, 0}}}, true},
		"second reader":  {card, append(slices.Clone(card), readerState{reader: "S"}), true},
		"mute":           {card, []readerState{{reader: "R", event: statePresent | stateMute, atr: []byte{0x3B, 0}}}, true},
		"used by others": {card, []readerState{{reader: "R", event: statePresent | stateInUse, atr: []byte{0x3B, 0}}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			f.looks = [][]readerState{c.before, c.before, c.after}
			ctx := f.context()
			known, code := ctx.look()
			if code != codeSuccess {
				t.Fatal(code)
			}
			f.looked = 1
			if c.before == nil { // without readers status is not asked, so look moves on here
				f.looked = 2
			}
			if c.changes {
				if now, err := ctx.Wait(t.Context(), known); err != nil || len(now) != len(c.after) {
					t.Errorf("%v, %v", now, err)
				}
				return
			}
			short, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
			defer cancel()
			if now, err := ctx.Wait(short, known); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v, %v; want to wait on", now, err)
			}
		})
	}
}

// TestWaitEnds ends a wait in which nothing changes: by the context, with and
// without readers, and by a service that stops.
func TestWaitEnds(t *testing.T) {
	for name, look := range map[string][]readerState{"a reader": {{reader: "R"}}, "no reader": nil} {
		f := newFake(t)
		f.looks = [][]readerState{look}
		c := f.context()
		known, _ := c.look()
		ctx, cancel := context.WithCancel(context.Background())
		if f.waiting = cancel; look == nil { // then nothing is asked to wait
			time.AfterFunc(5*time.Millisecond, cancel)
		}
		if _, err := c.Wait(ctx, known); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
		if look != nil && f.waits == 0 {
			t.Errorf("%s: the resource manager was not left to wait", name)
		}
	}
	f := newFake(t)
	f.looks = [][]readerState{{{reader: "R"}}}
	c := f.context()
	known, _ := c.look()
	f.asking = []Code{codeSuccess, codeTimeout, codeSuccess, codeUnknownReader, codeSuccess, codeServiceStopped}
	if _, err := c.Wait(context.Background(), known); !errors.Is(err, ErrNoService) {
		t.Errorf("service stopped: %v", err)
	}
}

func connected(t *testing.T, f *fakeSystem) *Conn {
	t.Helper()
	conn, err := f.context().Connect("R")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func TestConnect(t *testing.T) {
	conn := connected(t, newFake(t))
	if conn.Reader() != "R" || !bytes.Equal(conn.ATR(), []byte{0x3B, 0}) {
		t.Errorf("%q, %x", conn.Reader(), conn.ATR())
	}
	f := newFake(t)
	f.asking = []Code{codeCommError}
	if conn := connected(t, f); conn.ATR() != nil {
		t.Errorf("an ATR out of nothing: %x", conn.ATR())
	}
	for code, want := range map[Code]error{codeNoSmartCard: ErrNoCard, codeSharingViolation: ErrInUse,
		codeUnresponsive: ErrUnresponsive, codeUnknownReader: ErrUnknownReader, codeRemoved: cardio.ErrCardRemoved} {
		f := newFake(t)
		f.opening = code
		if _, err := f.context().Connect("R"); !errors.Is(err, want) {
			t.Errorf("%v: %v", code, err)
		}
	}
	f = newFake(t)
	f.active = 0 // a card without a protocol: its handle must not leak
	if _, err := f.context().Connect("R"); !errors.Is(err, ErrUnresponsive) {
		t.Errorf("no protocol: %v", err)
	}
}

func TestBeginFollowsResets(t *testing.T) {
	f := newFake(t)
	f.begins = []Code{codeReset, codeUnpowered, codeReset}
	conn := connected(t, f)
	if err := conn.Begin(); err != nil {
		t.Error(err)
	}
	if f.reconnects != 3 || len(f.sent) != 0 {
		t.Errorf("%d reconnects, %d commands", f.reconnects, len(f.sent))
	}
	if err := conn.Begin(); !errors.Is(err, ErrTransaction) {
		t.Errorf("nested: %v", err)
	}
	if err := conn.End(cardio.LeaveCard); err != nil {
		t.Error(err)
	}
	if err := conn.End(cardio.LeaveCard); !errors.Is(err, ErrTransaction) {
		t.Errorf("ended twice: %v", err)
	}
}

func TestBeginGivesUp(t *testing.T) {
	f := newFake(t)
	f.begins = slices.Repeat([]Code{codeReset}, 100)
	if err := connected(t, f).Begin(); !errors.Is(err, ErrReset) {
		t.Errorf("resets for ever: %v", err)
	}
	f = newFake(t)
	f.begins = []Code{codeReset}
	f.reconnecting = codeRemoved
	if err := connected(t, f).Begin(); !errors.Is(err, cardio.ErrCardRemoved) {
		t.Errorf("removed: %v", err)
	}
	f = newFake(t)
	f.begins = []Code{codeRemoved}
	if err := connected(t, f).Begin(); !errors.Is(err, cardio.ErrCardRemoved) || f.reconnects != 0 {
		t.Errorf("removed: %v", err)
	}
}

// TestTransmitIsNeverRepeated has every kind of failure after a command: one
// transmission, and no reconnection.
func TestTransmitIsNeverRepeated(t *testing.T) {
	verify := []byte{0x00, 0x20, 0x00, 0x80, 0x04, '1', '2', '3', '4'}
	for code, want := range map[Code]error{codeReset: ErrReset, codeUnpowered: ErrReset, codeRemoved: cardio.ErrCardRemoved,
		codeNotTransacted: ErrTransmission, codeCommError: ErrTransmission, codeReaderUnavailable: cardio.ErrCardRemoved} {
		f := newFake(t)
		f.sending = code
		conn := connected(t, f)
		if err := conn.Begin(); err != nil {
			t.Fatal(err)
		}
		_, err := conn.Transmit(verify)
		if !errors.Is(err, want) || bytes.Contains([]byte(err.Error()), []byte("1234")) {
			t.Errorf("%v: %v", code, err)
		}
		if len(f.sent) != 1 || f.reconnects != 0 {
			t.Errorf("%v: sent %d times, %d reconnects", code, len(f.sent), f.reconnects)
		}
	}
	for _, none := range [][]byte{{}, {0x90}} { // no status word
		f := newFake(t)
		f.answer = none
		if _, err := connected(t, f).Transmit(verify); !errors.Is(err, ErrTransmission) || len(f.sent) != 1 {
			t.Errorf("answer %x: %v, sent %d times", none, err, len(f.sent))
		}
	}
	f := newFake(t)
	f.sending = codeNotTransacted
	f.looks = append(f.looks, []readerState{{reader: "R"}}) // the card is gone, which is noticed only now
	conn := connected(t, f)
	if _, err := conn.Transmit(verify); !errors.Is(err, cardio.ErrCardRemoved) {
		t.Errorf("pulled: %v", err)
	}
	if _, err := conn.Transmit(nil); !errors.Is(err, cardio.ErrCommand) {
		t.Errorf("no command: %v", err)
	}
}

// TestT0HasNoLe sends the four cases of a command by both protocols.
func TestT0HasNoLe(t *testing.T) {
	for _, c := range []struct{ command, t0 string }{
		{"\x00\x20\x00\x80", "\x00\x20\x00\x80"},
		{"\x00\xB0\x00\x00\x00", "\x00\xB0\x00\x00\x00"},
		{"\x00\xA4\x02\x0C\x02\x00\x06", "\x00\xA4\x02\x0C\x02\x00\x06"},
		{"\x80\x2A\x00\x80\x02\x01\x02\x00", "\x80\x2A\x00\x80\x02\x01\x02"},
		{"\x00\xB0\x00\x00\x00\x01\x00", "\x00\xB0\x00\x00\x00\x01\x00"}, // extended: left alone
		{"\x00\xA4\x04\x0C\x05\x01", "\x00\xA4\x04\x0C\x05\x01"},         // malformed: left alone
	} {
		for p, want := range map[protocol]string{protocolT0: c.t0, protocolT1: c.command} {
			f := newFake(t)
			f.active = p
			if _, err := connected(t, f).Transmit([]byte(c.command)); err != nil {
				t.Error(err)
			}
			if string(f.sent[0]) != want {
				t.Errorf("T=%d: %x became %x", p-1, c.command, f.sent[0])
			}
		}
	}
}

func TestDispositions(t *testing.T) {
	f := newFake(t)
	conn := connected(t, f)
	for _, d := range []cardio.Disposition{cardio.LeaveCard, cardio.ResetCard, cardio.UnpowerCard} {
		if err := conn.Begin(); err != nil {
			t.Fatal(err)
		}
		if err := conn.End(d); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(f.ended, []disposition{leaveCard, resetCard, unpowerCard}) {
		t.Errorf("ended by %v", f.ended)
	}
}

// TestClose unpowers a card in an open transaction, and closes every handle.
func TestClose(t *testing.T) {
	f := newFake(t)
	conn := connected(t, f)
	if err := conn.Begin(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}
	if !slices.Equal(f.ended, []disposition{unpowerCard}) || !slices.Equal(f.left, []disposition{unpowerCard}) {
		t.Errorf("ended by %v, left by %v", f.ended, f.left)
	}
	_, transmitErr := conn.Transmit([]byte{0, 0, 0, 0})
	for _, err := range []error{transmitErr, conn.Begin(), conn.End(cardio.LeaveCard)} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	}
	for code, want := range map[Code]error{codeReset: nil, codeRemoved: nil, codeUnpowered: nil, codeServiceStopped: ErrNoService} {
		f := newFake(t)
		f.disconnecting = code
		conn, err := f.context().Connect("R")
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.Close(); !errors.Is(err, want) {
			t.Errorf("%v: %v", code, err)
		}
	}
}
