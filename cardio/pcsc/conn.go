package pcsc

import (
	"runtime"

	"github.com/jsign-jp/jsign/cardio"
)

// Conn is the card in a reader, shared with other programs except between
// Begin and End. It implements cardio.Exclusive and has one owner at a time.
type Conn struct {
	ctx    *Context
	handle handle // nil after Close
	reader string
	atr    []byte
	busy   bool // inside a transaction
}

var _ cardio.Exclusive = (*Conn)(nil)

// Connect opens the card in the reader of that name, with T=0 or T=1, shared.
// The error wraps ErrUnknownReader, ErrNoCard, ErrInUse or ErrUnresponsive
// where it is that, and names the reader.
func (c *Context) Connect(reader string) (*Conn, error) {
	h, code := c.sys.connect(reader)
	if code != codeSuccess {
		return nil, newError(code, reader, runtime.GOOS)
	}
	if p := h.protocol(); p != protocolT0 && p != protocolT1 {
		h.disconnect(leaveCard)
		return nil, newError(codeProtocolMismatch, reader, runtime.GOOS)
	}
	return &Conn{ctx: c, handle: h, reader: reader, atr: c.atrOf(reader)}, nil
}

// atrOf returns nil when the ATR cannot be had: it is for display only.
func (c *Context) atrOf(reader string) []byte {
	readers, code := c.states([]string{reader})
	if code != codeSuccess {
		return nil
	}
	return readers[0].ATR
}

// Reader returns the name of the reader.
func (c *Conn) Reader() string { return c.reader }

// ATR returns the card's answer to reset as it was at Connect; nil if the
// system did not tell.
func (c *Conn) ATR() []byte { return c.atr }

func (c *Conn) fail(code Code) error { return newError(code, c.reader, runtime.GOOS) }

// Begin waits until no other program holds a transaction and begins one. When
// the card was reset since the last transaction, by another program or by
// End(UnpowerCard), it reconnects first: the card then has no state left, and no
// command has been sent.
func (c *Conn) Begin() error {
	if c.handle == nil {
		return ErrClosed
	}
	if c.busy {
		return ErrTransaction
	}
	code := c.handle.begin()
	for range maxReconnects {
		if code != codeReset && code != codeUnpowered {
			break
		}
		if code = c.handle.reconnect(); code == codeSuccess {
			code = c.handle.begin()
		}
	}
	c.busy = code == codeSuccess
	return c.fail(code)
}

// End ends the transaction. It is over even when an error is returned; then
// what became of the card is unknown.
func (c *Conn) End(d cardio.Disposition) error {
	if c.handle == nil {
		return ErrClosed
	}
	if !c.busy {
		return ErrTransaction
	}
	c.busy = false
	return c.fail(c.handle.end(dispositionOf(d)))
}

func dispositionOf(d cardio.Disposition) disposition {
	switch d {
	case cardio.UnpowerCard:
		return unpowerCard
	case cardio.ResetCard:
		return resetCard
	}
	return leaveCard
}

// Transmit sends one command APDU, once. The error wraps cardio.ErrCardRemoved,
// ErrReset or ErrTransmission; after any of them it is unknown whether the card
// carried the command out.
func (c *Conn) Transmit(command []byte) ([]byte, error) {
	if c.handle == nil {
		return nil, ErrClosed
	}
	if len(command) == 0 {
		return nil, cardio.ErrCommand
	}
	if c.handle.protocol() == protocolT0 {
		command = withoutLe(command)
	}
	response, code := c.handle.transmit(command)
	if code == codeSuccess && len(response) < 2 {
		code = codeNotTransacted // no status word, no answer (ISO/IEC 7816-4, 5.1): a reader says so whose card just went
	}
	if code == codeNotTransacted && !c.ctx.holdsCard(c.reader) {
		code = codeRemoved // reported before the resource manager noticed
	}
	return response, c.fail(code)
}

// withoutLe cuts the Le field of a short command that has data too: P3 of a
// T=0 command TPDU is then Lc, and there is no room for Le (ISO/IEC 7816-3, 12.2.5).
func withoutLe(command []byte) []byte {
	const header = 4
	if len(command) <= header+1 || command[header] == 0 {
		return command
	}
	if n := header + 1 + int(command[header]); len(command) == n+1 {
		return command[:n]
	}
	return command
}

// Close disconnects from the card. A transaction that is still open ends with
// the card unpowered, so that no verified PIN is left behind.
func (c *Conn) Close() error {
	if c.handle == nil {
		return nil
	}
	h, d := c.handle, leaveCard
	c.handle = nil
	if c.busy {
		c.busy, d = false, unpowerCard
		h.end(unpowerCard)
	}
	switch code := h.disconnect(d); code {
	case codeReset, codeUnpowered, codeRemoved: // nothing left to disconnect from
		return nil
	default:
		return c.fail(code)
	}
}
