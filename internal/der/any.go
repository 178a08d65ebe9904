package der

// Any reads an element of any type, at most max octets, and returns it as
// OpenSSL keeps an ANY: a universal string in pieces is joined, other primitive
// universal types get the shortest header, and everything else (SEQUENCE, SET,
// other classes) stays as it is on the wire. It refuses what no value of its
// type can be.
func (r *Reader) Any(where string, max int64) ([]byte, error) {
	h, ok, err := r.Next()
	if err == nil && !ok {
		err = r.Fault(FieldMissing, where)
	}
	if err != nil {
		return nil, err
	}
	if !h.Universal() || h.Tag == TagSequence || h.Tag == TagSet || h.Number >= 31 {
		return r.Raw(max)
	}
	if h.Constructed() && !mayBePieces(h.Number) {
		return nil, r.Fault(NotPrimitive, where)
	}
	if !h.Constructed() && !h.NotMinimal {
		raw, err := r.Raw(max)
		if err != nil {
			return nil, err
		}
		return raw, checkPrimitive(h, raw[h.Size:], where)
	}
	content, err := r.Octets(byte(h.Number), where, max)
	if err != nil {
		return nil, err
	}
	return Element(byte(h.Number), content), checkPrimitive(h, content, where)
}

// mayBePieces tells the universal types that BER lets be constructed of pieces
// (X.690, 8.7, 8.23): octet and character strings, times. BIT STRING (8.6.4)
// is left out: its pieces do not just join, OpenSSL joins them wrongly, and
// nobody writes them.
func mayBePieces(number uint32) bool {
	switch number {
	case 4, 7, 12, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 30:
		return true
	}
	return false
}

// checkPrimitive checks content octets of a universal primitive type.
func checkPrimitive(h Header, content []byte, where string) error {
	reason := BadValue
	ok := true
	switch h.Number {
	case 0:
		ok = false // end-of-contents is no value
	case 1:
		ok = len(content) == 1
	case 2, 10:
		reason, ok = BadInteger, validInteger(content)
	case 3:
		ok = len(content) > 0 && content[0] < 8 && (len(content) > 1 || content[0] == 0)
	case 5:
		ok = len(content) == 0
	case 6:
		reason, ok = BadOID, OID(content).Valid()
	case 28:
		ok = len(content)%4 == 0
	case 30:
		ok = len(content)%2 == 0
	}
	if !ok {
		return &SyntaxError{Offset: h.Offset, Reason: reason, Where: where}
	}
	return nil
}
