package jpkikey

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/emulator"
	"github.com/jsign-jp/jsign/cardio/jpki"
	"github.com/jsign-jp/jsign/cardio/pcsc"
	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// signs unlocks a key with both certificates' PINs in turn and signs once.
func signs(t *testing.T, establish func() (Manager, error), uri, pin, certificate string) {
	t.Helper()
	k, err := Open(parse(t, uri), Options{PIN: typing(pin), Establish: establish})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // a key can be unlocked again
		s, err := k.Unlock(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if !s.Chain()[0].Equal(ca.Certificate(certificate)) {
			t.Errorf("the certificate of %v", s.Chain()[0].Subject)
		}
		if _, err := s.Sign(nil, make([]byte, 32), crypto.SHA256); err != nil {
			t.Error(err)
		}
		for range 2 {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
		if _, err := s.Sign(nil, make([]byte, 32), crypto.SHA256); err == nil {
			t.Error("a closed session signs")
		}
	}
}

func TestUnlock(t *testing.T) {
	card := newCard(t, emulator.Options{})
	phone := newCard(t, emulator.Options{Token: emulator.Android})
	d := newDesk(t, slot{name: "Empty 00 00"}, slot{name: "Bank 01 00", card: bankCard{}}, slot{name: "ACS ACR39U 02 00", card: card},
		slot{name: "Busy 03 00", err: pcsc.ErrInUse})
	signs(t, d.establish, "jpki:", emulator.SignPassword, ca.Sign)
	signs(t, d.establish, "jpki:?cert=sign", emulator.SignPassword, ca.Sign)
	signs(t, d.establish, "jpki:?cert=auth", emulator.AuthPIN, ca.Auth)
	signs(t, d.establish, "jpki:?reader=ACS ACR39U 02 00", emulator.SignPassword, ca.Sign)
	signs(t, d.establish, "jpki:?reader=acr39", emulator.SignPassword, ca.Sign)
	if n := card.VerifyCount(); n != 10 {
		t.Errorf("%d VERIFYs for 10 PINs", n)
	}
	d = newDesk(t, slot{name: "Reader", card: card}, slot{name: "Reader 2", card: phone})
	signs(t, d.establish, "jpki:?reader=Reader", emulator.SignPassword, ca.Sign) // exact before part
	signs(t, d.establish, "jpki:?reader=2", emulator.SignPassword, ca.AndroidSign)
}

func TestOpenRefuses(t *testing.T) {
	if _, err := Open(parse(t, "jpki:?cert=both"), Options{}); err == nil {
		t.Error("cert=both was read")
	}
}

// TestNotFound has every way of not finding a card: its error, what it names,
// and a hint in both languages.
func TestNotFound(t *testing.T) {
	card, phone := newCard(t, emulator.Options{}), newCard(t, emulator.Options{Token: emulator.Android})
	busy := slot{name: "Busy", err: lang.WithHint(lang.Errorf("Busy: %w", "Busy: %w（占有）", pcsc.ErrInUse), "close it", "終了")}
	for name, c := range map[string]struct {
		slots []slot
		uri   string
		want  error
		names []string // in the text or the hint
	}{
		"empty reader":         {[]slot{{name: "A"}}, "jpki:", pcsc.ErrNoCard, []string{"A"}},
		"empty readers":        {[]slot{{name: "A"}, {name: "B"}}, "jpki:", pcsc.ErrNoCard, []string{"A, B"}},
		"another card":         {[]slot{{name: "A", card: bankCard{}}}, "jpki:", cardio.ErrNotThisCard, []string{"A: ", "3B80800101"}},
		"other cards":          {[]slot{{name: "A", card: bankCard{}}, busy}, "jpki:", cardio.ErrNotThisCard, []string{"A: ", "; Busy: ", "3B80800101"}},
		"in use":               {[]slot{busy, {name: "B"}}, "jpki:", pcsc.ErrInUse, []string{"Busy"}},
		"two cards":            {[]slot{{name: "A b", card: card}, {name: "C", card: phone}}, "jpki:", ErrSeveral, []string{"A b, C", "--key 'jpki:?reader=A%20b'"}},
		"no such reader":       {[]slot{{name: "A"}, {name: "B"}}, "jpki:?reader=X", pcsc.ErrUnknownReader, []string{"X", "A, B"}},
		"two such readers":     {[]slot{{name: "XA", card: card}, {name: "XB"}, {name: "C"}}, "jpki:?reader=x", ErrSeveral, []string{"x", ": XA, XB"}},
		"named, another card":  {[]slot{{name: "A", card: bankCard{}}, {name: "B", card: card}}, "jpki:?reader=A", cardio.ErrNotThisCard, []string{"A: "}},
		"odd name of a reader": {[]slot{{name: "A\x1b[2J", card: bankCard{}}}, "jpki:", cardio.ErrNotThisCard, []string{`"A\x1b[2J"`}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, c.slots...)
			k, err := Open(parse(t, c.uri), Options{PIN: nobody(t), Establish: d.establish})
			if err != nil {
				t.Fatal(err)
			}
			_, err = k.Unlock(context.Background())
			if !errors.Is(err, c.want) {
				t.Fatalf("%v, want %v", err, c.want)
			}
			en, ja := lang.Explain(err, lang.English), lang.Explain(err, lang.Japanese)
			hint, hintJA := lang.Hint(err, lang.English), lang.Hint(err, lang.Japanese)
			if en == ja || hint == "" || hint == hintJA {
				t.Errorf("%q / %q, hint %q / %q", en, ja, hint, hintJA)
			}
			for _, n := range c.names {
				if !strings.Contains(en+"\n"+hint, n) || !strings.Contains(ja+"\n"+hintJA, strings.ReplaceAll(n, "; ", "、")) {
					t.Errorf("%q is not named: %q (%q), %q (%q)", n, en, hint, ja, hintJA)
				}
			}
		})
	}
}

// TestErrorsOfTheService come through as they are.
func TestErrorsOfTheService(t *testing.T) {
	down := func() (Manager, error) { return nil, pcsc.ErrNoService }
	none := newDesk(t)
	broken := newDesk(t, slot{name: "A"})
	broken.listing = pcsc.ErrTransmission
	for want, establish := range map[error]func() (Manager, error){
		pcsc.ErrNoService: down, pcsc.ErrNoReader: none.establish, pcsc.ErrTransmission: broken.establish,
	} {
		k, err := Open(parse(t, "jpki:"), Options{PIN: nobody(t), Establish: establish})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := k.Unlock(context.Background()); !errors.Is(err, want) {
			t.Errorf("Unlock: %v, want %v", err, want)
		}
		if _, err := List(context.Background(), establish); !errors.Is(err, want) {
			t.Errorf("List: %v, want %v", err, want)
		}
	}
}

// TestRefusedPINs closes everything and says what the guard said.
func TestRefusedPINs(t *testing.T) {
	for name, c := range map[string]struct {
		options emulator.Options
		pin     jpki.PINSource
		want    error
	}{
		"blocked":      {emulator.Options{SignTries: emulator.Blocked}, nobody(t), cardio.ErrBlocked},
		"one try left": {emulator.Options{SignTries: 1}, nobody(t), jpki.ErrLastTry},
		"wrong form":   {emulator.Options{}, typing("1234"), jpki.ErrPINForm},
	} {
		card := newCard(t, c.options)
		d := newDesk(t, slot{name: "A", card: card})
		k, err := Open(parse(t, "jpki:"), Options{PIN: c.pin, Establish: d.establish})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := k.Unlock(context.Background()); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if card.VerifyCount() != 0 {
			t.Errorf("%s: a PIN was sent", name)
		}
	}
	card := newCard(t, emulator.Options{SignTries: 1})
	d := newDesk(t, slot{name: "A", card: card})
	k, err := Open(parse(t, "jpki:"), Options{PIN: typing("WRONG123"), LastTry: true, Establish: d.establish})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Unlock(context.Background()); !errors.Is(err, cardio.ErrBlocked) || card.VerifyCount() != 1 {
		t.Errorf("the last try: %v, %d VERIFYs", err, card.VerifyCount())
	}
}

func TestCanceled(t *testing.T) {
	d := newDesk(t, slot{name: "A", card: newCard(t, emulator.Options{})}, slot{name: "B", card: bankCard{}})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	k, err := Open(parse(t, "jpki:"), Options{PIN: nobody(t), Establish: d.establish})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Unlock(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Unlock: %v", err)
	}
	if _, err := List(ctx, d.establish); !errors.Is(err, context.Canceled) {
		t.Errorf("List: %v", err)
	}
}

func TestList(t *testing.T) {
	card := newCard(t, emulator.Options{SignTries: 4})
	d := newDesk(t, slot{name: "Empty"}, slot{name: "Bank", card: bankCard{}}, slot{name: "Card", card: card}, slot{name: "Busy", err: pcsc.ErrInUse})
	states, err := List(context.Background(), d.establish)
	if err != nil || len(states) != 4 {
		t.Fatalf("%+v, %v", states, err)
	}
	empty, bank, own, busy := states[0], states[1], states[2], states[3]
	if empty.Reader.Name != "Empty" || empty.Reader.Present || empty.Info != nil || empty.Err != nil {
		t.Errorf("empty: %+v", empty)
	}
	if bank.Info != nil || !errors.Is(bank.Err, cardio.ErrNotThisCard) || !bytes.Equal(bank.Reader.ATR, bankCard{}.ATR()) {
		t.Errorf("bank: %+v", bank)
	}
	if busy.Info != nil || !errors.Is(busy.Err, pcsc.ErrInUse) {
		t.Errorf("busy: %+v", busy)
	}
	if own.Err != nil || own.Info == nil || own.Info.Token.Kind != jpki.IndividualNumberCard ||
		own.Info.Sign.PIN != (jpki.PINStatus{State: jpki.PINReady, Tries: 4}) || own.Info.Auth.PIN.Tries != 3 {
		t.Errorf("card: %+v", own)
	}
	if card.VerifyCount() != 0 || card.SignTries() != 4 {
		t.Error("a try was spent")
	}
}

// TestRemovedWhileAsking takes the card away at the prompt.
func TestRemovedWhileAsking(t *testing.T) {
	card := newCard(t, emulator.Options{})
	d := newDesk(t, slot{name: "A", card: card})
	k, err := Open(parse(t, "jpki:"), Options{Establish: d.establish, PIN: func(context.Context, jpki.PINRequest) (jpki.PIN, error) {
		d.readers["A"].Remove()
		return jpki.PIN{Value: []byte(emulator.SignPassword), Typed: true}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Unlock(context.Background()); !errors.Is(err, cardio.ErrCardRemoved) || card.VerifyCount() != 0 {
		t.Errorf("%v, %d VERIFYs", err, card.VerifyCount())
	}
}

var _ keys.Session = (*session)(nil)

func TestCertificates(t *testing.T) {
	card := newCard(t, emulator.Options{})
	phone := newCard(t, emulator.Options{Token: emulator.Android})
	d := newDesk(t, slot{name: "Card", card: card}, slot{name: "Phone", card: phone})
	certificates := func(uri string) (*jpki.Certificates, error) {
		k, err := Open(parse(t, uri), Options{PIN: nobody(t), Establish: d.establish})
		if err != nil {
			t.Fatal(err)
		}
		return k.Certificates(context.Background())
	}
	found, err := certificates("jpki:?reader=Card")
	if err != nil || !found.Auth.Equal(ca.Certificate(ca.Auth)) || !found.SignCA.Equal(ca.Certificate(ca.SignCA2)) {
		t.Errorf("card: %+v, %v", found, err)
	}
	found, err = certificates("jpki:?reader=Phone")
	if err != nil || found.Auth != nil || !found.AuthCA.Equal(ca.Certificate(ca.AuthCA2)) {
		t.Errorf("phone: %+v, %v", found, err)
	}
	if found, err := certificates("jpki:"); found != nil || !errors.Is(err, ErrSeveral) {
		t.Errorf("two cards: %+v, %v", found, err)
	}
	if card.VerifyCount()+phone.VerifyCount() != 0 {
		t.Error("a PIN was sent")
	}
}
