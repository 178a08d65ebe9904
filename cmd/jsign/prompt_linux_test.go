package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// atTerminal is a command whose controlling terminal the test holds the other
// end of.
type atTerminal struct {
	t      *testing.T
	cmd    *exec.Cmd
	master *os.File
	shown  bytes.Buffer
}

// openTerminal opens a pseudo-terminal (pty(7)).
func openTerminal(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	return master, slave
}

// start runs jsign on letter.txt in a folder of its own, or a batch on that folder.
func start(t *testing.T, args ...string) *atTerminal {
	t.Helper()
	letter, err := os.ReadFile(filepath.Join(demoFolder(), "letter.txt"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "letter.txt"), letter, 0o600); err != nil {
		t.Fatal(err)
	}
	master, slave := openTerminal(t)
	defer slave.Close()
	if args[0] != "batch" {
		args = append([]string{"letter.txt"}, args...)
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(os.Getenv(binariesVariable), "jsign"), args...)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, slave, slave, slave
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return &atTerminal{t: t, cmd: cmd, master: master}
}

// await reads until the terminal shows a text, or the command ends.
func (a *atTerminal) await(text string) {
	a.t.Helper()
	deadline := time.AfterFunc(2*time.Minute, func() { a.cmd.Process.Kill() })
	defer deadline.Stop()
	b := make([]byte, 1024)
	for !strings.Contains(a.shown.String(), text) {
		n, err := a.master.Read(b)
		a.shown.Write(b[:n])
		if err != nil {
			a.t.Fatalf("the terminal never showed %q but %q (%v)", text, a.shown.String(), err)
		}
	}
}

func (a *atTerminal) typing(keys string) {
	a.t.Helper()
	if _, err := a.master.WriteString(keys); err != nil {
		a.t.Fatal(err)
	}
}

// ends waits for the command and compares its exit code and what it left.
func (a *atTerminal) ends(code int, signed bool) {
	a.t.Helper()
	b := make([]byte, 1024)
	for {
		n, err := a.master.Read(b)
		a.shown.Write(b[:n])
		if err != nil { // EIO: the other end is closed
			break
		}
	}
	a.cmd.Wait()
	if got := a.cmd.ProcessState.ExitCode(); got != code {
		a.t.Errorf("exit code %d, want %d:\n%s", got, code, a.shown.String())
	}
	if strings.Contains(a.shown.String(), "PASSWORD") {
		a.t.Errorf("the password was shown:\n%s", a.shown.String())
	}
	entries, err := os.ReadDir(a.cmd.Dir)
	if err != nil {
		a.t.Fatal(err)
	}
	want := 1
	if signed {
		want = 2
	}
	if len(entries) != want {
		a.t.Errorf("%d files are there, want %d: %v", len(entries), want, entries)
	}
}

const (
	question = "Sign? [y/N] "
	prompt   = "signing password (6 to 16 letters and digits, tries left: 5): "
)

func TestPrompt(t *testing.T) {
	a := start(t, "--key", "emulator:")
	a.await(question)
	if !strings.Contains(a.shown.String(), "name, address, date of birth and sex") {
		t.Errorf("the question does not say what is shown:\n%s", a.shown.String())
	}
	a.typing("y\n")
	a.await(prompt)
	a.typing("PASSWORX\b\b1\x15PASSWORD1\r")
	a.ends(exitOK, true)
}

// TestBatchAsks: the bar of a batch rests while a person is asked, or it would wipe
// the question away.
func TestBatchAsks(t *testing.T) {
	a := start(t, "batch", ".", "-o", "out", "--key", "emulator:")
	for _, ask := range []struct{ text, answer string }{{question, "y\n"}, {prompt, "PASSWORD1\r"}} {
		a.await(ask.text)
		time.Sleep(500 * time.Millisecond) // three frames
		a.typing(ask.answer)
		a.await("\r\n")
	}
	a.ends(exitOK, true)
	for _, asked := range []string{question + "y\r", prompt + "\r"} {
		if !strings.Contains(a.shown.String(), asked) {
			t.Errorf("something was drawn over %q:\n%q", asked, a.shown.String())
		}
	}
}

func TestPromptAnswers(t *testing.T) {
	for _, tt := range []struct {
		name, language, prompt, keys string
		code                         int
		says                         string
	}{
		{"wrong", "en", prompt, "PASSWORD2\r", exitPIN, "4 tries left"},
		{"a form that cannot be right", "en", prompt, "1234\r", exitPIN, "it was not sent"},
		{"Ctrl-C", "en", prompt, "PASS\x03", exitInterrupted, "interrupted"},
		{"Ctrl-D", "en", prompt, "\x04", exitPIN, "nothing was entered"},
		{"too long", "en", prompt, strings.Repeat("A", 129), exitPIN, "more than 128 bytes"},
		{"Japanese", "ja", "署名用パスワード（英数字6～16文字、残り5回）: ", "PASSWORD2\r", exitPIN, "残り4回"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := start(t, "--yes", "--key", "emulator:", "--lang", tt.language)
			a.await(tt.prompt)
			a.typing(tt.keys)
			a.ends(tt.code, false)
			if !strings.Contains(a.shown.String(), tt.says) {
				t.Errorf("%q is not in\n%s", tt.says, a.shown.String())
			}
		})
	}
}

func TestNoIsNo(t *testing.T) {
	for name, keys := range map[string]string{"no": "n\n", "nothing": "\n", "Ctrl-D": "\x04"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := start(t, "--key", "emulator:")
			a.await(question)
			a.typing(keys)
			a.ends(exitInterrupted, false)
		})
	}
}

// TestTypedAhead: what was typed before the prompt was not meant for it.
func TestTypedAhead(t *testing.T) {
	a := start(t, "--key", "emulator:")
	a.await(question)
	a.typing("y\nREBOOT\n")
	a.await(prompt)
	a.typing("PASSWORD1\r")
	a.ends(exitOK, true)
}

// TestTheLastTry: it takes --last-try, and a person who types.
func TestTheLastTry(t *testing.T) {
	a := start(t, "--yes", "--key", "emulator:?tries=1")
	a.ends(exitPIN, false)
	if !strings.Contains(a.shown.String(), "--last-try") {
		t.Errorf("no hint:\n%s", a.shown.String())
	}
	a = start(t, "--yes", "--last-try", "--key", "emulator:?tries=1")
	a.await("tries left: 1): ")
	a.typing("PASSWORD1\r")
	a.ends(exitOK, true)
}

// TestHangUp: a closed window restores everything and leaves nothing.
func TestHangUp(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGHUP, syscall.SIGTERM, syscall.SIGQUIT, syscall.SIGINT} {
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			a := start(t, "--yes", "--key", "emulator:")
			a.await(prompt)
			if err := a.cmd.Process.Signal(s); err != nil {
				t.Fatal(err)
			}
			a.ends(exitInterrupted, false)
		})
	}
}

// TestNoCoreFiles: while a PIN may be in memory the process writes no core file
// and lets no other process of its user look inside.
func TestNoCoreFiles(t *testing.T) {
	a := start(t, "--yes", "--key", "emulator:")
	a.await(prompt)
	proc := fmt.Sprintf("/proc/%d/", a.cmd.Process.Pid)
	limits, err := os.ReadFile(proc + "limits")
	if err != nil {
		t.Fatal(err)
	}
	core := ""
	for line := range strings.Lines(string(limits)) {
		if strings.HasPrefix(line, "Max core file size") {
			core = strings.Join(strings.Fields(strings.TrimPrefix(line, "Max core file size"))[:2], " ")
		}
	}
	if core != "0 0" {
		t.Errorf("limits of core files are %q", core)
	}
	status, err := os.Stat(proc + "mem") // a process that may be dumped owns this itself
	if err != nil {
		t.Fatal(err)
	}
	if uid := status.Sys().(*syscall.Stat_t).Uid; uid != 0 {
		t.Errorf("its memory belongs to user %d and not to root", uid)
	}
	a.typing("\x03")
	a.ends(exitInterrupted, false)
}
