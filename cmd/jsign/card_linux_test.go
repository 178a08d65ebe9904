package main

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/cardio/cardtest"
	"github.com/jsign-jp/jsign/cardio/emulator"
)

// command runs a binary in a folder and returns everything it printed.
func command(t *testing.T, dir string, env []string, name string, args ...string) (output string, code int) {
	t.Helper()
	if name == "jsign" {
		name = filepath.Join(os.Getenv(binariesVariable), name)
	}
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir, cmd.Env = dir, append(env, "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// TestThroughTheRealCardStack signs with the card of a pcscd of the test's own:
// command, PC/SC library, daemon, driver, card.
func TestThroughTheRealCardStack(t *testing.T) {
	card, err := emulator.New(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	stack, dir := cardtest.StartPCSC(t, card), office(t)
	out, code := command(t, dir, stack.Env(), "jsign", "status")
	if code != exitOK || !strings.Contains(out, stack.Reader) || !strings.Contains(out, "5 tries left") {
		t.Fatalf("status: exit code %d\n%s", code, out)
	}
	if out, code = command(t, dir, stack.Env(), "jsign", "contract.pdf", "letter.txt", "--pin-file", "pin"); code != exitOK {
		t.Fatalf("sign: exit code %d\n%s", code, out)
	}
	if strings.Contains(out, "emulated") {
		t.Errorf("a card in a reader was called emulated:\n%s", out)
	}
	if card.VerifyCount() != 1 || card.SignCount() != 2 {
		t.Errorf("%d PINs sent and %d signatures made for two documents", card.VerifyCount(), card.SignCount())
	}
	if out, code := command(t, dir, os.Environ(), "pdfsig", "contract.signed.pdf"); code != 0 || !strings.Contains(out, "Signature is Valid") {
		t.Errorf("pdfsig: exit code %d\n%s", code, out)
	}
}

// TestAWrongFileInALoop costs one try, not all of them.
func TestAWrongFileInALoop(t *testing.T) {
	card, err := emulator.New(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	stack, dir := cardtest.StartPCSC(t, card), office(t)
	for range 6 {
		if out, code := command(t, dir, stack.Env(), "jsign", "letter.txt", "--pin-file", "wrong"); code != exitPIN {
			t.Fatalf("exit code %d\n%s", code, out)
		}
	}
	if card.VerifyCount() != 1 || card.SignTries() != emulator.MaxSignTries-1 {
		t.Errorf("six runs sent %d PINs and left %d tries", card.VerifyCount(), card.SignTries())
	}
}

// TestTheEmulatorListens: jsign emulator --vpcd-listen, asked for its ATR as a
// virtual reader in reversed mode asks.
func TestTheEmulatorListens(t *testing.T) {
	cmd, said := startEmulator(t, "--vpcd-listen", "127.0.0.1:0")
	var port int
	for line := said; port == 0 && line.Scan(); {
		fmt.Sscanf(line.Text(), "jsign: waiting for a virtual reader at 127.0.0.1:%d", &port)
	}
	for p := port; p <= port+1; p++ {
		conn, err := net.Dial("tcp4", fmt.Sprintf("127.0.0.1:%d", p))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if atr := askATR(t, conn); len(atr) < 2 {
			t.Errorf("port %d: ATR %X", p, atr)
		}
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
}

// TestTheEmulatorConnects: jsign emulator --vpcd-connect, to a reader that the
// test is.
func TestTheEmulatorConnects(t *testing.T) {
	reader, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	cmd, _ := startEmulator(t, "--vpcd-connect", reader.Addr().String(), "--card", "contactless")
	conn, err := reader.Accept()
	if err != nil {
		t.Fatal(err)
	}
	if atr := hex.EncodeToString(askATR(t, conn)); !strings.HasPrefix(atr, "3b88") {
		t.Errorf("ATR %s of a contactless card", atr)
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != exitOK && cmd.ProcessState.ExitCode() != exitInterrupted {
		t.Errorf("Ctrl-C: %v", err)
	}
}

// startEmulator returns what it says, line by line.
func startEmulator(t *testing.T, args ...string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(os.Getenv(binariesVariable), "jsign"), append([]string{"emulator"}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return cmd, bufio.NewScanner(said)
}

// askATR sends vpcd's control byte 4 and reads the framed answer.
func askATR(t *testing.T, conn net.Conn) []byte {
	t.Helper()
	conn.SetDeadline(time.Now().Add(2 * time.Minute))
	if _, err := conn.Write([]byte{0, 1, 4}); err != nil {
		t.Fatal(err)
	}
	var length [2]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		t.Fatal(err)
	}
	atr := make([]byte, binary.BigEndian.Uint16(length[:]))
	if _, err := io.ReadFull(conn, atr); err != nil {
		t.Fatal(err)
	}
	return atr
}
