package jpki

import (
	"context"
	"fmt"

	"github.com/jsign-jp/jsign/cardio"
)

// PINState says what a card told of a PIN.
type PINState int

// The states of a PIN.
const (
	PINUnknown  PINState = iota // the card tells no counter (6300), or has no such PIN
	PINReady                    // not verified, tries left
	PINBlocked                  // no tries left (63C0, 6983, 6984)
	PINVerified                 // verified by somebody, and still open (9000)
)

// PINStatus is the state of a PIN, with the tries left where it is PINReady.
type PINStatus struct {
	State PINState
	Tries int
}

// statusOf reads the answer to a query.
func statusOf(sw cardio.SW) PINStatus {
	if left, ok := sw.Tries(); ok && left > 0 {
		return PINStatus{PINReady, left}
	} else if ok {
		return PINStatus{State: PINBlocked}
	}
	switch sw {
	case cardio.SWSuccess:
		return PINStatus{State: PINVerified}
	case cardio.SWBlocked, cardio.SWReferenceLocked:
		return PINStatus{State: PINBlocked}
	}
	return PINStatus{State: PINUnknown}
}

// String returns a word for logs and tests.
func (s PINStatus) String() string {
	switch s.State {
	case PINReady:
		return fmt.Sprintf("%d left", s.Tries)
	case PINBlocked:
		return "blocked"
	case PINVerified:
		return "verified"
	}
	return "unknown"
}

// PINRequest is what a person is told who is asked for a PIN.
type PINRequest struct {
	Key       KeyKind
	Token     TokenInfo
	TriesLeft int // at least 1
	MaxTries  int // tries left when none has failed

	// Card is a digest of what the card shows without a PIN: the same for the same
	// card, another for another.
	Card [32]byte
}

// PIN is a PIN on its way to the card.
type PIN struct {
	// Value is the PIN in ASCII. Unlock wipes it, so it must be a buffer of its
	// own.
	Value []byte

	// Typed says that a person typed the PIN just now, for this request. A PIN
	// from a file, a descriptor or a cache is not typed.
	Typed bool
}

// PINSource gets a PIN. It is called outside of any transaction, and may take
// as long as a person does. It is called once in each Unlock.
type PINSource func(ctx context.Context, ask PINRequest) (PIN, error)
