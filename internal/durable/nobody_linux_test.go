package durable

import (
	"errors"
	"os"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// asNobody runs do without the right to write in folder, also when the tests
// run as root: the file system user is a property of the thread.
func asNobody(t *testing.T, do func(), folder string) {
	t.Helper()
	if err := os.Chmod(folder, 0o555); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := os.Chmod(folder, 0o755); err != nil {
			t.Error(err)
		}
	}()
	if os.Getuid() != 0 {
		do()
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Setfsuid(65534); err != nil {
		t.Fatal(err)
	}
	do()
	if err := unix.Setfsuid(0); err != nil {
		t.Fatal(err)
	}
}

func TestFullDevice(t *testing.T) {
	if err := write("/dev/full", "x", Options{}); !errors.Is(err, unix.ENOSPC) {
		t.Errorf("%v", err)
	}
}
