package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// objStmDoc has a cross-reference stream with given records, from object 0 on,
// and what build adds before it.
func objStmDoc(build func(d *doc) (records []string)) []byte {
	d := newDoc("%PDF-1.5\n")
	d.pages()
	more := build(d)
	at := d.Len()
	records := []string{"00 00000000 0000"}
	for num := 1; num <= 3; num++ {
		records = append(records, fmt.Sprintf("01 %08x 0000", d.offsets[num]))
	}
	records = append(records, more...)
	d.stream(900, fmt.Sprintf("/Type/XRef/Size %d/Root 1 0 R/W[1 4 2]/Filter/ASCIIHexDecode", len(records)), hexStream(records...))
	d.end(at)
	return d.Bytes()
}

// hostileFile is a file that brings other programs down, and what has to come of
// it. It may be opened as long as reading it all ends.
type hostileFile struct {
	data []byte
	want any // *error type to be met somewhere; nil when the file is merely to be survived
}

func entryAt(num int, d *doc) string { return fmt.Sprintf("01 %08x 0000", d.offsets[num]) }

// withObject is a document with one more object.
func withObject(body string) []byte {
	d := newDoc("%PDF-1.4\n")
	d.pages()
	d.object(4, body)
	d.table("/Size 5/Root 1 0 R")
	return d.Bytes()
}

// circles are small files whose structure leads back to itself or names numbers
// that are too large.
func circles() map[string]hostileFile {
	var m *Malformed
	var l *LimitExceeded
	replace := func(old, new string) []byte { return bytes.Replace(plain(), []byte(old), []byte(new), 1) }
	return map[string]hostileFile{
		"object stream inside itself": {objStmDoc(func(d *doc) []string {
			d.stream(4, "/Type/ObjStm/N 1/First 4", []byte("4 0 (x)"))
			return []string{"02 00000004 0000"}
		}), &m},
		"object streams inside each other": {objStmDoc(func(d *doc) []string {
			return []string{"02 00000005 0000", "02 00000004 0000"}
		}), &m},
		"length of an object stream in itself": {objStmDoc(func(d *doc) []string {
			d.object(4, "<</Type/ObjStm/N 1/First 4/Length 5 0 R>>\nstream\n5 0 (x)\nendstream")
			return []string{entryAt(4, d), "02 00000004 0000"}
		}), &m},
		"Extends loop": {objStmDoc(func(d *doc) []string {
			d.stream(4, "/Type/ObjStm/N 1/First 4/Extends 5 0 R", []byte("9 0 (x)"))
			d.stream(5, "/Type/ObjStm/N 1/First 4/Extends 4 0 R", []byte("9 0 (x)"))
			return []string{entryAt(4, d), entryAt(5, d), "02 00000004 0000", "02 00000005 0000"}
		}), &m},
		"Size 1e9 in a table":  {replace("/Size 5", "/Size 1000000000"), nil},
		"table of 1e9 entries": {oddTable(func(e string) string { return "0 1000000000\n" + e }), &l},
		"subsection at 2e9":    {oddTable(func(e string) string { return "2000000000 5\n" + e }), &l},
		"Size 1e9 in a stream": {bytes.Replace(streamDoc(""), []byte("/Size 8"), []byte("/Size 1000000000"), 1), nil},
		"Index 2e9":            {bytes.Replace(streamDoc(""), []byte("/Size 8"), []byte("/Size 8/Index[0 2000000000]"), 1), &l},
		"page tree loop":       {replace("/Kids[3 0 R]", "/Kids[2 0 R]"), &m},
		"page tree of itself":  {replace("<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>", "<</Type/Pages/Kids[2 0 R 3 0 R]           >>"), &m},
		"Prev loop":            {replace("/Size 5", fmt.Sprintf("/Size 5/Prev %d", bytes.Index(plain(), []byte("xref")))), &m},
		"reference loop": {func() []byte {
			d := newDoc("%PDF-1.4\n")
			d.pages()
			d.object(4, "5 0 R")
			d.object(5, "4 0 R")
			d.table("/Size 6/Root 1 0 R")
			return d.Bytes()
		}(), &m},
		"length is the stream":       {withObject("<</Length 4 0 R>>\nstream\nx\nendstream"), &m},
		"ByteRange of 20000 numbers": {withObject("<</Type/Sig/ByteRange[" + strings.Repeat("0 1 ", 10000) + "]>>"), nil},
	}
}

// floods are files whose reading would take too much time or memory.
func floods() map[string]hostileFile {
	var m *Malformed
	var l *LimitExceeded
	bomb := deflate(deflate(make([]byte, 100<<20)))
	return map[string]hostileFile{
		"Index of 1e5 overlaps": {bytes.Replace(streamDoc(""), []byte("/Size 8"), []byte("/Size 8/Index["+strings.Repeat("0 0 0 1 ", 100000)+"]"), 1), nil},
		"6 MB of [":             {withObject(strings.Repeat("[", 6<<20)), &l},
		"6 MB of <<":            {withObject(strings.Repeat("<</A", 3<<19)), &l},
		"6 MB of (":             {withObject(strings.Repeat("(", 6<<20)), &m},
		"6 MB of [, no xref":    {[]byte("%PDF-1.4\n1 0 obj\n" + strings.Repeat("[", 6<<20)), &l},
		"6 MB of 1 0 obj [":     {[]byte("%PDF-1.4\n" + strings.Repeat("1 0 obj [", 600<<10)), nil},
		"6 MB of 1 0 obj (":     {[]byte("%PDF-1.4\n" + strings.Repeat("1 0 obj (", 600<<10)), &l},
		"6 MB of streams":       {[]byte("%PDF-1.4\n" + strings.Repeat("1 0 obj<<>>stream\n", 300<<10)), &l},
		"4 million values":      {withObject("[" + strings.Repeat("<<>>", 1<<20) + "]"), &l},
		"2000 sections":         {manySections(2000), &l},
		"bomb as xref stream":   {bombAsXRef(bomb), &l},
		"bomb as object stream": {objStmDoc(func(d *doc) []string {
			d.stream(4, "/Type/ObjStm/N 1/First 4/Filter[/FlateDecode/FlateDecode]", bomb)
			return []string{entryAt(4, d), "02 00000004 0000"}
		}), &l},
		"100 bombs": {objStmDoc(func(d *doc) []string {
			var records []string
			bomb := deflate(append([]byte("500 0 (x)"), make([]byte, 15<<20)...))
			for i := range 100 {
				d.stream(4+i, "/Type/ObjStm/N 1/First 6/Filter/FlateDecode", bomb)
				records = append(records, entryAt(4+i, d))
			}
			for i := range 100 {
				records = append(records, fmt.Sprintf("02 %08x 0000", 4+i))
			}
			return records
		}), nil},
		"20000 objects in a stream": {objStmDoc(func(d *doc) []string {
			index, bodies := "", ""
			var records []string
			for i := range 20000 {
				index += fmt.Sprintf("%d %d ", 5+i, 5*i)
				bodies += "<<>> "
				records = append(records, fmt.Sprintf("02 00000004 %04x", i))
			}
			d.stream(4, fmt.Sprintf("/Type/ObjStm/N 20000/First %d", len(index)), []byte(index+bodies))
			return append([]string{entryAt(4, d)}, records...)
		}), nil},
		"20000 wrong indexes": {objStmDoc(func(d *doc) []string {
			index := ""
			var records []string
			for i := range 20000 {
				index += fmt.Sprintf("%d %d ", 5+i, 0)
				records = append(records, fmt.Sprintf("02 00000004 %04x", 19999-i))
			}
			d.stream(4, fmt.Sprintf("/Type/ObjStm/N 20000/First %d", len(index)), []byte(index+"1"))
			return append([]string{entryAt(4, d)}, records...)
		}), nil},
		"50000 objects at the head of one string": {overlappingStrings(), nil},
		"filters in a row":                        {withObject("<</Length 3/Filter[" + strings.Repeat("/AHx", 100000) + "]>>\nstream\n41>\nendstream"), &l},
	}
}

func manySections(n int) []byte {
	d := newDoc("%PDF-1.4\n")
	d.pages()
	at := d.table("/Size 5/Root 1 0 R")
	for range n {
		at = d.table(fmt.Sprintf("/Size 5/Root 1 0 R/Prev %d", at))
	}
	return d.Bytes()
}

func bombAsXRef(bomb []byte) []byte {
	d := newDoc("%PDF-1.5\n")
	d.pages()
	at := d.Len()
	d.stream(4, "/Type/XRef/Size 5/Root 1 0 R/W[1 2 1]/Filter[/FlateDecode/FlateDecode]", bomb)
	d.end(at)
	return d.Bytes()
}

// overlappingStrings has objects that each are a string to the end of the file.
func overlappingStrings() []byte {
	d := newDoc("%PDF-1.4\n")
	d.pages()
	start := d.Len()
	for i := range 50000 {
		fmt.Fprintf(d, "%d 0 obj (", 4+i)
	}
	at := d.Len()
	fmt.Fprintf(d, "xref\n0 4\n0000000000 65535 f \n")
	for num := 1; num <= 3; num++ {
		fmt.Fprintf(d, "%010d 00000 n \n", d.offsets[num])
	}
	fmt.Fprintf(d, "4 50000\n")
	for i := range 50000 {
		fmt.Fprintf(d, "%010d 00000 n \n", start)
		start += len(fmt.Sprintf("%d 0 obj (", 4+i))
	}
	d.WriteString("trailer\n<</Size 50004/Root 1 0 R>>\n")
	d.end(at)
	return d.Bytes()
}

// readAll reads everything there is to read, and goes on after errors; it returns
// the first of each type.
func readAll(data []byte) (errs []error) {
	f, err := openBytes(data, Options{AllowLocked: true})
	if err != nil {
		return []error{err}
	}
	keep := func(err error) {
		if err != nil && len(errs) < 1000 {
			errs = append(errs, err)
		}
	}
	_, err = f.PageCount()
	keep(err)
	for _, r := range f.Revisions() {
		keep(r.Changed(func(num uint32, at Location) bool {
			ref := Ref{num, at.Gen}
			o, err := r.Get(ref)
			keep(err)
			_, err = r.Resolve(ref)
			keep(err)
			if s, ok := o.(*Stream); ok {
				_, err := s.Decode(1 << 20)
				keep(err)
			}
			return true
		}))
	}
	u := f.NewUpdate()
	u.Add(Integer(1))
	_, err = u.Append()
	keep(err)
	return errs
}

func TestHostileFiles(t *testing.T) {
	files := circles()
	maps.Copy(files, floods())
	for name, file := range files {
		t.Run(name, func(t *testing.T) {
			peak := watchHeap()
			start := time.Now()
			errs := readAll(file.data)
			took := time.Since(start)
			heap := peak()
			t.Logf("%v, %d MB", took.Round(time.Millisecond), heap>>20)
			if took > 2*time.Minute {
				t.Errorf("took %v", took)
			}
			if heap > 256<<20 {
				t.Errorf("%d MB of heap", heap>>20)
			}
			if file.want != nil && !slices.ContainsFunc(errs, func(err error) bool { return errors.As(err, file.want) }) {
				t.Errorf("errors %v, want %T", errs, file.want)
			}
		})
	}
}

// watchHeap samples the heap until the function it returns is called, which tells
// by how much it grew at most.
func watchHeap() (peak func() uint64) {
	runtime.GC()
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, most := heap(), uint64(0)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			most = max(most, heap())
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-done
		return max(most, before) - before
	}
}
