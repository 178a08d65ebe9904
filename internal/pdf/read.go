package pdf

import (
	"bytes"

	"github.com/jsign-jp/jsign/internal/lang"
)

// firstWindow is what a parser is given at first; most objects are shorter. It is
// given no more than it asks for, so that what is read again is charged for.
const firstWindow = 2 << 10

// parseAt gives read a parser that begins at off, and again with a larger window
// as long as it finds the window too short. read must not use the source.
func (f *File) parseAt(off int64, read func(*parser) error) error {
	for want := firstWindow; ; {
		buf, err := f.src.window(off, want)
		if err != nil {
			return err
		}
		buf = buf[:min(len(buf), want)]
		p := parser{lexer: lexer{buf: buf, base: off, eof: off+int64(len(buf)) >= f.src.size}}
		if err := read(&p); err != errShort {
			return err
		}
		if len(buf) >= maxObjectBytes {
			return limitExceeded(off, "an object is longer than %d bytes", "オブジェクトが %d バイトを超えています", maxObjectBytes)
		}
		want = min(4*want, maxObjectBytes)
		if err := f.charge(off, int64(want)); err != nil {
			return err
		}
	}
}

// charge counts work that a hostile file could ask for again and again.
func (f *File) charge(off, n int64) error {
	if f.work -= n; f.work < 0 {
		return limitExceeded(off, "reading the file takes more work than its size allows for", "ファイルの大きさに対して処理量が多すぎます")
	}
	return nil
}

// note records a tolerated fault, once for each place.
func (f *File) note(kind NoteKind, off int64, en, ja string, args ...any) {
	if len(f.notes) >= maxNotes {
		return
	}
	for _, n := range f.notes {
		if n.Kind == kind && n.Offset == off {
			return
		}
	}
	f.notes = append(f.notes, Note{kind, off, lang.M(en, ja, args...)})
}

// indirectAt reads the indirect object at off, a stream without its data.
func (f *File) indirectAt(off int64) (x indirect, err error) {
	err = f.parseAt(off, func(p *parser) (err error) {
		x, err = p.indirect()
		return err
	})
	if err == nil && x.stream == 0 && !x.closed {
		f.note(NoteSyntax, x.end, "an object does not end with endobj", "オブジェクトが endobj で終わっていません")
	}
	return x, err
}

const endstream = "endstream"

// streamLength returns the length of the data of x. length is the resolved
// /Length; where no endstream follows the data, its end is looked for.
func (f *File) streamLength(x indirect, length Object) (int64, error) {
	if n, ok := length.(Integer); ok && n >= 0 && int64(n) <= f.src.size-x.stream {
		ok, err := f.streamEndsAt(x.stream + int64(n))
		if ok || err != nil {
			return int64(n), err
		}
	}
	end, err := f.search(x.stream, endstream)
	if err != nil {
		return 0, err
	}
	if end < 0 {
		return 0, malformed(x.stream, "a stream has no end", "ストリームの終わりが見つかりません")
	}
	f.note(NoteStreamLength, x.stream, "a stream has a wrong /Length", "ストリームの /Length が正しくありません")
	return f.trimLineEnd(x.stream, end)
}

// streamEndsAt reports whether endstream stands at off, after white space.
func (f *File) streamEndsAt(off int64) (ok bool, err error) {
	err = f.parseAt(off, func(p *parser) error {
		for p.pos < len(p.buf) && isSpace(p.buf[p.pos]) {
			p.pos++
		}
		rest := p.buf[p.pos:]
		if len(rest) < len(endstream) {
			return p.shortOnly()
		}
		ok = string(rest[:len(endstream)]) == endstream
		return nil
	})
	return ok, err
}

// trimLineEnd takes the end-of-line marker before endstream from the data, to
// which it does not belong (7.3.8.1).
func (f *File) trimLineEnd(start, end int64) (int64, error) {
	from := max(start, end-2)
	b, err := f.src.window(from, int(end-from))
	if err != nil {
		return 0, err
	}
	b = b[:end-from]
	switch {
	case bytes.HasSuffix(b, []byte("\r\n")):
		end -= 2
	case len(b) > 0 && (b[len(b)-1] == '\n' || b[len(b)-1] == '\r'):
		end--
	}
	return end - start, nil
}

// searchWindow is the window of linear searches.
const searchWindow = 64 << 10

// search returns the offset of the first word at or behind off, -1 if there is
// none.
func (f *File) search(off int64, word string) (int64, error) {
	for off < f.src.size {
		b, err := f.src.window(off, searchWindow)
		if err != nil {
			return 0, err
		}
		if i := bytes.Index(b, []byte(word)); i >= 0 {
			return off + int64(i), nil
		}
		if err := f.charge(off, int64(len(b))); err != nil {
			return 0, err
		}
		if off+int64(len(b)) >= f.src.size {
			break
		}
		off += int64(len(b) - len(word) + 1)
	}
	return -1, nil
}
