package cardtest

import (
	"context"
	"errors"
	"net"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/cardio/emulator"
)

// removablePort is where vpcd listens for the card; any will do, since nobody
// else is in the namespace.
const removablePort = 35963

// StartRemovable starts pcscd with a card that can be taken out. It runs only
// inside InNamespace: the virtual reader then listens, which vpcd does on all
// addresses.
func StartRemovable(t testing.TB, chip emulator.Chip) *Stack {
	t.Helper()
	if !inNamespace() {
		t.Fatal("a listening vpcd is open to the network: use InNamespace")
	}
	s := newStack(t, chip)
	s.port = removablePort
	s.start(t, "/dev/null", s.port)
	t.Cleanup(func() { // before the daemon's: nothing is left to power down
		if s.eject != nil {
			s.Remove(t)
		}
	})
	s.Insert(t)
	return s
}

// Insert plugs the card in and returns when pcscd has powered it up.
func (s *Stack) Insert(t testing.TB) {
	t.Helper()
	if s.eject != nil {
		t.Fatal("the card is in the reader")
	}
	before := s.daemon.seen()
	ctx, cancel := context.WithCancel(context.Background())
	s.eject, s.gone = cancel, make(chan error, 1)
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port))
	go func() { s.gone <- plugIn(ctx, addr, s.Witness) }()
	s.daemon.awaitCards(t, before+1)
}

// plugIn serves the card, once vpcd listens.
func plugIn(ctx context.Context, addr string, chip emulator.Chip) error {
	for {
		err := emulator.DialVPCD(ctx, addr, chip)
		if ctx.Err() != nil || !errors.Is(err, syscall.ECONNREFUSED) {
			return err
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// Remove takes the card out. pcscd notices when it next looks, within half a
// second.
func (s *Stack) Remove(t testing.TB) {
	t.Helper()
	s.eject()
	if err := <-s.gone; err != nil {
		t.Errorf("virtual reader: %v", err)
	}
	s.eject = nil
}
