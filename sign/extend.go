package sign

import (
	"io"
	"slices"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/tsp"
	"github.com/jsign-jp/jsign/trust"
)

// ErrNothingToAdd says that a document holds already all that its signatures need
// for the level.
var ErrNothingToAdd = lang.WithHint(
	lang.Errorf("the document holds all that the level needs: there is nothing to add", "文書にはこのレベルに必要な情報がすべて含まれており、追加するものがありません"),
	"level b-lta adds a fresh archive timestamp each time", "レベル b-lta なら、そのつど新しいアーカイブタイムスタンプを追加します")

// ExtendOptions says how existing signatures are lifted to a level.
type ExtendOptions struct {
	// Level is BT, BLT or BLTA, and where its parts come from. Timestamp is not
	// needed for BLT when the signatures hold timestamps already.
	Level LevelOptions
	// Password opens an encrypted PDF.
	Password []byte
	// Content is what a detached CMS signature was made over, ContentSize octets;
	// nil for none. BLTA needs it.
	Content     io.ReaderAt
	ContentSize int64
}

// Extension tells what was reached.
type Extension struct {
	Level Level
	// Missed is why that is not the level asked for (LevelOptions.BestEffort).
	Missed error
	// Signatures counts those that were lifted.
	Signatures int
	// Warnings are what the person should know and what stops nothing.
	Warnings []error
}

// newExtension begins the lifting. The authority is not asked before it is known
// that a timestamp will be made.
func newExtension(opt ExtendOptions) (*leveling, error) {
	o := opt.Level
	switch {
	case o.Level <= BB:
		return nil, lang.Errorf("a signature is extended to level b-t, b-lt or b-lta", "署名の拡張先のレベルは b-t、b-lt、b-lta のいずれかです")
	case o.Level == BLT && o.Timestamp == nil:
		o.Timestamp = noAuthority
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	return bareLeveling(o), nil
}

func (l *leveling) extension(signatures int, warnings []error) *Extension {
	return &Extension{Level: l.Level, Missed: l.missed, Signatures: signatures, Warnings: warnings}
}

// nothingToAdd is ErrNothingToAdd, unless data was missing.
func (l *leveling) nothingToAdd() error {
	if l.missed != nil {
		return l.missed
	}
	return ErrNothingToAdd
}

// checkValue refuses a signature whose value or content is wrong: a timestamp
// would not mend it. digests has hashed the content; nil leaves that out. A signer
// without a certificate that can be used is not judged.
func checkValue(sd *cms.SignedData, s *cms.SignerInfo, digests *cms.Digests) error {
	certificate := signerCertificate(sd, s)
	if certificate == nil {
		return nil
	}
	key, err := trust.ParsePublicKey(certificate.RawSubjectPublicKeyInfo)
	if err != nil || !key.CanVerify() {
		return nil
	}
	if digests != nil {
		err = s.Verify(key, digests)
	} else if s.SignedAttrs != nil {
		err = s.VerifyAttributes(key)
	}
	if err != nil {
		return lang.Errorf("the signature is not right: %w", "署名が正しくありません: %w", err)
	}
	return nil
}

// checkTimestamps refuses a signature with a timestamp of something else, which
// another one over both would not mend.
func checkTimestamps(s *cms.SignerInfo) error {
	for _, a := range s.UnsignedAttrs.Get(der.AttributeTimeStampToken) {
		for _, value := range a.Values {
			token, err := tsp.ParseToken(value)
			if err != nil {
				return err
			}
			if err := checkOldToken(token, digestOf(token.Info.Hash, s.Signature)); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkOldToken is checkToken for one that is there: that its hash is no longer
// safe is a reason for a new timestamp, not against one.
func checkOldToken(token *tsp.Token, digest []byte) error {
	return checkToken(token, digest, tsp.WeakDigest)
}

// checkToken refuses a token that is not right, or not over the digest.
func checkToken(token *tsp.Token, digest []byte, tolerated ...tsp.Code) error {
	_, found := token.CheckSigner(tsp.Options{Digest: digest})
	for _, f := range found {
		if !slices.Contains(tolerated, f.Code) {
			return lang.Errorf("the timestamp is not right: %w", "タイムスタンプが正しくありません: %w", f)
		}
	}
	return nil
}

// baselineWarning says that a signature is none of CAdES, whatever is added
// (EN 319 122-1, 6.3: signing-certificate).
func baselineWarning(s *cms.SignerInfo) error {
	if _, err := s.SigningCertificates(); err != nil {
		return lang.Errorf("the signature does not name its certificate (ESS signing-certificate): other programs may not call it CAdES or PAdES",
			"署名に証明書の識別子（ESS signing-certificate）がないため、CAdES・PAdESと認められない場合があります")
	}
	return nil
}
