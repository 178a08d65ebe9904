package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// misplaced is a document whose entry for an object is 3 bytes off.
func misplaced(num int) []byte {
	return oddTable(func(e string) string {
		lines := strings.SplitAfter(e, "\n")
		var off int
		fmt.Sscanf(lines[num], "%d", &off)
		lines[num] = fmt.Sprintf("%010d 00000 n \n", off+3)
		return "0 5\n" + strings.Join(lines, "")
	})
}

// A wrong entry that Open does not meet is mended on demand, and what is then
// appended is a file without fault whose /Prev chain is whole.
func TestRebuildOnDemand(t *testing.T) {
	old := misplaced(3)
	f := open(t, old)
	if f.Misplaced() == nil {
		t.Error("the wrong entry is not noticed")
	}
	_, _, cause := f.Page(0)
	if cause == nil {
		t.Fatal("the page is read")
	}
	g, err := f.Rebuild(Options{}, cause)
	if err != nil {
		t.Fatal(err)
	}
	if !g.Rebuilt() || !hasNote(g, NoteRebuilt) || g.Misplaced() != nil {
		t.Errorf("rebuilt: %v, noted %v, %v", g.Rebuilt(), g.Notes(), g.Misplaced())
	}
	if _, page, err := g.Page(0); err != nil || page.Name("Type") != "Page" {
		t.Errorf("page %v, %v", page, err)
	}
	u := g.NewUpdate()
	u.Set(Ref{Num: 4}, Integer(1))
	signed := appended(t, old, u)
	check(t, signed)
	h := open(t, signed)
	if len(h.Revisions()) != 2 || h.Misplaced() != nil || mustGet(t, h.Revision, 4) != "1" {
		t.Errorf("%d revisions, %v", len(h.Revisions()), h.Misplaced())
	}
	if _, err := g.Rebuild(Options{}, cause); err != cause {
		t.Errorf("rebuilt twice: %v", err)
	}
	if _, err := f.Rebuild(Options{}, errDisk); err != errDisk {
		t.Errorf("rebuilt after an I/O error: %v", err)
	}
}

// An object that the damaged sections name and the file does not hold is free in
// the section that replaces them.
func TestRebuildFreesWhatIsMissing(t *testing.T) {
	old := bytes.Replace(misplaced(3), []byte("4 0 obj\n"), []byte("4 0 oxj\n"), 1)
	f := open(t, old)
	g, err := f.Rebuild(Options{}, f.Misplaced())
	if err != nil {
		t.Fatal(err)
	}
	u := g.NewUpdate()
	u.Add(Integer(1))
	h := open(t, appended(t, old, u))
	if at, err := h.Locate(4); err != nil || !at.Listed || !at.Free {
		t.Errorf("object 4: %+v, %v", at, err)
	}
}

func TestObjectsBehindEnd(t *testing.T) {
	for name, test := range map[string]struct {
		behind string
		want   bool
	}{
		"nothing":            {"", false},
		"white space":        {"\r\n \n", false},
		"junk":               {strings.Repeat("junk obj 5 endobj 1 2 ", 3000), false},
		"an object":          {"9 0 obj\n(x)\nendobj\n", true},
		"many objects":       {strings.Repeat("3 0 obj\n<</Type/Page>>\nendobj\n", 1500), true},
		"far behind":         {strings.Repeat("junk ", 20000) + "\n1 0 obj\n<<>>\nendobj", true},
		"beyond 64 kB, junk": {strings.Repeat("junk ", 20000), false},
	} {
		f := open(t, append(plain(), test.behind...))
		if f.ObjectsBehindEnd() != test.want || f.Kind != XRefTable {
			t.Errorf("%s: %v, kind %v; want %v", name, f.ObjectsBehindEnd(), f.Kind, test.want)
		}
	}
}

// Complete leaves the faults of the old sections behind.
func TestCompleteLeavesOddSections(t *testing.T) {
	for name, old := range map[string][]byte{
		"numbered from 1": oddTable(func(e string) string { return "1 5\n" + e }),
		"count too large": oddTable(func(e string) string { return "0 9\n" + e }),
		"count too small": oddTable(func(e string) string { return "0 3\n" + e }),
		"absurd size":     bytes.Replace(plain(), []byte("/Size 5"), []byte("/Size 9000000"), 1),
	} {
		f := open(t, old)
		if !f.OddXRef() {
			t.Errorf("%s: no fault is noticed", name)
		}
		u := f.NewUpdate()
		u.Complete()
		u.Add(Integer(1))
		data := appended(t, old, u)
		check(t, data)
		g := open(t, data)
		if g.Trailer.Has("Prev") || g.OddXRef() || mustGet(t, g.Revision, 4) != "(old)" || mustGet(t, g.Revision, 5) != "1" {
			t.Errorf("%s: trailer %v", name, g.Trailer)
		}
	}
	if open(t, plain()).OddXRef() {
		t.Error("an orderly file is called odd")
	}
}

func TestDeepPageTree(t *testing.T) {
	tree := func(depth int) []byte {
		d := newDoc("%PDF-1.4\n")
		d.object(1, "<</Type/Catalog/Pages 2 0 R>>")
		for i := range depth {
			d.object(2+i, fmt.Sprintf("<</Type/Pages/Count 1/Kids[%d 0 R]>>", 3+i))
		}
		d.object(2+depth, "<</Type/Page>>")
		d.table(fmt.Sprintf("/Size %d/Root 1 0 R", 3+depth))
		return d.Bytes()
	}
	if n, err := open(t, tree(200)).PageCount(); n != 1 || err != nil {
		t.Errorf("200 levels: %d pages, %v", n, err)
	}
	var l *LimitExceeded
	if _, err := open(t, tree(300)).PageCount(); !errors.As(err, &l) {
		t.Errorf("300 levels: %v, want LimitExceeded", err)
	}
}

// The last entry for each number stays.
func TestEntryList(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		want := make(map[uint32]entry)
		var found []numbered
		for range random.IntN(50) {
			num := random.Uint32N(30)
			e := entry{entryKind(random.IntN(3)), random.Int64N(1 << 40), random.Uint32N(1 << 16)}
			want[num] = e
			found = append(found, e.numbered(num))
		}
		list := newEntryList(found)
		if got := len(list); got != len(want) || !slices.IsSortedFunc(list, func(a, b numbered) int { return int(a.num) - int(b.num) }) {
			t.Fatalf("%d entries, want %d", got, len(want))
		}
		for num := range uint32(30) {
			e, found := list.find(num)
			if w, ok := want[num]; ok != found || e != w {
				t.Fatalf("%d: %v, want %v of %v", num, e, w, slices.Collect(maps.Keys(want)))
			}
		}
	}
}
