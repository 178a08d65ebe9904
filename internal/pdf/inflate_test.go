package pdf

import (
	"bytes"
	"compress/zlib"
	"testing"
)

// TestInflate: what was compressed comes back whole, a stream that is cut short is
// damaged, and one byte too much is refused; one inflater serves all.
func TestInflate(t *testing.T) {
	var z inflater
	for _, size := range []int{0, 1, 5000, 300_000} {
		plain := bytes.Repeat([]byte("12 0 obj << /Type /Page >> endobj\n"), size/34+1)[:size]
		var b bytes.Buffer
		w := zlib.NewWriter(&b)
		if _, err := w.Write(plain); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		out, err := z.inflate(b.Bytes(), size)
		if err != nil || !bytes.Equal(out, plain) {
			t.Errorf("%d bytes: %d came back, %v", size, len(out), err)
		}
		const checksum = 4
		if _, err := z.inflate(b.Bytes()[:b.Len()-checksum-1], size); err == nil {
			t.Errorf("%d bytes: cut short, and no error", size)
		}
		if _, err := z.inflate(b.Bytes(), size-1); size > 0 && !isLimit(err) {
			t.Errorf("%d bytes: a limit of one less gives %v", size, err)
		}
		again, err := z.inflate(b.Bytes(), size)
		if err != nil || !bytes.Equal(again, plain) || !bytes.Equal(out, plain) {
			t.Errorf("%d bytes: the second time %d, %v", size, len(again), err)
		}
	}
}
