package main

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/jsign-jp/jsign/cardio/emulator"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// binariesVariable tells the tests where TestMain put the commands.
const binariesVariable = "JSIGN_TEST_BINARIES"

// TestMain builds jsign and jverify as make build does.
func TestMain(m *testing.M) {
	os.Exit(func() int {
		bin, err := os.MkdirTemp("", "jsign-test-")
		if err == nil {
			defer os.RemoveAll(bin)
			os.Setenv(binariesVariable, bin)
			build := exec.Command("go", "build", "-trimpath", "-o", bin, "github.com/jsign-jp/jsign/cmd/...")
			build.Stdout, build.Stderr = os.Stderr, os.Stderr
			err = build.Run()
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "building the commands:", err)
			return 1
		}
		return m.Run()
	}())
}

// TestScripts runs testdata/*.txtar on the real binaries. The scripts have
// these commands beside testscript's own:
//
//	need TOOL…          fail, and say how to install them, without the tools
//	secret FILE TEXT    write a file that only its owner reads
//	pki NAME…           write files of the test PKI
//	demo                write contract.pdf and letter.txt
//	leftovers           fail if a temporary file was left behind
//	patch FILE OFFSET HEX  overwrite bytes
//	responder           serve the test PKI's revocation data; $RESPONDER is a proxy to it
//	tsa [private]       start a time-stamping authority at $TSA
func TestScripts(t *testing.T) {
	bin := os.Getenv(binariesVariable)
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", bin+string(os.PathListSeparator)+env.Getenv("PATH"))
			env.Setenv("LC_ALL", "C.UTF-8")
			// No script may reach a real reader: this socket does not exist.
			env.Setenv("PCSCLITE_CSOCK_NAME", filepath.Join(env.WorkDir, "no-pcscd"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"need": need, "secret": secret, "pki": pki, "demo": demo, "leftovers": leftovers, "patch": patch,
			"tsa": authority(t), "responder": responder,
		},
	})
}

func need(ts *testscript.TestScript, _ bool, tools []string) {
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err == nil {
			continue
		}
		ts.Fatalf("%s is not installed: run scripts/install-test-deps.sh", tool)
	}
}

func secret(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: secret FILE TEXT")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(args[1]), 0o600))
}

func pki(ts *testscript.TestScript, _ bool, names []string) {
	for _, name := range names {
		ts.Check(os.WriteFile(ts.MkAbs(name), ca.PEM(name), 0o600))
	}
}

func demo(ts *testscript.TestScript, _ bool, _ []string) {
	for _, name := range []string{"contract.pdf", "letter.txt"} {
		b, err := os.ReadFile(filepath.Join(demoFolder(), name))
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(name), b, 0o644))
	}
}

// demoFolder is found from the package's folder, where go test starts.
func demoFolder() string { return filepath.Join("..", "..", "testdata", "demo") }

func leftovers(ts *testscript.TestScript, _ bool, _ []string) {
	entries, err := os.ReadDir(ts.MkAbs("."))
	ts.Check(err)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") && e.Name() != ".tmp" || strings.Contains(e.Name(), "jsign-") {
			ts.Fatalf("left behind: %s", e.Name())
		}
	}
}

func patch(ts *testscript.TestScript, _ bool, args []string) {
	var offset int64
	if len(args) != 3 {
		ts.Fatalf("usage: patch FILE OFFSET HEX")
	}
	_, err := fmt.Sscan(args[1], &offset)
	ts.Check(err)
	b, err := hex.DecodeString(args[2])
	ts.Check(err)
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_WRONLY, 0)
	ts.Check(err)
	_, err = f.WriteAt(b, offset)
	ts.Check(err)
	ts.Check(f.Close())
}

// TestEveryFlagIsInAScript keeps the scripts complete: a flag without one fails.
func TestEveryFlagIsInAScript(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	var scripts bytes.Buffer
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		scripts.Write(b)
	}
	bin := os.Getenv(binariesVariable)
	for _, command := range []string{"", "extend", "batch", "journal verify", "journal show", "journal export", "status", "certificate", "emulator", "version"} {
		help, err := exec.Command(filepath.Join(bin, "jsign"), append(strings.Fields(command), "--help")...).Output()
		if err != nil {
			t.Fatal(err)
		}
		flags := regexp.MustCompile(`--[a-zA-Z][-a-zA-Z]+`).FindAllString(string(help), -1)
		if len(flags) == 0 {
			t.Fatalf("jsign %s --help shows no flags", command)
		}
		for _, flag := range flags {
			if !bytes.Contains(scripts.Bytes(), []byte(flag)) {
				t.Errorf("no script uses %s (jsign %s)", flag, command)
			}
		}
	}
}

// office is a folder with the demo's documents and the PIN files.
func office(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"contract.pdf", "letter.txt"} {
		b, err := os.ReadFile(filepath.Join(demoFolder(), name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, pin := range map[string]string{"pin": emulator.SignPassword, "wrong": "PASSWORD2"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(pin), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
