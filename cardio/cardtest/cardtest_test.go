package cardtest_test

import (
	"testing"

	"github.com/jsign-jp/jsign/cardio/cardtest"
	"github.com/jsign-jp/jsign/cardio/emulator"
)

func newCard(t *testing.T) *emulator.Card {
	t.Helper()
	card, err := emulator.New(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return card
}

// inProcess puts a card into the emulator's own reader.
func inProcess(_ *testing.T, chip emulator.Chip) cardtest.Reader {
	reader := emulator.NewReader(chip)
	return cardtest.Reader{
		Connect: func() (cardtest.Session, error) {
			s, err := reader.Connect()
			if err != nil { // not a nil pointer in an interface
				return nil, err
			}
			return s, nil
		},
		Remove: reader.Remove,
		Insert: func() { reader.Insert(chip) },
	}
}

func TestReaderConforms(t *testing.T) { cardtest.Run(t, inProcess) }

func TestReaderConformsOnRemoval(t *testing.T) { cardtest.RunRemoval(t, inProcess) }
