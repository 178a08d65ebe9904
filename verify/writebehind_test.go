package verify

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"
)

// TestWriteBehind: whatever the pieces, all octets arrive in order and in large
// writes, and the first error comes out of Close.
func TestWriteBehind(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int{0, 1, copyBuffer - 1, copyBuffer, copyBuffer + 1, 5*copyBuffer + 7} {
		want := make([]byte, size)
		for i := range want {
			want[i] = byte(random.Uint32())
		}
		var got pieces
		w := newWriteBehind(&got)
		for rest := want; len(rest) > 0; {
			n := min(len(rest), 1+random.IntN(9000))
			w.Write(rest[:n])
			rest = rest[n:]
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.all.Bytes(), want) || got.writes > size/copyBuffer+1 {
			t.Errorf("%d octets: %d came in %d writes", size, got.all.Len(), got.writes)
		}
	}
}

func TestWriteBehindFails(t *testing.T) {
	failure := errors.New("no space")
	got := pieces{fail: 2, err: failure}
	w := newWriteBehind(&got)
	for range 10 {
		w.Write(make([]byte, copyBuffer))
	}
	if err := w.Close(); !errors.Is(err, failure) || got.writes != 2 {
		t.Errorf("error %v after %d writes", err, got.writes)
	}
}

// pieces counts writes, and fails from a given one on.
type pieces struct {
	all          bytes.Buffer
	writes, fail int
	err          error
}

func (p *pieces) Write(b []byte) (int, error) {
	p.writes++
	if p.writes == p.fail {
		return 0, p.err
	}
	return p.all.Write(b)
}
