package pdf

import "bytes"

// Content calls yield for every operator of a content stream (7.8.2) with its
// operands, in order, until yield returns false. The data of an inline image is
// passed over; yield gets "EI". The error is *Malformed for what cannot be read.
func Content(data []byte, yield func(operator string, operands []Object) bool) error {
	p := parser{lexer: lexer{buf: data, base: -1, eof: true}}
	var operands []Object
	for {
		if p.skipSpace(); p.pos >= len(p.buf) {
			return nil
		}
		if word, ok := p.operator(); ok {
			if word == "ID" {
				p.skipImage()
				word = "EI"
			}
			if !yield(word, operands) {
				return nil
			}
			operands = operands[:0]
			continue
		}
		o, err := p.object()
		if err != nil {
			return err
		}
		if operands = append(operands, o); len(operands) > maxOperands {
			return p.fail("too many operands", "オペランドが多すぎます")
		}
	}
}

// operator consumes the next token if it is an operator.
func (p *parser) operator() (string, bool) {
	c := p.buf[p.pos]
	isOperator := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '\'' || c == '"'
	if !isOperator {
		return "", false
	}
	start := p.pos
	token, err := p.regular()
	switch string(token) {
	case "true", "false", "null":
		p.pos = start
		return "", false
	}
	return string(token), err == nil
}

// skipImage goes behind the EI of an inline image: between white space.
func (p *parser) skipImage() {
	for from := p.pos; ; {
		i := bytes.Index(p.buf[from:], []byte("EI"))
		if i < 0 {
			p.pos = len(p.buf)
			return
		}
		from += i + len("EI")
		if before := p.buf[from-3]; isSpace(before) && (from == len(p.buf) || !isRegular(p.buf[from])) {
			p.pos = from
			return
		}
	}
}
