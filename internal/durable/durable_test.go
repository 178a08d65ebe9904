package durable

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/internal/lang"
)

// write runs the whole protocol.
func write(path, content string, o Options) error {
	return writeThrough(osSystem{}, path, content, o)
}

func writeThrough(sys system, path, content string, o Options) error {
	f, err := create(context.Background(), sys, path, o)
	if err != nil {
		return err
	}
	defer f.Abort()
	if _, err := io.WriteString(f, content); err != nil {
		return err
	}
	return f.Commit()
}

// listing renders a folder: each name with its content.
func listing(t *testing.T, folder string) string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, e.Name()+"="+string(content))
	}
	return strings.Join(list, " ")
}

func put(t *testing.T, path, content string, perm fs.FileMode) fs.FileInfo {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), perm); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, perm); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func expect(t *testing.T, folder, want string) {
	t.Helper()
	if got := listing(t, folder); got != want {
		t.Errorf("the folder holds %q, want %q", got, want)
	}
}

// hidden reports a name that Create gives while the output is made.
func hidden(name string) bool {
	i := strings.LastIndex(name, ".jsign-")
	return strings.HasPrefix(name, ".") && i > 0 && len(name) == i+len(".jsign-")+8
}

func TestNewFile(t *testing.T) {
	for _, name := range []string{"out.pdf", "契約書　写し.pdf", "a b%20?*", "-o", ".hidden", "\xff\xfe.bin", strings.Repeat("長", 80) + ".pdf"} {
		folder := t.TempDir()
		if err := write(filepath.Join(folder, name), "new", Options{}); err != nil {
			t.Errorf("%q: %v", name, err)
		}
		expect(t, folder, name+"=new")
	}
}

func TestNothingUnderTheNameBeforeCommit(t *testing.T) {
	folder := t.TempDir()
	f, err := Create(context.Background(), filepath.Join(folder, "out"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.ReadFrom(strings.NewReader("abc")); err != nil {
		t.Fatal(err)
	}
	name, content, _ := strings.Cut(listing(t, folder), "=")
	if !hidden(name) || !strings.HasPrefix(name, ".out.jsign-") || content != "abc" {
		t.Errorf("before Commit there is %q with %q", name, content)
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	expect(t, folder, "out=abc")
	if err := f.Abort(); err != nil {
		t.Errorf("Abort after Commit: %v", err)
	}
	expect(t, folder, "out=abc")
	if _, err := f.Write([]byte("more")); err == nil {
		t.Error("Write after Commit is accepted")
	}
	if f.Commit() == nil {
		t.Error("a second Commit is accepted")
	}
}

func TestAbort(t *testing.T) {
	folder := t.TempDir()
	put(t, filepath.Join(folder, "out"), "old", 0o644)
	f, err := Create(context.Background(), filepath.Join(folder, "out"), Options{Force: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte("new")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := f.Abort(); err != nil {
			t.Error(err)
		}
	}
	expect(t, folder, "out=old")
	if _, err := f.Write([]byte("new")); !errors.Is(err, errAborted) {
		t.Errorf("Write after Abort: %v", err)
	}
	if err := f.Commit(); !errors.Is(err, errAborted) {
		t.Errorf("Commit after Abort: %v", err)
	}
	expect(t, folder, "out=old")
}

func TestContextEndAborts(t *testing.T) {
	folder := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	f, err := Create(ctx, filepath.Join(folder, "out"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	for f.failure() == nil { // the abort runs on its own
	}
	if err := f.Commit(); !errors.Is(err, context.Canceled) {
		t.Errorf("Commit: %v", err)
	}
	expect(t, folder, "")
	if _, err := Create(ctx, filepath.Join(folder, "out"), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Create: %v", err)
	}
	expect(t, folder, "")
}

func TestExistingFile(t *testing.T) {
	folder := t.TempDir()
	out := filepath.Join(folder, "out")
	put(t, out, "old", 0o640)
	err := write(out, "new", Options{})
	if !errors.Is(err, fs.ErrExist) || !strings.Contains(lang.Hint(err, lang.Japanese), "--force") {
		t.Errorf("%v, hint %q", err, lang.Hint(err, lang.Japanese))
	}
	expect(t, folder, "out=old")
	if err := write(out, "new", Options{Force: true}); err != nil {
		t.Error(err)
	}
	expect(t, folder, "out=new")
}

// A file that appears while the output is made is not replaced either.
func TestFileAppearsMeanwhile(t *testing.T) {
	folder := t.TempDir()
	out := filepath.Join(folder, "out")
	f, err := Create(context.Background(), out, Options{})
	if err != nil {
		t.Fatal(err)
	}
	put(t, out, "other", 0o644)
	if err := f.Commit(); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Commit: %v", err)
	}
	expect(t, folder, "out=other")
}

func TestPublishNeverReplaces(t *testing.T) {
	for name, publish := range map[string]func(from, to string) error{
		"publish": publish, "linkOrReserve": linkOrReserve, "reserve": reserve,
	} {
		folder := t.TempDir()
		from, to := filepath.Join(folder, "from"), filepath.Join(folder, "to")
		put(t, from, "new", 0o644)
		put(t, to, "old", 0o644)
		if err := publish(from, to); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: %v", name, err)
		}
		expect(t, folder, "from=new to=old")
		if err := os.Remove(to); err != nil {
			t.Fatal(err)
		}
		if err := publish(from, to); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		expect(t, folder, "to=new")
	}
}

func TestReserveLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	if err := reserve(filepath.Join(folder, "missing"), filepath.Join(folder, "to")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	expect(t, folder, "")
}

// A name that was reserved is not given back when it holds the output by now.
func TestReleaseLeavesTheOutput(t *testing.T) {
	folder := t.TempDir()
	from, to := filepath.Join(folder, "from"), filepath.Join(folder, "to")
	put(t, from, "output", 0o644)
	held := put(t, to, "", 0o600)
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
	if err := release(to, held); err != nil {
		t.Error(err)
	}
	expect(t, folder, "to=output")
}

func TestInputIsProtected(t *testing.T) {
	for name, link := range map[string]func(old, new string) error{
		"itself":        func(_, _ string) error { return nil },
		"symbolic link": os.Symlink,
		"hard link":     os.Link,
	} {
		folder := t.TempDir()
		in, out := filepath.Join(folder, "in"), filepath.Join(folder, "out")
		input := put(t, in, "input", 0o644)
		if err := link(in, out); err != nil {
			t.Fatal(err)
		}
		if name == "itself" {
			out = folder + "/./in"
		}
		err := write(out, "new", Options{Force: true, Inputs: []fs.FileInfo{input}})
		if !errors.Is(err, ErrSameFile) {
			t.Errorf("%s: %v", name, err)
		}
		if content, _ := os.ReadFile(in); string(content) != "input" {
			t.Errorf("%s: the input is overwritten", name)
		}
	}
}

// The input is linked to the output's name after Create.
func TestInputAppearsMeanwhile(t *testing.T) {
	folder := t.TempDir()
	in, out := filepath.Join(folder, "in"), filepath.Join(folder, "out")
	input := put(t, in, "input", 0o644)
	f, err := Create(context.Background(), out, Options{Force: true, Inputs: []fs.FileInfo{input}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Link(in, out); err != nil {
		t.Fatal(err)
	}
	if err := f.Commit(); !errors.Is(err, ErrSameFile) {
		t.Errorf("Commit: %v", err)
	}
	expect(t, folder, "in=input out=input")
}

func TestTargetChangesItsKind(t *testing.T) {
	folder := t.TempDir()
	out := filepath.Join(folder, "out")
	f, err := Create(context.Background(), out, Options{Force: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(out, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := f.Commit(); !errors.Is(err, errChanged) {
		t.Errorf("Commit: %v", err)
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 1 {
		t.Errorf("%d entries are left", len(entries))
	}
}

func TestSymbolicLinksStay(t *testing.T) {
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "real"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, l := range [][2]string{{"second", "first"}, {"real/out", "second"}} {
		if err := os.Symlink(l[0], filepath.Join(folder, l[1])); err != nil {
			t.Fatal(err)
		}
	}
	for _, content := range []string{"dangling", "existing"} {
		if err := write(filepath.Join(folder, "first"), content, Options{Force: content == "existing"}); err != nil {
			t.Fatal(err)
		}
		expect(t, filepath.Join(folder, "real"), "out="+content)
		if to, err := os.Readlink(filepath.Join(folder, "first")); err != nil || to != "second" {
			t.Errorf("the link leads to %q, %v", to, err)
		}
	}
	if err := write(filepath.Join(folder, "first"), "x", Options{}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("through a link without force: %v", err)
	}
}

// "link/../name" is beside the folder that link leads to, and not beside link.
func TestLinkThroughParent(t *testing.T) {
	folder := t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, "a/b"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, l := range [][2]string{{"a/b", "link"}, {"link/../out", "outlink"}} {
		if err := os.Symlink(l[0], filepath.Join(folder, l[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := write(filepath.Join(folder, "outlink"), "new", Options{}); err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(filepath.Join(folder, "a/out")); string(content) != "new" {
		t.Errorf("%q, %v", content, err)
	}
}

func TestLinkLoop(t *testing.T) {
	out := filepath.Join(t.TempDir(), "loop")
	if err := os.Symlink("loop", out); err != nil {
		t.Fatal(err)
	}
	if err := write(out, "x", Options{}); err == nil {
		t.Error("a loop of links is written through")
	}
}

func TestPermissions(t *testing.T) {
	folder := t.TempDir()
	for _, c := range []struct {
		name string
		old  fs.FileMode // 0: new
		perm fs.FileMode
		want fs.FileMode
	}{
		{"new", 0, 0, 0o666 &^ umask(t)},
		{"private", 0, 0o600, 0o600},
		{"replaced", 0o604, 0, 0o604},
		{"wide", 0o666, 0o600, 0o666},
		{"read-only", 0o444, 0, 0o444},
	} {
		path := filepath.Join(folder, c.name)
		if c.old != 0 {
			put(t, path, "old", c.old)
		}
		if err := write(path, "new", Options{Force: true, Perm: c.perm}); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != c.want {
			t.Errorf("%s: mode %v, want %v (%v)", c.name, info.Mode().Perm(), c.want, err)
		}
	}
}

// umask is measured, as reading it would change it for other tests.
func umask(t *testing.T) fs.FileMode {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(t.TempDir(), "probe"), os.O_CREATE|os.O_WRONLY, 0o777)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return 0o777 &^ info.Mode().Perm()
}

func TestRelativeNames(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"out", "./dot", "sub/out"} {
		if err := os.MkdirAll("sub", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := write(name, name, Options{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if content, _ := os.ReadFile(name); string(content) != name {
			t.Errorf("%s holds %q", name, content)
		}
	}
}

func TestUnusableNames(t *testing.T) {
	folder := t.TempDir()
	put(t, filepath.Join(folder, "file"), "x", 0o644)
	for name, c := range map[string]struct{ path, en, hint string }{
		"no name":        {"", `"" is not a file name`, "-o"},
		"a folder":       {folder, "is a folder", "-o"},
		"slash":          {folder + "/new/", "is not a file name", "-o"},
		"missing":        {folder + "/no/out", "the folder " + folder + "/no does not exist", "create"},
		"file as folder": {folder + "/file/out", folder + "/file is not a folder", "-o"},
		"too long":       {folder + "/" + strings.Repeat("x", 300), "is too long", "shorter"},
		"newline":        {folder + "/no/a\nb", `does not exist`, "create"},
	} {
		err := write(c.path, "x", Options{Force: true})
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		if text := lang.Explain(err, lang.English); !strings.Contains(text, c.en) {
			t.Errorf("%s: %s", name, text)
		}
		if hint := lang.Hint(err, lang.English); !strings.Contains(hint, c.hint) {
			t.Errorf("%s: hint %q", name, hint)
		}
		if ja := lang.Explain(err, lang.Japanese); ja == lang.Explain(err, lang.English) {
			t.Errorf("%s: not in Japanese: %s", name, ja)
		}
	}
	expect(t, folder, "file=x")
}

// Hints name the flag of the output, whenever it fails.
func TestHintsNameTheFlag(t *testing.T) {
	for o, want := range map[*Options]string{
		{}:                            "use --force to replace it, or choose another name with -o",
		{Flag: "--report"}:            "use --force to replace it, or choose another name with --report",
		{Flag: "-out", NoForce: true}: "choose another name with -out",
	} {
		path, o := filepath.Join(t.TempDir(), "r.csv"), *o
		late, err := Create(t.Context(), path, o)
		if err != nil {
			t.Fatal(err)
		}
		put(t, path, "x", 0o644)
		_, early := Create(t.Context(), path, o)
		for when, err := range map[string]error{"early": early, "late": late.Commit()} {
			if hint := lang.Hint(err, lang.English); hint != want {
				t.Errorf("%s: %q, %v", when, hint, err)
			}
		}
	}
}

func TestNewlineInName(t *testing.T) {
	folder := t.TempDir()
	out := filepath.Join(folder, "a\nb")
	if err := write(out, "x", Options{}); err != nil {
		t.Fatal(err)
	}
	err := write(out, "x", Options{})
	if text := lang.Explain(err, lang.English); !strings.Contains(text, `a\nb"`) {
		t.Errorf("the name is shown as %q", text)
	}
	expect(t, folder, "a\nb=x")
}

func TestTemporaryNamesFit(t *testing.T) {
	for _, name := range []string{"a", strings.Repeat("x", 255), strings.Repeat("長", 85), "x" + strings.Repeat("長", 84)} {
		got := temporaryName(name, "")
		if !hidden(got) || len(got) > 143 || strings.ContainsRune(got, '\ufffd') {
			t.Errorf("%q becomes %q", name, got)
		}
	}
}
