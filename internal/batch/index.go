package batch

import "crypto/sha256"

// key stands for a name in the index: names are as long as they like, the index
// is not. 128 bits of SHA-256 do not collide; Claim compares the name all the same.
type key [16]byte

func keyOf(name string) key {
	sum := sha256.Sum256([]byte(name))
	return key(sum[:16])
}

// place is where the last record of a document begins.
type place struct {
	at      int64
	kind    Kind
	claimed bool // by this run
}

// index holds the state of every document in about 50 bytes each.
type index struct {
	places map[key]place
	counts [End + 1]int // documents by state; notes
}

func newIndex() *index { return &index{places: map[key]place{}} }

func (x *index) add(r Record, at int64) {
	if !r.Kind.ofDocument() {
		x.counts[r.Kind]++
		return
	}
	k := keyOf(r.Name)
	p, known := x.places[k]
	if known {
		x.counts[p.kind]--
	}
	x.counts[r.Kind]++
	x.places[k] = place{at, r.Kind, p.claimed}
}

func (x *index) summary(s *scanner) Summary {
	return Summary{
		Records: s.records,
		Pending: x.counts[Pending] + x.counts[Sealed],
		Signed:  x.counts[Signed],
		Failed:  x.counts[Failed],
		Notes:   x.counts[Note],
		Head:    s.last.prev,
		Ended:   s.kind == End,
	}
}
