package pdf

import (
	"fmt"
	"io"
	"strings"
	"testing"
)

// sparse is a file of head, zeros and tail, which takes no memory.
type sparse struct {
	head  string
	zeros int64
	tail  string
}

func (s sparse) size() int64 { return int64(len(s.head)) + s.zeros + int64(len(s.tail)) }

func (s sparse) ReadAt(b []byte, off int64) (int, error) {
	clear(b)
	copyAt(b, off, s.head, 0)
	copyAt(b, off, s.tail, int64(len(s.head))+s.zeros)
	if n := s.size() - off; n < int64(len(b)) {
		return int(max(n, 0)), io.EOF
	}
	return len(b), nil
}

// copyAt copies text, which stands at place, into b, which stands at off.
func copyAt(b []byte, off int64, text string, place int64) {
	if place < off {
		text = text[min(int64(len(text)), off-place):]
		place = off
	}
	if place-off < int64(len(b)) {
		copy(b[place-off:], text)
	}
}

// largeDoc has one stream of zeros of a length.
func largeDoc(zeros int64, startxref string) sparse {
	d := newDoc("%PDF-1.7\n")
	d.pages()
	d.offsets[4] = d.Len()
	fmt.Fprintf(d, "4 0 obj\n<</Length %d>>\nstream\n", zeros)
	s := sparse{head: d.String(), zeros: zeros}
	at := s.size() + int64(len("\nendstream\nendobj\n"))
	var tail strings.Builder
	fmt.Fprintf(&tail, "\nendstream\nendobj\nxref\n0 5\n0000000000 65535 f \n")
	for num := 1; num <= 4; num++ {
		fmt.Fprintf(&tail, "%010d 00000 n \n", d.offsets[num])
	}
	fmt.Fprintf(&tail, "trailer\n<</Size 5/Root 1 0 R>>\n%s\n%d\n%%%%EOF\n", startxref, at)
	s.tail = tail.String()
	return s
}

// A large file is never in memory, neither when it is opened and updated nor when
// it is scanned.
func TestLargeFile(t *testing.T) {
	for _, tt := range []struct {
		zeros     int64
		startxref string
		kind      XRefKind
	}{{1 << 30, "startxref", XRefTable}, {1 << 30, "stopxref", XRefRebuilt}} {
		s := largeDoc(tt.zeros, tt.startxref)
		peak := watchHeap()
		f, err := Open(s, s.size(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		u := f.NewUpdate()
		ref := u.Add(Integer(1))
		tail, err := u.Append()
		if err != nil {
			t.Fatal(err)
		}
		if heap := peak(); heap > 8<<20 {
			t.Errorf("%d MB of heap", heap>>20)
		}
		if f.Kind != tt.kind || tail.Base != s.size() {
			t.Errorf("kind %v, base %d", f.Kind, tail.Base)
		}
		s.tail += string(tail.Bytes)
		g, err := Open(s, s.size(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if o, err := g.Get(ref); o != Integer(1) || err != nil {
			t.Errorf("the new object = %v, %v", o, err)
		}
		o, err := g.Get(Ref{Num: 4})
		if err != nil {
			t.Fatal(err)
		}
		if _, length := o.(*Stream).Span(); length != tt.zeros {
			t.Errorf("the stream has %d bytes", length)
		}
	}
}
