package verify

import (
	"io"
	"slices"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pades"
)

// covered reads what signatures cover. They all begin with the file's first byte,
// so that each goes on from where the hash of another one was when it came to
// /Contents.
type covered struct {
	cms.Checkpoints
	starts []int64 // where the gaps of the signatures begin, in order
}

// refuseMutual refuses signatures that cover each other: of two such one at most can
// have been made, and what each covers has to be hashed by itself. A few are judged all
// the same, since one of them may be right.
func refuseMutual(proofs []*pades.Proof) {
	for i, p := range proofs {
		mutual := 0
		for _, o := range proofs[:i] {
			if p.Contents != nil && o.Contents != nil && p.Range[1] < o.Range[2]+o.Range[3] && o.Range[1] < p.Range[2]+p.Range[3] {
				mutual++
			}
		}
		if mutual <= maxMutual {
			continue
		}
		p.Contents = nil
		if p.OK() {
			p.Code, p.Fault = "byte-range-mutual", lang.M("the signature and more than %d others cover each other", "この署名と%dを超える他の署名が互いを対象にしています", maxMutual)
		}
	}
}

// gaps returns where the gaps of several signatures begin; none for a single
// signature, which has nothing to share.
func gaps(proofs []*pades.Proof) (starts []int64) {
	if len(proofs) < 2 {
		return nil
	}
	for _, p := range proofs {
		if p.Range[0] == 0 && p.Range[1] > 0 {
			starts = append(starts, p.Range[1])
		}
	}
	slices.Sort(starts)
	return slices.Compact(starts)
}

// copyCovered copies what a signature covers.
func (c *pdfCase) copyCovered(dst io.Writer, p *pades.Proof) error {
	if err := c.copyFirst(dst, p); err != nil {
		return err
	}
	return c.copyPart(dst, p.Range[2], p.Range[3])
}

// copyFirst copies what lies before the gap, or sets dst to where that leads.
func (c *pdfCase) copyFirst(dst io.Writer, p *pades.Proof) error {
	digests, ok := dst.(*cms.Digests)
	last, found := slices.BinarySearch(c.covered.starts, p.Range[1])
	if !ok || !found || p.Range[0] != 0 {
		return c.copyPart(dst, p.Range[0], p.Range[1])
	}
	next := last + 1
	for next > 0 && !c.covered.Resume(digests, c.covered.starts[next-1]) {
		next--
	}
	var at int64
	if next > 0 {
		at = c.covered.starts[next-1]
	}
	for _, start := range c.covered.starts[next : last+1] {
		if err := c.copyPart(dst, at, start-at); err != nil {
			return err
		}
		at = start
		c.covered.Keep(digests, at)
	}
	return nil
}

func (c *pdfCase) copyPart(dst io.Writer, at, length int64) error {
	for end := at + length; at < end; {
		b, err := c.document.File.Window(at, int(min(copyBuffer, end-at)))
		if err != nil {
			return err
		}
		if len(b) == 0 {
			return io.ErrUnexpectedEOF
		}
		if _, err := dst.Write(b); err != nil {
			return err
		}
		at += int64(len(b))
	}
	return nil
}
