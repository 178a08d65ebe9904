package emulator

import (
	"io"

	"github.com/jsign-jp/jsign/cardio"
)

// readBinary executes READ BINARY. P1-P2 is a 15-bit offset into the current
// EF, or P1 holds a short identifier and P2 the offset. A read beyond the end
// returns what there is.
func (k *Card) readBinary(c cardio.Command) ([]byte, cardio.SW) {
	if len(c.Data) > 0 || c.Ne == 0 {
		return nil, cardio.SWWrongLength
	}
	p1, offset := byte(shortIDFlag), int(c.P1)<<8|int(c.P2)
	if c.P1&shortIDFlag != 0 {
		p1, offset = c.P1, int(c.P2)
	}
	f, sw := k.reference(p1)
	switch {
	case sw != cardio.SWSuccess:
		return nil, sw
	case !f.transparent():
		return nil, cardio.SWIncompatibleFile
	case f.guard != nil && !f.guard.verified:
		return nil, cardio.SWSecurityStatus
	case offset >= len(f.content):
		return nil, cardio.SWWrongOffset
	}
	return f.content[offset:min(offset+c.Ne, len(f.content))], cardio.SWSuccess
}

// getChallenge executes GET CHALLENGE.
func (k *Card) getChallenge(c cardio.Command) ([]byte, cardio.SW) {
	switch {
	case c.P1 != 0 || c.P2 != 0:
		return nil, cardio.SWWrongP1P2
	case len(c.Data) > 0 || c.Ne == 0 || c.Ne > maxChallenge:
		return nil, cardio.SWWrongLength
	}
	challenge := make([]byte, c.Ne)
	if _, err := io.ReadFull(k.options.Rand, challenge); err != nil {
		return nil, cardio.SWInternal
	}
	return challenge, cardio.SWSuccess
}

// getData executes GET DATA at the level of the card. Tags that were seen with
// contents unknown are left out.
func getData(c cardio.Command) ([]byte, cardio.SW) {
	if len(c.Data) > 0 || c.Ne == 0 {
		return nil, cardio.SWWrongLength
	}
	object := dataObject(uint16(c.P1)<<8 | uint16(c.P2))
	switch {
	case object == nil:
		return nil, cardio.SWReferenceNotFound
	case len(object) > c.Ne && !c.Extended:
		return nil, cardio.SWWrongLength
	}
	return object[:min(len(object), c.Ne)], cardio.SWSuccess
}

// dataObject returns the value of a data object, or nil.
func dataObject(tag uint16) []byte {
	switch tag {
	case 0x00F0: // municipality
		return []byte("13221")
	case 0x00F2: // expiry
		return []byte("20350217")
	case 0x5F51: // ATR without TS
		return []byte("\xE0\x00\xFF\x81\x31\xFE\x45\x14")
	case 0x7F21: // chain of card-verifiable certificates: only its size is like theirs
		return make([]byte, 600)
	}
	return nil
}
