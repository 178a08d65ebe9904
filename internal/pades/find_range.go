package pades

import (
	"bytes"
	"encoding/hex"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pdf"
)

// Proof is what was found out about the byte range of one signature.
type Proof struct {
	Range    ByteRange
	Contents []byte // /Contents, decoded, its padding included
	// Revision is the index among File.Revisions of the one that was signed; -1
	// when the range ends with none.
	Revision int
	// Whole tells that the range ends with the file.
	Whole bool
	// Fault is why the range or /Contents are not as required; empty EN when they
	// are. Code names it for programs.
	Fault lang.Message
	Code  string

	start, end int64 // of the object that holds the signature dictionary
}

// OK reports whether the byte range leaves out /Contents and nothing else and
// ends with a revision.
func (p *Proof) OK() bool { return p.Code == "" }

// After reports whether the signature was made after another one, or whether
// that is not known.
func (p *Proof) After(other *Proof) bool {
	return !p.OK() || p.Range[2]+p.Range[3] > other.Range[2]+other.Range[3]
}

func (p *Proof) fail(code, en, ja string, args ...any) {
	if p.Code == "" {
		p.Code, p.Fault = code, lang.M(en, ja, args...)
	}
}

// Prove checks that the byte range is [0, the < of /Contents, behind its >, the
// end of a revision] and /Contents what stands in the gap (ISO 32000-2, 12.8.1).
// The error is the reader's; what is wrong with the signature is in the
// Proof.
func (d *Document) Prove(s *Signature) (*Proof, error) {
	p := &Proof{Revision: -1}
	v := view{rev: d.File.Revision}
	p.readRange(&v, s, d.File.Size())
	if v.err != nil {
		return nil, v.err
	}
	if !p.OK() {
		return p, nil
	}
	p.findRevision(d.File)
	err := p.checkGap(d, s)
	return p, err
}

// readRange reads /ByteRange and sees that its numbers describe two stretches of
// the file.
func (p *Proof) readRange(v *view, s *Signature, size int64) {
	if key, twice := s.Dict.Duplicate(); twice {
		p.fail("duplicate-key", "the signature dictionary has /%s twice", "署名辞書に/%sが2つあります", key)
		return
	}
	list := v.array(s.Dict.Get("ByteRange"))
	if len(list) != len(p.Range) {
		p.fail("byte-range-form", "/ByteRange is missing or has not four numbers", "/ByteRangeがないか、4つの数値ではありません")
		return
	}
	for i, o := range list {
		n, ok := v.integer(o)
		if !ok || n < 0 {
			p.fail("byte-range-form", "/ByteRange holds something else than offsets and lengths", "/ByteRangeに位置と長さ以外の値があります")
			return
		}
		p.Range[i] = n
	}

	switch {
	case p.Range[0] != 0:
		p.fail("byte-range-start", "the byte range does not begin with the file", "ByteRangeがファイルの先頭から始まっていません")
	case p.Range[1] > size || p.Range[2] < p.Range[1]+2 || p.Range[2] > size || p.Range[3] > size-p.Range[2]:
		p.fail("byte-range-bounds", "the byte range overlaps or lies outside the file", "ByteRangeが重なっているか、ファイルの外を指しています")
	case p.Range[2]-p.Range[1] > 2*maxContents+2:
		p.fail("contents-size", "the gap of the byte range is too large", "ByteRangeの隙間が大きすぎます")
	}
}

// findRevision finds the revision whose end the range ends with: at its %%EOF or
// behind the line end that follows. What ends the file has to be covered to the
// last byte.
func (p *Proof) findRevision(f *pdf.File) {
	end := p.Range[2] + p.Range[3]
	p.Whole = end == f.Size()
	list := f.Revisions()
	if p.Whole {
		p.Revision = len(list) - 1
		return
	}
	for i, rev := range list[:len(list)-1] {
		if rev.EOF > 0 && rev.EOF <= end && end <= rev.End {
			p.Revision = i
		}
	}
	if p.Revision < 0 {
		p.fail("byte-range-end", "the byte range does not end with the file or with one of its revisions", "ByteRangeがファイルの末尾でもいずれかの版の末尾でも終わっていません")
	}
}

// checkGap compares the gap with /Contents and with the place of the dictionary.
func (p *Proof) checkGap(d *Document, s *Signature) error {
	gap, err := d.File.Window(p.Range[1], int(p.Range[2]-p.Range[1]))
	if err != nil {
		return err
	}
	var ok bool
	if p.Contents, ok = hexString(gap); !ok {
		p.fail("contents-gap", "the gap of the byte range is not exactly one hexadecimal string", "ByteRangeの隙間がちょうど1つの16進文字列になっていません")
		return nil
	}
	value, _ := s.Dict.Get("Contents").(pdf.String)
	if !bytes.Equal(value.Bytes, p.Contents) {
		p.fail("contents-differ", "/Contents is not what stands in the gap of the byte range", "/ContentsがByteRangeの隙間にある値と一致しません")
		return nil
	}
	return p.checkPlace(d, s)
}

// hexString decodes "<...>" that holds digits only. An odd digit out, which
// stands for one followed by 0, is no padding.
func hexString(gap []byte) ([]byte, bool) {
	if len(gap) < 2 || gap[0] != '<' || gap[len(gap)-1] != '>' {
		return nil, false
	}
	digits := gap[1 : len(gap)-1]
	value := make([]byte, len(digits)/2)
	_, err := hex.Decode(value, digits[:len(digits)&^1])
	if len(digits)%2 == 1 && digits[len(digits)-1] != '0' {
		return nil, false
	}
	return value, err == nil
}

// checkPlace sees that the gap is the value of /Contents in the very object that
// holds the signature dictionary, in the revision that was signed.
func (p *Proof) checkPlace(d *Document, s *Signature) error {
	if p.Revision < 0 {
		return nil
	}
	rev := d.File.Revisions()[p.Revision]
	at, err := rev.Locate(s.home().Num)
	if err != nil {
		return err
	}
	if s.home().IsZero() || at.Free || at.Stream != 0 || at.Offset >= p.Range[1] {
		p.fail("signature-place", "the signature was not part of the document when that revision was signed", "署名対象の版にはこの署名辞書が存在しません")
		return nil
	}
	raw, err := rev.Raw(s.home(), maxSignatureObject)
	if err != nil {
		p.fail("signature-place", "the signature dictionary cannot be read where it should stand", "署名辞書を本来の位置から読み取れません")
		return nil
	}
	p.start, p.end = at.Offset, at.Offset+int64(len(raw))
	before := bytes.TrimRight(raw[:min(p.Range[1]-at.Offset, int64(len(raw)))], "\x00\t\n\f\r ")
	if p.Range[2] > p.end || !bytes.HasSuffix(before, []byte("/Contents")) {
		p.fail("signature-place", "the gap of the byte range is not /Contents of this signature dictionary", "ByteRangeの隙間がこの署名辞書の/Contentsではありません")
	}
	return nil
}
