//go:build unix && !linux

package durable

import (
	"os"
	"testing"
)

// asNobody runs do without the right to write in folder.
func asNobody(t *testing.T, do func(), folder string) {
	t.Helper()
	if os.Getuid() == 0 {
		t.Skip("root may write everywhere")
	}
	if err := os.Chmod(folder, 0o555); err != nil {
		t.Fatal(err)
	}
	do()
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Error(err)
	}
}
