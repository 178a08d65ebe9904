//go:build unix

package trust_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
)

// TestFolderOfPipes: what is no regular file is refused and not waited for; a link to
// one is as good as the file.
func TestFolderOfPipes(t *testing.T) {
	const hangLimit = 2 * time.Minute
	elsewhere := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(elsewhere, ca.PEM("org-root.pem"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		make func(path string) error
		want string
	}{
		"pipe":           {func(p string) error { return syscall.Mkfifo(p, 0o600) }, "is not a regular file"},
		"link to a pipe": {func(p string) error { return os.Symlink(fifo(t), p) }, "is not a regular file"},
		"link to none":   {func(p string) error { return os.Symlink("missing", p) }, "cannot be read"},
		"link to a file": {func(p string) error { return os.Symlink(elsewhere, p) }, ""},
	} {
		dir := t.TempDir()
		const file = "9d77323e82c7254eeeddbefae16e0fc5f13bb03390dc40102c34bd90e0448708.pem" // of org-root.pem
		if err := c.make(filepath.Join(dir, file)); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() {
			_, err := trust.Folder{Path: dir}.Certificates()
			done <- err
		}()
		select {
		case err := <-done:
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want %q", name, err, c.want)
			}
		case <-time.After(hangLimit):
			t.Fatalf("%s: hangs", name)
		}
	}
}

func fifo(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
