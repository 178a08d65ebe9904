package verify

import (
	"context"
	"io"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pades"
	"github.com/jsign-jp/jsign/internal/pdf"
	"github.com/jsign-jp/jsign/trust"
)

// PDFOptions says how a PDF is verified.
type PDFOptions struct {
	Trust trust.Options
	JPKI  bool // as in CheckOptions
	ReportOptions

	// Password opens an encrypted document. Without the right one integrity and
	// coverage are judged all the same, changes as far as PDF leaves structure
	// unencrypted.
	Password []byte

	// Profile asks for a set of rules beside the standards; "" for none. They do
	// not change what is called valid; see Report.Conforms.
	Profile Profile
}

// PDF judges every signature of a PDF: whether its value is right, what it
// covers, and whether what was changed later was permitted. Integrity and
// changes do not depend on trust. A file without signatures gives a Report that
// says so. Errors are those of r and ctx, and of a file that cannot be read as a
// PDF.
func PDF(ctx context.Context, r io.ReaderAt, size int64, opt PDFOptions) (*Report, error) {
	file, err := pdf.Open(contextReaderAt{ctx, r}, size, pdf.Options{Password: opt.Password, AllowLocked: true})
	if err != nil {
		return nil, err
	}
	document, err := pades.Find(file)
	if err != nil {
		return nil, err
	}
	report := &Report{Format: FormatPDF, Profile: opt.Profile, Time: opt.Time,
		Policy: Policy{Name: "jsign", RevocationRequired: !opt.RevocationOptional}}
	if len(document.Signatures) > maxPDFSignatures {
		return nil, lang.Errorf("the document has more than %d signatures", "署名が %d 個を超えています", maxPDFSignatures)
	}
	c := &pdfCase{document: document, opt: opt, stored: make(map[int][]objectID)}
	for _, name := range document.Empty {
		report.EmptyFields = append(report.EmptyFields, c.fieldName(name))
	}
	if err := c.judge(ctx, report); err != nil {
		return nil, err
	}
	return report, c.addFileFindings(report)
}

// pdfCase is a document whose signatures are judged.
type pdfCase struct {
	document *pades.Document
	opt      PDFOptions
	proofs   []*pades.Proof
	messages []opened // of /Contents, for those forms that are CMS

	history *history
	dss     pades.DSSReader
	stored  map[int][]objectID // validation data by revision
	own     []carried          // what each signature brings
	covered covered
	stamps  []*stamp // document timestamps; nil for other signatures
}

func (c *pdfCase) judge(ctx context.Context, report *Report) error {
	for i := range c.document.Signatures {
		proof, err := c.document.Prove(&c.document.Signatures[i])
		if err != nil {
			return err
		}
		c.proofs = append(c.proofs, proof)
		c.messages = append(c.messages, openContents(&c.document.Signatures[i], proof, c.opt.Pool))
	}
	refuseMutual(c.proofs)
	c.covered.starts = gaps(c.proofs)
	if err := c.remember(ctx); err != nil {
		return err
	}
	for i := range c.document.Signatures {
		if err := ctx.Err(); err != nil {
			return err
		}
		s, err := c.signature(i)
		if err != nil {
			return err
		}
		report.Signatures = append(report.Signatures, s)
		if c.opt.Profile == ProfileMOJ {
			report.Rules = append(report.Rules, c.mojRules(i, &s)...)
		}
	}
	c.checkAdded(report)
	return nil
}

// checkAdded: a signature that was added later and is none is not a permitted
// change, whatever it shows on the page; of one that cannot be judged it is not
// known whether it is.
func (c *pdfCase) checkAdded(report *Report) {
	for i := range report.Signatures {
		s := &report.Signatures[i]
		for j, added := range report.Signatures {
			if s.Changes != ChangesPermitted || added.Integrity == Intact || !c.proofs[j].After(c.proofs[i]) || i == j {
				continue
			}
			f := Finding{Code: "change-signature", Severity: Failure, Clause: "ISO 32000-2, 12.8.2.2",
				Message: lang.M("what was added in field %q is no valid signature", "フィールド「%s」に追加されたものは正しい署名ではありません", added.Field)}
			if added.Integrity == Broken {
				s.forbid(f)
				continue
			}
			f.Message = lang.M("what was added in field %q cannot be judged", "フィールド「%s」に追加されたものは判定できません", added.Field)
			s.unknownChanges(f)
		}
	}
}

// addFileFindings tells what concerns the file as a whole.
func (c *pdfCase) addFileFindings(report *Report) error {
	add := func(code string, severity Severity, m lang.Message) {
		report.Findings = append(report.Findings, Finding{Code: code, Severity: severity, Message: m})
	}
	switch {
	case report.Signed():
	case len(report.Signatures) == 0:
		add("no-signature", Failure, lang.M("the document has no signature", "文書に署名がありません"))
	default:
		add("no-signature", Failure, lang.M("the document has no signature, only timestamps", "文書に署名がなく、タイムスタンプだけがあります"))
	}
	if c.document.File.Locked() {
		add("locked", Info, lang.M("the document is encrypted and was judged without its password", "文書は暗号化されており、パスワードなしで検証しました"))
	}
	orphans, err := c.document.Orphans(c.proofs)
	for _, at := range orphans {
		add("orphan-signature", Warning, lang.M("something like a signature stands at byte %d and is not part of the document",
			"%d バイト目に署名のようなものがありますが、文書の一部ではありません", at))
	}
	for _, n := range c.document.File.Notes() {
		add("tolerated", Info, n.Text)
	}
	return err
}

// contextReaderAt ends with the context's error.
type contextReaderAt struct {
	ctx context.Context
	r   io.ReaderAt
}

func (c contextReaderAt) ReadAt(p []byte, at int64) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.ReadAt(p, at)
}
