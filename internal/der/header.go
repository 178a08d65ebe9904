package der

// Header is the tag and length of an element.
type Header struct {
	// Tag is the first identifier octet: class, constructed bit and, below 31, the
	// number. Compare it with TagSequence, ContextConstructed and so on.
	Tag        byte
	Indefinite bool // the content ends with end-of-contents
	// NotMinimal tells a length or tag number written in more octets than needed:
	// BER, not DER.
	NotMinimal bool
	Number     uint32 // the tag number
	Length     int64  // of the content; 0 when indefinite
	Size       int    // octets of the header itself
	Offset     int64  // of the identifier octet, from the start of the input
}

// Constructed reports whether the content consists of elements.
func (h Header) Constructed() bool { return h.Tag&0x20 != 0 }

// Universal reports whether the tag is of the universal class.
func (h Header) Universal() bool { return h.Tag&0xc0 == 0 }

// isEOC reports end-of-contents (X.690, 8.1.5).
func (h Header) isEOC() bool { return h.Tag == 0 && h.Length == 0 && h.Size == 2 && !h.NotMinimal }

// parseHeader reads a header at the start of b. need is greater than len(b)
// when b is too short to tell; ok is false when no more octets would help.
func parseHeader(b []byte) (h Header, need int, ok bool) {
	if len(b) < 2 {
		return h, 2, true
	}
	h.Tag, h.Number = b[0], uint32(b[0]&0x1f)
	i := 1
	if h.Number == 0x1f {
		h.Number = 0
		for {
			if i >= len(b) {
				return h, i + 1, true
			}
			c := b[i]
			h.NotMinimal = h.NotMinimal || (i == 1 && c == 0x80)
			h.Number = h.Number<<7 | uint32(c&0x7f)
			i++
			if c&0x80 == 0 {
				break
			}
			if i > 4 || h.Number > maxTagNumber>>7 {
				return h, 0, false
			}
		}
		h.NotMinimal = h.NotMinimal || h.Number < 0x1f
	}
	return parseLength(h, b, i)
}

func parseLength(h Header, b []byte, i int) (Header, int, bool) {
	if i >= len(b) {
		return h, i + 1, true
	}
	first := b[i]
	i++
	h.Size = i
	switch {
	case first < 0x80:
		h.Length = int64(first)
		return h, i, true
	case first == 0x80:
		h.Indefinite = true
		return h, i, h.Constructed() // X.690, 8.1.3.2
	}
	n := int(first & 0x7f)
	if n > maxLengthOctets {
		return h, 0, false
	}
	if i+n > len(b) {
		return h, i + n, true
	}
	for _, c := range b[i : i+n] {
		if h.Length >= 1<<54 {
			return h, 0, false
		}
		h.Length = h.Length<<8 | int64(c)
	}
	h.Size = i + n
	h.NotMinimal = h.NotMinimal || b[i] == 0 || h.Length < 0x80
	return h, h.Size, true
}
