package pcsc_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/cardtest"
	"github.com/jsign-jp/jsign/cardio/emulator"
	"github.com/jsign-jp/jsign/cardio/pcsc"
)

// hangLimit ends a test that would wait for ever.
const hangLimit = 2 * time.Minute

// client is one program's connection: a context of its own, and a card.
type client struct {
	*pcsc.Conn
	ctx *pcsc.Context
}

func (c client) Close() error { return errors.Join(c.Conn.Close(), c.ctx.Close()) }

// connect opens a session in a context of its own, as another program would.
func connect(establish func() (*pcsc.Context, error), reader string) (cardtest.Session, error) {
	ctx, err := establish()
	if err != nil {
		return nil, err
	}
	conn, err := ctx.Connect(reader)
	if err != nil {
		return nil, errors.Join(err, ctx.Close())
	}
	return client{conn, ctx}, nil
}

// TestConforms runs the suite for exclusive cards through pcscd, with each
// binding.
func TestConforms(t *testing.T) {
	for name, establish := range bindings {
		t.Run(name, func(t *testing.T) {
			cardtest.Run(t, func(t *testing.T, chip emulator.Chip) cardtest.Reader {
				stack := cardtest.StartPCSC(t, chip)
				stack.Attach(t)
				return cardtest.Reader{Connect: func() (cardtest.Session, error) { return connect(establish, stack.Reader) }}
			})
		})
	}
}

// TestConformsOnRemoval takes cards out and puts them back.
func TestConformsOnRemoval(t *testing.T) {
	if !cardtest.InNamespace(t) {
		return
	}
	for name, establish := range bindings {
		t.Run(name, func(t *testing.T) {
			cardtest.RunRemoval(t, func(t *testing.T, chip emulator.Chip) cardtest.Reader {
				stack := cardtest.StartRemovable(t, chip)
				stack.Attach(t)
				return cardtest.Reader{
					Connect: func() (cardtest.Session, error) { return connect(establish, stack.Reader) },
					Remove:  func() { stack.Remove(t) },
					Insert:  func() { stack.Insert(t) },
				}
			})
		})
	}
}

func newCard(t *testing.T, o emulator.Options) *emulator.Card {
	t.Helper()
	card, err := emulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return card
}

func established(t *testing.T, establish func() (*pcsc.Context, error)) *pcsc.Context {
	t.Helper()
	ctx, err := establish()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ctx.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return ctx
}

// TestTwoReaders lists two readers with different cards, and connects to each.
func TestTwoReaders(t *testing.T) {
	card, other := newCard(t, emulator.Options{}), newCard(t, emulator.Options{Token: emulator.Android})
	stack := cardtest.StartPCSC(t, card, other)
	stack.Attach(t)
	for name, establish := range bindings {
		t.Run(name, func(t *testing.T) {
			ctx := established(t, establish)
			readers, err := ctx.Readers()
			if err != nil {
				t.Fatal(err)
			}
			want := []struct {
				name string
				card *emulator.Card
			}{{stack.Reader, card}, {stack.Second, other}}
			if len(readers) != len(want) {
				t.Fatalf("readers %+v", readers)
			}
			for i, r := range readers {
				if r.Name != want[i].name || !r.Present || r.Mute || r.Exclusive || !slices.Equal(r.ATR, want[i].card.ATR()) {
					t.Errorf("reader %+v", r)
				}
				conn, err := ctx.Connect(r.Name)
				if err != nil {
					t.Fatal(err)
				}
				if conn.Reader() != r.Name || !slices.Equal(conn.ATR(), r.ATR) {
					t.Errorf("connected to %q with ATR %x", conn.Reader(), conn.ATR())
				}
				if err := conn.Close(); err != nil {
					t.Error(err)
				}
			}
			if _, err := ctx.Connect("no such reader"); !errors.Is(err, pcsc.ErrUnknownReader) {
				t.Errorf("unknown reader: %v", err)
			}
		})
	}
}

// TestNoService has nobody listen at the socket.
func TestNoService(t *testing.T) {
	if !cardtest.InNamespace(t) { // a process in which the library has not read the socket's name yet
		return
	}
	t.Setenv("PCSCLITE_CSOCK_NAME", filepath.Join(t.TempDir(), "nobody.comm"))
	for name, establish := range bindings {
		if _, err := establish(); !errors.Is(err, pcsc.ErrNoService) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWaitSeesCards inserts and removes a card while another context waits.
func TestWaitSeesCards(t *testing.T) {
	if !cardtest.InNamespace(t) {
		return
	}
	card := newCard(t, emulator.Options{})
	stack := cardtest.StartRemovable(t, card)
	stack.Attach(t)
	for name, establish := range bindings {
		t.Run(name, func(t *testing.T) {
			ctx := established(t, establish)
			known, err := ctx.Readers()
			if err != nil {
				t.Fatal(err)
			}
			limit, cancel := context.WithTimeout(t.Context(), hangLimit)
			defer cancel()
			stack.Remove(t)
			for present(known, stack.Reader) {
				if known, err = ctx.Wait(limit, known); err != nil {
					t.Fatalf("waiting for the removal: %v", err)
				}
			}
			if _, err := ctx.Connect(stack.Reader); !errors.Is(err, pcsc.ErrNoCard) {
				t.Errorf("an empty reader: %v", err)
			}
			stack.Insert(t)
			for !present(known, stack.Reader) {
				if known, err = ctx.Wait(limit, known); err != nil {
					t.Fatalf("waiting for the insertion: %v", err)
				}
			}
			conn, err := ctx.Connect(stack.Reader)
			if err != nil {
				t.Fatal(err)
			}
			if err := conn.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func present(readers []pcsc.Reader, name string) bool {
	return slices.ContainsFunc(readers, func(r pcsc.Reader) bool { return r.Name == name && r.Present })
}

// TestResetByOthers: a reset between transactions is followed, one inside a
// transaction cannot happen, and what a reset drops stays dropped.
func TestResetByOthers(t *testing.T) {
	for name, establish := range bindings {
		t.Run(name, func(t *testing.T) {
			stack := cardtest.StartPCSC(t, newCard(t, emulator.Options{}))
			stack.Attach(t)
			mine, err := connect(establish, stack.Reader)
			if err != nil {
				t.Fatal(err)
			}
			defer mine.Close()
			stack.RequireOwnReader(t, mine)
			theirs, err := connect(establish, stack.Reader)
			if err != nil {
				t.Fatal(err)
			}
			defer theirs.Close()
			for _, d := range []cardio.Disposition{cardio.ResetCard, cardio.UnpowerCard} {
				if err := errors.Join(theirs.Begin(), theirs.End(d)); err != nil {
					t.Fatal(err)
				}
				if _, err := mine.Transmit([]byte{0x00, 0x84, 0x00, 0x00, 0x08}); !errors.Is(err, pcsc.ErrReset) {
					t.Errorf("outside of a transaction, after %d: %v", d, err)
				}
				if err := mine.Begin(); err != nil {
					t.Fatalf("Begin after %d: %v", d, err)
				}
				if _, err := mine.Transmit([]byte{0x00, 0x84, 0x00, 0x00, 0x08}); err != nil {
					t.Errorf("after %d: %v", d, err)
				}
				if err := mine.End(cardio.LeaveCard); err != nil {
					t.Errorf("End after %d: %v", d, err)
				}
			}
		})
	}
}
