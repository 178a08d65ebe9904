package cardtest

import (
	"errors"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/emulator"
)

// noticeLimit is how long a system may take to see that a card went or came.
// pcscd looks every 400 ms.
const noticeLimit = 10 * time.Second

var anyCommand = []byte{0x00, 0x84, 0x00, 0x00, 0x08} // GET CHALLENGE

// requireRemoved sends until the answer is ErrCardRemoved. Until the system has
// noticed, any other error will do, but no answer.
func requireRemoved(t *testing.T, card cardio.Card) {
	t.Helper()
	deadline := time.Now().Add(noticeLimit)
	for {
		answer, err := card.Transmit(anyCommand)
		switch {
		case errors.Is(err, cardio.ErrCardRemoved):
			return
		case err == nil:
			t.Fatalf("a card that was taken out answers %x", answer)
		case time.Now().After(deadline):
			t.Fatalf("the error stays %v", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func testRemoved(t *testing.T, open Open) {
	b := newBench(t, open, emulator.Options{})
	s := b.connect()
	s.selectFile(authCertificate)
	b.reader.Remove()
	requireRemoved(t, s)
	if err := s.Begin(); !errors.Is(err, cardio.ErrCardRemoved) {
		t.Errorf("Begin without a card: %v", err)
	}
	if _, err := b.reader.Connect(); err == nil {
		t.Error("Connect without a card succeeds")
	}
}

// testRemovedInTransaction: nobody waits for a card that is gone, and the
// command that met the gap did not sign.
func testRemovedInTransaction(t *testing.T, open Open) {
	b := newBench(t, open, emulator.Options{})
	first, second := b.connect(), b.connect()
	first.begin()
	first.verify()
	begun := make(chan error, 1)
	go func() { begun <- second.Begin() }()
	b.reader.Remove()
	requireRemoved(t, first)
	ended := make(chan error, 1)
	go func() { ended <- first.End(cardio.UnpowerCard) }()
	await(t, "End without a card", ended) // what it returns is the system's choice
	if err := first.Close(); err != nil {
		t.Logf("Close without a card: %v", err)
	}
	if err := await(t, "the second Begin", begun); err == nil {
		requireRemoved(t, second) // begun on nothing, then
	}
	if n := b.card.SignCount(); n != 0 {
		t.Errorf("%d signatures", n)
	}
}

// testPutBack: the session stays dead, a new one works, and the card has
// forgotten the PIN.
func testPutBack(t *testing.T, open Open) {
	b := newBench(t, open, emulator.Options{StatusSurvivesReset: true})
	s := b.connect()
	s.begin()
	s.verify()
	s.end(cardio.LeaveCard)
	b.reader.Remove()
	requireRemoved(t, s)
	if err := s.Close(); err != nil {
		t.Logf("Close without a card: %v", err)
	}
	b.reader.Insert()
	again := b.reconnect()
	again.begin()
	again.sign(cardio.SWSecurityStatus)
	again.end(cardio.LeaveCard)
}

// reconnect opens a session as soon as the system has noticed the card.
func (b *bench) reconnect() *session {
	b.Helper()
	deadline := time.Now().Add(noticeLimit)
	for {
		s, err := b.reader.Connect()
		if err == nil {
			b.Cleanup(func() { s.Close() })
			RequireOwnReader(b, s, b.witness)
			return &session{Session: s, t: b.T}
		}
		if time.Now().After(deadline) {
			b.Fatalf("the card was put back: %v", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
