package sign

import (
	"context"
	"slices"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/pades"
	"github.com/jsign-jp/jsign/internal/tsp"
)

// Level returns the level that the signature has after Finish, and why that is
// not the one asked for, nil if it is (LevelOptions.BestEffort).
func (d *PDFDocument) Level() (Level, error) { return d.level.Level, d.level.missed }

// unsigned returns the sizes of the unsigned attributes that are to come.
func (l *leveling) unsigned() []int {
	if l.Level == BB {
		return nil
	}
	return []int{cms.AttributeSize(der.AttributeTimeStampToken, l.room())}
}

// complete embeds the signature, whose value is set, and returns all that
// follows the old file.
func (d *PDFDocument) complete(ctx context.Context) ([]byte, error) {
	token, err := d.timestamp(ctx)
	if err != nil {
		return nil, err
	}
	encoded, err := d.message.Marshal()
	if err != nil {
		return nil, err
	}
	if err := d.layout.Embed(encoded); err != nil {
		return nil, err
	}
	if d.level.Level < BLT {
		return d.layout.Bytes(), nil
	}
	return d.store(ctx, token)
}

// timestamp adds the signature-time-stamp attribute (EN 319 142-1, 6.3, B-T).
func (d *PDFDocument) timestamp(ctx context.Context) (*tsp.Token, error) {
	if d.level.Level == BB {
		return nil, nil
	}
	h := d.signature.Digest()
	raw, token, err := d.level.stamp(ctx, h, digestOf(h, d.signature.Value()))
	if err != nil {
		return nil, err
	}
	d.signature.AddUnsigned(cms.Attribute{Type: der.AttributeTimeStampToken, Values: [][]byte{raw}})
	return token, d.level.prepareToken(ctx, token)
}

// store appends the revisions of B-LT and B-LTA.
func (d *PDFDocument) store(ctx context.Context, token *tsp.Token) ([]byte, error) {
	var all ValidationData
	signer, err := d.level.validateX509(ctx, d.signature.Certificate())
	if err != nil {
		return nil, err
	}
	all.add(signer)
	authority, err := d.level.validateToken(ctx, token)
	if err != nil {
		return nil, err
	}
	all.add(authority)
	r := &revisions{src: &d.src, password: d.opt.Password, tail: slices.Clip(d.layout.Bytes())}
	if _, err := r.addDSS(pades.VRI{Contents: d.layout.Contents(), Data: pades.ValidationData(all)}); err != nil {
		return nil, err
	}
	if d.level.Level == BLTA {
		_, err = r.addTimestamp(ctx, d.level)
	}
	return r.tail, err
}
