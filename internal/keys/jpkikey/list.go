package jpkikey

import (
	"context"

	"github.com/jsign-jp/jsign/cardio/jpki"
	"github.com/jsign-jp/jsign/cardio/pcsc"
)

// ReaderState is a reader and the card in it.
type ReaderState struct {
	Reader pcsc.Reader

	// Info is what the card tells without a PIN; nil unless it is an
	// Individual Number Card that could be asked.
	Info *jpki.Info

	// Err says why there is no Info though there is a card. It wraps
	// cardio.ErrNotThisCard for a card of another kind.
	Err error
}

// List tells what is in every reader. It costs no try of any PIN. With no
// reader connected the error wraps pcsc.ErrNoReader. establish is as in Options.
func List(ctx context.Context, establishManager func() (Manager, error)) ([]ReaderState, error) {
	if establishManager == nil {
		establishManager = establish
	}
	m, err := establishManager()
	if err != nil {
		return nil, err
	}
	readers, err := m.Readers()
	if err != nil {
		return nil, closing(err, m)
	}
	states := make([]ReaderState, len(readers))
	for i, r := range readers {
		if err := ctx.Err(); err != nil {
			return nil, closing(err, m)
		}
		states[i] = look(m, r)
	}
	return states, m.Close()
}

func look(m Manager, r pcsc.Reader) ReaderState {
	s := ReaderState{Reader: r}
	if !r.Present {
		return s
	}
	conn, err := open(m, r)
	if err != nil {
		s.Err = err
		return s
	}
	s.Info, err = jpki.Probe(conn)
	s.Err = closing(err, conn)
	return s
}
