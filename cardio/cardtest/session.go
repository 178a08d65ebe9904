package cardtest

import (
	"testing"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/emulator"
)

// Session is a connection to a card that other programs may reach too.
type Session interface {
	cardio.Exclusive
	// Close ends the session, and its transaction if it has one.
	Close() error
}

// Reader is a reader with a card in it.
type Reader struct {
	// Connect opens a session of its own. The suite closes it.
	Connect func() (Session, error)

	// Remove and Insert take the card out and put it back. Run does not use
	// them. Connect may fail for some time after Insert.
	Remove, Insert func()
}

// Open puts an emulated card behind the thing under test, and returns the
// reader that shows it. It undoes what it did in Cleanup.
type Open func(t *testing.T, chip emulator.Chip) Reader

// Run holds what open returns to the contract of cardio.Exclusive. Every test of
// it has a card and a reader of its own.
func Run(t *testing.T, open Open) {
	t.Helper()
	for _, test := range []struct {
		name string
		run  func(*testing.T, Open)
	}{
		{"answers of 0 to 256 bytes", testAnswerSizes},
		{"extended answer", testExtendedAnswer},
		{"commands of 0 to 255 bytes", testCommandSizes},
		{"buffers stay the caller's", testBuffers},
		{"61xx", testMoreData},
		{"6Cxx", testWrongLe},
		{"255-byte limit", testLimit},
		{"transaction excludes others", testTransaction},
		{"transaction ends with its session", testTransactionClosed},
		{"transactions side by side", testParallel},
		{"dispositions", testDispositions},
		{"reset that keeps the status", testSurvivingReset},
		{"sessions leave nothing behind", testManySessions},
		{"closed session", testClosed},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open) })
	}
}

// RunRemoval holds a reader whose card can be taken out to what
// cardio.ErrCardRemoved promises.
func RunRemoval(t *testing.T, open Open) {
	t.Helper()
	for _, test := range []struct {
		name string
		run  func(*testing.T, Open)
	}{
		{"card removed", testRemoved},
		{"card removed in a transaction", testRemovedInTransaction},
		{"card put back", testPutBack},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open) })
	}
}

// bench is one test's card and reader.
type bench struct {
	*testing.T
	card    *emulator.Card
	witness *Witness
	reader  Reader
}

func newBench(t *testing.T, open Open, o emulator.Options) *bench {
	t.Helper()
	card, err := emulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	w := NewWitness(card)
	return &bench{t, card, w, open(t, w)}
}

// connect opens a session and proves where it leads to.
func (b *bench) connect() *session {
	b.Helper()
	s, err := b.reader.Connect()
	if err != nil {
		b.Fatalf("Connect: %v", err)
	}
	b.Cleanup(func() { s.Close() })
	RequireOwnReader(b, s, b.witness)
	return &session{Session: s, t: b.T}
}

// session adds the commands of the suite to a Session.
type session struct {
	Session
	t *testing.T
}

// expect sends a command, once, and ends the test at any other status word.
func (s *session) expect(c cardio.Command, want cardio.SW) []byte {
	s.t.Helper()
	r, err := cardio.SendOnce(s, c)
	if err != nil {
		s.t.Fatalf("instruction %02X: %v", c.INS, err)
	}
	if r.SW != want {
		s.t.Fatalf("instruction %02X: SW %v, want %v", c.INS, r.SW, want)
	}
	return r.Data
}

func (s *session) begin() {
	s.t.Helper()
	if err := s.Begin(); err != nil {
		s.t.Fatalf("Begin: %v", err)
	}
}

func (s *session) end(d cardio.Disposition) {
	s.t.Helper()
	if err := s.End(d); err != nil {
		s.t.Fatalf("End: %v", err)
	}
}

// selectFile selects the JPKI applet and a file in it.
func (s *session) selectFile(id byte) {
	s.t.Helper()
	s.expect(selectByName([]byte("\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01")), cardio.SWSuccess)
	s.expect(selectFile(id), cardio.SWSuccess)
}

func selectFile(id byte) cardio.Command {
	return cardio.Command{INS: cardio.InsSelect, P1: 0x02, P2: 0x0C, Data: []byte{0x00, id}}
}

// Files of the applet that the suite uses.
const (
	authCertificate = 0x0A
	authKey         = 0x17
	authPIN         = 0x18
)

// verify sends the PIN of the authentication key.
func (s *session) verify() {
	s.t.Helper()
	s.selectFile(authPIN)
	s.expect(cardio.Command{INS: cardio.InsVerify, P2: 0x80, Data: []byte(emulator.AuthPIN)}, cardio.SWSuccess)
}

// sign asks for a signature by the authentication key.
func (s *session) sign(want cardio.SW) {
	s.t.Helper()
	s.selectFile(authKey)
	signature := s.expect(cardio.Command{CLA: 0x80, INS: cardio.InsPerformSecurityOp, P2: 0x80, Data: []byte("digest"), Ne: 256}, want)
	if want == cardio.SWSuccess && len(signature) != 256 {
		s.t.Fatalf("signature of %d bytes", len(signature))
	}
}

// readBinary returns READ BINARY from an offset.
func readBinary(offset uint16, ne int) cardio.Command {
	return cardio.Command{INS: cardio.InsReadBinary, P1: byte(offset >> 8), P2: byte(offset), Ne: ne}
}
