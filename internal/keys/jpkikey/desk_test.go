package jpkikey

import (
	"context"
	"errors"
	"testing"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/emulator"
	"github.com/jsign-jp/jsign/cardio/jpki"
	"github.com/jsign-jp/jsign/cardio/pcsc"
	"github.com/jsign-jp/jsign/internal/keys"
)

// slot is one reader on the desk: empty, with a card, or with one that cannot
// be opened.
type slot struct {
	name string
	card emulator.Chip
	err  error
}

// desk is a Manager over readers of this process. It checks, when the test
// ends, that everything that was opened was closed.
type desk struct {
	t       *testing.T
	slots   []slot
	readers map[string]*emulator.Reader
	listing error
	open    int // connections and contexts
}

func newDesk(t *testing.T, slots ...slot) *desk {
	d := &desk{t: t, slots: slots, readers: map[string]*emulator.Reader{}}
	for _, s := range slots {
		if s.card != nil {
			d.readers[s.name] = emulator.NewReader(s.card)
		}
	}
	t.Cleanup(func() {
		if d.open != 0 {
			t.Errorf("%d connections were left open", d.open)
		}
	})
	return d
}

func (d *desk) establish() (Manager, error) {
	d.open++
	return d, nil
}

func (d *desk) Readers() (readers []pcsc.Reader, err error) {
	for _, s := range d.slots {
		r := pcsc.Reader{Name: s.name, Present: s.card != nil || s.err != nil}
		if s.card != nil {
			r.ATR = s.card.ATR()
		}
		readers = append(readers, r)
	}
	if len(readers) == 0 {
		return nil, pcsc.ErrNoReader
	}
	return readers, d.listing
}

func (d *desk) Connect(name string) (Conn, error) {
	for _, s := range d.slots {
		switch {
		case s.name != name:
		case s.err != nil:
			return nil, s.err
		case s.card == nil:
			return nil, pcsc.ErrNoCard
		default:
			session, err := d.readers[name].Connect()
			if err != nil {
				return nil, err
			}
			d.open++
			return counted{session, d}, nil
		}
	}
	return nil, pcsc.ErrUnknownReader
}

func (d *desk) Close() error {
	d.open--
	return nil
}

// counted counts its closing.
type counted struct {
	*emulator.Session
	desk *desk
}

func (c counted) Close() error {
	c.desk.open--
	return c.Session.Close()
}

func newCard(t *testing.T, o emulator.Options) *emulator.Card {
	t.Helper()
	card, err := emulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return card
}

// bankCard is a card that knows no applet.
type bankCard struct{}

func (bankCard) ATR() []byte                     { return []byte{0x3B, 0x80, 0x80, 0x01, 0x01} }
func (bankCard) Reset()                          {}
func (bankCard) PowerOff()                       {}
func (bankCard) Transmit([]byte) ([]byte, error) { return []byte{0x6A, 0x82}, nil }

// typing returns a source of a PIN that a person types.
func typing(pin string) jpki.PINSource {
	return func(context.Context, jpki.PINRequest) (jpki.PIN, error) {
		return jpki.PIN{Value: []byte(pin), Typed: true}, nil
	}
}

// nobody is a source that must not be asked.
func nobody(t *testing.T) jpki.PINSource {
	return func(context.Context, jpki.PINRequest) (jpki.PIN, error) {
		t.Error("a PIN was asked for in vain")
		return jpki.PIN{}, errors.New("nobody there")
	}
}

func parse(t *testing.T, uri string) keys.URI {
	t.Helper()
	u, err := keys.ParseURI(uri)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

var _ cardio.Exclusive = counted{}
