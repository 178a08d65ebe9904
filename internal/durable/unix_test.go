//go:build unix

package durable

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/jsign-jp/jsign/internal/lang"
)

func TestDevices(t *testing.T) {
	before, err := os.Stat("/dev/null")
	if err != nil {
		t.Fatal(err)
	}
	if err := write("/dev/null", "lost", Options{}); err != nil {
		t.Error(err)
	}
	after, err := os.Stat("/dev/null")
	if err != nil || !os.SameFile(before, after) || after.Mode() != before.Mode() {
		t.Errorf("/dev/null became %v (%v)", after.Mode(), err)
	}
}

func TestLinkToDevice(t *testing.T) {
	folder := t.TempDir()
	out := filepath.Join(folder, "out")
	if err := os.Symlink("/dev/null", out); err != nil {
		t.Fatal(err)
	}
	if err := write(out, "lost", Options{}); err != nil {
		t.Error(err)
	}
	if to, err := os.Readlink(out); err != nil || to != "/dev/null" {
		t.Errorf("the link leads to %q, %v", to, err)
	}
}

func TestNamedPipe(t *testing.T) {
	out := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(out, 0o600); err != nil {
		t.Fatal(err)
	}
	read := make(chan string, 1)
	go func() {
		content, err := os.ReadFile(out)
		if err != nil {
			content = []byte(err.Error())
		}
		read <- string(content)
	}()
	if err := write(out, "through", Options{}); err != nil {
		t.Fatal(err)
	}
	if got := <-read; got != "through" {
		t.Errorf("the reader got %q", got)
	}
	if info, err := os.Lstat(out); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		t.Errorf("the pipe became %v (%v)", info, err)
	}
}

// Opening a pipe that nobody reads ends with the context.
func TestPipeWithoutReader(t *testing.T) {
	out := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(out, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := Create(ctx, out, Options{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Create: %v", err)
	}
	reader, err := os.OpenFile(out, os.O_RDWR, 0) // lets the abandoned open end
	if err != nil {
		t.Fatal(err)
	}
	reader.Close()
}

// A descriptor by name is written at its position and shares it.
func TestDescriptors(t *testing.T) {
	folder := t.TempDir()
	file, err := os.Create(filepath.Join(folder, "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := io.WriteString(file, "before "); err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("/dev/fd/%d", file.Fd())
	if err := write(name, "written", Options{}); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(file, " after"); err != nil {
		t.Fatal(err)
	}
	expect(t, folder, "out=before written after")
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if err := write(name, "x", Options{Inputs: []fs.FileInfo{info}}); !errors.Is(err, ErrSameFile) {
		t.Errorf("an input by descriptor: %v", err)
	}
	for path, want := range map[string]int{"/dev/stdout": 1, "/dev/stderr": 2, "/dev/fd/0": 0, "/proc/self/fd/7": 7} {
		if n, ok := descriptor(path); !ok || n != want {
			t.Errorf("%s: %d, %v", path, n, ok)
		}
	}
	for _, path := range []string{"/dev/fd/x", "/dev/fd/-1", "/dev/stdout2", "stdout", "/dev/fd/99999999999"} {
		if _, ok := descriptor(path); ok {
			t.Errorf("%s is taken for a descriptor", path)
		}
	}
}

// The test binary runs itself under a file size limit.
func TestFileSizeLimit(t *testing.T) {
	if out := os.Getenv("DURABLE_TEST_OUT"); out != "" {
		err := write(out, strings.Repeat("x", 1<<20), Options{Force: true})
		if !errors.Is(err, unix.EFBIG) {
			t.Errorf("beyond the limit: %v", err)
		}
		return
	}
	folder := t.TempDir()
	put(t, filepath.Join(folder, "out"), "old", 0o644)
	child := exec.Command("sh", "-c", `ulimit -f 16; exec "$0" -test.run '^TestFileSizeLimit$'`, os.Args[0])
	child.Env = append(os.Environ(), "DURABLE_TEST_OUT="+filepath.Join(folder, "out"))
	if output, err := child.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, output)
	}
	expect(t, folder, "out=old")
}

func TestNotWritable(t *testing.T) {
	folder := t.TempDir()
	asNobody(t, func() {
		err := write(filepath.Join(folder, "out"), "x", Options{})
		if !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%v", err)
		}
		if hint := lang.Hint(err, lang.English); !strings.Contains(hint, "-o") {
			t.Errorf("hint %q", hint)
		}
	}, folder)
	expect(t, folder, "")
}

func TestKeepsOwner(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can make a file of another owner")
	}
	out := filepath.Join(t.TempDir(), "out")
	put(t, out, "old", 0o640)
	if err := os.Chown(out, 65534, 65533); err != nil {
		t.Fatal(err)
	}
	if err := write(out, "new", Options{Force: true}); err != nil {
		t.Fatal(err)
	}
	var stat unix.Stat_t
	if err := unix.Stat(out, &stat); err != nil || stat.Uid != 65534 || stat.Gid != 65533 || stat.Mode&0o777 != 0o640 {
		t.Errorf("owner %d:%d, mode %o (%v)", stat.Uid, stat.Gid, stat.Mode, err)
	}
}
