package cardtest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/emulator"
)

// Stack is a pcscd of the test's own, with vpcd as its only driver. It ends with
// the test.
type Stack struct {
	// Reader is the PC/SC name of the reader with the emulated card.
	Reader string
	// Second is the name of the other one. It holds a card that knows nothing,
	// or the one given to StartPCSC; under StartRemovable it is empty.
	Second string
	// Witness is in front of the emulated card.
	Witness *Witness

	socket string
	daemon *daemon
	port   int                // where a removable card is plugged in
	eject  context.CancelFunc // takes the removable card out; nil when it is
	gone   chan error         // the removable card's end
}

// readerName is FRIENDLYNAME in the configuration. pcscd appends the number of
// the device and that of the slot.
const readerName = "JPKI Test"

// StartPCSC starts pcscd with a card in its first reader, and optionally one in
// its second. It returns when both are visible. Stacks may run side by side.
func StartPCSC(t testing.TB, chip emulator.Chip, second ...emulator.Chip) *Stack {
	t.Helper()
	s := newStack(t, chip)
	l, err := emulator.NewVPCDListener("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var other emulator.Chip
	if len(second) > 0 {
		other = second[0]
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- l.Serve(ctx, s.Witness, other) }()
	t.Cleanup(func() { // after the daemon's cleanup: pcscd must be gone first
		cancel()
		if err := <-served; err != nil {
			t.Errorf("virtual reader: %v", err)
		}
	})
	s.start(t, fmt.Sprintf("127.0.0.1:0x%X", l.Port()), int(l.Port()))
	s.daemon.awaitCards(t, 2)
	return s
}

// newStack makes the folder of a stack.
func newStack(t testing.TB, chip emulator.Chip) *Stack {
	t.Helper()
	requirePCSCD(t)
	dir, err := os.MkdirTemp("", "jsign-pcscd-") // not t.TempDir: a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil { // pcscd may run as another user
		t.Fatal(err)
	}
	return &Stack{
		Reader:  readerName + " 00 00",
		Second:  readerName + " 00 01",
		Witness: NewWitness(chip),
		socket:  filepath.Join(dir, "pcscd.comm"),
	}
}

// start starts the daemon with vpcd at a device.
func (s *Stack) start(t testing.TB, device string, channel int) {
	t.Helper()
	// A file, not its folder: pcscd reads all there is in a folder.
	conf := filepath.Join(filepath.Dir(s.socket), "reader.conf")
	text := fmt.Sprintf("FRIENDLYNAME \"%s\"\nDEVICENAME %s\nLIBPATH %s\nCHANNELID 0x%X\n", readerName, device, vpcdDriver, channel)
	if err := os.WriteFile(conf, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	s.daemon = startDaemon(t, conf, s.socket)
}

// Env returns the environment of this process with what leads PC/SC programs to
// this stack. Their home is the stack's folder, so that no configuration or
// cache of the user's has a part in it.
func (s *Stack) Env() []string {
	home := filepath.Dir(s.socket)
	return append(os.Environ(), "PCSCLITE_CSOCK_NAME="+s.socket,
		"HOME="+home, "XDG_CACHE_HOME="+home, "XDG_CONFIG_HOME="+home, "OPENSC_CONF="+filepath.Join(home, "none"))
}

// Socket returns the path of pcscd's socket.
func (s *Stack) Socket() string { return s.socket }

// Attach has the PC/SC library of this process use this stack until the test
// ends. One stack at a time can be attached, and the test cannot be parallel.
//
// libpcsclite reads the name of the socket once in its life, so the name stays
// the same in a process, and leads to the stack of the moment.
func (s *Stack) Attach(t *testing.T) {
	t.Helper()
	link := filepath.Join(os.TempDir(), fmt.Sprintf("jsign-pcscd-%d.comm", os.Getpid()))
	if conn, err := net.Dial("unix", link); err == nil {
		conn.Close()
		t.Fatal("another stack is attached to this process")
	}
	if err := os.Remove(link); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if err := os.Symlink(s.socket, link); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(link) })
	t.Setenv("PCSCLITE_CSOCK_NAME", link)
}

// RequireOwnReader ends the test unless card leads to this stack's first card.
func (s *Stack) RequireOwnReader(t testing.TB, card cardio.Card) {
	t.Helper()
	RequireOwnReader(t, card, s.Witness)
}
