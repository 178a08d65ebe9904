package emulatorkey

import (
	"errors"
	"maps"
	"slices"

	"github.com/jsign-jp/jsign/cardio/emulator"
	"github.com/jsign-jp/jsign/cardio/pcsc"
	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/keys/jpkikey"
)

// ReaderName is the name of the reader that the emulated card is in.
const ReaderName = "jsign emulator"

// Open makes a Key from the query of an emulator: URI: cert, as in jpki: URIs,
// and the options of emulator.ParseQuery. Establish in opt is replaced.
func Open(uri keys.URI, opt jpkikey.Options) (*jpkikey.Key, error) {
	query := maps.Clone(uri.Query)
	delete(query, "cert")
	options, err := emulator.ParseQuery(query)
	if err != nil {
		return nil, err
	}
	card, err := emulator.New(options)
	if err != nil {
		return nil, err
	}
	opt.Establish = NewManager(card)
	return jpkikey.Open(uri, opt)
}

// NewManager returns what shows a card as the only one, in a reader of this
// process, to jpkikey.Open and jpkikey.List.
func NewManager(card *emulator.Card) func() (jpkikey.Manager, error) {
	m := manager{reader: emulator.NewReader(card), atr: card.ATR()}
	return func() (jpkikey.Manager, error) { return m, nil }
}

// manager is a resource manager with one reader.
type manager struct {
	reader *emulator.Reader
	atr    []byte
}

func (m manager) Readers() ([]pcsc.Reader, error) {
	return []pcsc.Reader{{Name: ReaderName, Present: true, ATR: slices.Clone(m.atr)}}, nil
}

func (m manager) Connect(string) (jpkikey.Conn, error) {
	s, err := m.reader.Connect()
	if errors.Is(err, emulator.ErrNoCard) {
		err = pcsc.ErrNoCard
	}
	if err != nil { // not a nil pointer in an interface
		return nil, err
	}
	return s, nil
}

// Close has nothing to close: the card stays in its reader.
func (manager) Close() error { return nil }
