package emulator

import (
	"encoding/binary"

	"github.com/jsign-jp/jsign/cardio"
)

// P1 and P2 of SELECT (ISO/IEC 7816-4, tables 62 and 63).
const (
	selectByID   = 0x00 // the master file, which this card knows of only by halves
	selectEF     = 0x02
	selectByName = 0x04
	returnFCI    = 0x00
	returnNone   = 0x0C
)

// selectFile executes SELECT. A failed SELECT changes nothing.
func (k *Card) selectFile(c cardio.Command) ([]byte, cardio.SW) {
	if c.P2 != returnFCI && c.P2 != returnNone {
		return nil, cardio.SWWrongP1P2
	}
	switch c.P1 {
	case selectByName:
		return k.selectApplication(c)
	case selectEF:
		return nil, k.selectElementary(c)
	case selectByID:
		return nil, k.selectMaster(c)
	}
	return nil, cardio.SWWrongP1P2
}

// selectApplication selects an applet by its whole name. The security status
// outlives the selection of the same applet only.
func (k *Card) selectApplication(c cardio.Command) ([]byte, cardio.SW) {
	if len(c.Data) == 0 {
		return nil, cardio.SWWrongLength
	}
	a := k.find(c.Data)
	if a == nil {
		return nil, cardio.SWFileNotFound
	}
	if a != k.owner {
		k.forget()
	}
	k.current, k.ef, k.owner = a, nil, a
	if c.P2 == returnNone || c.Ne == 0 {
		return nil, cardio.SWSuccess
	}
	fci := append([]byte{0x6F, byte(2 + len(a.aid)), 0x84, byte(len(a.aid))}, a.aid...)
	return fci[:min(len(fci), c.Ne)], cardio.SWSuccess
}

// selectElementary selects a file of the current applet. What P2 00 returns
// here was not measured: nothing.
func (k *Card) selectElementary(c cardio.Command) cardio.SW {
	if len(c.Data) != 2 {
		return cardio.SWWrongLength
	}
	f := k.current.files[binary.BigEndian.Uint16(c.Data)]
	if f == nil {
		return cardio.SWFileNotFound
	}
	k.ef = f
	return cardio.SWSuccess
}

// selectMaster answers for the master file as measured: there is none to be
// named, and without a name the command succeeds once an applet is selected,
// without leaving it.
func (k *Card) selectMaster(c cardio.Command) cardio.SW {
	switch {
	case len(c.Data) > 0:
		return cardio.SWFileNotFound
	case k.current == k.applications[0]:
		return cardio.SWWrongP1P2
	}
	return cardio.SWSuccess
}

// shortID is the part of P1 or P2 that holds a short EF identifier, behind the
// bit that announces one (ISO/IEC 7816-4, 7.3.3).
const (
	shortIDFlag = 0x80
	shortIDMask = 0x1F
)

// reference returns the file that P1 or P2 refers to: the current one for 80,
// the one with the short identifier otherwise, which becomes current.
func (k *Card) reference(p byte) (*file, cardio.SW) {
	if p&^shortIDMask != shortIDFlag {
		return nil, cardio.SWWrongP1P2
	}
	if id := uint16(p & shortIDMask); id != 0 {
		f := k.current.files[id]
		if f == nil {
			return nil, cardio.SWFileNotFound
		}
		k.ef = f
	}
	if k.ef == nil {
		return nil, cardio.SWNoCurrentEF
	}
	return k.ef, cardio.SWSuccess
}
