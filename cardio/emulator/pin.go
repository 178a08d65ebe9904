package emulator

import (
	"bytes"

	"github.com/jsign-jp/jsign/cardio"
)

const (
	currentEF    = 0x80 // P2: the PIN or key in the current EF
	newValueOnly = 0x01 // P1 of CHANGE REFERENCE DATA
)

// referencePIN returns the PIN that P2 refers to.
func (k *Card) referencePIN(p2 byte) (*pin, cardio.SW) {
	f, sw := k.reference(p2)
	switch {
	case sw != cardio.SWSuccess:
		return nil, sw
	case f.pin == nil:
		return nil, cardio.SWIncompatibleFile
	}
	return f.pin, cardio.SWSuccess
}

// verify executes VERIFY: a comparison with data, a query without. A Le field
// is refused, as measured on the query; with data it was not measured, and
// costs no try.
func (k *Card) verify(c cardio.Command) cardio.SW {
	if len(c.Data) > 0 {
		k.verifications++
	}
	switch {
	case c.P1 != 0:
		return cardio.SWWrongP1P2
	case c.Ne != 0:
		return cardio.SWWrongLength
	}
	p, sw := k.referencePIN(c.P2)
	switch {
	case sw != cardio.SWSuccess:
		return sw
	case len(c.Data) == 0 && p.verified && k.options.AlreadyVerified:
		return cardio.SWSuccess
	case len(c.Data) == 0:
		return k.counter(p)
	case p.left == 0:
		return cardio.SWReferenceLocked
	}
	return k.compare(p, c.Data)
}

// compare takes a try and gives all of them back if the value is right. Values
// of a wrong length are compared like any other: whether the real card counts
// them was not measured.
func (k *Card) compare(p *pin, value []byte) cardio.SW {
	p.verified = bytes.Equal(p.value, value)
	if !p.verified {
		p.left--
		return k.counter(p)
	}
	p.left = p.max
	return cardio.SWSuccess
}

// counter tells how many tries are left, if the card does that.
func (k *Card) counter(p *pin) cardio.SW {
	if k.options.NoCounter {
		return cardio.SWNoCounter
	}
	return 0x63C0 | cardio.SW(p.left)
}

// changeReferenceData replaces a PIN that is verified. The card looks at the
// length of the new value, not at its characters (not measured).
func (k *Card) changeReferenceData(c cardio.Command) cardio.SW {
	if c.P1 != newValueOnly {
		return cardio.SWWrongP1P2
	}
	p, sw := k.referencePIN(c.P2)
	switch {
	case sw != cardio.SWSuccess:
		return sw
	case p.left == 0:
		return cardio.SWReferenceLocked
	case !p.verified:
		return cardio.SWSecurityStatus
	case c.Ne != 0 || len(c.Data) < p.shortest || len(c.Data) > p.longest:
		return cardio.SWWrongLength
	}
	p.value = bytes.Clone(c.Data)
	return cardio.SWSuccess
}
