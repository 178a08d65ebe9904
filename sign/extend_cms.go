package sign

import (
	"context"
	"crypto"
	"errors"
	"io"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
)

// ExtendCMS lifts every signer of a CMS signature, size octets of src in any
// Format, to a level, and writes the result to dst in the same format. What is
// signed stays octet for octet, as does every attribute, certificate and CRL.
// Nothing is written before everything was obtained.
//
// Errors: ErrDetached for BLTA without the content; ErrNothingToAdd; a signature
// that is not right; multipart/signed messages.
func ExtendCMS(ctx context.Context, dst io.Writer, src io.ReaderAt, size int64, opt ExtendOptions) (*Extension, error) {
	l, err := newExtension(opt)
	if err != nil {
		return nil, err
	}
	d, err := openCMS(ctx, src, size, opt)
	if err != nil {
		return nil, err
	}
	x := cmsExtension{document: d, cmsLevels: cmsLevels{leveling: l, message: d.existing}}
	if err := x.lift(ctx); err != nil {
		return nil, err
	}
	message := &cms.Message{ContentType: d.contentType(), Existing: d.existing}
	return l.extension(len(d.existing.Signers), x.warnings), d.write(ctx, dst, message)
}

// openCMS reads a signature and digests its content, where that is at hand.
func openCMS(ctx context.Context, src io.ReaderAt, size int64, opt ExtendOptions) (*CMSDocument, error) {
	format, err := FormatOf(src, size)
	if err != nil {
		return nil, err
	}
	d := &CMSDocument{
		opt:    CMSOptions{Existing: src, ExistingSize: size, Format: format},
		digest: crypto.SHA256, content: plainContent(opt.Content, opt.ContentSize),
	}
	err = d.openExisting(opt.Content != nil)
	if errors.Is(err, ErrDetached) && opt.Level.Level < BLTA {
		return d, checkSigners(d.existing)
	}
	if err != nil {
		return nil, err
	}
	if d.digests, err = d.hash(ctx, nil); err != nil {
		return nil, err
	}
	return d, checkSigners(d.existing)
}

// checkSigners refuses what has nobody to lift.
func checkSigners(sd *cms.SignedData) error {
	if len(sd.Signers) == 0 {
		return lang.Errorf("nobody signed the message", "メッセージに署名者がいません")
	}
	return nil
}

// cmsExtension lifts every signer of a message.
type cmsExtension struct {
	cmsLevels
	document *CMSDocument
	warnings []error
	changed  bool
}

func (x *cmsExtension) lift(ctx context.Context) error {
	x.known.add(validationData(x.message))
	for _, step := range []func(context.Context, *cms.SignerInfo) error{x.check, x.gather, x.stampOne, x.embedOne, x.archiveOne} {
		for i := range x.message.Signers {
			if err := step(ctx, &x.message.Signers[i]); err != nil {
				return err
			}
		}
	}
	if !x.changed {
		return x.nothingToAdd()
	}
	return nil
}

func (x *cmsExtension) check(_ context.Context, s *cms.SignerInfo) error {
	if err := baselineWarning(s); err != nil {
		x.warnings = append(x.warnings, err)
	}
	if err := checkValue(x.message, s, x.document.digests); err != nil {
		return err
	}
	return checkTimestamps(s)
}

// gather obtains the data before a token is spent.
func (x *cmsExtension) gather(ctx context.Context, s *cms.SignerInfo) error {
	if x.Level < BLT {
		return nil
	}
	_, err := x.evidence(ctx, s)
	return x.tolerate(err)
}

// stampOne adds a signature timestamp to a signer that has none.
func (x *cmsExtension) stampOne(ctx context.Context, s *cms.SignerInfo) error {
	tokens, err := timestamps(s)
	if err != nil || len(tokens) > 0 {
		return err
	}
	if err := x.rehearse(ctx); err != nil {
		return err
	}
	x.changed, x.hash = true, timestampHash(s)
	return x.timestamp(ctx, s)
}

func (x *cmsExtension) embedOne(ctx context.Context, s *cms.SignerInfo) error {
	if x.Level < BLT {
		return nil
	}
	added, err := x.embed(ctx, s)
	x.changed = x.changed || added
	return x.tolerate(err)
}

func (x *cmsExtension) archiveOne(ctx context.Context, s *cms.SignerInfo) error {
	if x.Level < BLTA {
		return nil
	}
	x.changed, x.hash = true, timestampHash(s)
	x.content = x.document.digests.Sum(der.DigestOID(x.hash))
	return x.archive(ctx, s)
}

// timestampHash is the signer's own hash where it is one that lasts.
func timestampHash(s *cms.SignerInfo) crypto.Hash {
	switch h := der.Hash(s.DigestAlgorithm.Algorithm); h {
	case crypto.SHA384, crypto.SHA512:
		return h
	}
	return crypto.SHA256
}
