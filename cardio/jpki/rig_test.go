package jpki

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/emulator"
	"github.com/jsign-jp/jsign/internal/lang"
)

// rig is an emulated card in a reader, with a witness between it and the code
// under test. When the test ends it checks what must hold whatever happened:
// at most one VERIFY for each PIN handed over, every VERIFY and signature
// inside a transaction, no prompt inside one, none left open, no verified PIN
// left behind, PIN buffers wiped.
type rig struct {
	*testing.T
	card    *emulator.Card
	reader  *emulator.Reader
	session cardio.Exclusive

	open         bool // inside a transaction
	dispositions []cardio.Disposition
	commands     []cardio.Command // without VERIFY's data
	pins         [][]byte         // buffers handed over
	spent        int              // VERIFYs by other programs of the test
}

// newRig makes a card and connects to it.
func newRig(t *testing.T, o emulator.Options) *rig {
	t.Helper()
	card, err := emulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{T: t, card: card, reader: emulator.NewReader(card)}
	session, err := r.reader.Connect()
	if err != nil {
		t.Fatal(err)
	}
	r.session = session
	t.Cleanup(r.check)
	return r
}

func (r *rig) check() {
	if n := r.card.VerifyCount() - r.spent; n > len(r.pins) {
		r.Errorf("%d VERIFYs for %d entered PINs", n, len(r.pins))
	}
	if r.open {
		r.Error("a transaction was left open")
	}
	for _, pin := range r.pins {
		if !bytes.Equal(pin, make([]byte, len(pin))) {
			r.Error("a PIN buffer was not wiped")
		}
	}
	if r.verified() {
		r.Error("the card was left with a verified PIN")
	}
}

// verified says whether either PIN is verified: only then a key can be used.
func (r *rig) verified() bool {
	for range 2 { // the first command after power-up may be lost
		r.selectAID(individualNumberCard().aid)
	}
	for _, k := range []KeyKind{Sign, Auth} {
		id := individualNumberCard().keyOf(k).key
		sel := r.raw(cardio.Command{INS: cardio.InsSelect, P1: selectEF, P2: noFCI, Data: []byte{byte(id >> 8), byte(id)}})
		use := r.raw(cardio.Command{CLA: claSignature, INS: cardio.InsPerformSecurityOp, P2: currentEF, Data: []byte{1}, Ne: 256})
		if sel == cardio.SWSuccess && (use == cardio.SWSuccess || use>>8 == 0x61 || use>>8 == 0x6C) {
			return true
		}
	}
	return false
}

// raw sends a command past the witness, as another program would.
func (r *rig) raw(c cardio.Command) cardio.SW {
	r.Helper()
	response, err := cardio.SendOnce(r.card, c)
	if err != nil {
		return 0
	}
	return response.SW
}

// selectAID selects an applet as another program would.
func (r *rig) selectAID(aid []byte) {
	r.Helper()
	r.raw(cardio.Command{INS: cardio.InsSelect, P1: selectByName, P2: noFCI, Data: aid})
}

// spend uses up one try of a PIN as another program would.
func (r *rig) spend(k KeyKind) {
	r.Helper()
	p := individualNumberCard()
	id := p.keyOf(k).pin
	r.selectAID(p.aid)
	r.raw(cardio.Command{INS: cardio.InsSelect, P1: selectEF, P2: noFCI, Data: []byte{byte(id >> 8), byte(id)}})
	if sw := r.raw(cardio.Command{INS: cardio.InsVerify, P2: currentEF, Data: []byte("0000")}); sw>>8 != 0x63 {
		r.Fatalf("VERIFY by the other program: %v", sw)
	}
	r.spent++
}

func (r *rig) Transmit(command []byte) ([]byte, error) {
	c, err := cardio.ParseCommand(command)
	if err != nil {
		r.Errorf("malformed command: %v", err)
	}
	if !r.open {
		r.Errorf("command %02X outside of a transaction", c.INS)
	}
	if c.INS == cardio.InsVerify {
		c.Data = make([]byte, len(c.Data))
	}
	r.commands = append(r.commands, c)
	return r.session.Transmit(command)
}

func (r *rig) Begin() error {
	err := r.session.Begin()
	r.open = err == nil
	return err
}

func (r *rig) End(d cardio.Disposition) error {
	r.dispositions = append(r.dispositions, d)
	r.open = false
	return r.session.End(d)
}

// typed is a source of a PIN that a person types; during runs while they do.
func (r *rig) typed(pin string, during ...func()) PINSource { return r.source(pin, true, during...) }

// fromFile is a source of a PIN that nobody typed.
func (r *rig) fromFile(pin string) PINSource { return r.source(pin, false) }

func (r *rig) source(pin string, typed bool, during ...func()) PINSource {
	return func(context.Context, PINRequest) (PIN, error) {
		if r.open {
			r.Error("the person is waited for inside a transaction")
		}
		for _, f := range during {
			f()
		}
		buffer := []byte(pin)
		r.pins = append(r.pins, buffer)
		return PIN{Value: buffer, Typed: typed}, nil
	}
}

// never is a source that must not be asked.
func (r *rig) never() PINSource {
	return func(context.Context, PINRequest) (PIN, error) {
		r.Error("the PIN was asked for in vain")
		return PIN{}, context.Canceled
	}
}

// unlock calls Unlock and checks what holds for all its errors.
func (r *rig) unlock(k KeyKind, src PINSource, opt Options) (*Session, error) {
	r.Helper()
	before := len(r.pins)
	s, err := Unlock(context.Background(), r, k, src, opt)
	if (s == nil) == (err == nil) {
		r.Fatalf("session %v, error %v", s, err)
	}
	if err != nil && r.open {
		r.Error("an error left the transaction open")
	}
	r.checkText(err)
	if len(r.pins) > before+1 {
		r.Errorf("%d PINs asked for in one Unlock", len(r.pins)-before)
	}
	return s, err
}

// checkText holds errors to: both languages, and no PIN.
func (r *rig) checkText(err error) {
	r.Helper()
	if err == nil || errors.Is(err, context.Canceled) {
		return
	}
	en, ja := lang.Explain(err, lang.English), lang.Explain(err, lang.Japanese)
	if en == ja {
		r.Errorf("%q is in one language", en)
	}
	for _, text := range []string{en, ja, err.Error(), lang.Hint(err, lang.English), lang.Hint(err, lang.Japanese)} {
		for _, pin := range []string{emulator.SignPassword, "WRONGPIN", "wrongpin"} {
			if strings.Contains(text, pin) {
				r.Errorf("%q contains the PIN", text)
			}
		}
	}
}

// verifies returns how many VERIFYs with data the code under test sent.
func (r *rig) verifies() int { return r.card.VerifyCount() - r.spent }

// wantTries checks the counter of a PIN on the card.
func (r *rig) wantTries(k KeyKind, want int) {
	r.Helper()
	got := r.card.SignTries()
	if k == Auth {
		got = r.card.AuthTries()
	}
	if got != want {
		r.Errorf("%v: %d tries left, want %d", k, got, want)
	}
}

// pinOf returns the right PIN of a key.
func pinOf(k KeyKind) string {
	if k == Auth {
		return emulator.AuthPIN
	}
	return emulator.SignPassword
}
