package sign

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
)

// ErrDetached says that a signer cannot be added to a detached signature without
// what it was made over.
var ErrDetached = lang.Errorf("the existing signature is detached: its content is needed", "既存の署名は内容を含んでいないため、元のファイルが必要です")

// FormatOf tells the form of an existing signature, by how it begins.
func FormatOf(existing io.ReaderAt, size int64) (Format, error) {
	prefix := make([]byte, min(cms.DetectSize, size))
	if _, err := existing.ReadAt(prefix, 0); err != nil && !errors.Is(err, io.EOF) {
		return DER, err
	}
	switch cms.DetectForm(prefix) {
	case cms.FormPEM:
		return PEM, nil
	case cms.FormSMIME:
		return SMIME, nil
	}
	return DER, nil
}

// openExisting reads the signature to add to. haveSource tells that content is
// given beside it.
func (d *CMSDocument) openExisting(haveSource bool) error {
	open, err := d.existingReader()
	if err != nil {
		return err
	}
	message, err := open()
	if err != nil {
		return err
	}
	if d.existing, err = cms.Decode(message, cms.DecodeOptions{}); err != nil {
		return lang.Errorf("the existing signature cannot be read: %w", "既存の署名を読み取れません: %w", err)
	}
	switch {
	case d.existing.HasContent && haveSource:
		return lang.Errorf("the existing signature holds its content: no other can be given", "既存の署名は内容を含んでいるため、別の内容を指定できません")
	case !d.existing.HasContent && !haveSource:
		return ErrDetached
	case !d.existing.HasContent && d.opt.Attached:
		return lang.Errorf("the existing signature is detached: an attached one cannot be added", "既存の署名は内容を含んでいないため、内容を含む署名を追加できません")
	}
	if d.existing.HasContent {
		d.content = content{size: d.existing.ContentSize, write: func(ctx context.Context, w io.Writer) error {
			message, err := open()
			if err != nil {
				return err
			}
			return copyExisting(ctx, w, message)
		}}
	}
	return nil
}

// existingReader returns how to open the existing message's DER or BER.
func (d *CMSDocument) existingReader() (open func() (io.Reader, error), err error) {
	format, err := FormatOf(d.opt.Existing, d.opt.ExistingSize)
	if err != nil {
		return nil, err
	}
	file := func() io.Reader { return io.NewSectionReader(d.opt.Existing, 0, d.opt.ExistingSize) }
	switch format {
	case PEM:
		return func() (io.Reader, error) { return cms.NewPEMReader(file()), nil }, nil
	case SMIME:
		return d.existingSMIME()
	}
	return func() (io.Reader, error) { return file(), nil }, nil
}

func (d *CMSDocument) existingSMIME() (func() (io.Reader, error), error) {
	m, err := cms.OpenSMIME(d.opt.Existing, d.opt.ExistingSize)
	if err != nil {
		return nil, lang.Errorf("the existing signature cannot be read: %w", "既存の署名を読み取れません: %w", err)
	}
	if m.Detached() {
		return nil, lang.Errorf("a multipart/signed message cannot be changed", "multipart/signed形式のメッセージは変更できません")
	}
	return func() (io.Reader, error) { return m.Message(), nil }, nil
}

// copyExisting writes the content of an attached message to w.
func copyExisting(ctx context.Context, w io.Writer, message io.Reader) error {
	_, err := cms.Decode(message, cms.DecodeOptions{
		Content: func(*cms.SignedData) (io.Writer, error) { return &contextWriter{ctx, w}, nil },
	})
	return err
}

// contextWriter ends with its context.
type contextWriter struct {
	ctx context.Context
	w   io.Writer
}

func (c *contextWriter) Write(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.w.Write(b)
}

// checkExisting refuses content that is not what the existing signers signed:
// the result would look signed by all and be valid for none but the last.
func (d *CMSDocument) checkExisting() error {
	if d.existing == nil {
		return nil
	}
	for i := range d.existing.Signers {
		s := &d.existing.Signers[i]
		digest := d.digests.Sum(s.DigestAlgorithm.Algorithm)
		if s.SignedAttrs == nil || digest == nil {
			continue // it cannot be known without the signer's key
		}
		if err := s.VerifyMessageDigest(digest); err != nil {
			return lang.Errorf("the content is not what signer %d of the existing signature signed", "内容が、既存の署名の%d番目の署名者が署名したものと異なります", i+1)
		}
	}
	return nil
}

// sameDigests reports whether the content read again is what was signed.
func (d *CMSDocument) sameDigests(again *cms.Digests) bool {
	o := der.DigestOID(d.digest)
	return bytes.Equal(d.digests.Sum(o), again.Sum(o))
}
