package folder

import (
	"context"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/jsign-jp/jsign/internal/lang"
)

// File is an input.
type File struct {
	// Path opens it.
	Path string
	// Name is its name in the tree, relative and with slashes.
	Name string
	// Err says why it cannot be taken; nil for most.
	Err error
	// Named tells that it was named itself, and not found in a folder.
	Named bool
}

// Options say what a walk takes. The zero value takes everything that is not
// hidden or temporary.
type Options struct {
	// Include and Exclude are globs (doublestar). One without a slash is compared
	// with the last element, one with slashes with the whole Name. A file is taken
	// if Include is empty or one of it fits, and none of Exclude does; a folder that
	// Exclude fits is not entered.
	Include, Exclude []string
	// Output is the folder of the outputs, which is never an input; nil for none.
	Output fs.FileInfo
	// Everything takes hidden and temporary files too, and yields what is not a file,
	// or is a link to a folder, with Err: who looks for additions must miss nothing.
	Everything bool
	// Skipped hears of what is passed over though nothing excludes it: links to
	// folders, devices. It may be nil.
	Skipped func(name string, why lang.Message)
	// Changed hears once of a watched file that is no longer what was taken.
	Changed func(name string)
}

// Takes tells whether a walk takes a file of a name that it finds in a folder it enters.
func (o Options) Takes(name string) bool {
	m := newMatcher(o)
	return (o.Everything || !IsTemporary(path.Base(name))) && !m.excluded(name) && m.included(name)
}

// Walk yields the files in roots, folders in the order of their names. A single
// folder gives its own tree; of several roots each is under its last element.
func Walk(ctx context.Context, roots []string, o Options) iter.Seq[File] {
	return func(yield func(File) bool) {
		w := walker{ctx: ctx, match: newMatcher(o), options: o, yield: yield}
		for _, root := range roots {
			if !w.root(root, len(roots) == 1) {
				return
			}
		}
	}
}

// CheckThere refuses roots that do not exist.
func CheckThere(roots []string) error {
	for _, root := range roots {
		if _, err := os.Stat(root); err != nil {
			return lang.WithHint(Unreadable(root, err), "check the name", "名前を確かめてください")
		}
	}
	return nil
}

// CheckRoots refuses roots that do not exist, those that would have the same place
// in the tree, and those within another, whose files would be taken twice.
func CheckRoots(roots []string) error {
	if err := CheckThere(roots); err != nil {
		return err
	}
	if err := checkNested(roots); err != nil {
		return err
	}
	seen := map[string]string{}
	for _, root := range roots {
		base := rootName(root)
		if other, ok := seen[base]; ok {
			return lang.WithHint(lang.Errorf("%s and %s have the same name, and their outputs would mix", "%sと%sは名前が同じで、出力が混ざります",
				lang.Display(other), lang.Display(root)), "name the folder above them, or sign them one after the other", "上位のフォルダーを指定するか、別々に処理してください")
		}
		seen[base] = root
	}
	return nil
}

// checkNested refuses a root that lies in another.
func checkNested(roots []string) error {
	folders := map[string]string{}
	for _, root := range roots {
		if full, err := resolve(root); err == nil {
			folders[full] = root
		}
	}
	for full, root := range folders {
		for above := filepath.Dir(full); above != full; full, above = above, filepath.Dir(above) {
			if other, ok := folders[above]; ok {
				return lang.WithHint(lang.Errorf("%s lies in %s, and its files would be taken twice", "%sは%sの中にあり、同じファイルが二度処理されます",
					lang.Display(root), lang.Display(other)), "name one of the two", "どちらか一方だけを指定してください")
			}
		}
	}
	return nil
}

// rootName is the last element of a root, also of "." and "..".
func rootName(root string) string {
	if absolute, err := filepath.Abs(root); err == nil {
		root = absolute
	}
	return filepath.Base(root)
}

type walker struct {
	ctx     context.Context
	match   *matcher
	options Options
	yield   func(File) bool
}

// root walks one root; false ends the walk.
func (w *walker) root(root string, only bool) bool {
	info, err := os.Stat(root)
	switch {
	case err != nil:
		return w.yield(File{Path: root, Name: rootName(root), Err: Unreadable(root, err), Named: true})
	case !info.IsDir():
		return w.yield(File{Path: root, Name: rootName(root), Named: true})
	case only:
		return w.folder(root, "")
	}
	return w.folder(root, rootName(root))
}

// folder walks a folder, whose own name in the tree is name.
func (w *walker) folder(folder, name string) bool {
	entries, err := os.ReadDir(folder)
	if err != nil && !w.yield(File{Path: folder, Name: nameOrDot(name), Err: Unreadable(folder, err)}) {
		return false
	}
	for _, e := range entries {
		if w.ctx.Err() != nil || !w.entry(filepath.Join(folder, e.Name()), path.Join(name, filepath.ToSlash(e.Name())), e) {
			return false
		}
	}
	return true
}

func nameOrDot(name string) string {
	if name == "" {
		return "."
	}
	return name
}

func (w *walker) entry(file, name string, e fs.DirEntry) bool {
	mode := e.Type()
	if !w.options.Everything && IsTemporary(e.Name()) || w.match.excluded(name) {
		return true
	}
	linked := mode&fs.ModeSymlink != 0
	if linked {
		if info, err := os.Stat(file); err == nil {
			mode = info.Mode().Type()
		} else {
			mode = 0 // opening it will say what is wrong
		}
	}
	switch {
	case mode.IsDir() && isFolder(file, w.options.Output):
	case mode.IsDir() && linked:
		return w.skipped(file, name, lang.M("a symbolic link to a folder is not followed", "フォルダーへのシンボリックリンクはたどりません"))
	case mode.IsDir():
		return w.folder(file, name)
	case !w.match.included(name):
	case !mode.IsRegular():
		return w.skipped(file, name, lang.M("it is not a file", "通常のファイルではありません"))
	default:
		return w.yield(File{Path: file, Name: name})
	}
	return true
}

// isFolder asks the file itself: what Windows lists of a folder's entries need not
// identify them as opening them does.
func isFolder(file string, folder fs.FileInfo) bool {
	if folder == nil {
		return false
	}
	info, err := os.Lstat(file)
	return err == nil && os.SameFile(info, folder)
}

// skipped tells of what is not taken; false ends the walk.
func (w *walker) skipped(file, name string, why lang.Message) bool {
	switch {
	case w.options.Everything:
		return w.yield(File{Path: file, Name: name, Err: lang.Errorf("%v", "%v", why)})
	case w.options.Skipped != nil:
		w.options.Skipped(name, why)
	}
	return true
}

// IsTemporary tells names of files that are not meant to stay, or not yet
// complete: hidden ones, and what office programs, editors and browsers write to.
func IsTemporary(base string) bool {
	lower := strings.ToLower(base)
	for _, suffix := range []string{"~", ".tmp", ".temp", ".part", ".partial", ".crdownload", ".download", ".swp"} {
		if strings.HasSuffix(lower, suffix) {
			return true
		}
	}
	return strings.HasPrefix(base, ".") || strings.HasPrefix(base, "~$") || lower == "thumbs.db" || lower == "desktop.ini"
}

// Unreadable explains an error of opening or reading an input.
func Unreadable(name string, err error) error {
	var cause error = err
	if p, ok := err.(*fs.PathError); ok {
		cause = p.Err
	}
	return lang.Errorf("cannot read %[2]s: %[1]v", "%[2]sを読めません: %[1]v", cause, lang.Display(name))
}
