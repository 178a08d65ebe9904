package pdf

import (
	"cmp"
	"slices"
)

// numbered is a cross-reference entry with its number, in 16 bytes: a damaged
// file has one for each of its objects in memory.
type numbered struct {
	num   uint32
	gen   uint32 // as in entry
	place int64  // offset of entry, and its kind in the two lowest bits
}

func (e entry) numbered(num uint32) numbered {
	return numbered{num, e.gen, e.offset<<2 | int64(e.kind)}
}

func (n numbered) entry() entry { return entry{entryKind(n.place & 3), n.place >> 2, n.gen} }

// entryList is a list of entries in order of their numbers, each number once.
type entryList []numbered

// newEntryList sorts found, which it takes over. Of several entries of one number
// the last one stays.
func newEntryList(found []numbered) entryList {
	byNum := func(a, b numbered) int { return cmp.Compare(a.num, b.num) }
	if !slices.IsSortedFunc(found, byNum) {
		slices.SortStableFunc(found, byNum)
	}
	out := found[:0]
	for i, n := range found {
		if i+1 == len(found) || found[i+1].num != n.num {
			out = append(out, n)
		}
	}
	return out
}

func (l entryList) find(num uint32) (entry, bool) {
	i, found := slices.BinarySearchFunc(l, num, func(n numbered, num uint32) int { return cmp.Compare(n.num, num) })
	if !found {
		return entry{}, false
	}
	return l[i].entry(), true
}
