package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/jsign-jp/jsign/internal/durable"
	"github.com/jsign-jp/jsign/internal/lang"
)

// Tree is the folder of the outputs. It may be used by many goroutines.
type Tree struct {
	root     string
	resolved string
	info     fs.FileInfo

	sync func(folder string) error

	mu   sync.Mutex
	made map[string]func() error // folders, relative: returns when they are there
}

// MakeTree creates the folder and those above it, where they are not there. What it
// makes, and what Place makes, is durable before anything is written in it.
func MakeTree(root string) (*Tree, error) { return makeTree(root, durable.SyncFolder) }

func makeTree(root string, syncFolder func(folder string) error) (*Tree, error) {
	if err := makeRoot(root, syncFolder); err != nil {
		return nil, cannotMake(root, err)
	}
	info, err := os.Stat(root)
	if err != nil {
		return nil, Unreadable(root, err)
	}
	resolved, err := resolve(root)
	if err != nil {
		return nil, Unreadable(root, err)
	}
	there := func() error { return nil }
	return &Tree{root: root, resolved: resolved, info: info, sync: syncFolder, made: map[string]func() error{".": there}}, nil
}

// makeRoot makes each folder durable before the next one below it. The first that is
// there already may come from a run that was killed before it could do so.
func makeRoot(folder string, syncFolder func(folder string) error) error {
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		above, _ := filepath.Split(strings.TrimRightFunc(folder, isSeparator))
		if above != "" && above != folder {
			if err := makeRoot(above, syncFolder); err != nil {
				return err
			}
		}
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	return syncFolder(folder + string(filepath.Separator) + "..") // where a link leads, too
}

func resolve(name string) (string, error) {
	absolute, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(absolute)
}

// Root returns the folder's name as it was given.
func (t *Tree) Root() string { return t.root }

// Info returns what identifies the folder, for Options.Output.
func (t *Tree) Info() fs.FileInfo { return t.info }

// Path returns where the output name (with slashes) lies.
func (t *Tree) Path(name string) string { return filepath.Join(t.root, filepath.FromSlash(name)) }

// Contains tells whether a folder is the tree's own, or in it, by whatever name: in
// capitals that the file system ignores, or mounted at another place.
func (t *Tree) Contains(folder string) (bool, error) {
	at, err := resolve(folder)
	if err != nil {
		return false, Unreadable(folder, err)
	}
	for !isFolder(at, t.info) {
		above := filepath.Dir(at)
		if above == at {
			return false, nil
		}
		at = above
	}
	return true, nil
}

// WayTo returns the way from the tree to a folder, relative where there is one:
// the same wherever jsign runs, and after both were moved.
func (t *Tree) WayTo(folder string) (string, error) {
	resolved, err := resolve(folder)
	if err != nil {
		return "", Unreadable(folder, err)
	}
	if way, err := filepath.Rel(t.resolved, resolved); err == nil {
		return way, nil
	}
	return resolved, nil // on another drive
}

// Place makes the folders above the output name, and returns where it goes. A
// symbolic link among these folders is refused: it could lead to inputs.
func (t *Tree) Place(name string) (string, error) {
	return t.Path(name), t.ensure(filepath.Dir(filepath.FromSlash(name)))
}

// ensure makes a folder once; what failed is tried again. Others do not wait for its
// sync.
func (t *Tree) ensure(folder string) error {
	t.mu.Lock()
	made := t.made[folder]
	if made == nil {
		made = sync.OnceValue(func() error { return t.make(folder) })
		t.made[folder] = made
	}
	t.mu.Unlock()
	err := made()
	if err != nil {
		t.mu.Lock()
		delete(t.made, folder)
		t.mu.Unlock()
	}
	return err
}

// make makes a folder, and its name durable: the journal will say that documents in
// it are signed. One that is there may come from a run that was killed just before.
func (t *Tree) make(folder string) error {
	if err := t.ensure(filepath.Dir(folder)); err != nil {
		return err
	}
	place := filepath.Join(t.root, folder)
	err := os.Mkdir(place, 0o777)
	if errors.Is(err, fs.ErrExist) {
		var info fs.FileInfo
		if info, err = os.Lstat(place); err == nil && !info.IsDir() {
			return lang.Errorf("%s in the output folder is not a folder", "出力フォルダーの%sはフォルダーではありません", lang.Display(place))
		}
	}
	if err == nil {
		err = t.sync(filepath.Dir(place))
	}
	if err != nil {
		return cannotMake(place, err)
	}
	return nil
}

func isSeparator(r rune) bool { return r < utf8.RuneSelf && os.IsPathSeparator(byte(r)) }

func cannotMake(name string, err error) error {
	return lang.WithHint(lang.Errorf("cannot create the folder %[2]s: %[1]v", "フォルダー%[2]sを作れません: %[1]v", reason(err), lang.Display(name)),
		"choose a folder that you may write to with -o", "書き込めるフォルダーを -o で指定してください")
}

func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
