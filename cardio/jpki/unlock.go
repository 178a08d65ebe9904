package jpki

import (
	"context"
	"errors"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/internal/lang"
)

// Options loosen the PIN guard. The zero value is the safe one.
type Options struct {
	// LastTry sends a typed PIN even when a single try is left.
	LastTry bool
}

// Unlock has the card verify the PIN of a key, and returns a session that signs
// with it. The card is the caller's again, and outside of a transaction, when
// Unlock returns an error or after Session.Close; until then it is the
// session's, in one exclusive transaction.
//
// src is called once, outside of any transaction, unless the card's state
// already forbids to send a PIN. ctx ends Unlock and the session between two
// commands, and is handed to src. A PIN that was sent and refused is an error
// that unwraps to *cardio.PINError; see the package comment for what is never
// sent at all.
func Unlock(ctx context.Context, card cardio.Exclusive, key KeyKind, src PINSource, opt Options) (*Session, error) {
	before, err := consult(ctx, card, key)
	if err != nil {
		return nil, err
	}
	const perhapsTyped = true // not known before the source is asked
	if err := admit(key, before.pin, perhapsTyped, opt); err != nil {
		return nil, err
	}
	pin, err := src(ctx, PINRequest{
		Key: key, Token: before.token, TriesLeft: before.pin.Tries,
		MaxTries: individualNumberCard().keyOf(key).rule.tries, Card: before.identity,
	})
	defer clear(pin.Value)
	if err != nil {
		return nil, err
	}
	if err := key.CheckPIN(pin.Value); err != nil {
		return nil, err
	}
	upper(pin.Value)
	if err := admit(key, before.pin, pin.Typed, opt); err != nil {
		return nil, err
	}
	return open(ctx, card, key, pin.Value, before)
}

// consult looks at the card in a transaction of its own.
func consult(ctx context.Context, card cardio.Exclusive, key KeyKind) (observation, error) {
	_, seen, err := begin(ctx, card, key)
	if err != nil {
		return observation{}, err
	}
	return seen, card.End(cardio.LeaveCard)
}

// begin begins a transaction and looks at the card. A PIN that somebody else
// verified is not used: the card is powered down, which makes it forget, and
// looked at once more. When there is no error the transaction is open.
func begin(ctx context.Context, card cardio.Exclusive, key KeyKind) (*applet, observation, error) {
	for looks := 1; ; looks++ {
		if err := card.Begin(); err != nil {
			return nil, observation{}, err
		}
		a, seen, err := observe(ctx, card, key)
		if err == nil && (seen.pin.State != PINVerified || looks == maxLooks) {
			return a, seen, nil
		}
		if err != nil {
			return nil, observation{}, abandon(card, err)
		}
		if err := card.End(cardio.UnpowerCard); err != nil {
			return nil, observation{}, err
		}
	}
}

// observe looks at what a card shows without a PIN, and queries its counter.
func observe(ctx context.Context, card cardio.Card, key KeyKind) (*applet, observation, error) {
	a, err := selectApplet(ctx, card)
	if err != nil {
		return nil, observation{}, err
	}
	free, err := a.readFree(ctx)
	if err != nil {
		return nil, observation{}, err
	}
	if parseAvailability(free.availability, key) == NotAvailable {
		return nil, observation{}, &NoCertificateError{key}
	}
	seen := observation{token: ParseTokenInfo(free.token)}
	if seen.identity, err = a.identify(ctx, free); err != nil {
		return nil, observation{}, err
	}
	seen.pin, err = a.queryPIN(ctx, a.profile.keyOf(key).pin)
	return a, seen, err
}

// open sends the PIN, in a new transaction and only if the card is as it was
// before, and makes the session.
func open(ctx context.Context, card cardio.Exclusive, key KeyKind, pin []byte, before observation) (*Session, error) {
	a, now, err := begin(ctx, card, key)
	if err != nil {
		return nil, err
	}
	err = before.sameAs(now)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, abandon(card, err)
	}
	sw, err := a.verify(pin) // the query left the PIN's EF current
	if err := outcome(key, sw, err); err != nil {
		return nil, withDrop(err, card)
	}
	chain, err := a.chain(ctx, key)
	if err == nil && !a.profile.keyOf(key).scheme.fits(chain[0].PublicKey) {
		err = ErrWrongKey
	}
	if err != nil {
		return nil, withDrop(err, card)
	}
	return &Session{ctx: ctx, card: card, applet: a, key: a.profile.keyOf(key), chain: chain}, nil
}

// abandon ends a transaction in which no PIN was sent, because of err.
func abandon(card cardio.Exclusive, err error) error {
	card.End(cardio.LeaveCard) // err says more than a failure to end would
	return err
}

// withDrop drops the PIN state because of err.
func withDrop(err error, card cardio.Exclusive) error {
	if dropErr := drop(card); dropErr != nil {
		return lang.Errorf("%w; %v", "%w。%v", err, dropErr)
	}
	return err
}

// drop makes the card forget a verified PIN and ends the transaction. Selecting
// another applet is what does it where a reader does not really take the power
// away; taking the power is what does it where there is no other applet.
func drop(card cardio.Exclusive) error {
	_, selectErr := cardio.Send(card, cardio.Command{
		INS: cardio.InsSelect, P1: selectByName, P2: noFCI, Data: individualNumberCard().elsewhere,
	})
	err := card.End(cardio.UnpowerCard)
	if err == nil || errors.Is(err, cardio.ErrCardRemoved) || errors.Is(selectErr, cardio.ErrCardRemoved) {
		return nil // without power it has forgotten
	}
	return lang.WithHint(lang.Errorf("%w (%v)", "%w（%v）", ErrStillOpen, err),
		"take the card off the reader now", "すぐにカードをリーダーから取り外してください")
}
