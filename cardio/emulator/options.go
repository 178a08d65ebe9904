package emulator

import (
	"fmt"
	"io"
	"time"

	"github.com/jsign-jp/jsign/cardio"
)

// The PINs of every emulated card when it is made.
const (
	AuthPIN      = "1234"      // of the user-authentication key, EF 0018
	SignPassword = "PASSWORD1" // of the signing key, EF 001B
)

// Retry counters of an unused card.
const (
	MaxAuthTries = 3
	MaxSignTries = 5
)

// Blocked is the number of tries of a PIN that no longer works.
const Blocked = -1

// Token says what carries the applet. It decides the token label in EF 0006,
// which pair of keys there is, and the interface.
type Token int

// The tokens.
const (
	PlasticCard    Token = iota // label JPKIAPICCTOKEN2
	Android                     // JPKIAPGPSETOKEN
	IPhone                      // JPKIAPIOSTOKEN
	JukiCard                    // JPKIAPICCTOKEN, the older residents' card
	tokenKindCount              // end of the list
)

// Options describe an unusual card. The zero value is the ordinary plastic card
// in a contact reader.
type Options struct {
	// Token is what carries the applet. On phones the authentication
	// certificate, too, needs its PIN, and the interface is contactless.
	Token Token

	// Contactless gives the card the ATR that a contactless reader composes.
	Contactless bool

	// NoSigningCertificate and NoAuthCertificate leave a certificate and its
	// key out: byte 0 or 1 of EF 0008 is 00, the file holds filler only, and
	// the key answers 6985.
	NoSigningCertificate bool
	NoAuthCertificate    bool

	// SignTries and AuthTries are the tries left of each PIN: 0 for all of
	// them, Blocked for none.
	SignTries int
	AuthTries int

	// NoCounter has a query and a failed VERIFY answered by 6300, which tells
	// no number.
	NoCounter bool

	// AlreadyVerified gives the card in the state that another program left
	// it in: both PINs verified. It also has the query answered by 9000 for as
	// long as a PIN is verified, as some tokens do; the plastic card always
	// tells the counter. PowerOff ends the state.
	AlreadyVerified bool

	// StatusSurvivesReset keeps verified PINs over Reset, as contactless
	// readers were seen to do. PowerOff clears them always.
	StatusSurvivesReset bool

	// First6F00 has the first command after power-up answered by 6F00, whatever
	// it is, and not executed.
	First6F00 bool

	// GetResponse has every answer with data fetched by GET RESPONSE: 61xx.
	GetResponse bool

	// WrongLe has a Le other than the length of the answer refused by 6Cxx.
	WrongLe bool

	// MaxAPDU is the most data bytes in one command or response; 0 for no
	// limit. Longer answers are continued by GET RESPONSE, longer and
	// extended commands answered by 6700.
	MaxAPDU int

	// Delay is the time one signature takes, with what it takes to compute it here.
	Delay time.Duration

	// Sleep waits for the rest of Delay; nil for time.Sleep.
	Sleep func(time.Duration)

	// WrongSignature has signatures that do not verify.
	WrongSignature bool

	// Rand is where GET CHALLENGE takes its bytes from; nil for crypto/rand.
	Rand io.Reader

	// OnCommand, if not nil, is called before each well-formed command is
	// executed, with no lock held: it may call the Card and its Reader. An
	// error becomes Transmit's, and the command does not reach the card.
	OnCommand func(cardio.Command) error

	// OnResponse, if not nil, is called after each command that OnCommand was
	// called for, with no lock held. An error becomes Transmit's: the command
	// was executed and its answer is lost.
	OnResponse func(cardio.Command, cardio.SW) error
}

// check says what is wrong with the options. They are a program's, not a
// person's: ParseQuery judges what people write.
func (o Options) check() error {
	switch {
	case o.Token < 0 || o.Token >= tokenKindCount:
		return fmt.Errorf("emulator: unknown token %d", o.Token)
	case o.SignTries < Blocked || o.SignTries > MaxSignTries:
		return fmt.Errorf("emulator: SignTries is %d, not %d to %d", o.SignTries, Blocked, MaxSignTries)
	case o.AuthTries < Blocked || o.AuthTries > MaxAuthTries:
		return fmt.Errorf("emulator: AuthTries is %d, not %d to %d", o.AuthTries, Blocked, MaxAuthTries)
	case o.MaxAPDU != 0 && (o.MaxAPDU < minMaxAPDU || o.MaxAPDU > maxMaxAPDU):
		return fmt.Errorf("emulator: MaxAPDU is %d, not %d to %d", o.MaxAPDU, minMaxAPDU, maxMaxAPDU)
	case o.Delay < 0 || o.Delay > maxDelay:
		return fmt.Errorf("emulator: Delay is %v, not 0 to %v", o.Delay, maxDelay)
	}
	return nil
}

// phone says whether the token is a telephone's secure element.
func (t Token) phone() bool { return t == Android || t == IPhone }

// label returns the token label in EF 0006, unpadded.
func (t Token) label() string {
	switch t {
	case Android:
		return "JPKIAPGPSETOKEN"
	case IPhone:
		return "JPKIAPIOSTOKEN"
	case JukiCard:
		return "JPKIAPICCTOKEN"
	}
	return "JPKIAPICCTOKEN2"
}

// triesLeft returns a retry counter from an option, of which 0 means max.
func triesLeft(option, max int) int {
	switch option {
	case 0:
		return max
	case Blocked:
		return 0
	}
	return option
}
