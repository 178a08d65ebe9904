package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/jsign-jp/jsign/internal/batch"
	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// TestBatchWhileADocumentChanges writes to a document between its preparation and
// its copy: it fails, clearly, the others are signed, and --resume signs it.
func TestBatchWhileADocumentChanges(t *testing.T) {
	contract, err := os.ReadFile(filepath.Join(demoFolder(), "contract.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	large := append(contract[:len(contract):len(contract)], strings.Repeat("% not held in memory\n", maxHeld/20)...)
	letter := []byte("a letter\n")
	for _, c := range []struct {
		name    string
		content []byte
		change  func(file string) error
	}{
		{"longer.pdf", contract, lengthen},
		{"longer.txt", letter, lengthen},
		{"large.pdf", large, lengthen},
		{"shorter.pdf", large, func(file string) error { return os.Truncate(file, 100) }},
		{"touched.txt", letter, func(file string) error { return os.Chtimes(file, time.Time{}, time.Now().Add(time.Hour)) }},
		// A program that gives the old time back is found out where the file is read again.
		{"hidden.pdf", large, func(file string) error { return overwriteInSilence(file) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			in, args := smallBatch(t, t.TempDir(), map[string][]byte{"1.txt": letter, "2 " + c.name: c.content, "3.pdf": contract})
			got, err := batchWithHook(t, in, args, 2, func() error { return c.change(filepath.Join(in, "2 "+c.name)) })
			if err != nil {
				t.Fatal(err)
			}
			want := fmt.Sprintf("1.txt signed <nil>, 2 %s failed the file changed while it was being signed, 3.pdf signed <nil>", c.name)
			if got != want {
				t.Fatalf("got  %s\nwant %s", got, want)
			}
			os.WriteFile(filepath.Join(in, "2 "+c.name), c.content, 0o600)
			jsign := filepath.Join(os.Getenv(binariesVariable), "jsign")
			out, err := exec.CommandContext(t.Context(), jsign, append([]string{"batch", in, "--resume"}, args...)...).CombinedOutput()
			if err != nil || !strings.Contains(string(out), "signed: 3") {
				t.Errorf("--resume: %v\n%s", err, out)
			}
		})
	}
}

// TestBatchWhoseJournalGoes removes the journal, or moves the output folder: the run
// ends with the first document that finds out, and no other is signed or marked bad.
func TestBatchWhoseJournalGoes(t *testing.T) {
	for name, change := range map[string]func(out string) error{
		"removed": func(out string) error { return os.Remove(filepath.Join(out, journalName)) },
		"renamed": func(out string) error { return os.Rename(out, out+" away") },
		"replaced": func(out string) error {
			return errors.Join(os.Rename(out, out+" away"), os.Mkdir(out, 0o700))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, inputs := t.TempDir(), map[string][]byte{}
			for i := range 100 { // more than are prepared ahead
				inputs[fmt.Sprintf("%02d.txt", i)] = []byte("a letter\n")
			}
			in, args := smallBatch(t, dir, inputs)
			out := filepath.Join(dir, "out")
			became, err := batchWithHook(t, in, args, 2, func() error { return change(out) })
			signed := strings.Count(became, " signed ")
			if !errors.Is(err, errGone) || signed >= len(inputs) || strings.Contains(became, " failed ") {
				t.Errorf("%v\n%s", err, became)
			}
		})
	}
}

// smallBatch makes a folder of inputs and the arguments that sign it, with out
// beside it.
func smallBatch(t *testing.T, dir string, inputs map[string][]byte) (in string, args []string) {
	t.Helper()
	in, cert, key := filepath.Join(dir, "in"), filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	files := map[string][]byte{cert: ca.PEM("org-rsa2048.chain.pem"), key: ca.PEM("org-rsa2048.key.pem")}
	for name, content := range inputs {
		files[filepath.Join(in, name)] = content
	}
	if err := os.Mkdir(in, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return in, []string{"-o", filepath.Join(dir, "out"), "--key", "pem:" + cert + "," + key}
}

func lengthen(file string) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.WriteString("% more\n")
	return err
}

func overwriteInSilence(file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if _, err := f.WriteAt([]byte("X"), info.Size()/2); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Chtimes(file, time.Time{}, info.ModTime())
}

// batchWithHook runs a batch in this process, calls hook right before the signature
// of the document with that number, and tells what became of all.
func batchWithHook(t *testing.T, in string, args []string, number int, hook func() error) (string, error) {
	t.Helper()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	a := &app{environment: environment{in: null, out: null, err: null, getenv: os.Getenv, now: time.Now, cacheDir: os.UserCacheDir}}
	var o batchOptions
	flags := pflag.NewFlagSet("batch", pflag.ContinueOnError)
	a.batchFlags(flags, &o)
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	if err := o.complete(flags, []string{in}); err != nil {
		t.Fatal(err)
	}
	run, err := a.newBatch(t.Context(), flags, &o, []string{in})
	if err != nil {
		t.Fatal(err)
	}
	defer run.close()
	var became []string
	_, err = batch.Run(t.Context(), run.journal, run.jobs, batch.Options[*sign.ToBeSigned]{
		Sign: func(ctx context.Context, tbs *sign.ToBeSigned) ([]byte, error) {
			if number--; number == 0 {
				if err := hook(); err != nil {
					t.Error(err)
				}
			}
			return run.signOne(ctx, tbs)
		},
		Certificate: run.certificate, Fault: isFault, Retry: true,
		Report: func(r batch.Result) { became = append(became, fmt.Sprintf("%s %v %v", r.Name, r.State, r.Err)) },
	})
	return strings.Join(became, ", "), err
}
