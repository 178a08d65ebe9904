package jpkikey

import (
	"context"
	"crypto"
	"errors"
	"testing"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/cardtest"
	"github.com/jsign-jp/jsign/cardio/emulator"
	"github.com/jsign-jp/jsign/cardio/jpki"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// ownOnly lets a test reach the readers of its own stack only: whatever else
// the machine has is somebody's card.
type ownOnly struct {
	Manager
	t     *testing.T
	stack *cardtest.Stack
}

func (o ownOnly) Connect(reader string) (Conn, error) {
	if reader != o.stack.Reader && reader != o.stack.Second {
		o.t.Fatalf("%q is not the test's reader", reader)
	}
	return o.Manager.Connect(reader)
}

// through returns what connects to a stack with a binding, after proving that
// its first reader leads to the test's card.
func through(t *testing.T, stack *cardtest.Stack, binding func() (Manager, error)) func() (Manager, error) {
	t.Helper()
	m, err := binding()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := m.Connect(stack.Reader)
	if err != nil {
		t.Fatal(err)
	}
	stack.RequireOwnReader(t, conn)
	if err := closing(conn.Close(), m); err != nil {
		t.Fatal(err)
	}
	return func() (Manager, error) {
		m, err := binding()
		if err != nil {
			return nil, err
		}
		return ownOnly{m, t, stack}, nil
	}
}

// TestThroughPCSC signs through pcscd with every kind of card, with each
// binding: the PIN is verified once, and forgotten afterwards.
func TestThroughPCSC(t *testing.T) {
	for name, binding := range bindings {
		for kind, o := range map[string]emulator.Options{
			"card":                 {},
			"contactless":          {Contactless: true, StatusSurvivesReset: true},
			"phone":                {Token: emulator.Android},
			"6F00 first":           {First6F00: true},
			"61xx and 6Cxx":        {GetResponse: true, WrongLe: true},
			"255 bytes":            {MaxAPDU: 255},
			"verified by another":  {AlreadyVerified: true, StatusSurvivesReset: true},
			"verified, 6F00 first": {AlreadyVerified: true, First6F00: true},
		} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				card := newCard(t, o)
				stack := cardtest.StartPCSC(t, card)
				stack.Attach(t)
				establish := through(t, stack, binding)
				sign, auth := ca.Sign, ca.Auth
				if o.Token == emulator.Android {
					sign, auth = ca.AndroidSign, ca.AndroidAuth
				}
				signs(t, establish, "jpki:", emulator.SignPassword, sign)
				signs(t, establish, "jpki:?cert=auth&reader="+stack.Reader, emulator.AuthPIN, auth)
				if n := card.VerifyCount(); n != 4 {
					t.Errorf("%d VERIFYs for 4 PINs", n)
				}
				expectForgotten(t, establish, stack)
			})
		}
	}
}

// expectForgotten fails when a program that comes next could use the key.
func expectForgotten(t *testing.T, establish func() (Manager, error), stack *cardtest.Stack) {
	t.Helper()
	m, err := establish()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := m.Connect(stack.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := jpki.ReadCertificate(conn, jpki.SignCertificate); !errors.Is(err, cardio.ErrSecurityStatus) {
		t.Errorf("the signing certificate after the sessions: %v", err)
	}
	if err := closing(conn.Close(), m); err != nil {
		t.Error(err)
	}
}

// TestStackErrors meets a card of another kind, two cards, a wrong PIN and one
// try left through pcscd.
func TestStackErrors(t *testing.T) {
	for name, binding := range bindings {
		t.Run(name, func(t *testing.T) {
			card, phone := newCard(t, emulator.Options{AuthTries: 2}), newCard(t, emulator.Options{Token: emulator.Android})
			stack := cardtest.StartPCSC(t, card, phone)
			stack.Attach(t)
			establish := through(t, stack, binding)
			unlock := func(uri string, pin jpki.PINSource) error {
				k, err := Open(parse(t, uri), Options{PIN: pin, Establish: establish})
				if err != nil {
					t.Fatal(err)
				}
				_, err = k.Unlock(context.Background())
				return err
			}
			if err := unlock("jpki:", nobody(t)); !errors.Is(err, ErrSeveral) || lang.Hint(err, lang.English) == "" {
				t.Errorf("two cards: %v", err)
			}
			first := "jpki:?cert=auth&reader=" + stack.Reader
			var wrong *cardio.PINError
			if err := unlock(first, typing("9999")); !errors.As(err, &wrong) || wrong.Remaining != 1 {
				t.Errorf("a wrong PIN: %v", err)
			}
			if err := unlock(first, nobody(t)); !errors.Is(err, jpki.ErrLastTry) {
				t.Errorf("one try left: %v", err)
			}
			if n := card.VerifyCount(); n != 1 {
				t.Errorf("%d VERIFYs for 1 PIN", n)
			}
			signs(t, establish, "jpki:?reader="+stack.Second, emulator.SignPassword, ca.AndroidSign)
			states, err := List(context.Background(), establish)
			if err != nil || len(states) != 2 || states[0].Info == nil || states[1].Info == nil ||
				states[0].Info.Auth.PIN.Tries != 1 || states[1].Info.Token.Kind != jpki.AndroidToken {
				t.Errorf("List: %+v, %v", states, err)
			}
		})
	}
}

func TestAnotherCardThroughPCSC(t *testing.T) {
	stack := cardtest.StartPCSC(t, newCard(t, emulator.Options{}))
	stack.Attach(t)
	k, err := Open(parse(t, "jpki:?reader="+stack.Second), Options{PIN: nobody(t), Establish: through(t, stack, establish)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Unlock(context.Background()); !errors.Is(err, cardio.ErrNotThisCard) {
		t.Errorf("a card that knows nothing: %v", err)
	}
}

// TestPulledThroughPCSC takes the card away at the prompt, and between VERIFY
// and the signature.
func TestPulledThroughPCSC(t *testing.T) {
	if !cardtest.InNamespace(t) {
		return
	}
	for name, binding := range bindings {
		t.Run(name, func(t *testing.T) { pullThrough(t, binding) })
	}
}

func pullThrough(t *testing.T, binding func() (Manager, error)) {
	card := newCard(t, emulator.Options{})
	stack := cardtest.StartRemovable(t, card)
	stack.Attach(t)
	k, err := Open(parse(t, "jpki:"), Options{
		Establish: through(t, stack, binding),
		PIN: func(context.Context, jpki.PINRequest) (jpki.PIN, error) {
			stack.Remove(t)
			return jpki.PIN{Value: []byte(emulator.SignPassword), Typed: true}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Unlock(context.Background()); err == nil || errors.As(err, new(*jpki.UncertainError)) || card.VerifyCount() != 0 {
		t.Errorf("removed at the prompt: %v, %d VERIFYs", err, card.VerifyCount())
	}
	stack.Insert(t)
	k.options.PIN = typing(emulator.SignPassword)
	s, err := k.Unlock(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	stack.Remove(t)
	if _, err := s.Sign(nil, make([]byte, 32), crypto.SHA256); !errors.Is(err, cardio.ErrCardRemoved) {
		t.Errorf("Sign without a card: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("Close without a card: %v", err)
	}
	if n := card.SignCount(); n != 0 {
		t.Errorf("%d signatures", n)
	}
}
