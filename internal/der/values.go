package der

import (
	"io"
	"math/big"
)

// Expect looks at the next element, which must have the tag.
func (r *Reader) Expect(tag byte, where string) (Header, error) {
	h, ok, err := r.Next()
	switch {
	case err != nil:
		return h, err
	case !ok:
		return h, r.Fault(FieldMissing, where)
	case h.Tag != tag:
		return h, r.Fault(WrongTag, where)
	}
	return h, nil
}

// EnterTag goes into the next element, which must have the tag.
func (r *Reader) EnterTag(tag byte, where string) error {
	if _, err := r.Expect(tag, where); err != nil {
		return err
	}
	return r.Enter()
}

// NextIs reports whether there is a next element and it has the tag.
func (r *Reader) NextIs(tag byte) (bool, error) {
	h, ok, err := r.Next()
	return ok && h.Tag == tag, err
}

// OctetString streams the content of the next element, an octet string of the
// given primitive tag (TagOctetString or an implicit one): in one piece, or
// constructed of pieces (X.690, 8.7.3). As in OpenSSL the pieces' own tags do
// not matter. It returns the number of octets.
func (r *Reader) OctetString(tag byte, where string, w io.Writer) (int64, error) {
	h, ok, err := r.Next()
	switch {
	case err != nil:
		return 0, err
	case !ok:
		return 0, r.Fault(FieldMissing, where)
	case h.Tag&^0x20 != tag:
		return 0, r.Fault(WrongTag, where)
	}
	return r.pieces(w, 0)
}

// pieces streams the next element, which is primitive or consists of such.
func (r *Reader) pieces(w io.Writer, depth int) (n int64, err error) {
	h := r.head
	if !h.Constructed() {
		r.advance(h.Size)
		return h.Length, r.copyOut(w, h.Length)
	}
	if depth == MaxStringDepth {
		return 0, r.Fault(BadStringDepth, "")
	}
	if r.notDER < 0 {
		r.notDER = r.pos
	}
	if err := r.Enter(); err != nil {
		return 0, err
	}
	for {
		_, ok, err := r.Next()
		if err != nil {
			return n, err
		}
		if !ok {
			return n, r.Leave()
		}
		m, err := r.pieces(w, depth+1)
		n += m
		if err != nil {
			return n, err
		}
	}
}

// Octets returns the content of the next element, an octet string as in
// OctetString, of at most max octets.
func (r *Reader) Octets(tag byte, where string, max int64) ([]byte, error) {
	if h, ok, err := r.Next(); err == nil && ok && h.Tag == tag {
		return r.Primitive(tag, where, max)
	}
	b := limitedBuffer{left: max, keep: true}
	_, err := r.OctetString(tag, where, &b)
	if b.buf.Len() == 0 {
		return []byte{}, r.overLimit(err)
	}
	return b.buf.Bytes(), r.overLimit(err)
}

// Primitive returns the content of the next element, which must have the tag, a
// primitive one.
func (r *Reader) Primitive(tag byte, where string, max int64) ([]byte, error) {
	h, err := r.Expect(tag, where)
	if err != nil {
		return nil, err
	}
	raw, err := r.Raw(max + int64(h.Size))
	if err != nil {
		return nil, err
	}
	return raw[h.Size:], nil
}

// OID reads an OBJECT IDENTIFIER.
func (r *Reader) OID(where string) (OID, error) {
	at := r.pos
	b, err := r.Primitive(TagOID, where, maxOID)
	if err == nil && !OID(b).Valid() {
		err = &SyntaxError{Offset: at, Reason: BadOID, Where: where}
	}
	return OID(b), err
}

// Integer reads an INTEGER of at most max octets. It must be in the fewest
// octets (X.690, 8.3.2: BER too).
func (r *Reader) Integer(where string, max int64) (*big.Int, error) {
	b, err := r.integer(where, max)
	if err != nil {
		return nil, err
	}
	n := new(big.Int).SetBytes(b)
	if b[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return n, nil
}

// Int32 reads an INTEGER between -2^31 and 2^31-1, such as a version.
func (r *Reader) Int32(where string) (int, error) {
	b, err := r.integer(where, 4)
	if err != nil {
		return 0, err
	}
	n := int32(int8(b[0]))
	for _, c := range b[1:] {
		n = n<<8 | int32(c)
	}
	return int(n), nil
}

func (r *Reader) integer(where string, max int64) ([]byte, error) {
	at := r.pos
	b, err := r.Primitive(TagInteger, where, max)
	if err == nil && !validInteger(b) {
		err = &SyntaxError{Offset: at, Reason: BadInteger, Where: where}
	}
	return b, err
}

// validInteger tells content octets in the shortest form (X.690, 8.3.2).
func validInteger(b []byte) bool {
	if len(b) < 2 {
		return len(b) == 1
	}
	return (b[0] != 0x00 || b[1]&0x80 != 0) && (b[0] != 0xff || b[1]&0x80 == 0)
}

// AlgorithmIdentifier reads an AlgorithmIdentifier; its parameters at most max
// octets, as they are on the wire.
func (r *Reader) AlgorithmIdentifier(where string, max int64) (a AlgorithmIdentifier, err error) {
	if err = r.EnterTag(TagSequence, where); err != nil {
		return a, err
	}
	if a.Algorithm, err = r.OID(where); err != nil {
		return a, err
	}
	_, more, err := r.Next()
	if err == nil && more {
		a.Parameters, err = r.Any(where, max)
	}
	if err != nil {
		return a, err
	}
	return a, r.Leave()
}
