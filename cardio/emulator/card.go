package emulator

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"sync"
	"time"

	"github.com/jsign-jp/jsign/cardio"
)

// Chip is what a reader needs of a card: Card is one, and so is anything that
// wraps it. Its methods are safe for concurrent use.
type Chip interface {
	cardio.Card
	// ATR returns the answer to reset.
	ATR() []byte
	// Reset restarts the chip while the power stays on.
	Reset()
	// PowerOff takes the power away. The next command finds the chip freshly
	// powered up.
	PowerOff()
}

var _ Chip = (*Card)(nil)

// Card is an emulated card. It is safe for concurrent use; commands are
// executed one at a time.
type Card struct {
	options Options

	mu           sync.Mutex
	applications []*application
	current      *application
	ef           *file // nil for none
	// owner is the applet whose PINs may be verified: another one's selection
	// forgets them.
	owner   *application
	pending []byte // what GET RESPONSE has still to fetch
	fresh   bool   // no command since power-up

	verifications, signatures int
}

// New makes a card, powered up. The options are not read again after it.
func New(o Options) (*Card, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	id, err := identityOf(o.Token)
	if err != nil {
		return nil, err
	}
	if o.Sleep == nil {
		o.Sleep = time.Sleep
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	k := &Card{options: o, applications: newApplications(o, id), fresh: true}
	k.current = k.applications[0]
	if o.AlreadyVerified {
		k.owner = k.find([]byte(aidJPKI))
	}
	return k, nil
}

// Transmit executes one command APDU and returns the response APDU. The error
// is that of a hook in Options; bytes that are no APDU are answered by 6700.
func (k *Card) Transmit(command []byte) ([]byte, error) {
	c, err := cardio.ParseCommand(command)
	if err != nil {
		return respond(nil, cardio.SWWrongLength), nil
	}
	if k.options.OnCommand != nil {
		if err := k.options.OnCommand(c); err != nil {
			return nil, err
		}
	}
	k.mu.Lock()
	data, sw := k.process(c)
	k.mu.Unlock()
	if k.options.OnResponse != nil {
		if err := k.options.OnResponse(c, sw); err != nil {
			return nil, err
		}
	}
	return respond(data, sw), nil
}

// respond joins a response APDU.
func respond(data []byte, sw cardio.SW) []byte {
	b := make([]byte, 0, len(data)+2)
	return binary.BigEndian.AppendUint16(append(b, data...), uint16(sw))
}

// ATR returns the answer to reset: the contact interface's, or what a reader
// composes for a contactless card of type B (PC/SC part 3, 3.1.3.2.3).
func (k *Card) ATR() []byte {
	if k.options.Contactless || k.options.Token.phone() {
		return []byte("\x3B\x88\x80\x01\x00\x00\x00\x00\x00\x33\x81\x81\x3A")
	}
	return []byte("\x3B\xE0\x00\xFF\x81\x31\xFE\x45\x14")
}

// Reset restarts the chip: nothing is selected any more. Verified PINs are
// forgotten unless Options.StatusSurvivesReset is set.
func (k *Card) Reset() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.restart()
	if !k.options.StatusSurvivesReset {
		k.forget()
	}
}

// PowerOff takes the power away: nothing is selected and no PIN verified any
// more. Retry counters stay.
func (k *Card) PowerOff() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.restart()
	k.forget()
	k.fresh = true
}

func (k *Card) restart() {
	k.current, k.ef, k.pending = k.applications[0], nil, nil
}

// forget clears the security status of the applet that has one.
func (k *Card) forget() {
	if k.owner == nil {
		return
	}
	for _, f := range k.owner.files {
		if f.pin != nil {
			f.pin.verified = false
		}
	}
	k.owner = nil
}

// find returns the applet with exactly this name, or nil.
func (k *Card) find(aid []byte) *application {
	for _, a := range k.applications {
		if bytes.Equal(a.aid, aid) {
			return a
		}
	}
	return nil
}

// VerifyCount returns how many VERIFY commands with data the card has
// executed, right, wrong or blocked. Queries do not count.
func (k *Card) VerifyCount() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.verifications
}

// SignCount returns how many signatures the card has made.
func (k *Card) SignCount() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.signatures
}

// SignTries returns the tries left of the signing password.
func (k *Card) SignTries() int { return k.tries(efSignPIN) }

// AuthTries returns the tries left of the user-authentication PIN.
func (k *Card) AuthTries() int { return k.tries(efAuthPIN) }

func (k *Card) tries(ef uint16) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.find([]byte(aidJPKI)).files[ef].pin.left
}
