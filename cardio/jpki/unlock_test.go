package jpki

import (
	"context"
	"crypto"
	"errors"
	"testing"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/emulator"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// signOnce signs a digest of zeros, and closes the session.
func signOnce(t *testing.T, s *Session) {
	t.Helper()
	if _, err := s.Sign(nil, make([]byte, 32), crypto.SHA256); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestUnlockAndSign goes all the way on every kind of card that can.
func TestUnlockAndSign(t *testing.T) {
	for name, o := range map[string]emulator.Options{
		"plastic card":          {},
		"contactless":           {Contactless: true, StatusSurvivesReset: true},
		"Android":               {Token: emulator.Android},
		"iPhone":                {Token: emulator.IPhone},
		"resident card":         {Token: emulator.JukiCard},
		"6F00 first":            {First6F00: true},
		"61xx":                  {GetResponse: true},
		"6Cxx":                  {WrongLe: true},
		"61xx and 6Cxx":         {GetResponse: true, WrongLe: true},
		"255 bytes":             {MaxAPDU: 255},
		"100 bytes":             {MaxAPDU: 100},
		"two tries left":        {SignTries: 2, AuthTries: 2},
		"verified by another":   {AlreadyVerified: true},
		"verified, 6F00 first":  {AlreadyVerified: true, First6F00: true},
		"verified, 61xx":        {AlreadyVerified: true, GetResponse: true},
		"verified, contactless": {AlreadyVerified: true, StatusSurvivesReset: true},
	} {
		for _, k := range []KeyKind{Sign, Auth} {
			t.Run(name+"/"+k.String(), func(t *testing.T) {
				r := newRig(t, o)
				s, err := r.unlock(k, r.typed(pinOf(k)), Options{})
				if err != nil {
					t.Fatal(err)
				}
				if !r.open {
					t.Error("the session is not in a transaction")
				}
				signOnce(t, s)
				checkChain(t, s, k, o.Token)
				if r.verifies() != 1 {
					t.Errorf("%d VERIFYs", r.verifies())
				}
				r.wantTries(k, individualNumberCard().keyOf(k).rule.tries)
				if last := r.dispositions[len(r.dispositions)-1]; last != cardio.UnpowerCard {
					t.Errorf("the session ended with disposition %d", last)
				}
			})
		}
	}
}

func checkChain(t *testing.T, s *Session, k KeyKind, token emulator.Token) {
	t.Helper()
	want := []string{ca.Sign, ca.SignCA2}
	switch phone := token == emulator.Android || token == emulator.IPhone; {
	case phone && k == Auth:
		want = []string{ca.AndroidAuth, ca.AuthCA2}
	case phone:
		want[0] = ca.AndroidSign
	case k == Auth:
		want = []string{ca.Auth, ca.AuthCA2}
	}
	chain := s.Chain()
	if len(chain) != len(want) {
		t.Fatalf("a chain of %d", len(chain))
	}
	for i, c := range chain {
		if !c.Equal(ca.Certificate(want[i])) {
			t.Errorf("certificate %d is %v, not %s", i, c.Subject, want[i])
		}
	}
}

// TestLowerCasePassword is upper-cased for the person.
func TestLowerCasePassword(t *testing.T) {
	r := newRig(t, emulator.Options{})
	s, err := r.unlock(Sign, r.typed("password1"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	signOnce(t, s)
}

// TestRefusedBeforeAsking covers states in which no PIN can be sent, so that
// nobody is asked for one.
func TestRefusedBeforeAsking(t *testing.T) {
	for name, c := range map[string]struct {
		options emulator.Options
		want    error
	}{
		"blocked":      {emulator.Options{SignTries: emulator.Blocked, AuthTries: emulator.Blocked}, cardio.ErrBlocked},
		"one try left": {emulator.Options{SignTries: 1, AuthTries: 1}, ErrLastTry},
		"no counter":   {emulator.Options{NoCounter: true}, ErrNoCounter},
	} {
		for _, k := range []KeyKind{Sign, Auth} {
			t.Run(name+"/"+k.String(), func(t *testing.T) {
				r := newRig(t, c.options)
				if _, err := r.unlock(k, r.never(), Options{}); !errors.Is(err, c.want) {
					t.Errorf("got %v, want %v", err, c.want)
				}
				if r.verifies() != 0 {
					t.Errorf("%d VERIFYs", r.verifies())
				}
			})
		}
	}
}

func TestNoCertificate(t *testing.T) {
	for k, o := range map[KeyKind]emulator.Options{Sign: {NoSigningCertificate: true}, Auth: {NoAuthCertificate: true}} {
		r := newRig(t, o)
		var none *NoCertificateError
		if _, err := r.unlock(k, r.never(), Options{}); !errors.As(err, &none) || none.Key != k {
			t.Errorf("%v: %v", k, err)
		}
		other := Auth - k
		s, err := r.unlock(other, r.typed(pinOf(other)), Options{})
		if err != nil {
			t.Fatalf("the other key: %v", err)
		}
		signOnce(t, s)
	}
}

func TestLastTry(t *testing.T) {
	for _, k := range []KeyKind{Sign, Auth} {
		r := newRig(t, emulator.Options{SignTries: 1, AuthTries: 1})
		s, err := r.unlock(k, r.typed(pinOf(k)), Options{LastTry: true})
		if err != nil {
			t.Fatal(err)
		}
		signOnce(t, s)
		r.wantTries(k, individualNumberCard().keyOf(k).rule.tries)
	}
	r := newRig(t, emulator.Options{SignTries: 1})
	_, err := r.unlock(Sign, r.typed("WRONGPIN1"), Options{LastTry: true})
	if !errors.Is(err, cardio.ErrBlocked) {
		t.Errorf("the last try, wrong: %v", err)
	}
	r.wantTries(Sign, 0)
}

// TestWrongPIN costs one try each time, tells how many are left, and stops
// before the last.
func TestWrongPIN(t *testing.T) {
	r := newRig(t, emulator.Options{})
	for left := 4; left >= 1; left-- {
		_, err := r.unlock(Sign, r.typed("WRONGPIN1"), Options{})
		var wrong *cardio.PINError
		if !errors.As(err, &wrong) || wrong.Remaining != left {
			t.Errorf("want %d left: %v", left, err)
		}
		r.wantTries(Sign, left)
	}
	if _, err := r.unlock(Sign, r.never(), Options{}); !errors.Is(err, ErrLastTry) {
		t.Errorf("at the last try: %v", err)
	}
	if r.verifies() != 4 {
		t.Errorf("%d VERIFYs", r.verifies())
	}
}

// TestWrongPINFromFile in a loop costs one try and not all.
func TestWrongPINFromFile(t *testing.T) {
	for k, wrong := range map[KeyKind]string{Sign: "WRONGPIN1", Auth: "9999"} {
		r := newRig(t, emulator.Options{})
		full := individualNumberCard().keyOf(k).rule.tries
		_, err := r.unlock(k, r.fromFile(wrong), Options{LastTry: true})
		if !errors.As(err, new(*cardio.PINError)) {
			t.Errorf("first: %v", err)
		}
		for range 5 {
			if _, err := r.unlock(k, r.fromFile(wrong), Options{LastTry: true}); !errors.Is(err, ErrNotTyped) {
				t.Errorf("again: %v", err)
			}
		}
		r.wantTries(k, full-1)
		s, err := r.unlock(k, r.typed(pinOf(k)), Options{}) // a person puts it right
		if err != nil {
			t.Fatal(err)
		}
		signOnce(t, s)
		s, err = r.unlock(k, r.fromFile(pinOf(k)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		signOnce(t, s)
	}
}

func TestBadFormIsNotSent(t *testing.T) {
	for k, pins := range map[KeyKind][]string{Auth: {"", "123", "12345", "12a4"}, Sign: {"", "1234", "PASS WORD", "PASSWORD123456789"}} {
		for _, pin := range pins {
			r := newRig(t, emulator.Options{})
			if _, err := r.unlock(k, r.typed(pin), Options{}); !errors.Is(err, ErrPINForm) {
				t.Errorf("%v %q: %v", k, pin, err)
			}
			if r.verifies() != 0 {
				t.Errorf("%v %q was sent", k, pin)
			}
		}
	}
}

// TestLostVerify loses the connection before or after the card saw the PIN:
// neither is repeated.
func TestLostVerify(t *testing.T) {
	isVerify := func(c cardio.Command) bool { return c.INS == cardio.InsVerify && len(c.Data) > 0 }
	lost := errors.New("the line is dead")
	for name, c := range map[string]struct {
		options emulator.Options
		tries   int
	}{
		"before": {emulator.Options{OnCommand: func(c cardio.Command) error {
			if isVerify(c) {
				return lost
			}
			return nil
		}}, 5},
		"after": {emulator.Options{OnResponse: func(c cardio.Command, _ cardio.SW) error {
			if isVerify(c) {
				return lost
			}
			return nil
		}}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, c.options)
			_, err := r.unlock(Sign, r.typed("WRONGPIN1"), Options{})
			var uncertain *UncertainError
			if !errors.As(err, &uncertain) || !errors.Is(err, lost) {
				t.Errorf("got %v", err)
			}
			r.wantTries(Sign, c.tries)
			if sent := count(r.commands, isVerify); sent != 1 {
				t.Errorf("VERIFY was transmitted %d times", sent)
			}
		})
	}
}

func count(commands []cardio.Command, f func(cardio.Command) bool) (n int) {
	for _, c := range commands {
		if f(c) {
			n++
		}
	}
	return n
}

// TestVerifyAnsweredOddly has a transport put something else in place of the
// card's answer to VERIFY, also what asks for a repetition.
func TestVerifyAnsweredOddly(t *testing.T) {
	for _, sw := range []cardio.SW{0x6100, 0x6104, 0x6C04, 0x6700, 0x6982, 0x6F00, 0x6300, 0x6E00, 0} {
		r := newRig(t, emulator.Options{})
		r.session = answering{r.session, sw}
		_, err := r.unlock(Sign, r.typed(emulator.SignPassword), Options{})
		if sw == cardio.SWNoCounter {
			if !errors.As(err, new(*cardio.PINError)) {
				t.Errorf("%v: %v", sw, err)
			}
		} else if !errors.As(err, new(*UncertainError)) {
			t.Errorf("%v: %v", sw, err)
		}
		if r.verifies() != 1 {
			t.Errorf("%v: %d VERIFYs", sw, r.verifies())
		}
	}
}

// answering replaces the card's answer to VERIFY with data.
type answering struct {
	cardio.Exclusive
	sw cardio.SW
}

func (a answering) Transmit(command []byte) ([]byte, error) {
	response, err := a.Exclusive.Transmit(command)
	if err == nil && command[1] == cardio.InsVerify && len(command) > 4 {
		return []byte{byte(a.sw >> 8), byte(a.sw)}, nil
	}
	return response, err
}

// TestWhileTyping changes the card under the person's hands.
func TestWhileTyping(t *testing.T) {
	t.Run("another card", func(t *testing.T) {
		r := newRig(t, emulator.Options{})
		other := newRig(t, emulator.Options{Token: emulator.JukiCard})
		_, err := r.unlock(Sign, r.typed(emulator.SignPassword, func() { r.session = other.session }), Options{})
		if !errors.Is(err, ErrOtherCard) {
			t.Errorf("got %v", err)
		}
		if r.verifies()+other.verifies() != 0 {
			t.Error("the PIN was sent")
		}
	})
	t.Run("another person's card", func(t *testing.T) { // same token, another authentication certificate
		r := newRig(t, emulator.Options{})
		_, err := r.unlock(Sign, r.typed(emulator.SignPassword, func() {
			r.session = &replacing{Exclusive: r.session, file: 0x0A, content: ca.DER(ca.AuthGen1)}
		}), Options{})
		if !errors.Is(err, ErrOtherCard) {
			t.Errorf("got %v", err)
		}
		if r.verifies() != 0 {
			t.Error("the PIN was sent")
		}
	})
	t.Run("no card", func(t *testing.T) {
		r := newRig(t, emulator.Options{})
		_, err := r.unlock(Sign, r.typed(emulator.SignPassword, r.reader.Remove), Options{})
		if !errors.Is(err, cardio.ErrCardRemoved) || errors.As(err, new(*UncertainError)) {
			t.Errorf("got %v", err)
		}
		if r.verifies() != 0 {
			t.Error("the PIN was sent")
		}
	})
	t.Run("the counter", func(t *testing.T) {
		r := newRig(t, emulator.Options{})
		_, err := r.unlock(Sign, r.typed(emulator.SignPassword, func() { r.spend(Sign) }), Options{})
		if !errors.Is(err, ErrCounterChanged) {
			t.Errorf("got %v", err)
		}
		if r.verifies() != 0 {
			t.Error("the PIN was sent")
		}
	})
	t.Run("another applet", func(t *testing.T) { // harmless: selected anew
		r := newRig(t, emulator.Options{First6F00: true})
		s, err := r.unlock(Sign, r.typed(emulator.SignPassword, func() {
			r.card.PowerOff()
			r.selectAID(individualNumberCard().elsewhere)
		}), Options{})
		if err != nil {
			t.Fatal(err)
		}
		signOnce(t, s)
	})
	t.Run("the person gives up", func(t *testing.T) {
		r := newRig(t, emulator.Options{})
		buffer := []byte("HALF")
		_, err := r.unlock(Sign, func(context.Context, PINRequest) (PIN, error) {
			r.pins = append(r.pins, buffer)
			return PIN{Value: buffer}, context.Canceled
		}, Options{})
		if !errors.Is(err, context.Canceled) || r.verifies() != 0 {
			t.Errorf("%v, %d VERIFYs", err, r.verifies())
		}
	})
}

// TestVerifiedForEver is a card that stays verified without power: nothing is
// sent to it, and nothing signed with it.
func TestVerifiedForEver(t *testing.T) {
	r := newRig(t, emulator.Options{AlreadyVerified: true})
	r.session = sticky{r.session}
	if _, err := r.unlock(Sign, r.never(), Options{}); !errors.Is(err, ErrOpen) {
		t.Errorf("got %v", err)
	}
	if n := r.card.SignCount(); n != 0 {
		t.Errorf("%d signatures with somebody else's PIN", n)
	}
	powered := 0
	for _, d := range r.dispositions {
		if d == cardio.UnpowerCard {
			powered++
		}
	}
	if powered != 1 {
		t.Errorf("powered down %d times, want once", powered)
	}
	r.card.PowerOff()
}

// sticky is a reader that does not take the power away.
type sticky struct{ cardio.Exclusive }

func (s sticky) End(cardio.Disposition) error { return s.Exclusive.End(cardio.LeaveCard) }

// TestVerifiedWhileTyping has another program verify the PIN in the meantime:
// its state is dropped and not used.
func TestVerifiedWhileTyping(t *testing.T) {
	r := newRig(t, emulator.Options{AlreadyVerified: true})
	verify := func() {
		p := individualNumberCard()
		r.selectAID(p.aid)
		r.raw(cardio.Command{INS: cardio.InsSelect, P1: selectEF, P2: noFCI, Data: []byte{0, byte(p.keyOf(Sign).pin)}})
		if sw := r.raw(cardio.Command{INS: cardio.InsVerify, P2: currentEF, Data: []byte(emulator.SignPassword)}); sw != cardio.SWSuccess {
			t.Fatalf("VERIFY: %v", sw)
		}
		r.spent++
	}
	s, err := r.unlock(Sign, r.typed(emulator.SignPassword, verify), Options{})
	if err != nil {
		t.Fatal(err)
	}
	signOnce(t, s)
	if r.verifies() != 1 {
		t.Errorf("%d VERIFYs of our own", r.verifies())
	}
}

// TestCancel cancels before each command in turn: no VERIFY is sent after it,
// and what was verified is forgotten.
func TestCancel(t *testing.T) {
	for at := 1; ; at++ {
		ctx, cancel := context.WithCancel(context.Background())
		n := 0
		r := newRig(t, emulator.Options{OnCommand: func(c cardio.Command) error {
			if n++; n == at {
				cancel()
			} else if n > at && c.INS == cardio.InsVerify && len(c.Data) > 0 {
				t.Errorf("VERIFY was sent after the cancel at command %d", at)
			}
			return nil
		}})
		s, err := Unlock(ctx, r, Sign, r.typed(emulator.SignPassword), Options{})
		commands := n
		if err == nil {
			if at <= commands {
				if _, err := s.Sign(nil, make([]byte, 32), crypto.SHA256); !errors.Is(err, context.Canceled) {
					t.Errorf("signed after the cancel at command %d: %v", at, err)
				}
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		} else if !errors.Is(err, context.Canceled) {
			t.Errorf("canceled at command %d: %v", at, err)
		}
		n = at // no further cancel while checking
		cancel()
		if at > commands {
			if at < 20 {
				t.Errorf("only %d commands were seen", commands)
			}
			return
		}
	}
}

// TestRemovedAtEveryCommand takes the card away at each command in turn.
func TestRemovedAtEveryCommand(t *testing.T) {
	for _, after := range []bool{false, true} {
		for at := 1; ; at++ {
			n := 0
			var r *rig
			pull := func() error {
				if n++; n == at {
					r.reader.Remove()
				}
				return nil
			}
			var o emulator.Options
			if after {
				o.OnResponse = func(cardio.Command, cardio.SW) error { return pull() }
			} else {
				o.OnCommand = func(cardio.Command) error { return pull() }
			}
			r = newRig(t, o)
			s, err := r.unlock(Sign, r.typed(emulator.SignPassword), Options{})
			if err == nil {
				_, err = s.Sign(nil, make([]byte, 32), crypto.SHA256)
				if closeErr := s.Close(); closeErr != nil {
					t.Errorf("Close: %v", closeErr)
				}
			}
			if at > n {
				if err != nil || at < 20 {
					t.Errorf("undisturbed: %v after %d commands", err, n)
				}
				break
			}
			if err != nil && !errors.Is(err, cardio.ErrCardRemoved) {
				t.Errorf("removed at command %d: %v", at, err)
			}
			n = at // the checks' own commands do not count
		}
	}
}

// TestNotThisCard is a card without the applet.
func TestNotThisCard(t *testing.T) {
	r := newRig(t, emulator.Options{})
	r.session = foreign{r.session}
	if _, err := r.unlock(Sign, r.never(), Options{}); !errors.Is(err, cardio.ErrNotThisCard) {
		t.Errorf("Unlock: %v", err)
	}
	if err := Detect(r); !errors.Is(err, cardio.ErrNotThisCard) {
		t.Errorf("Detect: %v", err)
	}
	if _, err := Probe(r); !errors.Is(err, cardio.ErrNotThisCard) {
		t.Errorf("Probe: %v", err)
	}
	if _, err := FreeCertificates(r); !errors.Is(err, cardio.ErrNotThisCard) {
		t.Errorf("FreeCertificates: %v", err)
	}
}

// foreign is a card that knows no applet.
type foreign struct{ cardio.Exclusive }

func (foreign) Transmit([]byte) ([]byte, error) { return []byte{0x6A, 0x82}, nil }

// TestRequest tells the person what they are asked for.
func TestRequest(t *testing.T) {
	r := newRig(t, emulator.Options{Token: emulator.Android, AuthTries: 2})
	_, err := r.unlock(Auth, func(_ context.Context, ask PINRequest) (PIN, error) {
		if ask.Key != Auth || ask.TriesLeft != 2 || ask.MaxTries != 3 || ask.Token.Kind != AndroidToken {
			t.Errorf("asked %+v", ask)
		}
		return PIN{}, context.Canceled
	}, Options{})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
