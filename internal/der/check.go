package der

// Check reads one element that fills b and reports the offset and nature of the
// first encoding in it that is BER but not DER: an indefinite or overlong
// length, a string in pieces, a BOOLEAN other than 00 or FF, unused bits set in
// a BIT STRING. ok is true when there is none. The order of SET OF elements
// depends on the type and is not looked at. err tells that b is not even BER.
func Check(b []byte) (offset int64, ok bool, err error) {
	c := checker{first: -1}
	n, err := c.element(b, 0, 0)
	if err == nil && n != len(b) {
		err = &SyntaxError{Offset: int64(n), Reason: LengthMismatch}
	}
	return c.first, c.first < 0, err
}

// checker walks elements that are in memory.
type checker struct {
	first int64 // offset of the first departure from DER, -1 for none
}

func (c *checker) note(offset int) {
	if c.first < 0 {
		c.first = int64(offset)
	}
}

// element checks the element at the start of b, which lies at offset at, and
// returns its size.
func (c *checker) element(b []byte, at, depth int) (int, error) {
	if len(b) > 1 && b[1] < 0x80 && int(b[1]) <= len(b)-2 && depth <= MaxDepth { // most are short
		end := 2 + int(b[1])
		switch b[0] {
		case TagOctetString, TagUTF8String, 0x13, 0x16, TagUTCTime: // any content will do
			return end, nil
		case TagSequence, TagSet:
			return end, c.elements(b[2:end], at+2, depth+1)
		}
	}
	h, n, ok := parseHeader(b)
	switch {
	case !ok || n > len(b):
		return 0, &SyntaxError{Offset: int64(at), Reason: BadHeader}
	case h.Length > int64(len(b)-h.Size):
		return 0, &SyntaxError{Offset: int64(at), Reason: TooLong}
	case depth > MaxDepth:
		return 0, &SyntaxError{Offset: int64(at), Reason: OverLimit, Where: "nesting"}
	}
	h.Offset = int64(at)
	if h.Indefinite || h.NotMinimal {
		c.note(at)
	}
	if h.Constructed() {
		return c.constructed(h, b, at, depth)
	}
	end := h.Size + int(h.Length)
	if h.Universal() {
		c.primitive(h, b[h.Size:end], at)
		return end, checkPrimitive(h, b[h.Size:end], "")
	}
	return end, nil
}

func (c *checker) primitive(h Header, content []byte, at int) {
	switch {
	case h.Number == 1 && len(content) == 1 && content[0] != 0 && content[0] != 0xff:
		c.note(at)
	case h.Number == 3 && len(content) > 1 && content[0] < 8 && content[len(content)-1]&(1<<content[0]-1) != 0:
		c.note(at)
	}
}

func (c *checker) constructed(h Header, b []byte, at, depth int) (int, error) {
	if !mayHoldElements(h) {
		c.note(at)
	}
	if !h.Indefinite {
		end := h.Size + int(h.Length)
		return end, c.elements(b[h.Size:end], at+h.Size, depth+1)
	}
	for i := h.Size; ; {
		if i+2 <= len(b) && b[i] == 0 && b[i+1] == 0 {
			return i + 2, nil
		}
		n, err := c.element(b[i:], at+i, depth+1)
		if err != nil {
			return 0, err
		}
		i += n
	}
}

// elements checks a run of elements that fills b.
func (c *checker) elements(b []byte, at, depth int) error {
	for i := 0; i < len(b); {
		n, err := c.element(b[i:], at+i, depth)
		if err != nil {
			return err
		}
		i += n
	}
	return nil
}
