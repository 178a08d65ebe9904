package sign

import (
	"context"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
)

// leveling checks that the level and the other options go together.
func (o *CMSOptions) leveling(ctx context.Context) (*leveling, error) {
	if o.Level.Level > BB && (o.NoSignedAttributes || o.NoSigningCertificate) {
		// EN 319 122-1, 6.3: required at every level.
		return nil, lang.Errorf("level %s needs signed attributes", "レベル%sには署名属性が必要です", o.Level.Level)
	}
	return newLeveling(ctx, o.Level)
}

// Level returns the level that the signature has after Finish, and why that is
// not the one asked for, nil if it is (LevelOptions.BestEffort).
func (d *CMSDocument) Level() (Level, error) { return d.level.Level, d.level.missed }

// raise lifts the new signer and makes message write the result.
func (d *CMSDocument) raise(ctx context.Context, message *cms.Message) error {
	sd, err := message.SignedData()
	if err != nil {
		return err
	}
	l := &cmsLevels{leveling: d.level, message: sd, hash: d.digest, content: d.digests.Sum(der.DigestOID(d.digest))}
	if err := l.lift(ctx, signerOf(sd, d.signature.Value())); err != nil {
		return err
	}
	*message = cms.Message{ContentType: message.ContentType, Existing: sd}
	return nil
}

// lift brings a new signer to the level.
func (l *cmsLevels) lift(ctx context.Context, s *cms.SignerInfo) error {
	if err := l.timestamp(ctx, s); err != nil {
		return err
	}
	if l.Level < BLT {
		return nil
	}
	if _, err := l.embed(ctx, s); err != nil {
		return l.tolerate(err)
	}
	if l.Level < BLTA {
		return nil
	}
	return l.archive(ctx, s)
}
