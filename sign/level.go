package sign

import (
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"slices"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/tsp"
	"github.com/jsign-jp/jsign/trust"
)

// Level is a baseline level of CAdES and PAdES (ETSI EN 319 122-1, 6; EN 319
// 142-1, 6). Each includes those before it.
type Level int

const (
	// BB is a signature and nothing else.
	BB Level = iota
	// BT adds a timestamp: the signature existed at that time.
	BT
	// BLT adds certificates and revocation data, so that the signature can be
	// validated when nobody gives them out any more.
	BLT
	// BLTA adds a timestamp over all of that, which outlives the algorithms and
	// certificates under it, and can be renewed.
	BLTA
)

// String returns b-b, b-t, b-lt or b-lta.
func (l Level) String() string {
	names := []string{"b-b", "b-t", "b-lt", "b-lta"}
	if l < 0 || int(l) >= len(names) {
		return "unknown"
	}
	return names[l]
}

// ParseLevel reads what String returns.
func ParseLevel(s string) (l Level, ok bool) {
	for l = BB; l <= BLTA; l++ {
		if l.String() == s {
			return l, true
		}
	}
	return BB, false
}

// ValidationData are certificates, CRLs and OCSP responses, each in DER.
type ValidationData struct {
	Certificates, CRLs, OCSPs [][]byte
}

// add appends what is not there yet.
func (v *ValidationData) add(o ValidationData) {
	v.Certificates = appendNew(v.Certificates, o.Certificates)
	v.CRLs = appendNew(v.CRLs, o.CRLs)
	v.OCSPs = appendNew(v.OCSPs, o.OCSPs)
}

func appendNew(list, more [][]byte) [][]byte {
	for _, b := range more {
		if !slices.ContainsFunc(list, func(old []byte) bool { return string(old) == string(b) }) {
			list = append(list, b)
		}
	}
	return list
}

// ValidationQuery asks for what validates one certificate.
type ValidationQuery struct {
	Certificate *trust.Certificate
	// Known is what the document holds already; nothing in it is verified.
	Known ValidationData
	// Time is when the certificate was used, as far as a timestamp claims it; zero
	// for one that is about to sign.
	Time time.Time
}

// LevelOptions says which level a signature reaches, and how. The zero value is
// BB and asks nobody. Package sign itself connects to nothing: the functions do.
// They are called from the goroutine that prepares, binds or finishes: one value
// serves documents that are worked on in parallel when the functions may.
type LevelOptions struct {
	Level Level
	// Timestamp obtains an RFC 3161 token over a digest made with hash.
	Timestamp func(ctx context.Context, hash crypto.Hash, digest []byte) (token []byte, err error)
	// Validation obtains the path of a certificate up to an anchor, and evidence
	// of the revocation status of each certificate on it but the anchor. Data that
	// is not complete is an error.
	Validation func(ctx context.Context, q ValidationQuery) (ValidationData, error)
	// BestEffort makes a signature of level BT when validation data cannot be
	// had, instead of none: see Level of the document.
	BestEffort bool
	// Trial is a token of the authority that Timestamp asks: what tells, before a
	// key is used, that it answers, how large its tokens are and what validates
	// them. Rehearse obtains it; without it every document obtains its own.
	Trial []byte
}

// Rehearse obtains Trial where the level needs one and it is not there yet.
func (o *LevelOptions) Rehearse(ctx context.Context) (err error) {
	if o.Level == BB || o.Trial != nil {
		return nil
	}
	if err := o.check(); err != nil {
		return err
	}
	nothing := sha256.Sum256(nil)
	o.Trial, err = o.Timestamp(ctx, crypto.SHA256, nothing[:])
	return err
}

// noAuthority is Timestamp where there is none.
func noAuthority(context.Context, crypto.Hash, []byte) ([]byte, error) {
	return nil, ErrNoAuthority
}

// ErrNoAuthority says that a timestamp is needed and LevelOptions.Timestamp is nil.
var ErrNoAuthority = lang.Errorf("a time-stamping authority is needed", "タイムスタンプ局が必要です")

// check refuses levels that cannot be reached with what the caller gave.
func (o *LevelOptions) check() error {
	switch {
	case o.Level < BB || o.Level > BLTA:
		return lang.Errorf("there is no level %d", "レベル%dはありません", int(o.Level))
	case o.Level >= BT && o.Timestamp == nil:
		return ErrNoAuthority
	case o.Level >= BLT && o.Validation == nil:
		return lang.Errorf("level %s needs a source of revocation data", "レベル%sには失効情報の取得元が必要です", o.Level)
	}
	return nil
}

// tokenSlack is what a token may be larger than the trial one, in octets: serial
// number, accuracy and an ECDSA value vary by some, and another authority's
// certificate, when the first one fails meanwhile, by more.
const tokenSlack = 4096

// leveling is one document on its way to a level.
type leveling struct {
	LevelOptions
	trial  *tsp.Token
	data   map[[sha256.Size]byte]ValidationData // by the certificate that it validates
	known  ValidationData
	missed error // why the level is not reached, with BestEffort
}

// newLeveling does what can be done before a key is needed: it sees that the
// authority answers, and obtains what validates its tokens.
func newLeveling(ctx context.Context, opt LevelOptions) (*leveling, error) {
	if err := opt.check(); err != nil {
		return nil, err
	}
	l := bareLeveling(opt)
	if opt.Level == BB {
		return l, nil
	}
	return l, l.rehearse(ctx)
}

func bareLeveling(opt LevelOptions) *leveling {
	return &leveling{LevelOptions: opt, data: make(map[[sha256.Size]byte]ValidationData)}
}

// rehearse sees that the authority answers, and obtains what validates its
// tokens. It does so once.
func (l *leveling) rehearse(ctx context.Context) error {
	if l.trial != nil {
		return nil
	}
	if err := l.Rehearse(ctx); err != nil {
		return err
	}
	var err error
	if l.trial, err = tsp.ParseToken(l.Trial); err != nil {
		return err
	}
	return l.prepareToken(ctx, l.trial)
}

// room is how large a token may become.
func (l *leveling) room() int { return len(l.Trial) + tokenSlack }

// prepareToken obtains what validates a token, if the level needs it.
func (l *leveling) prepareToken(ctx context.Context, token *tsp.Token) error {
	if l.Level < BLT {
		return nil
	}
	_, err := l.validateToken(ctx, token)
	return l.tolerate(err)
}

// prepareSigner obtains what validates the signer's certificate, chain[0]. It
// is called before the key signs.
func (l *leveling) prepareSigner(ctx context.Context, chain []*x509.Certificate) error {
	if l.Level < BLT {
		return nil
	}
	for _, c := range chain[1:] {
		l.known.add(ValidationData{Certificates: [][]byte{c.Raw}})
	}
	_, err := l.validateX509(ctx, chain[0])
	return l.tolerate(err)
}

func (l *leveling) validateX509(ctx context.Context, c *x509.Certificate) (ValidationData, error) {
	signer, err := trust.ParseCertificate(c.Raw)
	if err != nil {
		return ValidationData{}, err
	}
	return l.validate(ctx, signer, time.Time{})
}

// tolerate makes level BT of missing validation data, if that is wanted.
func (l *leveling) tolerate(err error) error {
	if err == nil || !l.BestEffort || l.Level < BLT {
		return err
	}
	l.Level, l.missed = BT, err
	return nil
}

// validate returns what validates a certificate, obtaining it once.
// at is when it was used, zero for now.
func (l *leveling) validate(ctx context.Context, c *trust.Certificate, at time.Time) (ValidationData, error) {
	key := c.Fingerprint()
	if data, ok := l.data[key]; ok {
		return data, nil
	}
	data, err := l.Validation(ctx, ValidationQuery{Certificate: c, Known: l.known, Time: at})
	if err != nil {
		return data, err
	}
	l.data[key] = data
	l.known.add(data)
	return data, nil
}

// validateToken is validate for the certificate of a token's signer.
func (l *leveling) validateToken(ctx context.Context, token *tsp.Token) (ValidationData, error) {
	signer := token.Signer()
	if signer == nil {
		return ValidationData{}, lang.Errorf("the timestamp lacks its authority's certificate", "タイムスタンプにタイムスタンプ局の証明書がありません")
	}
	for _, c := range token.Certificates {
		l.known.add(ValidationData{Certificates: [][]byte{c.Raw}})
	}
	return l.validate(ctx, signer, token.Info.Time)
}

// stamp obtains a token over a digest made with h, and sees that it is one.
func (l *leveling) stamp(ctx context.Context, h crypto.Hash, digest []byte) ([]byte, *tsp.Token, error) {
	raw, err := l.Timestamp(ctx, h, digest)
	if err != nil {
		return nil, nil, err
	}
	token, err := tsp.ParseToken(raw)
	if err != nil {
		return nil, nil, err
	}
	return raw, token, checkToken(token, digest)
}

// digestOf returns the digest of b, nil by a hash that is not known.
func digestOf(h crypto.Hash, b []byte) []byte {
	if !h.Available() {
		return nil
	}
	d := h.New()
	d.Write(b)
	return d.Sum(nil)
}
