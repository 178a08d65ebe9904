package pcsc

import "time"

// system is a resource manager context (SCARDCONTEXT), through one of the
// bindings. Results are codes of PC/SC: what they mean is decided in one place.
type system interface {
	listReaders() ([]string, Code)
	// status fills in event and atr of each state, at once where current is not
	// what is known, else after the timeout (codeTimeout).
	status(states []readerState, timeout time.Duration) Code
	connect(reader string) (handle, Code)
	release() Code
}

// handle is an open card (SCARDHANDLE).
type handle interface {
	protocol() protocol
	begin() Code
	end(disposition) Code
	transmit(command []byte) (response []byte, c Code)
	// reconnect acknowledges a reset by another program.
	reconnect() Code
	disconnect(disposition) Code
}

// readerState is SCARD_READERSTATE.
type readerState struct {
	reader         string
	current, event uint32
	atr            []byte
}

// Bits of a reader's state (SCARD_STATE_*). The upper half counts events.
const (
	stateChanged   = 0x0002
	stateUnknown   = 0x0004
	statePresent   = 0x0020
	stateExclusive = 0x0080
	stateInUse     = 0x0100
	stateMute      = 0x0200

	stateFlags = 0xFFFF
)

// Share modes and scope, the ones used.
const (
	scopeSystem = 2
	shareShared = 2
)

type protocol uint32

// Transmission protocols, a bit mask (SCARD_PROTOCOL_*).
const (
	protocolT0  protocol = 1
	protocolT1  protocol = 2
	protocolAny          = protocolT0 | protocolT1
)

type disposition uint32

// What becomes of the card (SCARD_LEAVE_CARD and so on).
const (
	leaveCard disposition = iota
	resetCard
	unpowerCard
)
