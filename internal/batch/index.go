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
	places      map[key]place
	counts      [Restart + 1]int // documents by state; notes
	certificate Digest           // of the run that has not ended
	replacing   bool             // the run that has not ended began with Restart
}

func newIndex() *index { return &index{places: map[key]place{}} }

func (x *index) add(r Record, at int64) {
	if !r.Kind.ofDocument() {
		x.event(r.Kind)
		return
	}
	if r.Kind.hasDigests() {
		x.certificate = r.Certificate
	}
	k := keyOf(r.Name)
	p, known := x.places[k]
	if known {
		x.counts[p.kind]--
	}
	x.counts[r.Kind]++
	x.places[k] = place{at, r.Kind, p.claimed}
}

// event counts what is not about a document.
func (x *index) event(k Kind) {
	x.counts[k]++
	if k == End || k == Restart {
		x.certificate, x.replacing = Digest{}, k == Restart
	}
	if k == Restart {
		clear(x.places)
		clear(x.counts[Pending : Failed+1])
	}
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

		Certificate: x.certificate,
		Replacing:   x.replacing,
	}
}
