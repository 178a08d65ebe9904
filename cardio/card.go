package cardio

import "github.com/jsign-jp/jsign/internal/lang"

// Card is a smart card, whatever carries its bytes. Implementations need not be
// safe for concurrent use: a card has one owner at a time.
type Card interface {
	// Transmit sends one command APDU and returns the response APDU: data
	// followed by SW1 SW2, at least two bytes. The error is of the transport;
	// it wraps ErrCardRemoved when the card is gone. The callee keeps neither
	// slice.
	Transmit(command []byte) (response []byte, err error)
}

// Exclusive is a Card that other programs may reach too, so that a sequence of
// commands which must not be interrupted needs a transaction.
type Exclusive interface {
	Card
	// Begin waits until no other program uses the card and then keeps the
	// others out until End. Transactions do not nest.
	Begin() error
	// End ends the transaction and leaves the card as the disposition says.
	End(Disposition) error
}

// Disposition says what becomes of the card when a transaction ends.
type Disposition int

// The dispositions, by how much of the card's state they drop (PC/SC part 10,
// SCARD_LEAVE_CARD, SCARD_RESET_CARD, SCARD_UNPOWER_CARD). On contactless
// readers only UnpowerCard reliably drops a verified PIN.
const (
	LeaveCard Disposition = iota
	ResetCard
	UnpowerCard
)

// ErrCardRemoved says that the card is no longer in the reader, or that the
// reader itself is gone. Whether the last command reached the card is unknown.
var ErrCardRemoved = lang.Errorf("the card was removed", "カードが取り外されました")
