package cardtest

import (
	"bytes"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/emulator"
)

// hangLimit ends a test that would wait for ever.
const hangLimit = 2 * time.Minute

// await returns what done yields, and ends the test if it does not.
func await[T any](t *testing.T, what string, done <-chan T) T {
	t.Helper()
	select {
	case v := <-done:
		return v
	case <-time.After(hangLimit):
		t.Fatalf("%s hangs", what)
		panic("unreachable")
	}
}

// testTransaction: while one session has a transaction, another's Begin waits
// and its commands do not reach the card.
func testTransaction(t *testing.T, open Open) {
	b := newBench(t, open, emulator.Options{})
	first, second := b.connect(), b.connect()
	first.begin()
	intruder, err := selectByName([]byte("intruder")).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	var ended atomic.Bool
	begun := make(chan error, 1)
	go func() {
		_, _ = second.Transmit(intruder) // refused or delayed, as the system likes
		err := second.Begin()
		if err == nil && !ended.Load() {
			t.Error("two transactions at a time")
		}
		begun <- err
	}()
	for range 20 { // leave the other side time to be wrong
		first.selectFile(authCertificate)
		time.Sleep(5 * time.Millisecond)
	}
	if b.witness.Saw(intruder) {
		t.Error("another session's command reached the card in a transaction")
	}
	ended.Store(true)
	first.end(cardio.LeaveCard)
	if err := await(t, "the second Begin", begun); err != nil {
		t.Fatalf("Begin after the other's End: %v", err)
	}
	second.end(cardio.LeaveCard)
}

func testTransactionClosed(t *testing.T, open Open) {
	b := newBench(t, open, emulator.Options{})
	first, second := b.connect(), b.connect()
	first.begin()
	begun := make(chan error, 1)
	go func() { begun <- second.Begin() }()
	if err := first.Close(); err != nil {
		t.Errorf("Close in a transaction: %v", err)
	}
	if err := await(t, "the second Begin", begun); err != nil {
		t.Fatalf("Begin after the other's Close: %v", err)
	}
	second.end(cardio.LeaveCard)
}

// testParallel: sessions that select different files never read each other's.
func testParallel(t *testing.T, open Open) {
	b := newBench(t, open, emulator.Options{})
	readers := []struct {
		session *session
		file    byte
		prefix  []byte
	}{
		{b.connect(), 0x06, []byte("JPKIAPICCTOKEN2")},
		{b.connect(), 0x08, []byte{0x8F, 0x8F, 0x00}},
		{b.connect(), authCertificate, []byte{0x30, 0x82}},
	}
	// All are connected before the first begins: connecting speaks to the card too.
	var sessions sync.WaitGroup
	for _, r := range readers {
		sessions.Go(func() {
			for range 20 {
				if err := r.session.Begin(); err != nil {
					t.Errorf("Begin: %v", err)
					return
				}
				got, err := readFirst(r.session, r.file)
				if err != nil || !bytes.HasPrefix(got, r.prefix) {
					t.Errorf("file %02X: got %X, error %v", r.file, got, err)
				}
				if err := r.session.End(cardio.LeaveCard); err != nil {
					t.Errorf("End: %v", err)
					return
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { sessions.Wait(); close(done) }()
	await(t, "one of the sessions", done)
}

// readFirst reads the beginning of a file, without ending the test: it runs in
// goroutines.
func readFirst(card cardio.Card, file byte) ([]byte, error) {
	for _, c := range []cardio.Command{selectByName([]byte("\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01")), selectFile(file)} {
		r, err := cardio.Send(card, c)
		if err != nil {
			return nil, err
		}
		if err := r.SW.Err(c.INS); err != nil {
			return nil, err
		}
	}
	r, err := cardio.Send(card, readBinary(0, 16))
	return r.Data, err
}

func testDispositions(t *testing.T, open Open) {
	for _, test := range []struct {
		name string
		d    cardio.Disposition
		sign cardio.SW // after it
	}{
		{"leave", cardio.LeaveCard, cardio.SWSuccess},
		{"reset", cardio.ResetCard, cardio.SWSecurityStatus},
		{"unpower", cardio.UnpowerCard, cardio.SWSecurityStatus},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newBench(t, open, emulator.Options{}).connect()
			signAfter(s, test.d, test.sign)
		})
	}
}

func testSurvivingReset(t *testing.T, open Open) {
	s := newBench(t, open, emulator.Options{StatusSurvivesReset: true}).connect()
	signAfter(s, cardio.ResetCard, cardio.SWSuccess)
	signAfter(s, cardio.UnpowerCard, cardio.SWSecurityStatus)
}

// signAfter verifies the PIN in one transaction, ends it, and asks for a
// signature in the next one of the same session.
func signAfter(s *session, d cardio.Disposition, want cardio.SW) {
	s.t.Helper()
	s.begin()
	s.verify()
	s.sign(cardio.SWSuccess)
	s.end(d)
	s.begin()
	s.sign(want)
	s.end(cardio.LeaveCard)
}

// testManySessions opens more sessions than pcscd allows at a time (200
// threads, 200 handles): one that is not given back stops it.
func testManySessions(t *testing.T, open Open) {
	b := newBench(t, open, emulator.Options{})
	for i := range 250 {
		s, err := b.reader.Connect()
		if err != nil {
			t.Fatalf("session %d: %v", i, err)
		}
		if _, err := s.Transmit([]byte{0x00, 0x84, 0x00, 0x00, 0x08}); err != nil {
			t.Fatalf("session %d: %v", i, err)
		}
		if err := s.Close(); err != nil {
			t.Fatalf("session %d: Close: %v", i, err)
		}
	}
}

func testClosed(t *testing.T, open Open) {
	b := newBench(t, open, emulator.Options{})
	s := b.connect()
	if err := s.End(cardio.LeaveCard); err == nil {
		t.Error("End without Begin succeeds")
	}
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if _, err := s.Transmit([]byte{0x00, 0x84, 0x00, 0x00, 0x08}); err == nil {
		t.Error("Transmit after Close succeeds")
	}
	if err := s.Begin(); err == nil {
		t.Error("Begin after Close succeeds")
	}
	b.connect().selectFile(authCertificate) // the reader is still usable
}
