package sign

import (
	"bytes"
	"cmp"
	"context"
	"crypto"
	"crypto/x509"
	"io"
	"time"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pades"
	"github.com/jsign-jp/jsign/internal/pdf"
)

// Profile is the form of a PDF signature.
type Profile int

const (
	// ProfileMOJ is what the online registration of the Legal Affairs Bureau
	// takes: adbe.pkcs7.detached, the signer's name in /Name, the time in /M, and
	// nothing else. It excludes certification.
	ProfileMOJ Profile = iota
	// ProfilePAdES is PAdES B-B (ETSI EN 319 142-1): ETSI.CAdES.detached with ESS
	// signing-certificate-v2; the time is in /M.
	ProfilePAdES
)

// PDFOptions says how a PDF is signed. The zero value makes a signature of
// ProfileMOJ in a new field that shows nothing on the page.
type PDFOptions struct {
	Profile Profile
	// Field is the fully qualified name of an existing empty signature field. ""
	// makes a new one with a free name.
	Field string
	// Name goes into /Name. When it is empty, NameOf tells the name in the
	// signer's certificate; when that is nil or tells none, its common name is used.
	Name   string
	NameOf func(*x509.Certificate) string
	// Reason and Location go into the signature when they are not empty.
	Reason, Location string
	// Certify is 0, or the DocMDP level of a certification: 1 permits no further
	// change, 2 filling in forms and signing, 3 annotations too (ISO 32000-2,
	// table 257). It needs ProfilePAdES and a document not yet signed.
	Certify int
	// Digest is SHA-256, SHA-384 or SHA-512; 0 is SHA-256, for an Ed25519 key
	// SHA-512.
	Digest crypto.Hash
	// Level is the PAdES level, B-B when it is zero. Others need ProfilePAdES.
	Level LevelOptions
	// Password opens an encrypted document, as user or owner password; the empty
	// one is tried too.
	Password []byte
	// Unlocked says that the key is at hand and Bind follows at once: what speaks against
	// the document may then be found by Bind alone, which saves laying it out twice.
	Unlocked bool
	// Now tells the time of signing, with the zone that /M shows; nil is time.Now.
	Now func() time.Time
}

// PDF signs the size bytes of src with key and writes the signed document to
// dst: src as it is, and one more revision. It is PreparePDF, Bind, one call of
// key.Sign, and Finish. What was written to dst before an error is of no use.
func PDF(ctx context.Context, dst io.Writer, src io.ReaderAt, size int64, key Signer, opt PDFOptions) error {
	opt.Unlocked = true
	d, err := PreparePDF(ctx, src, size, opt)
	if err != nil {
		return err
	}
	return signPrepared(ctx, dst, d, key)
}

// PDFDocument is a PDF on its way to a signature: PreparePDF, Bind, Finish. It
// belongs to one goroutine at a time, and src must stay as it is until Finish.
type PDFDocument struct {
	opt      PDFOptions
	src      source
	plan     *pades.Plan
	warnings []error

	signature *cms.Signature // from Bind on
	message   cms.Message
	layout    *pades.Layout
	level     *leveling
	tail      []byte // what Finish wrote after src
}

// PreparePDF reads the size bytes of src, decides where the signature goes, and
// digests them. Everything that speaks against signing the document is an error
// here, before a key is needed: damage beyond repair, a wrong password, an
// earlier signature that forbids another one, a field that cannot be signed.
// PDFOptions.Unlocked leaves some of that to Bind.
func PreparePDF(ctx context.Context, src io.ReaderAt, size int64, opt PDFOptions) (*PDFDocument, error) {
	d, err := openPDF(src, size, opt)
	if err != nil {
		return nil, err
	}
	if !opt.Unlocked {
		if err := d.plan.Rehearse(); err != nil {
			return nil, err
		}
	}
	return d, d.read(ctx)
}

// openPDF decides where the signature goes.
func openPDF(src io.ReaderAt, size int64, opt PDFOptions) (*PDFDocument, error) {
	if err := opt.complete(); err != nil {
		return nil, err
	}
	file, plan, err := planPDF(src, size, opt)
	if err != nil {
		return nil, err
	}
	return &PDFDocument{opt: opt, src: source{reader: src, size: size}, plan: plan, warnings: warnings(file, plan)}, nil
}

// read digests the old file and gets ready for the level.
func (d *PDFDocument) read(ctx context.Context) (err error) {
	if err := d.src.read(ctx, d.opt.digest()); err != nil {
		return err
	}
	d.level, err = newLeveling(ctx, d.opt.Level)
	return err
}

// planPDF opens the document. Where its cross-references turn out to be wrong
// only on the way to the field, or on a page, it is opened once more without
// them.
func planPDF(src io.ReaderAt, size int64, opt PDFOptions) (*pdf.File, *pades.Plan, error) {
	options := pdf.Options{Password: opt.Password}
	file, err := pdf.Open(src, size, options)
	if err != nil {
		return nil, nil, err
	}
	plan, err := pades.NewPlan(file, opt.request())
	cause := err
	if err == nil {
		cause = plan.Damage()
	}
	if cause == nil {
		return file, plan, nil
	}
	rebuilt, failed := file.Rebuild(options, cause)
	if failed != nil {
		return file, plan, err
	}
	again, failed := pades.NewPlan(rebuilt, opt.request())
	if failed != nil && err == nil {
		return file, plan, nil
	}
	return rebuilt, again, failed
}

// complete fills in the defaults and refuses what does not go together.
func (o *PDFOptions) complete() error {
	if o.Certify != 0 && o.Profile != ProfilePAdES {
		return lang.WithHint(lang.Errorf("a certification is not part of the profile moj", "moj プロファイルでは証明（certify）はできません"),
			"use the profile pades", "pades プロファイルを指定してください")
	}
	if o.Level.Level > BB && o.Profile != ProfilePAdES {
		return lang.WithHint(lang.Errorf("level %s is not part of the profile moj, which has nothing after the signature", "レベル%sは moj プロファイルでは使えません（署名の後に何も追加できません）", o.Level.Level),
			"use the profile pades", "pades プロファイルを指定してください")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	switch o.Digest {
	case 0, crypto.SHA256, crypto.SHA384, crypto.SHA512:
	default:
		return lang.Errorf("the digest algorithm %v is not offered for signing", "ダイジェスト方式%vは署名に使えません", o.Digest)
	}
	return nil
}

func (o *PDFOptions) request() pades.Request {
	r := pades.Request{
		SubFilter: pades.SubFilterPKCS7Detached,
		Field:     o.Field,
		Reason:    o.Reason,
		Location:  o.Location,
		Certify:   o.Certify,
		Digest:    o.digest(),
		Time:      o.Now(),
		Timestamp: o.Level.Level > BB,
	}
	if o.Profile == ProfilePAdES {
		r.SubFilter = pades.SubFilterCAdESDetached
	}
	return r
}

// digest is the hash asked for, or the default.
func (o *PDFOptions) digest() crypto.Hash { return cmp.Or(o.Digest, crypto.SHA256) }

// Digest returns the hash of the document's digest: after Bind the one that is
// in the signature.
func (d *PDFDocument) Digest() crypto.Hash { return d.src.algorithm }

// SourceDigest returns the digest, by Digest, of all of src as it was read.
func (d *PDFDocument) SourceDigest() ([]byte, error) { return d.src.digestWith() }

// Field returns the fully qualified name of the field that is signed.
func (d *PDFDocument) Field() string { return d.plan.Field() }

// Warnings returns what the person should know and what does not stop the
// signature: damage that was tolerated, rights that the signature ends.
func (d *PDFDocument) Warnings() []error { return d.warnings }

// Bind lays out the revision for the signer's certificate, chain[0], and returns
// what its key must sign. chain, CA certificates included, goes into the
// signature. Bind can be called again for another certificate.
func (d *PDFDocument) Bind(ctx context.Context, chain []*x509.Certificate) (*ToBeSigned, error) {
	if len(chain) == 0 {
		return nil, lang.Errorf("the signer's certificate is missing", "署名者の証明書がありません")
	}
	if err := d.plan.CheckCertificate(chain); err != nil {
		return nil, err
	}
	if err := d.prepareMessage(ctx, chain); err != nil {
		return nil, err
	}
	if err := d.level.prepareSigner(ctx, chain); err != nil {
		return nil, err
	}
	room, err := d.message.MaxSize(d.level.unsigned())
	if err != nil {
		return nil, err
	}
	if d.layout, err = d.plan.Layout(d.opt.signerName(chain[0]), room); err != nil {
		return nil, err
	}
	before, after := d.layout.Covered()
	digest, err := d.src.digestWith(before, after)
	if err != nil {
		return nil, err
	}
	tbs, err := d.signature.Bind(der.Data, digest)
	if err != nil {
		return nil, err
	}
	return newToBeSigned(tbs), nil
}

// prepareMessage makes the SignedData for a chain. No signing-time attribute: the
// time is in /M, and PAdES forbids it in both (EN 319 142-1, 6.3).
func (d *PDFDocument) prepareMessage(ctx context.Context, chain []*x509.Certificate) error {
	options := cms.SignatureOptions{Certificate: chain[0], Digest: d.opt.digest(), NoSigningCertificate: d.opt.Profile == ProfileMOJ}
	if d.opt.Digest == 0 && chain[0].PublicKeyAlgorithm == x509.Ed25519 {
		options.Digest = crypto.SHA512 // the one digest it signs (RFC 8419, 3)
	}
	signature, err := cms.NewSignature(options)
	if err != nil {
		return err
	}
	d.signature = signature
	d.message = cms.Message{ContentType: der.Data, Certificates: chain, Signatures: []*cms.Signature{signature}}
	return d.src.ensure(ctx, signature.Digest())
}

func (o *PDFOptions) signerName(cert *x509.Certificate) string {
	if o.Name != "" {
		return o.Name
	}
	if o.NameOf != nil {
		if name := o.NameOf(cert); name != "" {
			return name
		}
	}
	return cert.Subject.CommonName
}

// Finish takes the signature over what Bind returned and writes the signed
// document to dst. Errors: a value that does not fit the certificate; a src that
// is not what PreparePDF read, in which case dst got no signature.
func (d *PDFDocument) Finish(ctx context.Context, dst io.Writer, signature []byte) error {
	if d.layout == nil {
		return lang.Errorf("Finish was called before Bind", "BindよりさきにFinishが呼ばれました")
	}
	if err := d.signature.SetValue(signature); err != nil {
		return err
	}
	tail, err := d.complete(ctx)
	if err != nil {
		return err
	}
	if err := d.src.copyTo(ctx, dst); err != nil {
		return err
	}
	if _, err = io.Copy(dst, bytes.NewReader(tail)); err != nil {
		return err
	}
	d.tail = tail
	return nil
}

// OutputDigest returns the digest, by Digest, of all that Finish wrote: src, which was
// found to be what was digested before, and what follows it. Before that it is an
// error.
func (d *PDFDocument) OutputDigest() ([]byte, error) {
	if d.tail == nil {
		return nil, lang.Errorf("OutputDigest was called before Finish", "FinishよりさきにOutputDigestが呼ばれました")
	}
	return d.src.digestWith(d.tail)
}
