package sign

import (
	"bytes"
	"context"
	"crypto"
	"io"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pades"
	"github.com/jsign-jp/jsign/internal/pdf"
	"github.com/jsign-jp/jsign/internal/tsp"
)

// ExtendPDF lifts every signature of a PDF, size bytes of src, to a level, and
// writes to dst src as it is and further revisions: a document timestamp where a
// signature has none, validation data, and for BLTA a document timestamp over
// all. Nothing is written before everything was obtained.
//
// Errors: a document without signatures, a signature that is not right or holds no
// CMS; ErrNothingToAdd.
func ExtendPDF(ctx context.Context, dst io.Writer, src io.ReaderAt, size int64, opt ExtendOptions) (*Extension, error) {
	l, err := newExtension(opt)
	if err != nil {
		return nil, err
	}
	x := &pdfExtension{leveling: l}
	x.revisions = revisions{src: &source{reader: src, size: size}, password: opt.Password}
	if err := x.read(ctx); err != nil {
		return nil, err
	}
	if err := x.lift(ctx); err != nil {
		return nil, err
	}
	if len(x.tail) == 0 {
		return nil, l.nothingToAdd()
	}
	if err := x.src.copyTo(ctx, dst); err != nil {
		return nil, err
	}
	_, err = dst.Write(x.tail)
	return l.extension(x.count, x.warnings), err
}

// pdfExtension lifts every signature of a document.
type pdfExtension struct {
	*leveling
	revisions
	stamped  []stamped
	count    int  // of signatures, timestamps not counted
	bare     bool // one of them has no timestamp
	warnings []error
}

// stamped is a signature or a document timestamp that was there, or was made.
type stamped struct {
	contents []byte
	message  *cms.SignedData // nil for a timestamp
	token    *tsp.Token      // nil for a signature
}

// read finds and checks the signatures.
func (x *pdfExtension) read(ctx context.Context) error {
	if err := x.src.read(ctx, crypto.SHA256); err != nil {
		return err
	}
	file, err := x.open()
	if err != nil {
		return err
	}
	document, err := pades.Find(file)
	if err != nil {
		return err
	}
	var latest int64 // up to where document timestamps cover the file
	ends := make(map[int]int64)
	for i := range document.Signatures {
		s := &document.Signatures[i]
		proof, err := document.Prove(s)
		if err != nil {
			return err
		}
		end, err := x.add(ctx, s, proof)
		if err != nil {
			return lang.Errorf("field %q: %w", "フィールド「%s」: %w", s.Field.Name, err)
		}
		if s.IsTimestamp() {
			latest = max(latest, end)
		} else {
			ends[i] = end
		}
	}
	if x.count = len(ends); x.count == 0 {
		return lang.Errorf("the document has no signature to extend", "文書に拡張する署名がありません")
	}
	for _, end := range ends {
		x.bare = x.bare || end > latest
	}
	return x.readStore(file)
}

// readStore takes over what the document has for validation.
func (x *pdfExtension) readStore(file *pdf.File) error {
	store, err := pades.ReadDSS(file.Revision)
	x.known.add(ValidationData(store))
	return err
}

// add reads one signature or document timestamp, and returns where a timestamp of
// it ends: a signature with one of its own needs none behind it.
func (x *pdfExtension) add(ctx context.Context, s *pades.Signature, p *pades.Proof) (end int64, err error) {
	if !p.OK() {
		return 0, lang.Errorf("%v", "%v", p.Fault)
	}
	end = p.Range[2] + p.Range[3]
	if s.IsTimestamp() {
		return end, x.addDocumentTimestamp(ctx, p)
	}
	sd, err := cms.DecodeBytes(p.Contents, cms.DecodeOptions{})
	if err != nil || len(sd.Signers) != 1 || sd.HasContent {
		return 0, lang.Errorf("signatures of the form %s cannot be extended", "形式 %s の署名は拡張できません", s.SubFilter())
	}
	digests, err := x.covered(ctx, p, sd.DigestAlgorithms...)
	if err != nil {
		return 0, err
	}
	if err := checkValue(sd, &sd.Signers[0], digests); err != nil {
		return 0, err
	}
	if err := checkTimestamps(&sd.Signers[0]); err != nil {
		return 0, err
	}
	x.warn(s, &sd.Signers[0])
	x.known.add(validationData(sd))
	x.stamped = append(x.stamped, stamped{contents: p.Contents, message: sd})
	tokens, err := timestamps(&sd.Signers[0])
	if len(tokens) > 0 {
		end = 0
	}
	return end, err
}

// addDocumentTimestamp reads and checks a document timestamp that is there.
func (x *pdfExtension) addDocumentTimestamp(ctx context.Context, p *pades.Proof) error {
	token, err := tsp.ParseToken(p.Contents)
	if err != nil {
		return err
	}
	algorithm := der.DigestAlgorithm(token.Info.Hash)
	digests, err := x.covered(ctx, p, algorithm)
	if err != nil {
		return err
	}
	x.stamped = append(x.stamped, stamped{contents: p.Contents, token: token})
	return checkOldToken(token, digests.Sum(algorithm.Algorithm))
}

// covered digests what a byte range covers.
func (x *pdfExtension) covered(ctx context.Context, p *pades.Proof, algorithms ...der.AlgorithmIdentifier) (*cms.Digests, error) {
	digests, _ := cms.NewDigests(algorithms)
	for i := 0; i < len(p.Range); i += 2 {
		part := io.NewSectionReader(x.src.reader, p.Range[i], p.Range[i+1])
		if err := copyContent(ctx, digests, part, p.Range[i+1]); err != nil {
			return nil, err
		}
	}
	return digests, nil
}

func (x *pdfExtension) warn(s *pades.Signature, signer *cms.SignerInfo) {
	if s.SubFilter() != pades.SubFilterCAdESDetached {
		x.warnings = append(x.warnings, lang.Errorf("the signature in field %q is not PAdES but %s; the online registration takes nothing after such a signature",
			"フィールド「%s」の署名は PAdES ではなく %s です。登記・供託では、署名後に追加のあるPDFは受け付けられません", s.Field.Name, s.SubFilter()))
		return
	}
	if err := baselineWarning(signer); err != nil {
		x.warnings = append(x.warnings, err)
	}
}

// lift appends what the level needs. The data is obtained before a token is spent.
func (x *pdfExtension) lift(ctx context.Context) error {
	if err := x.prepare(ctx); err != nil {
		return err
	}
	if x.bare || x.Level == BLTA {
		if err := x.rehearse(ctx); err != nil {
			return err
		}
	}
	if x.bare {
		if err := x.timestampDocument(ctx); err != nil {
			return err
		}
	}
	if x.Level < BLT {
		return nil
	}
	if err := x.store(ctx); err != nil {
		return x.tolerate(err)
	}
	if x.Level < BLTA {
		return nil
	}
	return x.timestampDocument(ctx)
}

func (x *pdfExtension) prepare(ctx context.Context) error {
	if x.Level < BLT {
		return nil
	}
	for _, s := range x.stamped {
		if _, err := x.evidenceOf(ctx, s); err != nil {
			return x.tolerate(err)
		}
	}
	return nil
}

func (x *pdfExtension) timestampDocument(ctx context.Context) error {
	s, err := x.addTimestamp(ctx, x.leveling)
	x.stamped = append(x.stamped, s)
	return err
}

// evidenceOf obtains what validates a signature or a timestamp.
func (x *pdfExtension) evidenceOf(ctx context.Context, s stamped) (ValidationData, error) {
	if s.token != nil {
		return x.validateToken(ctx, s.token)
	}
	l := cmsLevels{leveling: x.leveling, message: s.message}
	return l.evidence(ctx, &s.message.Signers[0])
}

// store appends the validation data of all signatures and timestamps.
func (x *pdfExtension) store(ctx context.Context) error {
	list := make([]pades.VRI, len(x.stamped))
	for i, s := range x.stamped {
		data, err := x.evidenceOf(ctx, s)
		if err != nil {
			return err
		}
		list[i] = pades.VRI{Contents: bytes.Clone(s.contents), Data: pades.ValidationData(data)}
	}
	_, err := x.addDSS(list...)
	return err
}
