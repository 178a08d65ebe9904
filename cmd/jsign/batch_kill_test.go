package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/batch"
	"github.com/jsign-jp/jsign/internal/durable"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// killsVariable asks for more kills than the suite has time for.
const killsVariable = "JSIGN_TEST_KILLS"

// archive is a folder of documents for a batch whose outputs do not depend on the
// time: detached signatures without attributes, and PDFs, of which all but the
// last revision is compared.
type archive struct {
	t      *testing.T
	dir    string
	inputs map[string][]byte
	want   map[string][]byte // of an undisturbed run
	prefix []string          // a command before jsign
	key    []string          // flags
}

// newArchive makes an archive that is signed with a card.
func newArchive(t *testing.T, texts, pdfs int) *archive {
	t.Helper()
	return fillArchive(t, texts, pdfs, "--key", "emulator:", "--pin-file", "pin")
}

// newSoftwareArchive makes one that is signed with a key in a file: the run shares
// its syncs then.
func newSoftwareArchive(t *testing.T, texts, pdfs int) *archive {
	t.Helper()
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, content := range map[string][]byte{cert: ca.PEM("org-rsa2048.chain.pem"), key: ca.PEM("org-rsa2048.key.pem")} {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return fillArchive(t, texts, pdfs, "--key", "pem:"+cert+","+key)
}

func fillArchive(t *testing.T, texts, pdfs int, key ...string) *archive {
	t.Helper()
	a := &archive{t: t, dir: office(t), inputs: map[string][]byte{}, key: key}
	contract, err := os.ReadFile(filepath.Join(a.dir, "contract.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range texts {
		a.inputs[fmt.Sprintf("texts/%d/letter %d.txt", i%3, i)] = fmt.Appendf(nil, "letter number %d\n", i)
	}
	for i := range pdfs {
		a.inputs[fmt.Sprintf("契約/contract %d.pdf", i)] = append(contract[:len(contract):len(contract)], fmt.Sprintf("%% %d\n", i)...)
	}
	for name, content := range a.inputs {
		file := filepath.Join(a.dir, "in", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, code := a.run("undisturbed"); code != exitOK {
		t.Fatalf("an undisturbed run: exit code %d\n%s", code, out)
	}
	a.want = a.outputs("undisturbed")
	if len(a.want) != texts+pdfs {
		t.Fatalf("%d outputs for %d documents", len(a.want), texts+pdfs)
	}
	return a
}

func (a *archive) command(out string, args ...string) *exec.Cmd {
	line := append(append([]string{}, a.prefix...), filepath.Join(os.Getenv(binariesVariable), "jsign"), "batch", "in", "-o", out,
		"--resume", "--no-signed-attributes")
	line = append(append(line, a.key...), args...)
	cmd := exec.CommandContext(a.t.Context(), line[0], line[1:]...)
	cmd.Dir, cmd.Env = a.dir, append(os.Environ(), "LC_ALL=C.UTF-8")
	return cmd
}

func (a *archive) run(out string, args ...string) (string, int) {
	a.t.Helper()
	cmd := a.command(out, args...)
	text, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		a.t.Fatal(err)
	}
	return string(text), cmd.ProcessState.ExitCode()
}

// outputs reads a tree, but for the journal: of a PDF what does not depend on the
// time.
func (a *archive) outputs(out string) map[string][]byte {
	a.t.Helper()
	found := map[string][]byte{}
	root := filepath.Join(a.dir, out)
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == journalName {
			return err
		}
		name, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(file)
		if input, ok := a.inputs[filepath.ToSlash(name)]; ok && bytes.HasPrefix(content, input) {
			content = fmt.Appendf(nil, "%s and %d bytes", input, len(content)-len(input))
		}
		found[name] = content
		return err
	})
	if err != nil {
		a.t.Fatal(err)
	}
	return found
}

// check holds a finished tree to an undisturbed one, and its journal to the
// promise that nothing is signed twice.
func (a *archive) check(out string) {
	a.t.Helper()
	found := a.outputs(out)
	for name, want := range a.want {
		if !bytes.Equal(found[name], want) {
			a.t.Errorf("%s: %s differs from an undisturbed run (%d bytes, want %d)", out, name, len(found[name]), len(want))
		}
		delete(found, name)
	}
	for name := range found {
		a.t.Errorf("%s: %s is left behind", out, name)
	}
	f, err := os.Open(filepath.Join(a.dir, out, journalName))
	if err != nil {
		a.t.Fatal(err)
	}
	defer f.Close()
	signed := map[string]int{}
	for r, err := range batch.Read(f) {
		if err != nil {
			a.t.Fatal(err)
		}
		if r.Kind == batch.Signed {
			signed[r.Name]++
		}
	}
	for name := range a.inputs {
		if signed[name] != 1 {
			a.t.Errorf("%s: %s was signed %d times", out, name, signed[name])
		}
	}
}

// half tells of an output under its name that is not whole, at any moment.
func (a *archive) half(out string) {
	a.t.Helper()
	if _, err := os.Stat(filepath.Join(a.dir, out)); err != nil {
		return // killed before it was made
	}
	for name, content := range a.outputs(out) {
		if want, ok := a.want[name]; ok && !bytes.Equal(content, want) {
			a.t.Errorf("%s: half a file %s after a kill", out, name)
		} else if !ok && !strings.Contains(name, ".jsign-batch-") {
			a.t.Errorf("%s: %s has no business there", out, name)
		}
	}
}

// TestBatchKilled kills the real command at random moments, goes on with
// --resume, and compares the tree with that of an undisturbed run.
func TestBatchKilled(t *testing.T) {
	kills := 25
	if n, err := strconv.Atoi(os.Getenv(killsVariable)); err == nil {
		kills = n
	} else if testing.Short() {
		kills = 8
	}
	t.Run("card", func(t *testing.T) { newArchive(t, 24, 8).survive((kills + 1) / 2) })
	t.Run("software", func(t *testing.T) { newSoftwareArchive(t, 24, 8).survive(kills / 2) })
}

// survive runs, kills and resumes until so many kills are done.
func (a *archive) survive(kills int) {
	a.t.Helper()
	t := a.t
	started := time.Now()
	if _, code := a.run("timed"); code != exitOK {
		t.Fatalf("exit code %d", code)
	}
	whole := time.Since(started)
	rng := rand.New(rand.NewPCG(6, uint64(kills)))
	done, round, left := 0, 0, 0
	for done < kills {
		out := fmt.Sprintf("killed %d", round)
		for longer := int64(1); ; longer++ { // lest a machine that has become slow never ends a run
			killed := a.kill(out, time.Duration(rng.Int64N(longer*int64(whole))))
			a.half(out)
			if !killed {
				break
			}
			done++
			if hidden, _ := filepath.Glob(filepath.Join(a.dir, out, "*", "*", ".*.jsign-batch-*")); len(hidden) > 0 {
				left++
			}
		}
		if text, code := a.run(out); code != exitOK {
			t.Fatalf("--resume: exit code %d\n%s", code, text)
		}
		a.check(out)
		if t.Failed() {
			t.Fatalf("after %d kills", done)
		}
		if round++; round > 20*kills {
			t.Fatalf("only %d kills in %d rounds", done, round)
		}
	}
	t.Logf("%d kills in %d runs; hidden files were left %d times, and swept", done, round, left)
}

// kill starts a run and kills it some time later; false when it was faster.
func (a *archive) kill(out string, after time.Duration) bool {
	a.t.Helper()
	ctx, cancel := context.WithTimeout(a.t.Context(), after)
	defer cancel()
	line := a.command(out)
	cmd := exec.CommandContext(ctx, line.Path, line.Args[1:]...)
	cmd.Dir, cmd.Env = line.Dir, line.Env
	text, err := cmd.CombinedOutput()
	switch { // it may have ended as it was to be killed: its exit code tells
	case cmd.ProcessState == nil || !cmd.ProcessState.Exited():
		return true
	case cmd.ProcessState.ExitCode() != exitOK:
		a.t.Fatalf("%v\n%s", err, text)
	}
	return false
}

// A single jsign that writes into the folder of a batch keeps its hidden file.
func TestSweepingSparesOthers(t *testing.T) {
	a := newArchive(t, 1, 0)
	alive, err := durable.Create(t.Context(), filepath.Join(a.dir, "undisturbed", "other"), durable.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if text, code := a.run("undisturbed"); code != exitOK {
		t.Fatalf("exit code %d\n%s", code, text)
	}
	if err := alive.Commit(); err != nil {
		t.Error(err)
	}
}
