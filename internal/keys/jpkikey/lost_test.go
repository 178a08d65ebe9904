package jpkikey

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/jpki"
	"github.com/jsign-jp/jsign/cardio/pcsc"
)

func TestLost(t *testing.T) {
	for _, gone := range []error{cardio.ErrCardRemoved, cardio.ErrResponse, fmt.Errorf("x: %w", pcsc.ErrNoCard), jpki.ErrDisturbed, pcsc.ErrReset} {
		if !Lost(gone) {
			t.Errorf("%v is not lost", gone)
		}
	}
	for _, err := range []error{
		nil, errors.New("x"), cardio.ErrBlocked, jpki.ErrOtherCard, jpki.ErrWrongSignature, &cardio.PINError{Remaining: 2},
		&jpki.UncertainError{Cause: cardio.ErrCardRemoved}, // a PIN was sent: no further one goes out by itself
	} {
		if Lost(err) {
			t.Errorf("%v is lost", err)
		}
	}
}

func TestOneCard(t *testing.T) {
	asked := 0
	src := OneCard(func(context.Context, jpki.PINRequest) (jpki.PIN, error) {
		asked++
		return jpki.PIN{}, nil
	})
	mine, other := jpki.PINRequest{Card: [32]byte{1}}, jpki.PINRequest{Card: [32]byte{2}}
	for _, c := range []struct {
		ask jpki.PINRequest
		ok  bool
	}{{mine, true}, {other, false}, {mine, true}, {other, false}} {
		if _, err := src(t.Context(), c.ask); (err == nil) != c.ok || !c.ok && !errors.Is(err, jpki.ErrOtherCard) {
			t.Errorf("card %d: %v", c.ask.Card[0], err)
		}
	}
	if asked != 2 {
		t.Errorf("asked %d times", asked)
	}
}
