package pdf

// AppendReferences appends the references in o, which is not resolved, in the
// order in which they stand; of a stream, those in its dictionary.
func AppendReferences(list []Ref, o Object) []Ref {
	switch o := o.(type) {
	case Ref:
		return append(list, o)
	case Array:
		for _, v := range o {
			list = AppendReferences(list, v)
		}
	case Dict:
		for _, e := range o {
			list = AppendReferences(list, e.Value)
		}
	case *Stream:
		return AppendReferences(list, o.Dict)
	}
	return list
}

// References appends the references in the object that ref names to list: what
// AppendReferences finds in the result of Get, with the errors of Get. at is where
// Locate finds the object. It costs far less than Get, because ordinary objects
// are only gone through.
func (r *Revision) References(ref Ref, at Location, list []Ref) ([]Ref, error) {
	if at.Free || at.Gen != ref.Gen {
		return list, nil
	}
	text, err := r.plainText(ref, at)
	if err != nil {
		return list, err
	}
	if more, ok := scanReferences(text, at.Stream == 0, list); ok {
		return more, nil
	}
	o, err := r.Get(ref)
	if err != nil {
		return list, err
	}
	return AppendReferences(list, o), nil
}

// plainText returns text that begins with the object; nothing where Get does more
// than parse it. The errors are those of Get.
func (r *Revision) plainText(ref Ref, at Location) ([]byte, error) {
	f := r.file
	switch {
	case f.crypt != nil:
		return nil, nil
	case at.Stream == 0:
		buf, err := f.src.window(at.Offset, firstWindow)
		p := parser{lexer: lexer{buf: buf[:min(len(buf), firstWindow)], base: at.Offset}}
		if found, ok, wrong := p.header(); wrong != nil || !ok || found != ref {
			return nil, err
		}
		return p.buf[p.pos:], err
	}
	if err := f.enter(-1); err != nil {
		return nil, err
	}
	defer f.leave()
	s, err := r.objectStream(at.Stream)
	if err != nil || at.Index >= len(s.nums) || s.nums[at.Index] != ref.Num {
		return nil, err
	}
	return s.data[s.starts[at.Index]:], nil
}

// refScanner goes through the text of one object and collects its references. It
// knows the ordinary forms alone: what it accepts the parser accepts with the same
// references, what it does not is left to the parser and its errors.
type refScanner struct {
	buf     []byte
	pos     int
	list    []Ref
	depth   int
	dicts   uint32 // bit n: level n is a dictionary
	wantKey bool   // the next token is a key or the end of the dictionary
}

// maxScannedDepth is the number of levels that dicts has bits for.
const maxScannedDepth = 31

// scanReferences appends the references in the object at the beginning of text.
// closed asks for endobj after it. ok is false when the parser has to be asked.
func scanReferences(text []byte, closed bool, list []Ref) (out []Ref, ok bool) {
	// Fewer bytes than maxElements cannot hold more elements.
	s := refScanner{buf: text[:min(len(text), maxElements)], list: list}
	for more := true; more; more = s.depth > 0 {
		if !s.token() {
			return list, false
		}
	}
	if closed && !s.word("endobj") {
		return list, false
	}
	return s.list, true
}

// peek returns the first byte of the next token; 0 at the end.
func (s *refScanner) peek() byte {
	for s.pos < len(s.buf) && isSpace(s.buf[s.pos]) {
		s.pos++
	}
	if s.pos+1 >= len(s.buf) { // every token is followed by another
		return 0
	}
	return s.buf[s.pos]
}

// word consumes a word that is the next token.
func (s *refScanner) word(word string) bool {
	s.peek()
	end := s.pos + len(word)
	if end >= len(s.buf) || string(s.buf[s.pos:end]) != word || isRegular(s.buf[end]) {
		return false
	}
	s.pos = end
	return true
}

// token consumes a value that is no container, or one end of a container, or a
// key.
func (s *refScanner) token() bool {
	c := s.peek()
	if s.wantKey {
		switch {
		case c == '/':
			s.wantKey = false
			return s.name()
		case c == '>' && s.buf[s.pos+1] == '>':
			s.pos += 2
			return s.close(true)
		}
		return false
	}
	switch c {
	case '[':
		s.pos++
		return s.open(false)
	case ']':
		s.pos++
		return s.close(false)
	case '<':
		if s.buf[s.pos+1] == '<' {
			s.pos += 2
			return s.open(true)
		}
	}
	ok := s.scalar(c)
	s.wantKey = s.inDict()
	return ok
}

func (s *refScanner) inDict() bool { return s.depth > 0 && s.dicts>>s.depth&1 == 1 }

func (s *refScanner) open(dict bool) bool {
	if s.depth++; s.depth > maxScannedDepth {
		return false
	}
	s.dicts &^= 1 << s.depth
	if s.wantKey = dict; dict {
		s.dicts |= 1 << s.depth
	}
	return true
}

func (s *refScanner) close(dict bool) bool {
	if s.depth == 0 || s.inDict() != dict {
		return false
	}
	s.depth--
	s.wantKey = s.inDict()
	return true
}

func (s *refScanner) scalar(c byte) bool {
	switch {
	case isDigit(c):
		return s.number()
	case c == '/':
		return s.name()
	case c == '(':
		return s.literal()
	case c == '<':
		return s.hex()
	case c == '+' || c == '-' || c == '.':
		return s.regular()
	case c == 't':
		return s.word("true")
	case c == 'f':
		return s.word("false")
	case c == 'n':
		return s.word("null")
	}
	return false
}

// regular consumes regular characters up to one that is not.
func (s *refScanner) regular() bool {
	for s.pos < len(s.buf) && isRegular(s.buf[s.pos]) {
		s.pos++
	}
	return s.pos < len(s.buf)
}

func (s *refScanner) name() bool {
	s.pos++
	return s.regular()
}

// number consumes a number, or the three tokens of a reference.
func (s *refScanner) number() bool {
	num, isInt, ok := s.integer()
	if !ok || !isInt {
		return ok
	}
	end := s.pos
	gen, isInt, ok := s.integer()
	if !ok || !isInt || !s.word("R") {
		next := s.peek()
		s.pos = end // whatever follows is a token of its own
		return ok && next != 0 && next != '%'
	}
	s.list = append(s.list, Ref{uint32(num), uint16(gen)})
	return num <= maxObjectNumber && gen <= 65535
}

// integer consumes a token that begins with a digit. isInt is false when it is no
// integer; ok when that cannot be told here.
func (s *refScanner) integer() (v int, isInt, ok bool) {
	if c := s.peek(); !isDigit(c) {
		return 0, false, c != 0 && c != '%'
	}
	start := s.pos
	for s.pos < len(s.buf) && isDigit(s.buf[s.pos]) {
		v = v*10 + int(s.buf[s.pos]-'0')
		s.pos++
	}
	if s.pos-start > 10 || s.pos == len(s.buf) {
		return 0, false, false
	}
	if isRegular(s.buf[s.pos]) {
		return 0, false, s.regular()
	}
	return v, true, true
}

// literal consumes a literal string.
func (s *refScanner) literal() bool {
	for depth := 0; s.pos < len(s.buf); s.pos++ {
		switch s.buf[s.pos] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				s.pos++
				return true
			}
		case '\\':
			s.pos++
		}
	}
	return false
}

// hex consumes a hexadecimal string.
func (s *refScanner) hex() bool {
	for s.pos++; s.pos < len(s.buf); s.pos++ {
		switch c := s.buf[s.pos]; {
		case c == '>':
			s.pos++
			return true
		case hexValue(c) < 0 && !isSpace(c):
			return false
		}
	}
	return false
}
