package jpki

import (
	"context"
	"errors"

	"github.com/jsign-jp/jsign/cardio"
	applet "github.com/jsign-jp/jsign/cardio/jpki"
	"github.com/jsign-jp/jsign/cardio/pcsc"
	"github.com/jsign-jp/jsign/internal/lang"
)

// Lost tells whether an error means that the card, its reader or the session
// with it went away, so that unlocking again, once the card is back, may help. It
// is false whenever a PIN was sent and not taken.
func Lost(err error) bool {
	var pin *cardio.PINError
	var uncertain *applet.UncertainError
	if errors.As(err, &pin) || errors.As(err, &uncertain) {
		return false
	}
	for _, gone := range []error{
		cardio.ErrCardRemoved, applet.ErrDisturbed, pcsc.ErrNoCard, pcsc.ErrNoReader, pcsc.ErrUnknownReader, pcsc.ErrInUse,
		pcsc.ErrNoService, pcsc.ErrUnresponsive, pcsc.ErrReset, pcsc.ErrTransmission,
	} {
		if errors.Is(err, gone) {
			return true
		}
	}
	return false
}

// OneCard lets src be asked for the PIN of one card only: the first it was asked
// for. A request for another is applet.ErrOtherCard, before a PIN is typed or
// read. It serves one Key at a time.
func OneCard(src applet.PINSource) applet.PINSource {
	var first *[32]byte
	return func(ctx context.Context, ask applet.PINRequest) (applet.PIN, error) {
		if first == nil {
			first = &ask.Card
		}
		if *first != ask.Card {
			return applet.PIN{}, lang.WithHint(applet.ErrOtherCard, "put the card back that the run began with; nothing was sent to this one",
				"はじめに使ったカードに戻してください。このカードには何も送信していません")
		}
		return src(ctx, ask)
	}
}
