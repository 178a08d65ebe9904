package trust

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"math/big"
	"sync"
	"time"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
)

// Certificate is a certificate as it was found (RFC 5280, 4.1). ParseCertificate
// reads what is common to all; extensions and the public key are read when they are
// asked for. A Certificate is read only and safe for concurrent use.
type Certificate struct {
	Raw                     []byte // the whole
	RawTBSCertificate       []byte // what the signature covers
	RawIssuer               []byte // Name
	RawSubject              []byte // Name
	RawSubjectPublicKeyInfo []byte
	RawSerial               []byte                  // INTEGER content
	Version                 int                     // 1, 2, 3; others as found
	Serial                  *big.Int                // may be zero or negative
	NotBefore, NotAfter     time.Time               // UTC; the zero time when the encoding is not RFC 5280's
	SignatureAlgorithm      der.AlgorithmIdentifier // the outer one
	TBSSignature            der.AlgorithmIdentifier // the inner one
	Signature               []byte                  // the bit string's octets
	Extensions              []Extension             // in order

	signatureUnused int // unused bits of Signature
	lazy            *lazyCertificate
}

// lazyCertificate holds what is read when it is asked for.
type lazyCertificate struct {
	issuerOnce  sync.Once
	issuer      string // canonical
	subjectOnce sync.Once
	subject     string // canonical
	detailsOnce sync.Once
	details     details
	pointsOnce  sync.Once
	keyOnce     sync.Once
	key         *PublicKey
	keyErr      error
	policyOnce  sync.Once
	policy      policyInfo
	signature   sync.Map // SHA-256 of a key → func() error, which verifies the first time
	x509Once    sync.Once
	x509        *x509.Certificate
	x509Err     error
}

// Extension is one extension (RFC 5280, 4.1.2.9).
type Extension struct {
	ID       OID
	Critical bool
	Value    []byte // the octet string's content
}

func errCertificate(part string) error {
	return lang.Errorf("the certificate cannot be read: %s", "証明書を読み取れません: %s", part)
}

// ParseCertificate reads one certificate: definite lengths, the shortest form or
// not. Bytes after it, and a structure that is none, are errors; what the fields
// mean is judged later. The bytes are kept, not copied.
func ParseCertificate(data []byte) (*Certificate, error) {
	if len(data) > maxCertificate {
		return nil, errCertificate("size")
	}
	in := input(data)
	outer, ok := in.take(der.TagSequence)
	if !ok || len(in) > 0 {
		return parseIndefinite(data)
	}
	c := &Certificate{Raw: data, lazy: &lazyCertificate{}}
	tbs, ok := outer.content.take(der.TagSequence)
	if !ok {
		return nil, errCertificate("TBSCertificate")
	}
	c.RawTBSCertificate = tbs.raw
	if part, ok := c.parseTBS(tbs.content); !ok {
		return nil, errCertificate(part)
	}
	if c.SignatureAlgorithm, ok = outer.content.algorithm(); !ok {
		return nil, errCertificate("signatureAlgorithm")
	}
	signature, ok := outer.content.take(der.TagBitString)
	if !ok || len(outer.content) > 0 {
		return nil, errCertificate("signatureValue")
	}
	if c.Signature, c.signatureUnused, ok = signature.content.bits(); !ok {
		return nil, errCertificate("signatureValue")
	}
	return c, nil
}

// parseIndefinite reads a certificate whose outermost SEQUENCE has the indefinite
// length: BER writers do that to certificates inside messages. Raw is in DER then.
func parseIndefinite(data []byte) (*Certificate, error) {
	content, ok := bytes.CutPrefix(data, []byte{der.TagSequence, 0x80})
	content, ended := bytes.CutSuffix(content, []byte{0, 0})
	if !ok || !ended || len(content) == 0 || content[0] != der.TagSequence || !input(content).wellFormed() {
		return nil, errCertificate("Certificate")
	}
	return ParseCertificate(der.Sequence(content))
}

// parseTBS reads a TBSCertificate; on failure it names the part.
func (c *Certificate) parseTBS(in input) (part string, ok bool) {
	if c.Version, ok = in.version(); !ok {
		return "version", false
	}
	serial, ok := in.take(der.TagInteger)
	if !ok {
		return "serialNumber", false
	}
	c.RawSerial = serial.content
	if c.Serial, ok = serial.content.integer(); !ok {
		return "serialNumber", false
	}
	if c.TBSSignature, ok = in.algorithm(); !ok {
		return "signature", false
	}
	issuer, ok := in.take(der.TagSequence)
	if !ok || !validName(issuer.raw) {
		return "issuer", false
	}
	c.RawIssuer = issuer.raw
	validity, ok := in.take(der.TagSequence)
	if !ok || !c.parseValidity(validity.content) {
		return "validity", false
	}
	subject, ok := in.take(der.TagSequence)
	if !ok || !validName(subject.raw) {
		return "subject", false
	}
	c.RawSubject = subject.raw
	key, ok := in.take(der.TagSequence)
	if !ok {
		return "subjectPublicKeyInfo", false
	}
	c.RawSubjectPublicKeyInfo = key.raw
	return c.parseTail(in)
}

func (in *input) version() (int, bool) {
	e, present, ok := in.optional(der.ContextConstructed)
	if !ok || !present {
		return 1, ok
	}
	v, ok := only(e.content, der.TagInteger)
	if !ok {
		return 0, false
	}
	n, ok := v.small()
	return n + 1, ok
}

func (c *Certificate) parseValidity(in input) (ok bool) {
	if c.NotBefore, ok = in.instant(); !ok {
		return false
	}
	c.NotAfter, ok = in.instant()
	return ok && len(in) == 0
}

// parseTail reads the unique identifiers and the extensions.
func (c *Certificate) parseTail(in input) (part string, ok bool) {
	for _, tag := range []byte{der.ContextPrimitive | 1, der.ContextPrimitive | 2} {
		if _, _, ok = in.optional(tag); !ok {
			return "uniqueID", false
		}
	}
	e, present, ok := in.optional(der.ContextConstructed | 3)
	if !ok || len(in) > 0 {
		return "extensions", false
	}
	if !present {
		return "", true
	}
	list, ok := only(e.content, der.TagSequence)
	if !ok {
		return "extensions", false
	}
	c.Extensions, ok = list.extensions()
	return "extensions", ok
}

// X509 returns crypto/x509's reading, where it can read the certificate.
func (c *Certificate) X509() (*x509.Certificate, error) {
	l := c.lazy
	l.x509Once.Do(func() { l.x509, l.x509Err = x509.ParseCertificate(c.Raw) })
	return l.x509, l.x509Err
}

// Fingerprint returns the SHA-256 of Raw.
func (c *Certificate) Fingerprint() [sha256.Size]byte { return sha256.Sum256(c.Raw) }

// Equal reports whether both are the same octets.
func (c *Certificate) Equal(o *Certificate) bool { return c == o || bytes.Equal(c.Raw, o.Raw) }

// subject returns the subject's canonical name, computing it the first time.
func (c *Certificate) subject() string {
	l := c.lazy
	l.subjectOnce.Do(func() { l.subject = string(CanonicalName(c.RawSubject)) })
	return l.subject
}

// issuer returns the issuer's canonical name, computing it the first time.
func (c *Certificate) issuer() string {
	if bytes.Equal(c.RawIssuer, c.RawSubject) {
		return c.subject()
	}
	l := c.lazy
	l.issuerOnce.Do(func() { l.issuer = string(CanonicalName(c.RawIssuer)) })
	return l.issuer
}

// Issued reports whether c's subject is the issuer that o names.
func (c *Certificate) Issued(o *Certificate) bool {
	return c.subject() == o.issuer()
}

// Extension returns the value of the first extension with the identifier.
func (c *Certificate) Extension(id OID) (x Extension, present bool) {
	return findExtension(c.Extensions, id)
}

func findExtension(list []Extension, id OID) (Extension, bool) {
	for _, x := range list {
		if x.ID == id {
			return x, true
		}
	}
	return Extension{}, false
}

// IdentifiedBy reports whether a SignerIdentifier (RFC 5652, 5.3) means this
// certificate: one with issuer and serial number, or, where serial is nil, one with the
// subject key identifier.
func (c *Certificate) IdentifiedBy(issuer []byte, serial *big.Int, keyID []byte) bool {
	if serial == nil {
		return c.SubjectKeyID() != nil && bytes.Equal(keyID, c.SubjectKeyID())
	}
	return serial.Cmp(c.Serial) == 0 && EqualNames(issuer, c.RawIssuer)
}

// SubjectKeyID returns the subject key identifier; nil when absent or unreadable.
func (c *Certificate) SubjectKeyID() []byte { return c.info().subjectKeyID }

// AuthorityKeyID returns the authority key identifier; nil when absent or unreadable.
func (c *Certificate) AuthorityKeyID() *AuthorityKeyID { return c.info().authorityKeyID }

// SubjectAltNames returns the subject alternative names.
func (c *Certificate) SubjectAltNames() []GeneralName { return c.info().altNames }

// CRLDistributionPoints returns where the issuer publishes CRLs.
func (c *Certificate) CRLDistributionPoints() []DistributionPoint {
	points := c.info().distributionPoints
	c.lazy.pointsOnce.Do(func() {
		for i := range points {
			points[i].canonicalise()
		}
	})
	return points
}

// HasFreshestCRL reports whether the certificate names delta CRLs.
func (c *Certificate) HasFreshestCRL() bool { return c.info().freshestCRL }

// IsCA reports whether basic constraints say CA.
func (c *Certificate) IsCA() bool { return c.info().ca }

// SelfIssued reports whether issuer and subject are the same name.
func (c *Certificate) SelfIssued() bool { return c.info().selfIssued }

// SelfSigned reports whether the certificate is self-issued and its key
// identifiers and algorithms fit; the signature itself is not verified.
func (c *Certificate) SelfSigned() bool { return c.info().selfSigned }

// KeyUsage is a set of key usage bits (RFC 5280, 4.2.1.3).
type KeyUsage uint32

// The bits, as they lie in the first two octets of the bit string.
const (
	DigitalSignature KeyUsage = 0x0080
	NonRepudiation   KeyUsage = 0x0040
	KeyEncipherment  KeyUsage = 0x0020
	DataEncipherment KeyUsage = 0x0010
	KeyAgreement     KeyUsage = 0x0008
	KeyCertSign      KeyUsage = 0x0004
	CRLSign          KeyUsage = 0x0002
	EncipherOnly     KeyUsage = 0x0001
	DecipherOnly     KeyUsage = 0x8000
)

// KeyUsage returns the key usage; present is false when the extension is absent.
func (c *Certificate) KeyUsage() (usage KeyUsage, present bool) {
	d := c.info()
	return d.keyUsage, d.hasKeyUsage
}
