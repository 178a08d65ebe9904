package verify

import (
	"bytes"
	"context"
	"encoding/hex"
	"io"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pades"
	"github.com/jsign-jp/jsign/internal/pdf"
	"github.com/jsign-jp/jsign/trust"
)

// PDFOptions says how a PDF is verified.
type PDFOptions struct {
	Trust trust.Options
	ReportOptions
}

// PDF judges the signature of a PDF: a file with exactly one signature, which
// covers all of it to its end. Every other signed file is reported as not judged
// yet (INDETERMINATE, finding "not-judged"): its coverage and later changes are
// not analysed here. Errors are those of r and ctx; a file that is no PDF is one
// too.
func PDF(ctx context.Context, r io.ReaderAt, size int64, opt PDFOptions) (*Report, error) {
	file, err := pdf.Open(r, size, pdf.Options{AllowLocked: true})
	if err != nil {
		return nil, err
	}
	report := &Report{Format: FormatPDF, Time: opt.Time, Policy: Policy{Name: "jsign", RevocationRequired: !opt.RevocationOptional}}
	form, err := pades.ReadForm(file.Revision)
	if err != nil {
		return nil, err
	}
	list, err := form.Signatures(file.Revision)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		report.Findings = append(report.Findings, Finding{Code: "no-signature", Severity: Failure,
			Message: lang.M("the document has no signature", "文書に署名がありません")})
		return report, nil
	}
	for i := range list {
		s, err := signatureOfPDF(ctx, &pdfCase{file: file, r: r, size: size, alone: len(list) == 1}, &list[i], report, opt)
		if err != nil {
			return nil, err
		}
		report.Signatures = append(report.Signatures, s)
	}
	return report, nil
}

// pdfCase is a document whose signature is judged.
type pdfCase struct {
	file  *pdf.File
	r     io.ReaderAt
	size  int64
	alone bool // there is one signature
}

func signatureOfPDF(ctx context.Context, c *pdfCase, s *pades.Signature, report *Report, opt PDFOptions) (Signature, error) {
	out := Signature{Field: s.Field.Name, Format: string(s.Dict.Name("SubFilter")), Indication: Indeterminate}
	gap, reason := c.covers(s)
	if reason.EN != "" {
		out.Findings = []Finding{notJudged(reason)}
		return out, nil
	}
	value, ok, err := c.contents(gap)
	if err != nil {
		return out, err
	}
	if !ok || !bytes.Equal(value, stringOf(s.Dict.Get("Contents"))) {
		out.Findings = []Finding{notJudged(lang.M("/Contents is not what stands in the gap of the byte range", "/ContentsがByteRangeの隙間にある値と一致しません"))}
		return out, nil
	}
	m, err := Open(Input{At: bytes.NewReader(value), Size: int64(len(value))}, OpenOptions{})
	if err != nil || m.SignedData == nil || m.content || len(m.SignedData.Signers) != 1 || m.SignedData.Trailing == cms.TrailingData {
		out.Findings = []Finding{notJudged(lang.M("/Contents is no detached signature of one signer", "/Contentsが署名者1名の外部署名ではありません"))}
		return out, nil
	}
	covered := io.MultiReader(io.NewSectionReader(c.r, 0, gap.start), io.NewSectionReader(c.r, gap.end, c.size-gap.end))
	if err := m.SetContent(Input{Stream: contextReader{ctx, covered}}.Copy); err != nil {
		return out, err
	}
	judged := m.Report(m.Check(CheckOptions{Trust: opt.Trust}), opt.ReportOptions)
	out = judged.Signatures[0]
	out.Field, out.Format = s.Field.Name, string(s.Dict.Name("SubFilter"))
	for _, f := range judged.Findings {
		if f.Severity != Info {
			out.Findings = append(out.Findings, f)
		}
	}
	return out, nil
}

// gapOf is where /Contents stands, its angle brackets included.
type gapOf struct{ start, end int64 }

// covers tells where the signature's gap is, when it is the only signature, of a
// kind that is judged, and covers everything else of the file; else why not.
func (c *pdfCase) covers(s *pades.Signature) (gap gapOf, reason lang.Message) {
	subFilter := s.Dict.Name("SubFilter")
	_, twice := s.Dict.Duplicate()
	numbers, ok := c.byteRange(s.Dict)
	switch {
	case !c.alone:
		return gap, lang.M("the document has several signatures", "文書に複数の署名があります")
	case c.file.Rebuilt() || twice:
		return gap, lang.M("the file's structure is damaged or ambiguous", "ファイルの構造が壊れているか曖昧です")
	case subFilter != pades.SubFilterPKCS7Detached && subFilter != pades.SubFilterCAdESDetached:
		return gap, lang.M("signatures of this kind are not read yet", "この種類の署名にはまだ対応していません")
	case !ok || numbers[0] != 0 || numbers[1] <= 0 || numbers[2] <= numbers[1] || numbers[3] < 0 ||
		numbers[2] > c.size || numbers[3] != c.size-numbers[2]:
		return gap, lang.M("the signature does not cover the file to its end", "署名がファイルの末尾までを対象としていません")
	}
	return gapOf{numbers[1], numbers[2]}, lang.Message{}
}

func (c *pdfCase) byteRange(dict pdf.Dict) (numbers [4]int64, ok bool) {
	array, ok, err := c.file.Array(dict.Get("ByteRange"))
	if err != nil || !ok || len(array) != len(numbers) {
		return numbers, false
	}
	for i, o := range array {
		n, isInteger := o.(pdf.Integer)
		if !isInteger {
			return numbers, false
		}
		numbers[i] = int64(n)
	}
	return numbers, true
}

// contents reads the hexadecimal string that fills the gap. ok is false when
// something else stands there.
func (c *pdfCase) contents(gap gapOf) (value []byte, ok bool, err error) {
	if gap.end-gap.start > maxContents {
		return nil, false, nil
	}
	raw := make([]byte, gap.end-gap.start)
	if _, err := c.r.ReadAt(raw, gap.start); err != nil && err != io.EOF {
		return nil, false, err
	}
	if len(raw) < 2 || raw[0] != '<' || raw[len(raw)-1] != '>' {
		return nil, false, nil
	}
	value, hexErr := hex.DecodeString(string(raw[1 : len(raw)-1]))
	return value, hexErr == nil, nil
}

func stringOf(o pdf.Object) []byte {
	s, _ := o.(pdf.String)
	return s.Bytes
}

func notJudged(reason lang.Message) Finding {
	return Finding{Code: "not-judged", Severity: Failure,
		Message: lang.M("not judged: %v", "判定していません: %v", reason)}
}

// contextReader ends with the context's error.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
