package pdf

import (
	"io"
	"slices"
	"strconv"
)

// writer turns objects into text (7.3).
type writer struct {
	out    []byte
	base   int64 // offset of out[0] in the new file
	crypt  *crypt
	rand   io.Reader
	key    []byte // for the strings of the present object; nil when they stay plain
	placed []*Placeholder
}

// indirect writes "12 0 obj ... endobj" and returns its offset.
func (w *writer) indirect(ref Ref, o Object) (int64, error) {
	at := w.base + int64(len(w.out))
	w.out = strconv.AppendUint(w.out, uint64(ref.Num), 10)
	w.out = append(w.out, ' ')
	w.out = strconv.AppendUint(w.out, uint64(ref.Gen), 10)
	w.out = append(w.out, " obj\n"...)
	w.key = nil
	if w.crypt != nil && w.crypt.strings != methodNone {
		w.key = w.crypt.objectKey(w.crypt.strings, ref)
	}
	var err error
	if s, ok := o.(*Stream); ok {
		err = w.stream(ref, s)
	} else {
		err = w.object(o)
	}
	w.out = append(w.out, "\nendobj\n"...)
	return at, err
}

// stream writes a stream, encrypted for ref.
func (w *writer) stream(ref Ref, s *Stream) error {
	data, err := w.streamData(ref, s)
	if err != nil {
		return err
	}
	if err := w.object(s.Dict.With("Length", Integer(len(data)))); err != nil {
		return err
	}
	w.out = append(w.out, "\nstream\n"...)
	w.out = append(w.out, data...)
	w.out = append(w.out, "\nendstream"...)
	return nil
}

func (w *writer) streamData(ref Ref, s *Stream) ([]byte, error) {
	data, err := s.plain(maxCopiedStream)
	if err != nil || w.crypt == nil {
		return data, err
	}
	m, err := w.crypt.streamMethod(s.Dict)
	if err != nil || m == methodNone {
		return data, err
	}
	return encrypt(m, w.crypt.objectKey(m, ref), data, w.rand)
}

// object writes a direct object.
func (w *writer) object(o Object) error {
	switch o := o.(type) {
	case nil:
		w.out = append(w.out, "null"...)
	case Boolean:
		w.out = strconv.AppendBool(w.out, bool(o))
	case Integer:
		w.out = strconv.AppendInt(w.out, int64(o), 10)
	case Real:
		w.out = append(w.out, o...)
	case Name:
		w.out = appendName(w.out, o)
	case Ref:
		w.out = strconv.AppendUint(w.out, uint64(o.Num), 10)
		w.out = append(w.out, ' ')
		w.out = strconv.AppendUint(w.out, uint64(o.Gen), 10)
		w.out = append(w.out, " R"...)
	case String:
		return w.string(o, w.key)
	case Array:
		return w.array(o)
	case Dict:
		return w.dict(o)
	case *Placeholder:
		return w.placeholder(o)
	case *Stream:
		return errNestedStream
	}
	return nil
}

func (w *writer) array(a Array) error {
	w.out = append(w.out, '[')
	for i, o := range a {
		if i > 0 {
			w.out = append(w.out, ' ')
		}
		if err := w.object(o); err != nil {
			return err
		}
	}
	w.out = append(w.out, ']')
	return nil
}

func (w *writer) dict(d Dict) error {
	plain := w.key != nil && isSignature(d)
	w.out = append(w.out, "<<"...)
	for _, e := range d {
		w.out = append(w.out, ' ')
		w.out = appendName(w.out, e.Key)
		w.out = append(w.out, ' ')
		var err error
		if s, ok := e.Value.(String); ok && plain && e.Key == "Contents" {
			err = w.string(s, nil)
		} else {
			err = w.object(e.Value)
		}
		if err != nil {
			return err
		}
	}
	w.out = append(w.out, " >>"...)
	return nil
}

func (w *writer) placeholder(p *Placeholder) error {
	if p.offset >= 0 {
		return errPlacedTwice
	}
	p.offset = w.base + int64(len(w.out))
	w.placed = append(w.placed, p)
	if p.token != nil {
		w.out = append(w.out, p.token...)
		return nil
	}
	w.out = append(w.out, '<')
	w.out = appendZeros(w.out, p.width-len("<>"))
	w.out = append(w.out, '>')
	return nil
}

// appendZeros writes n digits 0, twice as many with each step: a signature has
// ten thousand of them.
func appendZeros(out []byte, n int) []byte {
	const some = "0000000000000000000000000000000000000000000000000000000000000000"
	start := len(out)
	out = slices.Grow(out, n)[:start+n]
	zeros := out[start:]
	for done := copy(zeros, some); done < n; done *= 2 {
		copy(zeros[done:], zeros[:done])
	}
	return out
}

// string writes a string, encrypted if there is a key.
func (w *writer) string(s String, key []byte) error {
	b := s.Bytes
	if key != nil {
		var err error
		if b, err = encrypt(w.crypt.strings, key, b, w.rand); err != nil {
			return err
		}
	}
	if s.Hex {
		w.out = appendHex(w.out, b)
	} else {
		w.out = appendLiteral(w.out, b)
	}
	return nil
}

const hexDigits = "0123456789ABCDEF"

func appendHex(out, b []byte) []byte {
	out = append(out, '<')
	for _, c := range b {
		out = append(out, hexDigits[c>>4], hexDigits[c&15])
	}
	return append(out, '>')
}

// appendLiteral writes (...). A carriage return would be read as a line feed, so
// it is escaped like the parentheses and the backslash (7.3.4.2).
func appendLiteral(out, b []byte) []byte {
	out = append(out, '(')
	for _, c := range b {
		switch c {
		case '(', ')', '\\':
			out = append(out, '\\', c)
		case '\r':
			out = append(out, '\\', 'r')
		default:
			out = append(out, c)
		}
	}
	return append(out, ')')
}

// appendName writes a name, everything but regular printable ASCII as #xx
// (7.3.5).
func appendName(out []byte, n Name) []byte {
	out = append(out, '/')
	for i := range len(n) {
		c := n[i]
		if c <= ' ' || c > '~' || c == '#' || !isRegular(c) {
			out = append(out, '#', hexDigits[c>>4], hexDigits[c&15])
		} else {
			out = append(out, c)
		}
	}
	return out
}
