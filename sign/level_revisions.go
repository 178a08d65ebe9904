package sign

import (
	"context"
	"io"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pades"
	"github.com/jsign-jp/jsign/internal/pdf"
)

// revisions is a document and what was laid out behind it so far. Revisions are
// small: they are held, the document is not.
type revisions struct {
	src      *source // digested by the algorithm that timestamps are made with
	password []byte
	tail     []byte
}

// size returns the length of all.
func (r *revisions) size() int64 { return r.src.size + int64(len(r.tail)) }

// ReadAt reads the document with the revisions behind it.
func (r *revisions) ReadAt(b []byte, at int64) (n int, err error) {
	if at < r.src.size {
		n, err = r.src.reader.ReadAt(b[:min(int64(len(b)), r.src.size-at)], at)
		if n == len(b) || err != nil && err != io.EOF {
			return n, err
		}
		if at+int64(n) < r.src.size {
			return n, errChanged()
		}
	}
	behind := at + int64(n) - r.src.size
	if behind > int64(len(r.tail)) {
		return n, io.EOF
	}
	m := copy(b[n:], r.tail[behind:])
	if n += m; n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// open reads the document as it is now.
func (r *revisions) open() (*pdf.File, error) {
	return pdf.Open(r, r.size(), pdf.Options{Password: r.password})
}

// addDSS appends a revision with validation data, unless the document has all
// of it.
func (r *revisions) addDSS(list ...pades.VRI) (added bool, err error) {
	file, err := r.open()
	if err != nil {
		return false, err
	}
	appended, err := pades.AppendDSS(file, list...)
	if err != nil || appended == nil {
		return false, err
	}
	r.tail = append(r.tail, appended.Bytes...)
	return true, nil
}

// addTimestamp appends a revision with a document timestamp (ISO 32000-2,
// 12.8.5), which covers everything before it.
func (r *revisions) addTimestamp(ctx context.Context, l *leveling) (made stamped, err error) {
	file, err := r.open()
	if err != nil {
		return made, err
	}
	plan, err := pades.NewPlan(file, pades.Request{SubFilter: pades.SubFilterTimestamp, Digest: r.src.algorithm})
	if err != nil {
		return made, err
	}
	layout, err := plan.Layout("", l.room())
	if err != nil {
		return made, err
	}
	before, after := layout.Covered()
	digest, err := r.src.digestWith(r.tail, before, after)
	if err != nil {
		return made, err
	}
	raw, token, err := l.stamp(ctx, r.src.algorithm, digest)
	if err != nil {
		return made, err
	}
	if err := layout.Embed(raw); err != nil {
		return made, lang.Errorf("the document timestamp: %w", "文書タイムスタンプ: %w", err)
	}
	r.tail = append(r.tail, layout.Bytes()...)
	return stamped{contents: layout.Contents(), token: token}, nil
}
