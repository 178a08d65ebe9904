package folder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/jsign-jp/jsign/internal/durable"
	"github.com/jsign-jp/jsign/internal/lang"
)

const (
	composed   = "\u304c.pdf"       // が in NFC
	decomposed = "\u304b\u3099.pdf" // が in NFD
)

// plant makes files in a new folder; a name with " -> " is a symbolic link.
func plant(t *testing.T, names ...string) string {
	t.Helper()
	root := t.TempDir()
	for _, name := range names {
		link, to, linked := strings.Cut(name, " -> ")
		file := filepath.Join(root, filepath.FromSlash(link))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		var err error
		if linked {
			err = os.Symlink(to, file)
		} else {
			err = os.WriteFile(file, []byte(name), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// names lists what a walk yields; a file with an error has "!" before it.
func names(files iter.Seq[File]) (list []string) {
	for f := range files {
		if f.Err != nil {
			f.Name = "!" + f.Name
		}
		list = append(list, f.Name)
	}
	return list
}

func walk(o Options, roots ...string) []string { return names(Walk(context.Background(), roots, o)) }

func expect(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func TestWalk(t *testing.T) {
	root := plant(t, "b.pdf", "a/c.pdf", "a/d.txt", "a/.hidden", "a/~$d.docx", "x.part", ".git/config", "a/e/f.PDF")
	expect(t, "all", walk(Options{}, root), "a/c.pdf", "a/d.txt", "a/e/f.PDF", "b.pdf")
	expect(t, "base name", walk(Options{Include: []string{"*.pdf"}}, root), "a/c.pdf", "b.pdf")
	expect(t, "path", walk(Options{Include: []string{"a/**/*.{pdf,PDF}"}}, root), "a/c.pdf", "a/e/f.PDF")
	expect(t, "exclude a folder", walk(Options{Exclude: []string{"a"}}, root), "b.pdf")
	expect(t, "exclude wins", walk(Options{Include: []string{"*.pdf"}, Exclude: []string{"a/*"}}, root), "b.pdf")
	expect(t, "several roots", walk(Options{}, filepath.Join(root, "a"), filepath.Join(root, "b.pdf")),
		"a/c.pdf", "a/d.txt", "a/e/f.PDF", "b.pdf")
	expect(t, "no such root", walk(Options{}, filepath.Join(root, "none")), "!none")
	info, err := os.Stat(filepath.Join(root, "a"))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "without the output", walk(Options{Output: info}, root), "b.pdf")
	for f := range Walk(context.Background(), []string{root}, Options{}) {
		if got, err := os.ReadFile(f.Path); err != nil || string(got) != f.Name {
			t.Errorf("%s leads to %q, %v", f.Path, got, err)
		}
	}
}

func TestWalkEnds(t *testing.T) {
	root := plant(t, "a/1", "a/2", "b/3")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var seen int
	for range Walk(ctx, []string{root}, Options{}) {
		if seen++; seen == 2 {
			cancel()
		}
	}
	for range Walk(context.Background(), []string{root}, Options{}) {
		break
	}
	if seen != 2 {
		t.Errorf("%d files after the context ended", seen)
	}
}

// Loops of links end, and what is passed over is told.
func TestLinks(t *testing.T) {
	root := plant(t, "a/f", "a/loop -> ..", "a/self -> self", "link -> a/f", "dangling -> nowhere")
	var skipped []string
	o := Options{Skipped: func(name string, why lang.Message) { skipped = append(skipped, name+": "+why.String()) }}
	expect(t, "walk", walk(o, root), "a/f", "a/self", "dangling", "link")
	expect(t, "skipped", skipped, "a/loop: a symbolic link to a folder is not followed")
}

func TestAwkwardNames(t *testing.T) {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		t.Skip("this system does not keep such names apart")
	}
	awkward := []string{"a\nb", composed, decomposed, "\xff\xfe", " ", "-", `back\slash`, "契約書　写し.pdf"}
	root := plant(t, awkward...)
	got := walk(Options{}, root)
	slices.Sort(awkward)
	expect(t, "names", got, awkward...)
	// People cannot see the difference, so patterns do not either.
	for _, pattern := range []string{composed, decomposed} {
		expect(t, pattern, walk(Options{Include: []string{pattern}}, root), decomposed, composed)
	}
}

func TestUnreadableFolder(t *testing.T) {
	if runtime.GOOS == "windows" || os.Getuid() == 0 {
		t.Skip("this user may read everything")
	}
	root := plant(t, "a/f", "b")
	if err := os.Chmod(filepath.Join(root, "a"), 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(filepath.Join(root, "a"), 0o700) })
	expect(t, "walk", walk(Options{}, root), "!a", "b")
}

func TestCheckRoots(t *testing.T) {
	root := plant(t, "a/x/f", "b/x/f")
	a, b := filepath.Join(root, "a", "x"), filepath.Join(root, "b", "x")
	for _, c := range []struct {
		roots []string
		ok    bool
	}{{[]string{a}, true}, {[]string{a, filepath.Dir(b)}, true}, {[]string{a, b}, false}, {[]string{a, a}, false}, {[]string{root, a}, false}, {[]string{filepath.Join(b, "f"), filepath.Dir(b)}, false}, {[]string{root + "/none"}, false}} {
		if err := CheckRoots(c.roots); (err == nil) != c.ok {
			t.Errorf("%q: %v", c.roots, err)
		}
	}
}

func TestList(t *testing.T) {
	ctx := context.Background()
	lines := "a.pdf\r\n\nsub/../b.pdf\n./c\n/x/y.pdf\n../out\n\n last"
	expect(t, "lines", names(List(ctx, strings.NewReader(lines), '\n', Options{})), "a.pdf", "b.pdf", "c", "x/y.pdf", "!../out", " last")
	expect(t, "byte order mark", names(List(ctx, strings.NewReader("\ufeffa\n\ufeffb"), '\n', Options{})), "a", "\ufeffb")
	for _, utf16 := range []string{"\xff\xfe\x51\x59\r\x00\n\x00b\x00", "\xfe\xff\x59\x51\x00\r\x00\n\x00b"} {
		expect(t, "UTF-16", names(List(ctx, iotest.OneByteReader(strings.NewReader(utf16)), '\n', Options{})), "契", "b")
	}
	expect(t, "no mark", names(List(ctx, strings.NewReader("\xff\nb\xfe\xff"), '\n', Options{})), "\xff", "b\xfe\xff")
	zeros := "a\nb\x00c\r\x00\x00d"
	expect(t, "NUL", names(List(ctx, strings.NewReader(zeros), 0, Options{})), "a\nb", "c\r", "d")
	expect(t, "globs", names(List(ctx, strings.NewReader("a.pdf\nb.txt\nd/c.pdf"), '\n', Options{Include: []string{"*.pdf"}, Exclude: []string{"d/*"}})), "a.pdf")
	expect(t, "too long", names(List(ctx, strings.NewReader("a\n"+strings.Repeat("x", maxName+1)), '\n', Options{})), "a", "!(list)")
	for f := range List(ctx, strings.NewReader("/x/y.pdf"), '\n', Options{}) {
		if f.Path != "/x/y.pdf" {
			t.Errorf("an absolute name is opened as %q", f.Path)
		}
	}
}

func TestPatterns(t *testing.T) {
	if err := CheckPatterns("*.pdf", "a/**", "{a,b}", "[ab]"); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"", "[a", "{a", `a\`} {
		if err := CheckPatterns(bad); err == nil || lang.Hint(err, lang.Japanese) == "" {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if err := CheckPatterns(make([]string, maxPatterns+1)...); err == nil {
		t.Error("any number of patterns")
	}
}

func TestIsTemporary(t *testing.T) {
	for name, want := range map[string]bool{
		".a": true, "~$a.docx": true, ".~lock.a.odt#": true, "a~": true, "a.TMP": true, "a.pdf.crdownload": true, "Thumbs.db": true,
		"a.pdf": false, "a": false, "tmp": false, "a.part.pdf": false,
	} {
		if IsTemporary(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}

func TestTree(t *testing.T) {
	root := filepath.Join(t.TempDir(), "deep", "out")
	tree, err := MakeTree(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"f", "a/b/f", "a/b/g", "a/f"} {
		place, err := tree.Place(name)
		if err == nil {
			err = os.WriteFile(place, nil, 0o600)
		}
		if err != nil || place != tree.Path(name) {
			t.Errorf("%s: %s, %v", name, place, err)
		}
	}
	if _, err := tree.Place("f/below"); err == nil {
		t.Error("a file taken for a folder")
	}
	if err := os.Symlink(t.TempDir(), filepath.Join(root, "link")); err == nil {
		if _, err := tree.Place("link/f"); err == nil {
			t.Error("a link in the output folder was followed")
		}
	}
	if _, err := MakeTree(filepath.Join(root, "f")); err == nil {
		t.Error("a file became a folder")
	}
	for folder, want := range map[string]bool{root: true, root + "/a": true, root + "/..": false, root + "/a/..": true, t.TempDir(): false} {
		if got, err := tree.Contains(folder); got != want || err != nil {
			t.Errorf("%s: %v, %v", folder, got, err)
		}
	}
	if _, err := tree.Contains(root + "/none"); err == nil {
		t.Error("a folder that is not there")
	}
}

// Every folder that is needed is synced once a run, those that are there too.
func TestFoldersAreDurable(t *testing.T) {
	top := t.TempDir()
	for _, want := range []string{
		". .. new new/out new/out new/out/a new/out/a",
		"new new/out new/out new/out/a new/out/a",
	} {
		var mu sync.Mutex
		var synced []string
		tree, err := makeTree(filepath.Join(top, "new", "out")+"/", func(folder string) error {
			mu.Lock()
			defer mu.Unlock()
			name, err := filepath.Rel(top, folder)
			synced = append(synced, filepath.ToSlash(name))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				for _, name := range []string{"f", "a/f", "a/b/f", "a/c/f", "d/f"} {
					if _, err := tree.Place(name); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		slices.Sort(synced)
		if got := strings.Join(synced, " "); got != want {
			t.Errorf("synced %s, want %s", got, want)
		}
	}
}

// Nothing is placed in a folder whose name may be lost, and the cause is kept.
func TestFolderIsNotDurable(t *testing.T) {
	broken := errors.New("broken")
	failing := func(string) error { return broken }
	if _, err := makeTree(t.TempDir(), failing); !errors.Is(err, broken) {
		t.Errorf("the output folder: %v", err)
	}
	tree, err := MakeTree(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	tree.sync = failing
	for range 2 {
		if _, err := tree.Place("a/b/f"); !errors.Is(err, broken) {
			t.Errorf("a folder in it: %v", err)
		}
	}
	tree.sync = durable.SyncFolder
	if _, err := tree.Place("a/b/f"); err != nil {
		t.Error(err)
	}
}

func ExampleTemplate() {
	t, _ := ParseTemplate("{dir}/{stem}.signed{ext}{suffix}")
	fmt.Println(t.Output("2026/contract.pdf", ""))
	fmt.Println(t.Output("letter.txt", ".p7s"))
	// Output:
	// 2026/contract.signed.pdf <nil>
	// letter.signed.txt.p7s <nil>
}

func TestNamesThatWindowsAlters(t *testing.T) {
	for output, altered := range map[string]bool{"a.": true, "a ": true, "a. /b": true, "...": true, ".a": false, " a/b c.pdf": false} {
		if losesItsEnd(output) != altered {
			t.Errorf("%q: %v", output, !altered)
		}
	}
}

func TestTemplates(t *testing.T) {
	for _, bad := range []string{"", "x", "{dir}/x", "../{name}", "/{name}", "{name}/", "{name}{nonsense}", "{stem}}", "{dir}/../../{name}"} {
		if _, err := ParseTemplate(bad); err == nil {
			t.Errorf("%q is a template", bad)
		}
	}
	for _, good := range []string{DefaultTemplate, "{stem}", "x/{dir}/{name}", "{stem}_{ext}"} {
		if _, err := ParseTemplate(good); err != nil {
			t.Error(err)
		}
	}
}

// Whatever template and name, an output stays in its folder.
func FuzzOutputsStayInside(f *testing.F) {
	for _, seed := range [][2]string{{DefaultTemplate, "a/b.pdf"}, {"{stem}{ext}", "../x"}, {"{dir}/../{name}", ".."}, {"{stem}", ".x"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, template, name string) {
		tpl, err := ParseTemplate(template)
		if err != nil {
			return
		}
		out, err := tpl.Output(name, ".p7s")
		if err == nil && (!filepath.IsLocal(filepath.FromSlash(out)) || !fs.ValidPath(strings.ToValidUTF8(out, "x"))) {
			t.Errorf("template %q, name %q: %q", template, name, out)
		}
	})
}

// The end of the context ends a list whose writer has fallen silent.
func TestListEndsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	silent, writer := io.Pipe()
	defer writer.Close()
	go io.WriteString(writer, "a\nb\n")
	var names []string
	for f := range List(ctx, silent, '\n', Options{}) {
		if names = append(names, f.Name); len(names) == 2 {
			cancel()
		}
	}
	if !slices.Equal(names, []string{"a", "b"}) {
		t.Errorf("%q", names)
	}
}
