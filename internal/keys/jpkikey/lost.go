package jpkikey

import (
	"context"
	"errors"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/jpki"
	"github.com/jsign-jp/jsign/cardio/pcsc"
	"github.com/jsign-jp/jsign/internal/lang"
)

// Lost tells whether an error means that the card, its reader or the session
// with it went away, so that unlocking again, once the card is back, may help. It
// is false whenever a PIN was sent and not taken.
func Lost(err error) bool {
	var pin *cardio.PINError
	var uncertain *jpki.UncertainError
	if errors.As(err, &pin) || errors.As(err, &uncertain) {
		return false
	}
	for _, gone := range []error{
		cardio.ErrResponse, // what some readers answer for a card that is just being taken away
		cardio.ErrCardRemoved, jpki.ErrDisturbed, pcsc.ErrNoCard, pcsc.ErrNoReader, pcsc.ErrUnknownReader, pcsc.ErrInUse,
		pcsc.ErrNoService, pcsc.ErrUnresponsive, pcsc.ErrReset, pcsc.ErrTransmission,
	} {
		if errors.Is(err, gone) {
			return true
		}
	}
	return false
}

// OneCard lets src be asked for the PIN of one card only: the first it was asked
// for. A request for another is jpki.ErrOtherCard, before a PIN is typed or
// read. It serves one Key at a time.
func OneCard(src jpki.PINSource) jpki.PINSource {
	var first *[32]byte
	return func(ctx context.Context, ask jpki.PINRequest) (jpki.PIN, error) {
		if first == nil {
			first = &ask.Card
		}
		if *first != ask.Card {
			return jpki.PIN{}, lang.WithHint(jpki.ErrOtherCard, "put the card back that the run began with; nothing was sent to this one",
				"はじめに使ったカードに戻してください。このカードには何も送信していません")
		}
		return src(ctx, ask)
	}
}
