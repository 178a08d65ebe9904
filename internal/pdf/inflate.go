package pdf

import (
	"encoding/binary"
	"math/bits"
)

// Limits of the format (RFC 1951, 3.2.3 to 3.2.7).
const (
	maxCodeLength  = 15
	literalCodes   = 288
	usedLiterals   = 286
	distanceCodes  = 32
	usedDistances  = 30
	endOfBlock     = 256
	longestMatch   = 258
	lengthCodeBits = 3
)

// fastBits is the length of codes that one look into a table decodes: nearly all.
const fastBits = 9

// codeTable decodes one Huffman code.
type codeTable struct {
	count  [maxCodeLength + 1]int // codes of each length
	symbol [literalCodes]uint16   // in the order of their codes
	fast   [1 << fastBits]uint16  // symbol<<4 | length by the next bits; 0 for a longer code
}

// build makes the table from the length of each symbol's code, 0 for none. False
// if the lengths are no complete code: a single code of one bit and no code at all
// are complete enough, as writers of streams without matches make them.
func (t *codeTable) build(lengths []uint8) bool {
	t.count, t.fast = [maxCodeLength + 1]int{}, [1 << fastBits]uint16{}
	for _, n := range lengths {
		t.count[n]++
	}
	used := len(lengths) - t.count[0]
	t.count[0] = 0
	var code, place [maxCodeLength + 2]int // next code and place in symbol, by length
	left := 1
	for n := 1; n <= maxCodeLength; n++ {
		if left = left<<1 - t.count[n]; left < 0 {
			return false
		}
		code[n+1] = (code[n] + t.count[n]) << 1
		place[n+1] = place[n] + t.count[n]
	}
	if left > 0 && used > 0 && !(used == 1 && t.count[1] == 1) {
		return false
	}
	for symbol, n := range lengths {
		if n == 0 {
			continue
		}
		t.symbol[place[n]] = uint16(symbol)
		place[n]++
		if n <= fastBits {
			for i := int(bits.Reverse16(uint16(code[n])) >> (16 - n)); i < len(t.fast); i += 1 << n {
				t.fast[i] = uint16(symbol)<<4 | uint16(n)
			}
		}
		code[n]++
	}
	return true
}

// decode returns the symbol whose code the bits begin with, and its length; 0 when
// there is none.
func (t *codeTable) decode(next uint64) (symbol, length uint) {
	if e := t.fast[next&(1<<fastBits-1)]; e != 0 {
		return uint(e >> 4), uint(e & 15)
	}
	code, first, place := 0, 0, 0
	for n := 1; n <= maxCodeLength; n++ {
		code |= int(next & 1)
		next >>= 1
		if code < first+t.count[n] {
			return uint(t.symbol[place+code-first]), uint(n)
		}
		place += t.count[n]
		first = (first + t.count[n]) << 1
		code <<= 1
	}
	return 0, 0
}

// inflater undoes DEFLATE (RFC 1951) for data that is in memory. It keeps its
// tables and a buffer from stream to stream.
type inflater struct {
	literals, distances codeTable
	lengths             [literalCodes + distanceCodes]uint8
	scratch             []byte

	in   []byte
	pos  int
	bits uint64 // read ahead, the next bit lowest
	have uint   // how many
	out  []byte
	max  int
}

// deflateResult tells how decoding went.
type deflateResult int

const (
	deflateMore deflateResult = iota // there is another block
	deflateDone
	deflateDamaged
	deflateTooLong
)

// run decodes data to at most max bytes, which are the caller's.
func (z *inflater) run(data []byte, max int) ([]byte, deflateResult) {
	z.in, z.pos, z.bits, z.have, z.out, z.max = data, 0, 0, 0, z.scratch[:0], max
	result := deflateMore
	for result == deflateMore {
		result = z.block()
	}
	out := z.out
	if cap(out) <= maxKeptWindow {
		z.scratch = out
		out = append(make([]byte, 0, len(out)), out...)
	}
	z.in, z.out = nil, nil
	return out, result
}

// refill reads ahead as far as there is room, at least 56 bits unless the data
// ends before.
func (z *inflater) refill() {
	if z.pos+8 <= len(z.in) {
		z.bits |= binary.LittleEndian.Uint64(z.in[z.pos:]) << z.have
		z.pos += int(63-z.have) >> 3
		z.have |= 56
		return
	}
	for z.have <= 56 && z.pos < len(z.in) {
		z.bits |= uint64(z.in[z.pos]) << z.have
		z.pos++
		z.have += 8
	}
}

// take consumes n bits, at most 16. ok is false when there are fewer.
func (z *inflater) take(n uint) (v int, ok bool) {
	if z.have < n {
		if z.refill(); z.have < n {
			return 0, false
		}
	}
	v = int(z.bits & (1<<n - 1))
	z.bits >>= n
	z.have -= n
	return v, true
}

// block decodes one block (3.2.3).
func (z *inflater) block() deflateResult {
	head, ok := z.take(3)
	if !ok {
		return deflateDamaged
	}
	result := deflateDamaged
	switch head >> 1 {
	case 0:
		result = z.stored()
	case 1:
		z.fixedCodes()
		result = z.compressed()
	case 2:
		if z.dynamicCodes() {
			result = z.compressed()
		}
	}
	if result == deflateMore && head&1 == 1 {
		return deflateDone
	}
	return result
}

// stored copies a block that is not compressed (3.2.4).
func (z *inflater) stored() deflateResult {
	z.bits >>= z.have & 7
	z.have &^= 7
	n, ok1 := z.take(16)
	check, ok2 := z.take(16)
	if !ok1 || !ok2 || n != check^0xffff {
		return deflateDamaged
	}
	z.pos -= int(z.have / 8) // what was read ahead
	z.bits, z.have = 0, 0
	if n > len(z.in)-z.pos {
		return deflateDamaged
	}
	if n > z.max-len(z.out) {
		return deflateTooLong
	}
	z.room(n)
	z.out = append(z.out, z.in[z.pos:z.pos+n]...)
	z.pos += n
	return deflateMore
}

// fixedCodes sets up the codes of 3.2.6.
func (z *inflater) fixedCodes() {
	lengths := z.lengths[:literalCodes]
	for i := range lengths {
		switch {
		case i < 144:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		case i < 280:
			lengths[i] = 7
		default:
			lengths[i] = 8
		}
	}
	z.literals.build(lengths)
	lengths = z.lengths[:distanceCodes]
	for i := range lengths {
		lengths[i] = 5
	}
	z.distances.build(lengths)
}

// lengthOrder is the order in which the lengths of the code for lengths stand.
var lengthOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// dynamicCodes reads the codes of a block (3.2.7).
func (z *inflater) dynamicCodes() bool {
	counts, ok := z.take(14)
	literals, distances, n := counts&31+257, counts>>5&31+1, counts>>10+4
	if !ok || literals > usedLiterals || distances > usedDistances {
		return false
	}
	var order [len(lengthOrder)]uint8
	for _, i := range lengthOrder[:n] {
		v, ok := z.take(lengthCodeBits)
		if !ok {
			return false
		}
		order[i] = uint8(v)
	}
	lengths := z.lengths[:literals+distances]
	return z.literals.build(order[:]) && z.readLengths(lengths) &&
		z.literals.build(lengths[:literals]) && z.distances.build(lengths[literals:])
}

// readLengths reads code lengths, which are themselves encoded, by the code that
// stands in literals.
func (z *inflater) readLengths(lengths []uint8) bool {
	for i := 0; i < len(lengths); {
		z.refill()
		symbol, n := z.literals.decode(z.bits)
		if n == 0 || n > z.have {
			return false
		}
		z.take(n)
		if symbol < 16 {
			lengths[i] = uint8(symbol)
			i++
			continue
		}
		repeat, value, ok := z.repeat(symbol, lengths[:i])
		if !ok || repeat > len(lengths)-i {
			return false
		}
		for range repeat {
			lengths[i] = value
			i++
		}
	}
	return true
}

// repeat reads how often a length is repeated.
func (z *inflater) repeat(symbol uint, before []uint8) (n int, value uint8, ok bool) {
	switch symbol {
	case 16:
		if len(before) == 0 {
			return 0, 0, false
		}
		n, ok = z.take(2)
		return n + 3, before[len(before)-1], ok
	case 17:
		n, ok = z.take(3)
		return n + 3, 0, ok
	}
	n, ok = z.take(7)
	return n + 11, 0, ok
}

// extended is a base value and the number of bits that are added to it.
type extended struct {
	base  uint16
	extra uint8
}

// matchLengths and matchDistances are the tables of 3.2.5.
var (
	matchLengths = [usedLiterals - endOfBlock - 1]extended{
		{3, 0}, {4, 0}, {5, 0}, {6, 0}, {7, 0}, {8, 0}, {9, 0}, {10, 0}, {11, 1}, {13, 1}, {15, 1}, {17, 1}, {19, 2}, {23, 2}, {27, 2},
		{31, 2}, {35, 3}, {43, 3}, {51, 3}, {59, 3}, {67, 4}, {83, 4}, {99, 4}, {115, 4}, {131, 5}, {163, 5}, {195, 5}, {227, 5}, {258, 0},
	}
	matchDistances = [usedDistances]extended{
		{1, 0}, {2, 0}, {3, 0}, {4, 0}, {5, 1}, {7, 1}, {9, 2}, {13, 2}, {17, 3}, {25, 3}, {33, 4}, {49, 4}, {65, 5}, {97, 5}, {129, 6},
		{193, 6}, {257, 7}, {385, 7}, {513, 8}, {769, 8}, {1025, 9}, {1537, 9}, {2049, 10}, {3073, 10}, {4097, 11}, {6145, 11}, {8193, 12},
		{12289, 12}, {16385, 13}, {24577, 13},
	}
)

// compressed decodes the symbols of a block (3.2.5).
func (z *inflater) compressed() deflateResult {
	for {
		z.refill() // a match takes 48 bits at most
		symbol, n := z.literals.decode(z.bits)
		if n == 0 || n > z.have {
			return deflateDamaged
		}
		z.bits >>= n
		z.have -= n
		if symbol == endOfBlock {
			return deflateMore
		}
		if len(z.out) >= z.max {
			return z.tooLong(symbol)
		}
		if len(z.out)+longestMatch > cap(z.out) {
			z.room(longestMatch)
		}
		if symbol < endOfBlock {
			z.out = append(z.out, byte(symbol))
			continue
		}
		if result := z.match(symbol - endOfBlock - 1); result != deflateMore {
			return result
		}
	}
}

// tooLong is for a symbol that would exceed max.
func (z *inflater) tooLong(symbol uint) deflateResult {
	if symbol >= usedLiterals {
		return deflateDamaged
	}
	return deflateTooLong
}

// match copies what stands at a distance before.
func (z *inflater) match(symbol uint) deflateResult {
	if symbol >= uint(len(matchLengths)) {
		return deflateDamaged
	}
	more, ok1 := z.take(uint(matchLengths[symbol].extra))
	length := int(matchLengths[symbol].base) + more
	code, n := z.distances.decode(z.bits)
	if n == 0 || n > z.have || code >= uint(len(matchDistances)) {
		return deflateDamaged
	}
	z.bits >>= n
	z.have -= n
	more, ok2 := z.take(uint(matchDistances[code].extra))
	distance := int(matchDistances[code].base) + more
	if !ok1 || !ok2 || distance > len(z.out) {
		return deflateDamaged
	}
	if length > z.max-len(z.out) {
		return deflateTooLong
	}
	from := len(z.out) - distance
	for length > 0 { // what is copied may reach into what it makes
		part := min(length, distance)
		z.out = append(z.out, z.out[from:from+part]...)
		from += part
		length -= part
	}
	return deflateMore
}

// room makes room for n bytes, within what may still come.
func (z *inflater) room(n int) {
	if len(z.out)+n <= cap(z.out) {
		return
	}
	larger := make([]byte, len(z.out), max(len(z.out)+n, min(2*cap(z.out)+4096, z.max+longestMatch)))
	copy(larger, z.out)
	z.out = larger
}
