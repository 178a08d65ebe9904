package jpkikey

import (
	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/pcsc"
)

// Manager knows readers and opens the cards in them.
type Manager interface {
	// Readers returns the readers, at least one: none is an error.
	Readers() ([]pcsc.Reader, error)
	// Connect opens the card in the reader of that name.
	Connect(reader string) (Conn, error)
	Close() error
}

// Conn is an open card.
type Conn interface {
	cardio.Exclusive
	Close() error
}

// manager is that of the system.
type manager struct{ *pcsc.Context }

// establish connects to the system's resource manager.
func establish() (Manager, error) {
	ctx, err := pcsc.Establish()
	if err != nil {
		return nil, err
	}
	return manager{ctx}, nil
}

func (m manager) Connect(reader string) (Conn, error) {
	conn, err := m.Context.Connect(reader)
	if err != nil { // not a nil pointer in an interface
		return nil, err
	}
	return conn, nil
}
