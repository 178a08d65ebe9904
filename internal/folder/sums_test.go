package folder

import (
	"bytes"
	"crypto/sha256"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func sumsOf(names ...string) (list []Sum) {
	for _, name := range names {
		list = append(list, Sum{name, sha256.Sum256([]byte(name))})
	}
	return list
}

func read(text string) (list []Sum, err error) {
	for s, e := range ReadSums(strings.NewReader(text)) {
		if e != nil {
			return list, e
		}
		list = append(list, s)
	}
	return list, nil
}

func written(t *testing.T, list []Sum) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteSums(&b, slices.Values(list)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func awkwardSums() []Sum {
	return sumsOf("a", "b c", "new\nline", "carriage\rreturn", `back\slash`, `\n`, composed, decomposed, "*star", " ")
}

func TestSumsRoundTrip(t *testing.T) {
	got, err := read(written(t, awkwardSums()))
	if err != nil || !slices.Equal(got, awkwardSums()) {
		t.Errorf("%q, %v", got, err)
	}
}

// sha256sum reads what WriteSums writes, and the other way round.
func TestSha256sumAgrees(t *testing.T) {
	if _, err := exec.LookPath("sha256sum"); err != nil || runtime.GOOS != "linux" {
		if os.Getenv("CI") == "true" {
			t.Fatal("sha256sum of GNU coreutils is not here")
		}
		t.Skip("sha256sum of GNU coreutils is not here")
	}
	folder := t.TempDir()
	var names []string
	for _, s := range awkwardSums() {
		names = append(names, s.Name)
		if err := os.WriteFile(filepath.Join(folder, s.Name), []byte(s.Name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	check := exec.Command("sha256sum", "--check", "--strict")
	check.Dir, check.Stdin = folder, strings.NewReader(written(t, awkwardSums()))
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("sha256sum --check: %v\n%s", err, out)
	}
	for _, mode := range []string{"--text", "--binary"} {
		list := exec.Command("sha256sum", append([]string{mode, "--"}, names...)...)
		list.Dir = folder
		out, err := list.Output()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := read(string(out)); err != nil || !slices.Equal(got, awkwardSums()) {
			t.Errorf("%s: %q, %v", mode, got, err)
		}
	}
}

func TestBadSums(t *testing.T) {
	good := strings.TrimSuffix(written(t, sumsOf("a")), "\n")
	for _, bad := range []string{"", good[1:], good[:66], strings.Replace(good, "  ", " ", 1), "g" + good[1:], `\` + good + `\`, `\` + good + `\x`} {
		if _, err := read(good + "\n" + bad + "\n"); err == nil || !strings.Contains(err.Error(), "line 2") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := read(strings.Repeat("x", 3*maxName)); err == nil {
		t.Error("a line of any length")
	}
}

// What was read is written in one way, which reads the same.
func FuzzSumsReadAgain(f *testing.F) {
	var b bytes.Buffer
	if err := WriteSums(&b, slices.Values(awkwardSums())); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(strings.Repeat("0", 64) + " *binary\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		list, err := read(string(text))
		if err != nil {
			return
		}
		if again, err := read(written(t, list)); err != nil || !slices.Equal(again, list) {
			t.Errorf("%q is read again as %q, %v", list, again, err)
		}
	})
}
