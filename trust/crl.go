package trust

import (
	"crypto/sha256"
	"math/big"
	"sync"
	"time"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
)

// CRL is a certificate revocation list as it was found (RFC 5280, 5.1). Its
// entries are read when they are asked for. A CRL is read only and safe for
// concurrent use. What it means for a certificate is package revocation's business.
type CRL struct {
	Raw                    []byte
	RawTBSCertList         []byte
	RawIssuer              []byte
	Version                int       // 1 or 2; others as found
	ThisUpdate, NextUpdate time.Time // UTC; the zero time when absent or not RFC 5280's encoding
	HasNextUpdate          bool
	SignatureAlgorithm     der.AlgorithmIdentifier // the outer one
	TBSSignature           der.AlgorithmIdentifier
	Signature              []byte
	Extensions             []Extension

	entries         input // content of revokedCertificates
	signatureUnused int
	lazy            *lazyCRL
}

type lazyCRL struct {
	issuerOnce sync.Once
	issuer     string // canonical
	infoOnce   sync.Once
	info       CRLInfo
	indexOnce  sync.Once
	bySerial   map[string][]CRLEntry
	count      int
	entriesBad bool
	critical   bool
	signature  sync.Map // SHA-256 of the issuer's key → func() error, which verifies the first time
}

// CRLEntry is one entry of a CRL (RFC 5280, 5.3).
type CRLEntry struct {
	RawSerial  []byte    // INTEGER content
	Date       time.Time // zero when not RFC 5280's encoding
	Reason     int       // CRLReason; -1 when absent
	Invalidity time.Time // zero when absent
	// Issuer names the certificate's issuer in an indirect CRL; nil means the CRL's.
	Issuer []GeneralName
}

// Reasons that have a rule (RFC 5280, 5.3.1).
const (
	ReasonCertificateHold = 6
	ReasonRemoveFromCRL   = 8
)

// CRLInfo is what a CRL's extensions say (RFC 5280, 5.2).
type CRLInfo struct {
	Invalid        bool     // an extension cannot be read, or a delta has no number
	Unsupported    bool     // a critical extension that is not processed
	Number         *big.Int // nil when absent
	BaseNumber     *big.Int // delta CRL indicator; nil in a full CRL
	AuthorityKeyID *AuthorityKeyID
	FreshestCRL    bool
	Scope          *IssuingDistributionPoint // nil when absent
}

// IssuingDistributionPoint is a CRL's scope (RFC 5280, 5.2.5).
type IssuingDistributionPoint struct {
	Point                                          DistributionPoint
	OnlyUserCerts, OnlyCACerts, OnlyAttributeCerts bool
	IndirectCRL                                    bool
	SomeReasons                                    bool // onlySomeReasons present
	Reasons                                        uint32
	Invalid                                        bool // more than one "only"
}

func errCRL(part string) error {
	return lang.Errorf("the CRL cannot be read: %s", "CRLを読み取れません: %s", part)
}

// ParseCRL reads one CertificateList. Bytes after it, and a structure that is none,
// are errors. The bytes are kept, not copied.
func ParseCRL(data []byte) (*CRL, error) {
	if len(data) > maxCRL {
		return nil, errCRL("size")
	}
	in := input(data)
	outer, ok := in.take(der.TagSequence)
	if !ok || len(in) > 0 {
		return nil, errCRL("CertificateList")
	}
	l := &CRL{Raw: data, lazy: &lazyCRL{}}
	tbs, ok := outer.content.take(der.TagSequence)
	if !ok {
		return nil, errCRL("TBSCertList")
	}
	l.RawTBSCertList = tbs.raw
	if part, ok := l.parseTBS(tbs.content); !ok {
		return nil, errCRL(part)
	}
	if l.SignatureAlgorithm, ok = outer.content.algorithm(); !ok {
		return nil, errCRL("signatureAlgorithm")
	}
	signature, ok := outer.content.take(der.TagBitString)
	if !ok || len(outer.content) > 0 {
		return nil, errCRL("signatureValue")
	}
	if l.Signature, l.signatureUnused, ok = signature.content.bits(); !ok {
		return nil, errCRL("signatureValue")
	}
	return l, nil
}

func (l *CRL) parseTBS(in input) (part string, ok bool) {
	l.Version = 1
	version, present, ok := in.optional(der.TagInteger)
	if !ok {
		return "version", false
	}
	if present {
		n, ok := version.content.small()
		if !ok {
			return "version", false
		}
		l.Version = n + 1
	}
	if l.TBSSignature, ok = in.algorithm(); !ok {
		return "signature", false
	}
	issuer, ok := in.take(der.TagSequence)
	if !ok || !validName(issuer.raw) {
		return "issuer", false
	}
	l.RawIssuer = issuer.raw
	if l.ThisUpdate, ok = in.instant(); !ok {
		return "thisUpdate", false
	}
	if len(in) > 0 && (in[0] == der.TagUTCTime || in[0] == der.TagGeneralizedTime) {
		l.HasNextUpdate = true
		if l.NextUpdate, ok = in.instant(); !ok {
			return "nextUpdate", false
		}
	}
	return l.parseLists(in)
}

// parseLists reads the entries' wrapper and the extensions.
func (l *CRL) parseLists(in input) (part string, ok bool) {
	entries, _, ok := in.optional(der.TagSequence)
	if !ok {
		return "revokedCertificates", false
	}
	l.entries = entries.content
	e, present, ok := in.optional(der.ContextConstructed)
	if !ok || len(in) > 0 {
		return "crlExtensions", false
	}
	if !present {
		return "", true
	}
	list, ok := only(e.content, der.TagSequence)
	if !ok {
		return "crlExtensions", false
	}
	l.Extensions, ok = list.extensions()
	return "crlExtensions", ok
}

// issuerName returns the issuer's canonical name, computing it the first time.
func (l *CRL) issuerName() string {
	l.lazy.issuerOnce.Do(func() { l.lazy.issuer = string(CanonicalName(l.RawIssuer)) })
	return l.lazy.issuer
}

// IssuedUnder reports whether the CRL's issuer has the name of c's subject.
func (l *CRL) IssuedUnder(c *Certificate) bool {
	return l.issuerName() == c.subject()
}

// SharesIssuer reports whether the CRL's issuer has the name of c's issuer.
func (l *CRL) SharesIssuer(c *Certificate) bool {
	return l.issuerName() == c.issuer()
}

// Covers reports whether the entry is about the certificate, by its issuer: the entry's
// own, or the CRL's. The serial is compared by Lookup.
func (e *CRLEntry) Covers(l *CRL, c *Certificate) bool {
	if e.Issuer == nil {
		return l.SharesIssuer(c)
	}
	for _, g := range e.Issuer {
		if g.Kind == DirectoryName && g.canonical == c.issuer() {
			return true
		}
	}
	return false
}

// Extension returns the first extension with the identifier.
func (l *CRL) Extension(id OID) (x Extension, present bool) {
	return findExtension(l.Extensions, id)
}

// Info returns what the extensions say, reading them the first time.
func (l *CRL) Info() *CRLInfo {
	l.lazy.infoOnce.Do(func() { l.readInfo(&l.lazy.info) })
	return &l.lazy.info
}

func (l *CRL) readInfo(info *CRLInfo) {
	seen := make(map[OID]bool)
	for _, x := range l.Extensions {
		ok := !seen[x.ID]
		seen[x.ID] = true
		switch x.ID {
		case oidCRLNumber:
			info.Number, ok = bigInteger(x.Value, ok)
		case oidDeltaCRL:
			info.BaseNumber, ok = bigInteger(x.Value, ok)
		case oidAuthorityKeyID:
			if ok {
				info.AuthorityKeyID, ok = parseAuthorityKeyID(x.Value)
			}
		case oidIssuingDistPoint:
			if ok {
				info.Scope, ok = parseScope(x.Value, l.RawIssuer)
			}
		case oidFreshestCRL:
			info.FreshestCRL = true
			info.Unsupported = info.Unsupported || x.Critical
		default:
			info.Unsupported = info.Unsupported || x.Critical
		}
		info.Invalid = info.Invalid || !ok
		info.Unsupported = info.Unsupported || x.Critical && x.ID == oidCRLNumber
	}
	info.Invalid = info.Invalid || info.BaseNumber != nil && info.Number == nil
}

func bigInteger(value []byte, first bool) (*big.Int, bool) {
	in, ok := only(value, der.TagInteger)
	if !ok || !first {
		return nil, false
	}
	return in.integer()
}

func parseScope(value, issuer []byte) (*IssuingDistributionPoint, bool) {
	in, ok := only(value, der.TagSequence)
	if !ok {
		return nil, false
	}
	s := &IssuingDistributionPoint{Reasons: AllReasons}
	name, named, ok := in.optional(der.ContextConstructed)
	if !ok || named && !s.Point.setName(name.content, issuer) {
		return nil, false
	}
	if !in.flag(1, &s.OnlyUserCerts) || !in.flag(2, &s.OnlyCACerts) {
		return nil, false
	}
	reasons, limited, ok := in.optional(der.ContextPrimitive | 3)
	if !ok {
		return nil, false
	}
	if limited {
		s.SomeReasons = true
		if s.Reasons, ok = reasons.content.flagBits(); !ok {
			return nil, false
		}
		s.Reasons &= AllReasons
	}
	if !in.flag(4, &s.IndirectCRL) || !in.flag(5, &s.OnlyAttributeCerts) {
		return nil, false
	}
	n := 0
	for _, only := range []bool{s.OnlyUserCerts, s.OnlyCACerts, s.OnlyAttributeCerts} {
		if only {
			n++
		}
	}
	s.Invalid = n > 1
	s.Point.canonicalise()
	return s, len(in) == 0
}

// flag reads an optional BOOLEAN with a context tag.
func (in *input) flag(tag byte, v *bool) bool {
	e, present, ok := in.optional(der.ContextPrimitive | tag)
	if !ok || !present {
		return ok
	}
	*v, ok = e.content.boolean()
	return ok
}

// VerifySignature checks the CRL's signature by the issuer's key. above are the
// certificates above the issuer, whose parameters a DSA key may need. The result
// is kept: a CRL that judges many certificates is checked once by each issuer.
func (l *CRL) VerifySignature(issuer *Certificate, above []*Certificate) error {
	key, err := issuer.PublicKey()
	if err != nil {
		return err
	}
	if key.MissingParameters() {
		return l.VerifySignatureBy(inheritFrom(key, above))
	}
	id := sha256.Sum256(issuer.RawSubjectPublicKeyInfo)
	check, _ := l.lazy.signature.LoadOrStore(id, sync.OnceValue(func() error { return l.VerifySignatureBy(key) }))
	return check.(func() error)()
}

// inheritFrom completes a key with the parameters of the nearest certificate that has
// them (RFC 5280, 6.1.4 (d)-(f)).
func inheritFrom(key *PublicKey, above []*Certificate) *PublicKey {
	for _, c := range above {
		if k, err := c.PublicKey(); err == nil && key.MissingParameters() {
			key = key.InheritParameters(k)
		}
	}
	return key
}

// VerifySignatureBy checks the CRL's signature by a key.
func (l *CRL) VerifySignatureBy(key *PublicKey) error {
	return key.VerifySigned(l.SignatureAlgorithm, l.RawTBSCertList, l.Signature, l.signatureUnused)
}

// Lookup returns the entries with a serial number (INTEGER content), in order.
func (l *CRL) Lookup(rawSerial []byte) []CRLEntry {
	l.index()
	return l.lazy.bySerial[string(rawSerial)]
}

// EntryCount returns the number of entries.
func (l *CRL) EntryCount() int {
	l.index()
	return l.lazy.count
}

// EntriesReadable reports whether every entry can be read; a list with one that
// cannot says nothing reliable. critical reports an entry with a critical
// extension that is not processed.
func (l *CRL) EntriesReadable() (readable, critical bool) {
	l.index()
	return !l.lazy.entriesBad, l.lazy.critical
}

// index reads all entries once, so that each lookup is one map access.
func (l *CRL) index() {
	z := l.lazy
	z.indexOnce.Do(func() {
		z.bySerial = make(map[string][]CRLEntry)
		in := l.entries
		var issuer []GeneralName
		for len(in) > 0 {
			seq, ok := in.take(der.TagSequence)
			if !ok {
				z.entriesBad = true
				return
			}
			e, critical, ok := seq.content.crlEntry(issuer)
			if !ok {
				z.entriesBad = true
				return
			}
			issuer = e.Issuer // 5.3.3: an entry without the extension has the last one's
			z.critical = z.critical || critical
			z.count++
			z.bySerial[string(e.RawSerial)] = append(z.bySerial[string(e.RawSerial)], e)
		}
	})
}

func (in input) crlEntry(issuer []GeneralName) (e CRLEntry, critical, ok bool) {
	e.Reason, e.Issuer = -1, issuer
	serial, ok := in.take(der.TagInteger)
	if !ok || len(serial.content) == 0 {
		return e, false, false
	}
	e.RawSerial = serial.content
	if e.Date, ok = in.instant(); !ok {
		return e, false, false
	}
	list, present, ok := in.optional(der.TagSequence)
	if !ok || len(in) > 0 {
		return e, false, false
	}
	if !present {
		return e, false, true
	}
	extensions, ok := list.content.extensions()
	if !ok {
		return e, false, false
	}
	for _, x := range extensions {
		if !e.read(x) {
			return e, false, false
		}
		critical = critical || x.Critical && x.ID != oidCertificateIssuer
	}
	return e, critical, true
}

func (e *CRLEntry) read(x Extension) bool {
	switch x.ID {
	case oidCertificateIssuer:
		in, ok := only(x.Value, der.TagSequence)
		if !ok {
			return false
		}
		e.Issuer, ok = in.generalNames()
		canonicalise(e.Issuer)
		return ok
	case oidReasonCode:
		in, ok := only(x.Value, der.TagEnumerated)
		if !ok {
			return false
		}
		e.Reason, ok = in.small()
		return ok
	case oidInvalidityDate:
		in := input(x.Value)
		e.Invalidity, _ = in.instant()
	}
	return true
}
