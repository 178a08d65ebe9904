package pdf

// parser reads objects (ISO 32000-2, 7.3) from a window of the file.
type parser struct {
	lexer
	depth    int
	elements int
}

// object reads one object. Streams are recognised by indirect alone.
func (p *parser) object() (Object, error) {
	if p.elements++; p.elements > maxElements {
		return nil, limitExceeded(p.offset(), "an object has more than %d elements", "オブジェクトの要素が %d 個を超えています", maxElements)
	}
	c, err := p.peek()
	if err != nil {
		return nil, err
	}
	switch c {
	case '/':
		return p.nameObject()
	case '(':
		return p.literalString()
	case '[':
		return p.array()
	case '<':
		if p.pos+1 >= len(p.buf) {
			return nil, p.ended()
		}
		if p.buf[p.pos+1] == '<' {
			return p.dict()
		}
		return p.hexString()
	}
	if isDigit(c) {
		if ref, ok, err := p.reference(); ok || err != nil {
			return ref, err
		}
	}
	return p.scalar()
}

func (p *parser) nameObject() (Object, error) {
	n, err := p.name()
	if err != nil {
		return nil, err
	}
	return n, nil
}

// scalar reads a number, true, false or null.
func (p *parser) scalar() (Object, error) {
	start := p.pos
	token, err := p.regular()
	if err != nil {
		return nil, err
	}
	switch string(token) {
	case "true":
		return Boolean(true), nil
	case "false":
		return Boolean(false), nil
	case "null":
		return nil, nil
	}
	if n, ok := number(token); ok {
		return n, nil
	}
	p.pos = start
	return nil, p.fail("an object is expected", "オブジェクトがあるべき位置にありません")
}

// reference reads "12 0 R"; ok is false, and nothing consumed, when something
// else begins with a digit.
func (p *parser) reference() (ref Ref, ok bool, err error) {
	start := p.pos
	num, gen, ok, err := p.twoNumbers()
	if ok && err == nil {
		ok, err = p.keyword("R")
	}
	if !ok || err != nil || num > maxObjectNumber || gen > 65535 {
		p.pos = start
		return Ref{}, false, err
	}
	return Ref{uint32(num), uint16(gen)}, true, nil
}

func (p *parser) twoNumbers() (a, b int64, ok bool, err error) {
	if a, ok, err = p.unsigned(); !ok || err != nil {
		return 0, 0, false, err
	}
	b, ok, err = p.unsigned()
	return a, b, ok, err
}

// enter begins an array or a dictionary.
func (p *parser) enter(open int) error {
	if p.depth++; p.depth > maxDepth {
		return limitExceeded(p.offset(), "objects nest deeper than %d levels", "オブジェクトの入れ子が %d 段を超えています", maxDepth)
	}
	p.pos += open
	return nil
}

func (p *parser) array() (Object, error) {
	if err := p.enter(1); err != nil {
		return nil, err
	}
	var out Array
	for {
		c, err := p.peek()
		if err != nil {
			return nil, err
		}
		if c == ']' {
			p.pos++
			p.depth--
			if out == nil {
				out = Array{}
			}
			return out, nil
		}
		o, err := p.object()
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = make(Array, 0, 4)
		}
		out = append(out, o)
	}
}

func (p *parser) dict() (Object, error) {
	if err := p.enter(2); err != nil {
		return nil, err
	}
	var out Dict
	for {
		c, err := p.peek()
		if err != nil {
			return nil, err
		}
		switch c {
		case '/':
			e, err := p.entry()
			if err != nil {
				return nil, err
			}
			if out == nil {
				out = make(Dict, 0, 4)
			}
			out = append(out, e)
		case '>':
			return out, p.closeDict()
		default:
			return nil, p.fail("a dictionary key is no name", "辞書のキーが名前ではありません")
		}
	}
}

func (p *parser) closeDict() error {
	if p.pos+1 >= len(p.buf) {
		return p.ended()
	}
	if p.buf[p.pos+1] != '>' {
		return p.fail("a dictionary does not end with >>", "辞書が >> で終わっていません")
	}
	p.pos += 2
	p.depth--
	return nil
}

// entry reads a key and its value. A value that is missing before >> is null, as
// readers commonly take it.
func (p *parser) entry() (Entry, error) {
	p.elements++
	key, err := p.name()
	if err != nil {
		return Entry{}, err
	}
	c, err := p.peek()
	if err != nil {
		return Entry{}, err
	}
	if c == '>' {
		return Entry{Key: key}, nil
	}
	value, err := p.object()
	return Entry{key, value}, err
}

// header reads "12 0 obj"; ok is false when something else stands here.
func (p *parser) header() (ref Ref, ok bool, err error) {
	num, gen, ok, err := p.twoNumbers()
	if !ok || err != nil || num > maxObjectNumber || gen > 65535 {
		return Ref{}, false, err
	}
	// Some producers write the object directly behind "obj", which a delimiter
	// allows but "12 0 obj5" does not.
	ok, err = p.keyword("obj")
	return Ref{uint32(num), uint16(gen)}, ok, err
}

// indirect is what stands between "obj" and "endobj".
type indirect struct {
	ref    Ref
	object Object
	stream int64 // offset of the stream data; 0 when the object is no stream
	end    int64 // offset after "endobj", or after the object where that is missing
	closed bool  // "endobj" is there; meaningless for a stream
	cost   int   // what keeping the object costs, in elements
}

// indirect reads an indirect object up to its stream data or its end.
func (p *parser) indirect() (indirect, error) {
	ref, ok, err := p.header()
	if err != nil {
		return indirect{}, err
	}
	if !ok {
		return indirect{}, p.fail("no object begins here", "ここにオブジェクトがありません")
	}
	x := indirect{ref: ref}
	if x.closed, err = p.keyword("endobj"); x.closed || err != nil { // an empty object is null
		x.end = p.offset()
		return x, err
	}
	if x.object, err = p.object(); err != nil {
		return indirect{}, err
	}
	x.cost = p.cost()
	if _, isDict := x.object.(Dict); isDict {
		if x.stream, err = p.streamStart(); err != nil || x.stream > 0 {
			return x, err
		}
	}
	x.closed, err = p.keyword("endobj")
	x.end = p.offset()
	return x, err
}

// streamStart returns the offset of the data if the keyword stream follows. The
// keyword is followed by CRLF or LF (7.3.8.1); a lone CR is tolerated.
func (p *parser) streamStart() (int64, error) {
	ok, err := p.keyword("stream")
	if !ok || err != nil {
		return 0, err
	}
	if len(p.buf)-p.pos < 2 && !p.eof {
		return 0, errShort
	}
	return p.offset() + int64(lineEnd(p.buf[p.pos:])), nil
}

// cost measures what has been parsed: its elements, and its text as if an element
// were 32 bytes of it.
func (p *parser) cost() int { return p.elements + p.pos/32 }
