package jpkikey

import (
	"context"
	"io"

	"github.com/jsign-jp/jsign/cardio/jpki"
	"github.com/jsign-jp/jsign/internal/keys"
)

// Options say how a key is unlocked.
type Options struct {
	// PIN asks for the PIN. It must be set.
	PIN jpki.PINSource

	// LastTry sends a PIN that a person typed even when a single try is left.
	LastTry bool

	// Waiting is called, in a goroutine of its own, when another program has
	// kept the card for a second; nil: nobody is told.
	Waiting func()

	// Establish connects to what manages the readers; nil for the system's
	// PC/SC.
	Establish func() (Manager, error)
}

// Key is a key on a card, in whatever reader it will be when it is unlocked.
type Key struct {
	reader  string // "" for any
	kind    jpki.KeyKind
	options Options
}

var _ keys.Key = (*Key)(nil)

// Open makes a Key from the query of a jpki: URI: reader, the name of a reader
// or a part of it, and cert, "sign" (the default) or "auth". No card is touched.
func Open(uri keys.URI, opt Options) (*Key, error) {
	k := &Key{reader: uri.Query.Get("reader"), kind: jpki.Sign, options: opt}
	if k.options.Establish == nil {
		k.options.Establish = establish
	}
	if !uri.Query.Has("cert") {
		return k, nil
	}
	var err error
	k.kind, err = jpki.ParseKeyKind(uri.Query.Get("cert"))
	return k, err
}

// Unlock finds the card, asks for its PIN, and has the card verify it, at most
// once. See jpki.Unlock for what the PIN guard refuses, and for what a session
// must not be kept waiting for. The errors carry hints.
func (k *Key) Unlock(ctx context.Context) (keys.Session, error) {
	conn, err := k.connect(ctx)
	if err != nil {
		return nil, err
	}
	s, err := jpki.Unlock(ctx, conn, k.kind, k.options.PIN, jpki.Options{LastTry: k.options.LastTry})
	if err != nil {
		return nil, closing(err, conn)
	}
	return &session{s, conn}, nil
}

// connect finds the card and connects to it.
func (k *Key) connect(ctx context.Context) (*managedConn, error) {
	m, err := k.options.Establish()
	if err != nil {
		return nil, err
	}
	conn, err := find(ctx, patient{m, k.options.Waiting}, k.reader)
	if err != nil {
		return nil, closing(err, m)
	}
	return &managedConn{conn, m}, nil
}

// managedConn is a connection that has a Manager of its own.
type managedConn struct {
	Conn
	manager Manager
}

func (c *managedConn) Close() error { return closing(c.Conn.Close(), c.manager) }

// session is a card's session with the connection below it.
type session struct {
	*jpki.Session
	conn Conn
}

// Close ends the session, has the card forget the PIN, and disconnects. Closing
// again does nothing.
func (s *session) Close() error {
	if s.conn == nil {
		return nil
	}
	err := closing(s.Session.Close(), s.conn)
	s.conn = nil
	return err
}

// closing closes c and returns the first error, err before its own.
func closing(err error, c io.Closer) error {
	if closeErr := c.Close(); err == nil {
		err = closeErr
	}
	return err
}
