package cardtest

import (
	"context"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/cardio/emulator"
)

// apart is a testing.TB with errors and a cleanup of its own.
type apart struct {
	testing.TB
	errors   []string
	cleanups []func()
}

func (a *apart) Helper()          {}
func (a *apart) Cleanup(f func()) { a.cleanups = append(a.cleanups, f) }
func (a *apart) Errorf(format string, _ ...any) {
	a.errors = append(a.errors, format)
}

// finish runs the cleanups, the last first.
func (a *apart) finish() {
	for i := len(a.cleanups) - 1; i >= 0; i-- {
		a.cleanups[i]()
	}
}

func start(t *testing.T) (*Stack, *apart) {
	t.Helper()
	card, err := emulator.New(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	requirePCSCD(t)
	tb := &apart{TB: t}
	return StartPCSC(tb, card), tb
}

func (d *daemon) awaitExit(t *testing.T) {
	t.Helper()
	select {
	case <-d.exited:
	case <-time.After(hangLimit):
		t.Fatal("pcscd is still there")
	}
}

// TestDeadDaemon: when pcscd dies, programs fail at once, and so does the test.
func TestDeadDaemon(t *testing.T) {
	RequireTools(t, "opensc-tool")
	s, tb := start(t)
	if err := s.daemon.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	s.daemon.awaitExit(t)
	ctx, cancel := context.WithTimeout(t.Context(), hangLimit)
	defer cancel()
	tool := exec.CommandContext(ctx, "opensc-tool", "--list-readers")
	tool.Env = s.Env()
	if out, _ := tool.CombinedOutput(); ctx.Err() != nil || strings.Contains(string(out), s.Reader) {
		t.Errorf("opensc-tool, without pcscd: %v\n%s", ctx.Err(), out)
	}
	tb.finish()
	if len(tb.errors) != 1 || !strings.Contains(tb.errors[0], "ended by itself") {
		t.Errorf("reported: %q", tb.errors)
	}
}

func TestStopLeavesNothing(t *testing.T) {
	s, tb := start(t)
	tb.finish()
	if len(tb.errors) != 0 {
		t.Errorf("reported: %q", tb.errors)
	}
	s.daemon.awaitExit(t)
	if conn, err := net.Dial("unix", s.Socket()); err == nil {
		conn.Close()
		t.Error("the socket is still there")
	}
}

// TestForeignReader: a pcscd that finds a reader which the test did not make is
// ended.
func TestForeignReader(t *testing.T) {
	s, tb := start(t)
	s.daemon.judge("00000012 readerfactory.c:1093:RFInitializeReader() Attempting startup of " + s.Reader + " using libifdvpcd.so")
	select {
	case <-s.daemon.exited:
		t.Fatal("pcscd was ended for the test's own reader")
	case <-time.After(50 * time.Millisecond):
	}
	s.daemon.judge("00000012 readerfactory.c:1093:RFInitializeReader() Attempting startup of ACME Reader 00 00 using libccid.so")
	s.daemon.awaitExit(t)
	tb.finish()
	if len(tb.errors) != 1 {
		t.Errorf("reported: %q", tb.errors)
	}
}
