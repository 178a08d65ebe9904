package emulator_test

import (
	"errors"
	"testing"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/emulator"
)

// What every carrier of a card must do is tested by cardio/cardtest. Here is
// what this one does beyond it.

func connect(t *testing.T, r *emulator.Reader) *emulator.Session {
	t.Helper()
	s, err := r.Connect()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestEmptyReader(t *testing.T) {
	r := emulator.NewReader(nil)
	if s, err := r.Connect(); !errors.Is(err, emulator.ErrNoCard) || s != nil {
		t.Errorf("Connect: error %v", err)
	}
	r.Remove() // nothing to take out
	r.Insert(newCard(t, emulator.Options{}))
	connect(t, r)
}

func TestSharing(t *testing.T) {
	r := emulator.NewReader(newCard(t, emulator.Options{}))
	first, second := connect(t, r), connect(t, r)
	if err := first.Begin(); err != nil {
		t.Fatal(err)
	}
	if err := first.Begin(); err == nil {
		t.Error("transactions nest")
	}
	if _, err := second.Transmit(unhex(t, selectJPKI)); !errors.Is(err, emulator.ErrSharing) {
		t.Errorf("Transmit against a transaction: error %v", err)
	}
	if err := second.End(cardio.LeaveCard); err == nil {
		t.Error("another session's transaction can be ended")
	}
	if err := first.End(cardio.LeaveCard); err != nil {
		t.Error(err)
	}
	if _, err := second.Transmit(unhex(t, selectJPKI)); err != nil {
		t.Errorf("Transmit after the transaction: error %v", err)
	}
	if string(second.ATR()) != string(unhex(t, "3BE000FF8131FE4514")) {
		t.Errorf("ATR %X", second.ATR())
	}
}

// TestRemoveUnderWay: the card goes while a command is executed, and comes back
// at once. The answer is lost, and the session stays dead.
func TestRemoveUnderWay(t *testing.T) {
	var r *emulator.Reader
	card := newCard(t, emulator.Options{OnCommand: func(c cardio.Command) error {
		if c.INS == cardio.InsVerify {
			r.Remove()
		}
		return nil
	}})
	r = emulator.NewReader(card)
	s := connect(t, r)
	for _, c := range []string{selectJPKI, selectAuthPIN} {
		if _, err := s.Transmit(unhex(t, c)); err != nil {
			t.Fatal(err)
		}
	}
	if answer, err := s.Transmit(unhex(t, verifyAuth)); !errors.Is(err, cardio.ErrCardRemoved) || answer != nil {
		t.Errorf("answer %X, error %v", answer, err)
	}
	r.Insert(card)
	if _, err := s.Transmit(unhex(t, selectJPKI)); !errors.Is(err, cardio.ErrCardRemoved) {
		t.Errorf("the old session: error %v", err)
	}
	connect(t, r)
}

// TestCloseTwice: the second time must not end another session's transaction.
func TestCloseTwice(t *testing.T) {
	r := emulator.NewReader(newCard(t, emulator.Options{}))
	first, second := connect(t, r), connect(t, r)
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	if err := second.Begin(); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	if err := second.End(cardio.UnpowerCard); err != nil {
		t.Errorf("End after another's Close: %v", err)
	}
}
