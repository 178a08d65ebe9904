package jpki

import (
	"crypto/subtle"

	"github.com/jsign-jp/jsign/cardio"
)

// The PIN guard: all decisions on whether a PIN is sent to the card, and what
// is said of the answer. A try that is lost is lost for good, and the last one
// costs a visit to the municipal office, so whatever is doubtful is refused.

// pinRule is the form of a PIN.
type pinRule struct {
	min, max int
	letters  bool // A to Z are allowed beside 0 to 9
	tries    int  // when none has failed
}

// CheckPIN says what is wrong with the form of a PIN before any card sees it.
// Lower-case letters are right: Unlock turns them to upper case, as the card was
// given the password. The error never contains the PIN.
//
// A signing password of digits alone, or of letters alone, is right too. The
// offices that issue cards ask for both in one, but the card only compares bytes,
// and whether every program that changes passwords asks as well is not known.
// Sent in vain it costs one of five tries, and never the last one unasked; refused
// in vain it would keep people from their own card.
func (k KeyKind) CheckPIN(pin []byte) error {
	rule := individualNumberCard().keyOf(k).rule
	if len(pin) < rule.min || len(pin) > rule.max {
		return formError(k)
	}
	for _, c := range pin {
		digit := '0' <= c && c <= '9'
		letter := 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
		if !digit && !(letter && rule.letters) {
			return formError(k)
		}
	}
	return nil
}

// upper turns ASCII letters to upper case in place.
func upper(pin []byte) {
	for i, c := range pin {
		if 'a' <= c && c <= 'z' {
			pin[i] = c - 'a' + 'A'
		}
	}
}

// admit decides whether a PIN may be sent to a card in this state. typed says
// that a person typed it just now.
func admit(key KeyKind, s PINStatus, typed bool, opt Options) error {
	full := individualNumberCard().keyOf(key).rule.tries
	switch {
	case s.State == PINBlocked:
		return blockedError(key)
	case s.State == PINVerified:
		return errOpen
	case s.State != PINReady || s.Tries < 1:
		return errNoCounter
	case !typed && s.Tries != full:
		return untypedError(s.Tries, full)
	case s.Tries == 1 && !opt.LastTry:
		return lastTryError(key)
	}
	return nil
}

// identity tells one card from another: a digest over what it shows without a
// PIN.
type identity [32]byte

// observation is what is known of a card before a PIN is sent to it.
type observation struct {
	identity identity
	token    TokenInfo
	pin      PINStatus
}

// sameAs refuses to go on with a card other than the one that the person was
// asked about, or with one on which somebody else used up a try meanwhile.
func (before observation) sameAs(now observation) error {
	if subtle.ConstantTimeCompare(before.identity[:], now.identity[:]) != 1 {
		return errOtherCard
	}
	if before.pin != now.pin {
		return errCounterChanged
	}
	return nil
}

// outcome reads the answer to VERIFY; err is the transport's.
func outcome(key KeyKind, sw cardio.SW, err error) error {
	if err != nil {
		return &UncertainError{Cause: err}
	}
	switch left, told := sw.Tries(); {
	case sw == cardio.SWSuccess:
		return nil
	case told && left == 0, sw == cardio.SWBlocked, sw == cardio.SWReferenceLocked:
		return withBlockedHint(sw.Err(cardio.InsVerify), key)
	case told, sw == cardio.SWNoCounter:
		return withWrongPINHint(sw.Err(cardio.InsVerify), key)
	}
	return &UncertainError{Cause: sw.Err(cardio.InsVerify)}
}
