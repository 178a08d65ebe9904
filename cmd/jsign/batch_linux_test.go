package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/cardio/cardtest"
	"github.com/jsign-jp/jsign/cardio/emulator"
)

// requireTool skips where a tool is missing, but not in CI.
func requireTool(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		t.Skipf("%s cannot be used here (scripts/install-test-deps.sh installs it): %v", name, err)
	}
}

// TestBatchOnAFaultyDisk lets system calls of the real command fail, or kills it
// in the middle of one, and goes on with --resume.
func TestBatchOnAFaultyDisk(t *testing.T) {
	requireTool(t, "strace", "-f", "-qq", "-e", "trace=none", "true")
	a, other := newArchive(t, 10, 2), newSoftwareArchive(t, 10, 2)
	rounds := 1
	if os.Getenv(killsVariable) != "" {
		rounds = 10
	}
	rng := rand.New(rand.NewPCG(6, 7))
	met := 0
	for _, call := range []string{"fsync", "renameat2", "pwrite64", "openat", "mkdirat"} {
		for _, effect := range []string{"error=EIO", "error=ENOSPC", "signal=SIGKILL"} {
			for round := range rounds {
				a, other = other, a
				out := fmt.Sprintf("%s %s %d", call, effect, round)
				when := 1 + rng.IntN(6) // of each thread: how many there are is the runtime's affair
				switch {
				case call == "openat":
					when += 20 // behind those of the runtime and the libraries
				case effect == "error=EIO" && round == 0:
					when = 1 // which is met in any case
				}
				a.prefix = []string{"strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + call, "-e", fmt.Sprintf("inject=%s:%s:when=%d", call, effect, when)}
				text, code := a.run(out)
				if code != exitOK {
					met++
				}
				if strings.Contains(text, "panic") {
					t.Errorf("%s: %s", out, text)
				}
				a.prefix = nil
				a.half(out)
				if text, code := a.run(out); code != exitOK {
					t.Errorf("%s, then --resume: exit code %d\n%s", out, code, text)
				}
				a.check(out)
			}
		}
	}
	if met < 4 { // of fsync, renameat2, pwrite64, mkdirat
		t.Errorf("only %d faults were met", met)
	}
	t.Logf("%d runs met a fault", met)
}

// TestBatchOnAFullDisk fills a disk of the test's own.
func TestBatchOnAFullDisk(t *testing.T) {
	requireTool(t, "unshare", "--map-root-user", "--mount", "true")
	a := newArchive(t, 40, 0)
	jsign := strings.Join(a.command("small").Args, " ")
	script := fmt.Sprintf(`mkdir small && mount -t tmpfs -o size=96k none small
%[1]s; echo "full: $?"
find small -name '.*.jsign-*' | wc -l | sed 's/^/hidden: /'
mount -o remount,size=4m small
%[1]s; echo "room: $?"
mount -o remount,ro small
%[1]s; echo "read-only: $?"
cp -r small copied`, jsign)
	cmd := exec.CommandContext(t.Context(), "unshare", "--map-root-user", "--mount", "sh", "-c", script)
	cmd.Dir, cmd.Env = a.dir, append(os.Environ(), "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	for _, want := range []string{"full: 2\n", "no space is left", "hidden: 0\n", "room: 0\n", "read-only: 2\n", "read-only"} {
		if err != nil || !strings.Contains(string(out), want) {
			t.Fatalf("%v, no %q in\n%s", err, want, out)
		}
	}
	a.check("copied")
}

// TestBatchIntoItsInputs mounts the inputs at the output folder: only the files
// themselves tell.
func TestBatchIntoItsInputs(t *testing.T) {
	requireTool(t, "unshare", "--map-root-user", "--mount", "true")
	a := newArchive(t, 3, 0)
	jsign := strings.Join(a.command("out").Args, " ")
	cmd := exec.CommandContext(t.Context(), "unshare", "--map-root-user", "--mount", "sh", "-c",
		"mkdir out && mount --bind . out && "+jsign)
	cmd.Dir, cmd.Env = a.dir, append(os.Environ(), "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	if err == nil || cmd.ProcessState.ExitCode() != exitFile || !strings.Contains(string(out), "is in the output folder") {
		t.Fatalf("%v\n%s", err, out)
	}
}

// TestBatchWithALimitOnFiles lets the journal meet a limit on the size of files
// (setrlimit(2)): the run stops, and marks nothing as failed.
func TestBatchWithALimitOnFiles(t *testing.T) {
	for name, a := range map[string]*archive{"card": newArchive(t, 40, 0), "software": newSoftwareArchive(t, 40, 0)} {
		a.prefix = []string{"sh", "-c", `ulimit -f 16; exec "$@"`, "sh"}
		text, code := a.run("limited")
		for _, want := range []string{"cannot write the journal", "hint: look after the disk", "failed: 0\n"} {
			if code != exitFile || !strings.Contains(text, want) {
				t.Errorf("%s: exit code %d, no %q in\n%s", name, code, want, text)
			}
		}
		a.prefix = nil
		if text, code := a.run("limited"); code != exitOK {
			t.Errorf("%s, --resume: exit code %d\n%s", name, code, text)
		}
		a.check("limited")
	}
}

// TestBatchWaitsForTheCard takes the card away in the middle of a run, through
// PC/SC, and puts it back.
func TestBatchWaitsForTheCard(t *testing.T) {
	if !cardtest.InNamespace(t) {
		return
	}
	var removed atomic.Bool // until then the card is slow, so that the run cannot be over
	card, err := emulator.New(emulator.Options{Delay: 300 * time.Millisecond, Sleep: func(d time.Duration) {
		if !removed.Load() {
			time.Sleep(d)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	stack, a := cardtest.StartRemovable(t, card), newArchive(t, 30, 0)
	cmd := a.command("out", "--key", "jpki:")
	cmd.Env = append(stack.Env(), "LC_ALL=C.UTF-8")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	words := bufio.NewScanner(stderr)
	signed := bufio.NewScanner(stdout)
	awaitLine(t, signed, " -> ")
	stack.Remove(t)
	removed.Store(true)
	awaitLine(t, words, "waiting for the card")
	stack.Insert(t)
	awaitLine(t, words, "the card is back")
	for signed.Scan() {
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	a.check("out")
	if card.VerifyCount() != 2 || card.SignTries() != emulator.MaxSignTries {
		t.Errorf("%d PINs sent, %d tries left", card.VerifyCount(), card.SignTries())
	}
}

func awaitLine(t *testing.T, lines *bufio.Scanner, text string) {
	t.Helper()
	var others []string
	for lines.Scan() {
		if strings.Contains(lines.Text(), text) {
			return
		}
		others = append(others, lines.Text())
	}
	t.Fatalf("%q never came, but %q", text, others)
}

// TestBatchInterrupted: Ctrl-C finishes what is in the card, and --resume the rest.
func TestBatchInterrupted(t *testing.T) {
	a := newArchive(t, 30, 0)
	cmd := a.command("out", "--key", "emulator:?delay=500ms", "--json", "--report", "report.json")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	events := bufio.NewScanner(stdout)
	awaitLine(t, events, `"state":"signed"`)
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	awaitLine(t, events, `"run":"interrupted"`)
	for events.Scan() {
	}
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
	if report, err := os.ReadFile(filepath.Join(a.dir, "report.json")); err != nil || !strings.Contains(string(report), `"run": "interrupted"`) {
		t.Errorf("the report does not say that it is not complete: %s, %v", report, err)
	}
	a.half("out")
	for name := range a.outputs("out") {
		if strings.Contains(name, ".jsign-") {
			t.Errorf("%s was left behind", name)
		}
	}
	if text, code := a.run("out"); code != exitOK {
		t.Fatalf("--resume: exit code %d\n%s", code, text)
	}
	a.check("out")
}

// TestBatchOutlivesItsTerminal: nohup keeps a batch from ending with the terminal.
func TestBatchOutlivesItsTerminal(t *testing.T) {
	a := newArchive(t, 4, 0)
	a.prefix = []string{"sh", "-c", `trap "" HUP; exec "$@"`, "sh"} // as nohup does
	cmd := a.command("out", "--key", "emulator:?delay=300ms", "--json")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	events := bufio.NewScanner(stdout)
	awaitLine(t, events, `"state":"signed"`)
	if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	awaitLine(t, events, `"run":"ended"`)
	for events.Scan() {
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	a.check("out")
}

// TestTwoBatchesOnOneFolder: the second one is refused while the first runs.
func TestTwoBatchesOnOneFolder(t *testing.T) {
	a := newArchive(t, 20, 0)
	first := a.command("out", "--watch", "--stable", "1ms") // until Ctrl-C
	stdout, err := first.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	awaitLine(t, lines, " -> ")
	if text, code := a.run("out"); code != exitFile || !strings.Contains(text, "another batch is using this journal") {
		t.Errorf("exit code %d\n%s", code, text)
	}
	if out, code := command(t, a.dir, os.Environ(), "jsign", "journal", "show", "out"); code != exitOK && code != exitSigning || !strings.Contains(out, "signed") {
		t.Errorf("reading beside: exit code %d\n%s", code, out)
	}
	for range len(a.inputs) - 1 {
		awaitLine(t, lines, " -> ")
	}
	if err := first.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
	}
	first.Wait()
	if code := first.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
	a.check("out")
}

// TestBatchWatches: what arrives is signed once it is complete, until Ctrl-C.
func TestBatchWatches(t *testing.T) {
	a := newArchive(t, 1, 0)
	cmd := a.command("out", "--watch", "--stable", "100ms")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	awaitLine(t, lines, "letter 0.txt -> ")
	for name, content := range map[string]string{"in/new.tmp": "not complete", "in/later/new.txt": "complete"} {
		file := filepath.Join(a.dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	awaitLine(t, lines, "later/new.txt -> ")
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
	}
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
	if _, err := os.Stat(filepath.Join(a.dir, "out", "new.tmp.p7s")); err == nil {
		t.Error("a temporary file was signed")
	}
}

// TestBatchWithTheClockSetBack: documents that seem newer than their signatures
// are read again and recognised, and an edit is seen all the same.
func TestBatchWithTheClockSetBack(t *testing.T) {
	a := newArchive(t, 3, 0)
	future := time.Now().Add(24 * time.Hour)
	for name := range a.inputs { // written before the clock was set back
		if err := os.Chtimes(filepath.Join(a.dir, "in", name), future, future); err != nil {
			t.Fatal(err)
		}
	}
	if text, code := a.run("undisturbed"); code != exitOK {
		t.Fatalf("exit code %d\n%s", code, text)
	}
	a.check("undisturbed")
	edited := filepath.Join(a.dir, "in", "texts", "0", "letter 0.txt")
	if err := os.WriteFile(edited, []byte("another letter"), 0o600); err != nil {
		t.Fatal(err)
	}
	if text, code := a.run("undisturbed"); code != 1 || !strings.Contains(text, "changed after it was signed") {
		t.Errorf("exit code %d\n%s", code, text)
	}
	a.check("undisturbed")
}
