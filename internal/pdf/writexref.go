package pdf

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/jsign-jp/jsign/internal/lang"
)

// maxTableOffset is the largest offset of 10 digits (7.5.4).
const maxTableOffset = 9999999999

// errTableOffset is the error for a file whose form cannot address what is
// appended.
var errTableOffset = lang.Errorf("the PDF is too large for its kind of cross-reference table",
	"PDF が大きすぎて、この形式の相互参照表では追記できません")

// writeXRef writes the cross-reference section, the trailer and the end.
func (u *Update) writeXRef(w *writer, changed []numbered, trailer Dict) error {
	trailer = trailer.With("Size", Integer(u.next))
	if prev := u.previous(); prev != nil {
		trailer = trailer.With("Prev", Integer(prev.StartXRef-u.file.base))
	}
	stream := u.file.Kind == XRefStream
	if u.complete {
		var err error
		if changed, err = u.withOld(changed); err != nil {
			return err
		}
		stream = stream || slices.ContainsFunc(changed, isCompressed)
	}
	at := w.base + int64(len(w.out)) - u.file.base
	var err error
	if stream {
		err = u.writeStream(w, changed, trailer, at)
	} else {
		err = u.writeTable(w, changed, trailer)
	}
	w.out = fmt.Appendf(w.out, "startxref\n%d\n%%%%EOF\n", at)
	return err
}

// previous is the revision that /Prev leads to; nil when there is none to keep.
func (u *Update) previous() *Revision {
	switch {
	case u.file.Rebuilt():
		return u.file.damaged
	case u.complete:
		return nil
	}
	return u.file.Revision
}

func isCompressed(n numbered) bool { return n.entry().kind == entryCompressed }

// withOld adds the entries of all other objects, and the head of the free list.
// What a damaged file's own sections name and the file does not hold becomes
// free, where they stay in the chain.
func (u *Update) withOld(changed []numbered) ([]numbered, error) {
	old, err := u.oldEntries()
	if err != nil {
		return nil, err
	}
	out := make([]numbered, 0, len(changed)+len(old)+1)
	out = append(out, entry{entryFree, 0, 65535}.numbered(0))
	out = append(out, old...)
	return newEntryList(append(out, changed...)), nil
}

// oldEntries returns the entries of the file as it is. Number 0 is left out.
func (u *Update) oldEntries() ([]numbered, error) {
	f := u.file
	if f.Rebuilt() && f.damaged == nil {
		list := f.sections[0].scanned
		if len(list) > 0 && list[0].num == 0 {
			list = list[1:]
		}
		return list, nil
	}
	sections := f.sections
	if f.damaged != nil {
		sections = slices.Concat(f.sections, f.damaged.sections)
	}
	var out []numbered
	for _, num := range f.numbers(sections) {
		e, found, err := f.entry(num)
		if err != nil {
			return nil, err
		}
		if e.offset > max(f.src.size, maxObjectNumber) { // leads nowhere
			e = entry{}
		}
		if num > 0 && (found || f.damaged != nil) {
			out = append(out, e.numbered(num))
		}
	}
	return out, nil
}

// runs cuts changes, sorted by number, where the numbers are not consecutive.
func runs(changed []numbered, yield func([]numbered)) {
	for len(changed) > 0 {
		n := 1
		for n < len(changed) && changed[n].num == changed[n-1].num+1 {
			n++
		}
		yield(changed[:n])
		changed = changed[n:]
	}
}

// writeTable writes a cross-reference table and its trailer (7.5.4, 7.5.5).
func (u *Update) writeTable(w *writer, changed []numbered, trailer Dict) error {
	w.out = slices.Grow(w.out, tableEntry*len(changed)+1024)
	w.out = append(w.out, "xref\n"...)
	tooFar := false
	runs(changed, func(run []numbered) {
		w.out = fmt.Appendf(w.out, "%d %d\n", run[0].num, len(run))
		for _, c := range run {
			tooFar = tooFar || c.entry().offset > maxTableOffset
			w.out = appendTableEntry(w.out, c.entry())
		}
	})
	if len(changed) == 0 {
		w.out = append(w.out, "0 0\n"...)
	}
	if tooFar {
		return errTableOffset
	}
	w.out = append(w.out, "trailer\n"...)
	w.key = nil // strings of the trailer are not encrypted
	err := w.object(trailer)
	w.out = append(w.out, '\n')
	return err
}

// appendTableEntry writes the 20 bytes of an entry.
func appendTableEntry(out []byte, e entry) []byte {
	out = appendPadded(out, uint64(e.offset), 10)
	out = append(out, ' ')
	out = appendPadded(out, uint64(e.gen), 5)
	if e.kind == entryFree {
		return append(out, " f \n"...)
	}
	return append(out, " n \n"...)
}

func appendPadded(out []byte, v uint64, width int) []byte {
	var digits [20]byte
	text := strconv.AppendUint(digits[:0], v, 10)
	for range width - len(text) {
		out = append(out, '0')
	}
	return append(out, text...)
}

// streamRecord is the form of the records of a cross-reference stream: offsets of
// 8 bytes suit every file.
var streamRecord = [3]int{1, 8, 3}

// writeStream writes a cross-reference stream (7.5.8), which has an entry for
// itself. It is not compressed: it is short.
func (u *Update) writeStream(w *writer, changed []numbered, trailer Dict, at int64) error {
	if u.self.IsZero() {
		u.self = u.Reserve()
	}
	if u.err != nil {
		return u.err
	}
	changed = newEntryList(append(changed, entry{entryInUse, at, 0}.numbered(u.self.Num)))
	var index Array
	records := make([]byte, 0, len(changed)*(streamRecord[0]+streamRecord[1]+streamRecord[2]))
	runs(changed, func(run []numbered) {
		index = append(index, Integer(run[0].num), Integer(len(run)))
		for _, c := range run {
			records = appendRecord(records, streamRecord, c.entry())
		}
	})
	d := Dict{{"Type", Name("XRef")}, {"W", Array{Integer(1), Integer(8), Integer(3)}}, {"Index", index}}
	d = append(d, trailer.With("Size", Integer(u.next))...)
	plain := writer{out: w.out, base: w.base}
	_, err := plain.indirect(u.self, NewStream(d, records))
	w.out = plain.out
	return err
}
