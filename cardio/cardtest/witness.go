package cardtest

import (
	"bytes"
	"crypto/rand"
	"sync"
	"testing"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/emulator"
)

// Witness is a chip that remembers what reached it. It is safe for concurrent
// use.
type Witness struct {
	emulator.Chip

	mu       sync.Mutex
	commands [][]byte
}

// NewWitness puts a witness in front of a chip.
func NewWitness(chip emulator.Chip) *Witness { return &Witness{Chip: chip} }

// Transmit remembers the command and has the chip execute it.
func (w *Witness) Transmit(command []byte) ([]byte, error) {
	w.mu.Lock()
	w.commands = append(w.commands, bytes.Clone(command))
	w.mu.Unlock()
	return w.Chip.Transmit(command)
}

// Saw says whether exactly this command has reached the chip.
func (w *Witness) Saw(command []byte) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.commands {
		if bytes.Equal(c, command) {
			return true
		}
	}
	return false
}

// RequireOwnReader ends the test unless card leads to the chip behind w. It
// selects an applet with a random name, which costs nothing on any card, and
// asks the witness whether it arrived. Call it before the first VERIFY.
func RequireOwnReader(t testing.TB, card cardio.Card, w *Witness) {
	t.Helper()
	name := make([]byte, 16)
	if _, err := rand.Read(name); err != nil {
		t.Fatal(err)
	}
	command, err := selectByName(name).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := card.Transmit(command); err != nil {
		t.Fatalf("the reader does not answer: %v", err)
	}
	if !w.Saw(command) {
		t.Fatal("this reader is not the test's own: no PIN may be sent to it")
	}
}

// selectByName returns SELECT with an applet's name, asking for no answer.
func selectByName(name []byte) cardio.Command {
	return cardio.Command{INS: cardio.InsSelect, P1: 0x04, P2: 0x0C, Data: name}
}
