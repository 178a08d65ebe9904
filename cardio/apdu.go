package cardio

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Largest sizes of ISO/IEC 7816-3, 12.1.3.
const (
	maxShortData    = 255   // Nc with a one-byte Lc
	maxShortNe      = 256   // Ne with a one-byte Le, encoded as 00
	maxExtendedData = 65535 // Nc with a three-byte Lc
	maxExtendedNe   = 65536 // Ne with a two-byte Le, encoded as 0000
)

// Instructions (ISO/IEC 7816-4, table 4).
const (
	InsVerify              = 0x20
	InsChangeReferenceData = 0x24
	InsPerformSecurityOp   = 0x2A
	InsResetRetryCounter   = 0x2C
	InsSelect              = 0xA4
	InsReadBinary          = 0xB0
	InsGetResponse         = 0xC0
)

// Limits on what a card may answer.
const (
	minResponse  = 2       // SW1 SW2
	maxFollowUps = 512     // GET RESPONSE rounds: more than any answer needs
	maxResponse  = 1 << 17 // bytes collected over all rounds
)

const headerLength = 4 // CLA INS P1 P2

// ErrCommand says that bytes are not a command APDU, or that a Command's fields
// do not fit one.
var ErrCommand = errors.New("malformed command APDU")

// ErrResponse says that a response APDU is too short to hold a status word, or
// longer than any answer may be.
var ErrResponse = errors.New("malformed response APDU")

// Command is a command APDU of any of the four cases of ISO/IEC 7816-3, 12.1.
type Command struct {
	CLA, INS, P1, P2 byte

	// Data is the command data field, 0 to 255 bytes (65,535 if Extended).
	Data []byte

	// Ne is the largest number of response bytes wanted: 0 for none (no Le
	// field), 256 (65,536 if Extended) for all there are.
	Ne int

	// Extended chooses three-byte Lc and two-byte Le fields.
	Extended bool
}

// Marshal encodes the command. The result is the caller's to wipe.
func (c Command) Marshal() ([]byte, error) {
	maxData, maxNe := maxShortData, maxShortNe
	if c.Extended {
		maxData, maxNe = maxExtendedData, maxExtendedNe
	}
	if len(c.Data) > maxData || c.Ne < 0 || c.Ne > maxNe {
		return nil, fmt.Errorf("%w: %d data bytes, Ne %d", ErrCommand, len(c.Data), c.Ne)
	}
	b := make([]byte, 0, headerLength+3+len(c.Data)+3)
	b = append(b, c.CLA, c.INS, c.P1, c.P2)
	if c.Extended {
		return c.appendExtended(b), nil
	}
	if len(c.Data) > 0 {
		b = append(b, byte(len(c.Data)))
		b = append(b, c.Data...)
	}
	if c.Ne > 0 {
		b = append(b, byte(c.Ne)) // 256 becomes 00
	}
	return b, nil
}

// appendExtended appends the extended Lc, data and Le fields. The leading 00
// stands once: before Lc, or before Le when there is no data.
func (c Command) appendExtended(b []byte) []byte {
	if len(c.Data) > 0 || c.Ne > 0 {
		b = append(b, 0)
	}
	if len(c.Data) > 0 {
		b = binary.BigEndian.AppendUint16(b, uint16(len(c.Data)))
		b = append(b, c.Data...)
	}
	if c.Ne > 0 {
		b = binary.BigEndian.AppendUint16(b, uint16(c.Ne)) // 65536 becomes 0000
	}
	return b
}

// ParseCommand decodes a command APDU. Data is a copy.
func ParseCommand(b []byte) (Command, error) {
	if len(b) < headerLength {
		return Command{}, fmt.Errorf("%w: %d bytes", ErrCommand, len(b))
	}
	c := Command{CLA: b[0], INS: b[1], P1: b[2], P2: b[3]}
	body := b[headerLength:]
	switch {
	case len(body) == 0: // case 1
		return c, nil
	case len(body) == 1: // case 2, short
		c.Ne = shortNe(body[0])
		return c, nil
	case body[0] == 0 && len(body) >= 3:
		return c.parseExtended(body[1:])
	}
	n := int(body[0])
	rest := body[1:]
	if n == 0 || len(rest) < n || len(rest) > n+1 {
		return Command{}, fmt.Errorf("%w: Lc %d, %d bytes follow", ErrCommand, n, len(rest))
	}
	c.Data = append([]byte(nil), rest[:n]...)
	if len(rest) == n+1 { // case 4, short
		c.Ne = shortNe(rest[n])
	}
	return c, nil
}

func (c Command) parseExtended(body []byte) (Command, error) {
	c.Extended = true
	n := int(binary.BigEndian.Uint16(body))
	rest := body[2:]
	if len(rest) == 0 { // case 2, extended
		c.Ne = extendedNe(n)
		return c, nil
	}
	if n == 0 || len(rest) != n && len(rest) != n+2 {
		return Command{}, fmt.Errorf("%w: extended Lc %d, %d bytes follow", ErrCommand, n, len(rest))
	}
	c.Data = append([]byte(nil), rest[:n]...)
	if len(rest) == n+2 { // case 4, extended
		c.Ne = extendedNe(int(binary.BigEndian.Uint16(rest[n:])))
	}
	return c, nil
}

func shortNe(le byte) int {
	if le == 0 {
		return maxShortNe
	}
	return int(le)
}

func extendedNe(le int) int {
	if le == 0 {
		return maxExtendedNe
	}
	return le
}

// Response is a response APDU, or several joined by GET RESPONSE.
type Response struct {
	Data []byte
	SW   SW
}

// ParseResponse splits a response APDU. Data shares b's memory.
func ParseResponse(b []byte) (Response, error) {
	if len(b) < minResponse || len(b) > maxExtendedNe+minResponse {
		return Response{}, fmt.Errorf("%w: %d bytes", ErrResponse, len(b))
	}
	n := len(b) - 2
	return Response{Data: b[:n], SW: SW(binary.BigEndian.Uint16(b[n:]))}, nil
}

// SendOnce transmits the command exactly once and returns what the card
// answered, whatever the status word.
func SendOnce(card Card, c Command) (Response, error) {
	command, err := c.Marshal()
	if err != nil {
		return Response{}, err
	}
	defer clear(command) // it may hold a PIN
	answer, err := card.Transmit(command)
	if err != nil {
		return Response{}, err
	}
	return ParseResponse(answer)
}

// Send transmits the command and follows 6Cxx (wrong Le: once more with the
// right one) and 61xx (more data: GET RESPONSE), as ISO/IEC 7816-4, 5.6 has it.
// Commands that carry a PIN are transmitted once and never followed.
func Send(card Card, c Command) (Response, error) {
	r, err := SendOnce(card, c)
	if err != nil || carriesPIN(c.INS) {
		return r, err
	}
	if r.SW.sw1() == 0x6C {
		c.Ne, c.Extended = shortNe(r.SW.sw2()), c.Extended && len(c.Data) > maxShortData
		if r, err = SendOnce(card, c); err != nil {
			return r, err
		}
	}
	return followMoreData(card, r)
}

// followMoreData collects the rest of an answer while the card says 61xx.
func followMoreData(card Card, r Response) (Response, error) {
	for range maxFollowUps {
		if r.SW.sw1() != 0x61 {
			return r, nil
		}
		next, err := SendOnce(card, Command{INS: InsGetResponse, Ne: shortNe(r.SW.sw2())})
		if err != nil {
			return Response{}, err
		}
		if len(r.Data)+len(next.Data) > maxResponse {
			break
		}
		r = Response{Data: append(r.Data[:len(r.Data):len(r.Data)], next.Data...), SW: next.SW}
	}
	if r.SW.sw1() == 0x61 {
		return Response{}, fmt.Errorf("%w: endless 61xx", ErrResponse)
	}
	return r, nil
}

// carriesPIN says whether an instruction may cost a try: VERIFY, CHANGE
// REFERENCE DATA, RESET RETRY COUNTER. An odd INS is the BER-TLV coding of the
// even one.
func carriesPIN(ins byte) bool {
	switch ins &^ 1 {
	case InsVerify, InsChangeReferenceData, InsResetRetryCounter:
		return true
	}
	return false
}
