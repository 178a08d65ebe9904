package trust

import (
	"bytes"

	"github.com/jsign-jp/jsign/internal/der"
)

// details is what the extensions say, read once. Its rules are OpenSSL's: an
// extension that is there twice or cannot be read makes the certificate invalid,
// and an invalid one is nobody's issuer and has none.
type details struct {
	invalid     bool
	duplicate   bool // an extension is there twice
	unsupported bool // a critical extension that is not processed

	hasBasicConstraints bool
	ca                  bool
	pathLen             int // -1: none
	proxy               bool
	proxyPathLen        int // -1: none

	hasKeyUsage    bool
	keyUsage       KeyUsage
	hasExtKeyUsage bool
	extKeyUsage    extKeyUsage
	hasNetscape    bool
	netscape       byte

	hasSubjectKeyID    bool
	subjectKeyID       []byte
	authorityKeyID     *AuthorityKeyID
	hasAltNames        bool
	altNames           []GeneralName
	nameConstraints    *nameConstraints
	distributionPoints []DistributionPoint
	freshestCRL        bool

	basicCritical, altCritical, authorityCritical, subjectKeyCritical, extKeyUsageCritical bool

	selfIssued, selfSigned, version1Root bool
}

// extKeyUsage is the set of extended key usages that have a rule.
type extKeyUsage uint32

const (
	ekuServer extKeyUsage = 1 << iota
	ekuClient
	ekuEmail
	ekuCode
	ekuSGC
	ekuOCSP
	ekuTime
	ekuDVCS
	ekuAny
)

// info returns the details, reading them the first time.
func (c *Certificate) info() *details {
	l := c.lazy
	l.detailsOnce.Do(func() { c.readDetails(&l.details) })
	return &l.details
}

func (c *Certificate) readDetails(d *details) {
	d.pathLen, d.proxyPathLen = -1, -1
	for i, x := range c.Extensions {
		if _, again := findExtension(c.Extensions[:i], x.ID); again {
			d.duplicate = true
			d.invalid = d.invalid || readBy(x.ID) != nil
			continue
		}
		if read := readBy(x.ID); read != nil && !read(d, c, x.Value) {
			d.invalid = true
		}
		d.noteCritical(x)
	}
	if _, named := c.Extension(oidIssuerAltName); d.proxy && (d.ca || d.hasAltNames || named) {
		d.invalid = true // RFC 3820, 3.8
	}
	d.selfIssued = c.Issued(c)
	d.selfSigned = d.selfIssued && matchesKeyID(c, d.subjectKeyID, d.authorityKeyID) == OK && signatureFits(c, c) == OK
	d.version1Root = c.Version == 1 && d.selfSigned
}

// readBy returns the reader of an extension, nil for those that are not read here.
func readBy(id OID) func(*details, *Certificate, []byte) bool {
	switch id {
	case oidBasicConstraints:
		return readBasicConstraints
	case oidProxyCertInfo:
		return readProxy
	case oidKeyUsage:
		return readKeyUsage
	case oidExtKeyUsage:
		return readExtKeyUsage
	case oidNetscapeCertType:
		return readNetscape
	case oidSubjectKeyID:
		return readSubjectKeyID
	case oidAuthorityKeyID:
		return readAuthorityKeyID
	case oidSubjectAltName:
		return readAltNames
	case oidNameConstraints:
		return readNameConstraints
	case oidCRLDistPoints:
		return readDistributionPoints
	}
	return nil
}

// noteCritical records criticality, and critical extensions that nothing here
// processes (RFC 5280, 4.2).
func (d *details) noteCritical(x Extension) {
	if x.ID == oidFreshestCRL {
		d.freshestCRL = true
	}
	if !x.Critical {
		return
	}
	switch x.ID {
	case oidBasicConstraints:
		d.basicCritical = true
	case oidAuthorityKeyID: // 4.2.1.1 and 4.2.1.2 forbid it, and OpenSSL 3.0 does not process it
		d.authorityCritical, d.unsupported = true, true
	case oidSubjectKeyID:
		d.subjectKeyCritical, d.unsupported = true, true
	case oidSubjectAltName:
		d.altCritical = true
	case oidExtKeyUsage:
		d.extKeyUsageCritical = true
	case oidNetscapeCertType, oidKeyUsage, oidCertPolicies, oidCRLDistPoints, oidOCSPNoCheck,
		oidPolicyConstraints, oidProxyCertInfo, oidNameConstraints, oidPolicyMappings, oidInhibitAnyPolicy:
	default:
		d.unsupported = true
	}
}

func readBasicConstraints(d *details, _ *Certificate, value []byte) bool {
	in, ok := only(value, der.TagSequence)
	if !ok {
		return false
	}
	d.hasBasicConstraints = true
	ca, present, ok := in.optional(der.TagBoolean)
	if !ok {
		return false
	}
	if present {
		if d.ca, ok = ca.content.boolean(); !ok {
			return false
		}
	}
	length, present, ok := in.optional(der.TagInteger)
	if !ok || len(in) > 0 {
		return false
	}
	if present {
		n, ok := length.content.small()
		if !ok {
			return false
		}
		d.pathLen = n
	}
	return true
}

// readProxy reads ProxyCertInfo (RFC 3820, 3.8); the policy is not looked into.
func readProxy(d *details, _ *Certificate, value []byte) bool {
	in, ok := only(value, der.TagSequence)
	if !ok {
		return false
	}
	d.proxy = true
	length, present, ok := in.optional(der.TagInteger)
	if !ok {
		return false
	}
	if present {
		if d.proxyPathLen, ok = length.content.small(); !ok {
			return false
		}
	}
	_, ok = in.take(der.TagSequence)
	return ok && len(in) == 0
}

func readKeyUsage(d *details, _ *Certificate, value []byte) bool {
	in, ok := only(value, der.TagBitString)
	if !ok {
		return false
	}
	bits, ok := in.flagBits()
	d.hasKeyUsage, d.keyUsage = true, KeyUsage(bits)
	return ok && bits != 0
}

func readExtKeyUsage(d *details, _ *Certificate, value []byte) bool {
	in, ok := only(value, der.TagSequence)
	d.hasExtKeyUsage = ok
	for ok && len(in) > 0 {
		var oid element
		oid, ok = in.take(der.TagOID)
		d.extKeyUsage |= ekuBit(OID(oid.content))
	}
	return ok
}

func ekuBit(id OID) extKeyUsage {
	switch id {
	case oidServerAuth:
		return ekuServer
	case oidClientAuth:
		return ekuClient
	case oidEmailProtection:
		return ekuEmail
	case oidCodeSigning:
		return ekuCode
	case oidMSSGC, oidNSSGC:
		return ekuSGC
	case oidOCSPSigning:
		return ekuOCSP
	case oidTimeStamping:
		return ekuTime
	case oidDVCS:
		return ekuDVCS
	case oidAnyExtKeyUsage:
		return ekuAny
	}
	return 0
}

func readNetscape(d *details, _ *Certificate, value []byte) bool {
	in, ok := only(value, der.TagBitString)
	if !ok {
		return false
	}
	bits, ok := in.flagBits()
	d.hasNetscape, d.netscape = true, byte(bits)
	return ok
}

func readSubjectKeyID(d *details, _ *Certificate, value []byte) (ok bool) {
	d.subjectKeyID, ok = only(value, der.TagOctetString)
	d.hasSubjectKeyID = ok
	return ok
}

func readAuthorityKeyID(d *details, _ *Certificate, value []byte) (ok bool) {
	d.authorityKeyID, ok = parseAuthorityKeyID(value)
	return ok
}

func readAltNames(d *details, _ *Certificate, value []byte) bool {
	in, ok := only(value, der.TagSequence)
	if !ok {
		return false
	}
	d.hasAltNames = true
	d.altNames, ok = in.generalNames()
	return ok
}

func readNameConstraints(d *details, _ *Certificate, value []byte) (ok bool) {
	d.nameConstraints, ok = parseNameConstraints(value)
	return ok
}

func readDistributionPoints(d *details, c *Certificate, value []byte) (ok bool) {
	d.distributionPoints, ok = parseDistributionPoints(value, c.RawIssuer)
	return ok
}

// matchesKeyID reports whether an authority key identifier can mean the
// certificate whose subject key identifier is given (RFC 5280, 4.2.1.1).
func matchesKeyID(issuer *Certificate, subjectKeyID []byte, a *AuthorityKeyID) Code {
	if a == nil {
		return OK
	}
	if a.KeyID != nil && subjectKeyID != nil && !bytes.Equal(a.KeyID, subjectKeyID) {
		return CodeAKIDSKIDMismatch
	}
	if a.Serial != nil && !bytes.Equal(a.Serial, issuer.RawSerial) {
		return CodeAKIDIssuerSerialMismatch
	}
	if n := firstDirectoryName(a.Issuer); n != nil && !EqualNames(n, issuer.RawIssuer) {
		return CodeAKIDIssuerSerialMismatch
	}
	return OK
}

// MatchesAuthorityKeyID reports whether an authority key identifier can mean this
// certificate. nil means any.
func (c *Certificate) MatchesAuthorityKeyID(a *AuthorityKeyID) bool {
	return matchesKeyID(c, c.info().subjectKeyID, a) == OK
}

// likelyIssued reports whether issuer can have issued subject, by names, key
// identifiers and algorithms; the signature is verified later.
func likelyIssued(issuer, subject *Certificate) Code {
	if !issuer.Issued(subject) {
		return CodeSubjectIssuerMismatch
	}
	i, s := issuer.info(), subject.info()
	if i.invalid || s.invalid {
		return CodeUnspecified
	}
	if code := matchesKeyID(issuer, i.subjectKeyID, s.authorityKeyID); code != OK {
		return code
	}
	return signatureFits(issuer, subject)
}

// signingAllowed checks the issuer's key usage (RFC 5280, 4.2.1.3; RFC 3820).
func signingAllowed(issuer, subject *Certificate) Code {
	i := issuer.info()
	if subject.info().proxy {
		if i.rejectsKeyUsage(DigitalSignature) {
			return CodeKeyUsageNoDigitalSignature
		}
	} else if i.rejectsKeyUsage(KeyCertSign) {
		return CodeKeyUsageNoCertSign
	}
	return OK
}

// rejectsKeyUsage reports whether key usage is there and has none of the bits.
func (d *details) rejectsKeyUsage(bits KeyUsage) bool {
	return d.hasKeyUsage && d.keyUsage&bits == 0
}

// rejectsExtKeyUsage reports whether extended key usage is there and has none of
// the bits.
func (d *details) rejectsExtKeyUsage(bits extKeyUsage) bool {
	return d.hasExtKeyUsage && d.extKeyUsage&bits == 0
}
