package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/jsign-jp/jsign/internal/lang"
)

// Tree is the folder of the outputs. It may be used by many goroutines.
type Tree struct {
	root     string
	resolved string
	info     fs.FileInfo

	mu   sync.Mutex
	made map[string]bool // folders known to be there, relative
}

// MakeTree creates the folder and those above it, where they are not there.
func MakeTree(root string) (*Tree, error) {
	if err := os.MkdirAll(root, 0o777); err != nil {
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
	return &Tree{root: root, resolved: resolved, info: info, made: map[string]bool{".": true}}, nil
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

// Contains tells whether a folder is the tree's own, or in it.
func (t *Tree) Contains(folder string) (bool, error) {
	resolved, err := resolve(folder)
	if err != nil {
		return false, Unreadable(folder, err)
	}
	return resolved == t.resolved || strings.HasPrefix(resolved, strings.TrimSuffix(t.resolved, string(filepath.Separator))+string(filepath.Separator)), nil
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
	t.mu.Lock()
	defer t.mu.Unlock()
	place := t.Path(name)
	return place, t.ensure(filepath.Dir(filepath.FromSlash(name)))
}

func (t *Tree) ensure(folder string) error {
	if t.made[folder] {
		return nil
	}
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
	if err != nil {
		return cannotMake(place, err)
	}
	t.made[folder] = true
	return nil
}

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
