package pcsc_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/jsign-jp/jsign/cardio/cardtest"
	"github.com/jsign-jp/jsign/cardio/pcsc"
)

// TestNoReader has a service without readers, at its usual place, which in the
// namespace is this test's.
func TestNoReader(t *testing.T) {
	if !cardtest.InNamespace(t) {
		return
	}
	hideUSB(t)
	conf := filepath.Join(t.TempDir(), "reader.conf")
	if err := os.WriteFile(conf, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	daemon := exec.Command("/usr/sbin/pcscd", cardtest.DaemonFlags(conf)...)
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = daemon.Process.Kill()
		_ = daemon.Wait() // killed: its status says nothing
	})
	for name, establish := range bindings {
		ctx := whenUp(t, establish)
		if readers, err := ctx.Readers(); !errors.Is(err, pcsc.ErrNoReader) {
			t.Errorf("%s: %v, %v", name, readers, err)
		}
		short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		if readers, err := ctx.Wait(short, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v, %v", name, readers, err)
		}
		if err := ctx.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// hideUSB keeps pcscd from the readers of the machine, as a namespace does not.
func hideUSB(t *testing.T) {
	t.Helper()
	const devices = "/dev/bus"
	if _, err := os.Stat(devices); err != nil {
		return
	}
	if err := unix.Mount("tmpfs", devices, "tmpfs", 0, ""); err != nil {
		t.Fatal(err)
	}
}

// whenUp establishes a context once the service listens.
func whenUp(t *testing.T, establish func() (*pcsc.Context, error)) *pcsc.Context {
	t.Helper()
	for deadline := time.Now().Add(hangLimit); ; {
		ctx, err := establish()
		if err == nil {
			return ctx
		}
		if !errors.Is(err, pcsc.ErrNoService) || time.Now().After(deadline) {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
