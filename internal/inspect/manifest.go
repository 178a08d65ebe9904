package inspect

import (
	"context"
	"crypto/sha256"
	"io"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/jsign-jp/jsign/internal/folder"
	"github.com/jsign-jp/jsign/internal/lang"
)

// maxSums bounds the lines of a manifest, which are held: a million names.
const maxSums = 1 << 20

// Manifest is a list of the files that a folder should hold.
type Manifest struct {
	sums map[string]*entry
}

type entry struct {
	sum  [sha256.Size]byte
	seen atomic.Bool
}

// ReadManifest reads a list in the format of sha256sum.
func ReadManifest(r io.Reader) (*Manifest, error) {
	m := &Manifest{sums: make(map[string]*entry)}
	for s, err := range folder.ReadSums(r) {
		switch {
		case err != nil:
			return nil, err
		case m.sums[s.Name] != nil:
			return nil, lang.Errorf("%s is listed twice", "%sが二度記載されています", lang.Display(s.Name))
		case len(m.sums) == maxSums:
			return nil, lang.Errorf("the list has more than %d files", "一覧のファイルが%d個を超えています", maxSums)
		}
		m.sums[s.Name] = &entry{sum: s.SHA256}
	}
	return m, nil
}

// Compare tells what is wrong with a file of a name in the tree, which it reads: it
// is not listed, or not what was listed. It may be called by many goroutines.
func (m *Manifest) Compare(ctx context.Context, name string, file io.Reader) error {
	e := m.see(name)
	if e == nil {
		return lang.Errorf("the file is not in the list: it was added later", "一覧にないファイルです（後から追加されました）")
	}
	sum, err := digest(ctx, file)
	switch {
	case err != nil:
		return folder.Unreadable(name, err)
	case sum != e.sum:
		return lang.Errorf("the file is not the one that was listed", "一覧に記載されたファイルと内容が異なります")
	}
	return nil
}

// see notes that the folder holds a file of a name, and returns what the list has of it.
func (m *Manifest) see(name string) *entry {
	e := m.sums[name]
	if e != nil {
		e.seen.Store(true)
	}
	return e
}

// Missing returns the names of listed files that the folder was not found to hold, in
// order. It is to be called when all files have been compared.
func (m *Manifest) Missing() (names []string) {
	for name, e := range m.sums {
		if !e.seen.Load() {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, strings.Compare)
	return names
}

func digest(ctx context.Context, r io.Reader) (sum [sha256.Size]byte, err error) {
	h := sha256.New()
	buffer := make([]byte, 128<<10)
	for {
		n, err := r.Read(buffer)
		h.Write(buffer[:n])
		switch {
		case err == io.EOF:
			h.Sum(sum[:0])
			return sum, nil
		case err != nil:
			return sum, err
		case ctx.Err() != nil:
			return sum, ctx.Err()
		}
	}
}
