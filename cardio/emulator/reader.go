package emulator

import (
	"errors"
	"sync"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/internal/lang"
)

// ErrNoCard says that the reader is empty.
var ErrNoCard = lang.Errorf("there is no card in the reader", "カードリーダーにカードがありません")

// ErrSharing says that another session has the card in a transaction (PC/SC
// part 10, SCARD_E_SHARING_VIOLATION).
var ErrSharing = lang.Errorf("another program is using the card", "別のプログラムがカードを使用中です")

// Misuse of a Session by its program.
var (
	errClosed        = errors.New("emulator: the session is closed")
	errNested        = errors.New("emulator: transactions do not nest")
	errNoTransaction = errors.New("emulator: no transaction to end")
)

// Reader is a card reader in process: it holds a card or none, and shares it
// between sessions as PC/SC does. It is safe for concurrent use.
type Reader struct {
	mu      sync.Mutex
	changed sync.Cond // the owner ended, or the card changed
	chip    Chip      // nil: empty
	// insertion counts the cards put in: a session ends with its card.
	insertion int
	owner     *Session // in a transaction; nil for none
}

// NewReader makes a reader with a card in it; nil for none.
func NewReader(chip Chip) *Reader {
	r := &Reader{chip: chip}
	r.changed.L = &r.mu
	return r
}

// Insert puts a card in, in place of the one that is there.
func (r *Reader) Insert(chip Chip) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.replace(chip)
}

// Remove takes the card out, which loses its power. Its sessions answer
// cardio.ErrCardRemoved from then on, also those that wait in Begin.
func (r *Reader) Remove() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.replace(nil)
}

func (r *Reader) replace(chip Chip) {
	if r.chip != nil {
		r.chip.PowerOff()
	}
	r.chip, r.owner = chip, nil
	r.insertion++
	r.changed.Broadcast()
}

// Connect opens a session with the card in the reader, shared with any others.
func (r *Reader) Connect() (*Session, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.chip == nil {
		return nil, ErrNoCard
	}
	return &Session{reader: r, chip: r.chip, insertion: r.insertion}, nil
}

var _ cardio.Exclusive = (*Session)(nil)

// Session is one program's connection to the card in a Reader. Its methods may
// be called from several goroutines, but a transaction belongs to the session,
// not to a goroutine.
type Session struct {
	reader    *Reader
	chip      Chip
	insertion int
	closed    bool // guarded by reader.mu
}

// ATR returns the card's answer to reset.
func (s *Session) ATR() []byte { return s.chip.ATR() }

// Transmit sends one command. It answers ErrSharing while another session has
// a transaction, and cardio.ErrCardRemoved when the card is gone, also when it
// went while the command was under way.
func (s *Session) Transmit(command []byte) ([]byte, error) {
	if err := s.usable(); err != nil {
		return nil, err
	}
	response, err := s.chip.Transmit(command)
	if gone := s.present(); gone != nil {
		return nil, gone
	}
	return response, err
}

// usable says why a command cannot be sent now.
func (s *Session) usable() error {
	s.reader.mu.Lock()
	defer s.reader.mu.Unlock()
	if err := s.alive(); err != nil {
		return err
	}
	if s.reader.owner != nil && s.reader.owner != s {
		return ErrSharing
	}
	return nil
}

func (s *Session) present() error {
	s.reader.mu.Lock()
	defer s.reader.mu.Unlock()
	return s.alive()
}

// alive says whether the session still has its card. The reader is locked.
func (s *Session) alive() error {
	switch {
	case s.closed:
		return errClosed
	case s.insertion != s.reader.insertion:
		return cardio.ErrCardRemoved
	}
	return nil
}

// Begin starts a transaction, once no other session has one.
func (s *Session) Begin() error {
	s.reader.mu.Lock()
	defer s.reader.mu.Unlock()
	for {
		if err := s.alive(); err != nil {
			return err
		}
		switch s.reader.owner {
		case nil:
			s.reader.owner = s
			return nil
		case s:
			return errNested
		}
		s.reader.changed.Wait()
	}
}

// End ends the transaction, after the card is brought into the state asked for.
func (s *Session) End(d cardio.Disposition) error {
	s.reader.mu.Lock()
	defer s.reader.mu.Unlock()
	if err := s.alive(); err != nil {
		return err
	}
	if s.reader.owner != s {
		return errNoTransaction
	}
	switch d {
	case cardio.ResetCard:
		s.chip.Reset()
	case cardio.UnpowerCard:
		s.chip.PowerOff()
	}
	s.release()
	return nil
}

// Close ends the session, and its transaction if it has one. The card is left
// as it is. Closing again does nothing.
func (s *Session) Close() error {
	s.reader.mu.Lock()
	defer s.reader.mu.Unlock()
	s.closed = true
	s.release()
	return nil
}

// release lets the other sessions have the card. The reader is locked.
func (s *Session) release() {
	if s.reader.owner == s {
		s.reader.owner = nil
	}
	s.reader.changed.Broadcast()
}
