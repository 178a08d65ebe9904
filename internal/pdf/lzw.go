package pdf

const (
	lzwClear = 256
	lzwEnd   = 257
	lzwFirst = 258
	lzwCodes = 4096
)

// lzwTable holds the sequences: each code is the sequence of an older code and
// one byte more.
type lzwTable struct {
	prefix [lzwCodes]uint16
	last   [lzwCodes]byte
	length [lzwCodes]int
	next   int
}

func (t *lzwTable) reset() {
	for i := range 256 {
		t.last[i], t.length[i] = byte(i), 1
	}
	t.next = lzwFirst
}

// appendCode appends the sequence of code to out.
func (t *lzwTable) appendCode(out []byte, code int) []byte {
	n := t.length[code]
	start := len(out)
	for range n {
		out = append(out, 0)
	}
	for i := start + n - 1; i >= start; i-- {
		out[i] = t.last[code]
		code = int(t.prefix[code])
	}
	return out
}

// first returns the first byte of the sequence of code.
func (t *lzwTable) first(code int) byte {
	for code >= lzwFirst {
		code = int(t.prefix[code])
	}
	return byte(code)
}

func (t *lzwTable) add(prefix int, last byte) {
	if t.next < lzwCodes {
		t.prefix[t.next], t.last[t.next], t.length[t.next] = uint16(prefix), last, t.length[prefix]+1
		t.next++
	}
}

// width returns the bits of the next code. early is /EarlyChange: the width
// grows one code sooner (ISO 32000-2, 7.4.4.2).
func (t *lzwTable) width(early bool) int {
	n := t.next
	if early {
		n++
	}
	switch {
	case n >= 2048:
		return 12
	case n >= 1024:
		return 11
	case n >= 512:
		return 10
	}
	return 9
}

// unLZW undoes LZWDecode (7.4.4). Data that ends without the end code is taken as
// it is.
func unLZW(data []byte, early bool, max int) ([]byte, error) {
	t := new(lzwTable)
	t.reset()
	bits := bitReader{data: data}
	var out []byte
	previous := -1
	for {
		code, ok := bits.read(t.width(early))
		if !ok || code == lzwEnd {
			return out, nil
		}
		if code == lzwClear {
			t.reset()
			previous = -1
			continue
		}
		switch {
		case previous < 0 && code > 255, code > t.next, code == t.next && t.next == lzwCodes:
			return nil, malformed(-1, "LZW data is damaged", "LZW データが壊れています")
		case previous < 0:
		case code == t.next:
			t.add(previous, t.first(previous))
		default:
			t.add(previous, t.first(code))
		}
		out = t.appendCode(out, code)
		previous = code
		if len(out) > max {
			return nil, tooLarge(max)
		}
	}
}

// bitReader reads big-endian bit fields.
type bitReader struct {
	data []byte
	pos  int
	acc  uint32
	have int
}

func (b *bitReader) read(n int) (int, bool) {
	for b.have < n {
		if b.pos >= len(b.data) {
			return 0, false
		}
		b.acc = b.acc<<8 | uint32(b.data[b.pos])
		b.pos++
		b.have += 8
	}
	b.have -= n
	v := int(b.acc>>b.have) & (1<<n - 1)
	return v, true
}
