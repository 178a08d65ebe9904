package pdf

import (
	"bytes"
	"compress/flate"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// maxInflated bounds what these tests decode to.
const maxInflated = 1 << 20

// standardInflate is the standard library's reading of the same data.
func standardInflate(data []byte) ([]byte, error) {
	return io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(data)), maxInflated+1))
}

// compareInflate asks for the same bytes or the same refusal as the standard
// library.
func compareInflate(t *testing.T, z *inflater, data []byte) {
	t.Helper()
	want, err := standardInflate(data)
	got, result := z.run(data, maxInflated)
	switch {
	case len(want) > maxInflated:
		if result == deflateDone {
			t.Fatalf("more than %d bytes were accepted", maxInflated)
		}
	case err != nil:
		if result != deflateDamaged {
			t.Fatalf("%x: result %d, the standard library says %v", data, result, err)
		}
	case result != deflateDone || !bytes.Equal(got, want):
		t.Fatalf("%x: result %d, %d bytes; the standard library reads %d", data, result, len(got), len(want))
	}
}

// rawDeflate compresses without the zlib wrapper.
func rawDeflate(t testing.TB, level int, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, level)
	if err != nil {
		t.Fatal(err)
	}
	for len(data) > 0 { // several blocks
		n := min(len(data), 20_000)
		if _, err := w.Write(data[:n]); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		data = data[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// inflateSamples has texts, noise, runs, and bytes of very uneven frequency, whose
// codes are long.
func inflateSamples() [][]byte {
	random := rand.New(rand.NewChaCha8([32]byte{7}))
	noise, uneven := make([]byte, 50_000), make([]byte, 80_000)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	for i := range uneven {
		uneven[i] = byte(random.ExpFloat64() * 14)
	}
	return [][]byte{nil, []byte("a"), []byte(strings.Repeat("12 0 obj << /Type /Page >> endobj\n", 900)), bytes.Repeat([]byte{0}, 300_000),
		noise, uneven, append(bytes.Clone(noise[:40_000]), noise[:30_000]...), sample()}
}

// What the standard library compresses, at every level, is read back, also in
// pieces, cut short and with single bytes changed.
func TestInflateAsStandard(t *testing.T) {
	var z inflater
	random := rand.New(rand.NewChaCha8([32]byte{8}))
	for _, plain := range inflateSamples() {
		for level := flate.HuffmanOnly; level <= flate.BestCompression; level++ {
			data := rawDeflate(t, level, plain)
			if got, result := z.run(data, len(plain)); result != deflateDone || !bytes.Equal(got, plain) {
				t.Fatalf("level %d, %d bytes: result %d, %d bytes", level, len(plain), result, len(got))
			}
			if _, result := z.run(data, len(plain)-1); len(plain) > 0 && result != deflateTooLong {
				t.Fatalf("level %d, %d bytes: one byte less is result %d", level, len(plain), result)
			}
			for range 20 {
				damaged := bytes.Clone(data)
				damaged[random.IntN(min(len(damaged), 400))] ^= 1 << random.IntN(8)
				compareInflate(t, &z, damaged)
				compareInflate(t, &z, data[:random.IntN(len(data))])
			}
		}
	}
}

// FuzzInflate: whatever the data, the standard library reads the same or refuses
// it too.
func FuzzInflate(f *testing.F) {
	for _, plain := range inflateSamples() {
		for _, level := range []int{flate.HuffmanOnly, flate.NoCompression, flate.BestCompression} {
			f.Add(rawDeflate(f, level, plain[:min(len(plain), 3000)]))
		}
	}
	f.Add([]byte{0x03, 0})
	var z inflater
	f.Fuzz(func(t *testing.T, data []byte) { compareInflate(t, &z, data) })
}
