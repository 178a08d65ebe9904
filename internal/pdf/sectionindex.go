package pdf

import (
	"slices"
	"sort"
)

const (
	// fewSections is how many sections are asked one after the other.
	fewSections = 16

	// maxIndexed bounds the entries of the index over the sections, 8 bytes each.
	maxIndexed = 2 << 20
)

// sectionIndex tells for each object number which sections list it: pairs of number
// and place among the file's sections, in order. Without it, each look into a file
// of a thousand updates would ask a thousand sections.
type sectionIndex []uint64

// placeBits is room for maxSections.
const placeBits = 16

// newSectionIndex returns nil for sections that have too many entries.
func newSectionIndex(sections []*section) sectionIndex {
	var index sectionIndex
	for place, s := range sections {
		for ; s != nil; s = s.hidden {
			for _, sub := range s.subs {
				if len(index)+int(sub.count) > maxIndexed {
					return nil
				}
				for i := range sub.count {
					index = append(index, uint64(sub.first+i)<<placeBits|uint64(place))
				}
			}
		}
	}
	slices.Sort(index)
	return slices.Compact(index)
}

// from returns the places of the sections that list num, from place on.
func (x sectionIndex) from(num uint32, place int) sectionIndex {
	least := uint64(num)<<placeBits | uint64(place)
	i := sort.Search(len(x), func(i int) bool { return x[i] >= least })
	end := i
	for end < len(x) && x[end]>>placeBits == uint64(num) {
		end++
	}
	return x[i:end]
}

// listing calls ask for the sections that may list num, the newest first, until it
// returns true.
func (r *Revision) listing(num uint32, ask func(*section) bool) {
	f := r.file
	place := len(f.sections) - len(r.sections)
	if len(r.sections) > fewSections && place >= 0 && f.sections[place] == r.sections[0] {
		if !f.indexed {
			f.indexed, f.index = true, newSectionIndex(f.sections)
		}
		if f.index != nil {
			for _, pair := range f.index.from(num, place) {
				if ask(f.sections[pair&(1<<placeBits-1)]) {
					return
				}
			}
			return
		}
	}
	for _, s := range r.sections {
		if ask(s) {
			return
		}
	}
}
