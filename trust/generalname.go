package trust

import (
	"bytes"

	"github.com/jsign-jp/jsign/internal/der"
)

// NameKind is the kind of a GeneralName, with the tag numbers of RFC 5280, 4.2.1.6.
type NameKind int

// The kinds.
const (
	OtherName     NameKind = 0
	RFC822Name    NameKind = 1
	DNSName       NameKind = 2
	X400Address   NameKind = 3
	DirectoryName NameKind = 4
	EDIPartyName  NameKind = 5
	URIName       NameKind = 6
	IPAddress     NameKind = 7
	RegisteredID  NameKind = 8
)

// GeneralName is one name of a GeneralNames (RFC 5280, 4.2.1.6).
type GeneralName struct {
	Kind NameKind
	// Value is the text of RFC822Name, DNSName and URIName; the octets of an
	// IPAddress and of a RegisteredID; the Name's element of a DirectoryName; the
	// inner element of an OtherName's value; the content of the others.
	Value []byte
	// OtherType is an OtherName's type.
	OtherType OID

	raw       []byte
	canonical string // of a DirectoryName, once canonicalise was called
}

// canonicalise computes the canonical forms of directory names. Most names are never
// compared, so reading leaves this out.
func canonicalise(names []GeneralName) []GeneralName {
	for i := range names {
		if g := &names[i]; g.Kind == DirectoryName && g.canonical == "" {
			g.canonical = string(CanonicalName(g.Value))
		}
	}
	return names
}

// directoryName makes a GeneralName of a Name.
func directoryName(name []byte) GeneralName {
	return GeneralName{Kind: DirectoryName, Value: name, canonical: string(CanonicalName(name))}
}

// equal compares two names: directory names in canonical form, the rest octet for octet.
func (g GeneralName) equal(o GeneralName) bool {
	if g.Kind == DirectoryName && o.Kind == DirectoryName {
		return g.canonical == o.canonical
	}
	return bytes.Equal(g.raw, o.raw)
}

// NamesIssuerOf reports whether the name is a directory name and that of the CRL's issuer.
func (g GeneralName) NamesIssuerOf(l *CRL) bool {
	return g.Kind == DirectoryName && g.canonical == l.issuerName()
}

// generalName reads one GeneralName.
func (e element) generalName() (g GeneralName, ok bool) {
	const constructed = 0x20
	if e.tag&0xc0 != der.ContextPrimitive {
		return g, false
	}
	g = GeneralName{Kind: NameKind(e.tag & 0x1f), Value: e.content, raw: e.raw}
	isConstructed := e.tag&constructed != 0
	switch g.Kind {
	case RFC822Name, DNSName, URIName, IPAddress, RegisteredID:
		return g, !isConstructed
	case X400Address, EDIPartyName:
		return g, isConstructed
	case DirectoryName:
		return g, isConstructed && validName(e.content)
	case OtherName:
		return e.otherName(g, isConstructed)
	}
	return g, false
}

func (e element) otherName(g GeneralName, constructed bool) (GeneralName, bool) {
	in := e.content
	oid, ok := in.take(der.TagOID)
	if !ok || !constructed {
		return g, false
	}
	value, ok := in.take(der.ContextConstructed)
	g.OtherType, g.Value = OID(oid.content), value.content
	return g, ok && len(in) == 0
}

// generalNames reads the content of a GeneralNames.
func (in input) generalNames() ([]GeneralName, bool) {
	var names []GeneralName
	for len(in) > 0 {
		e, ok := in.next()
		if !ok || len(names) == maxGeneralNames {
			return nil, false
		}
		g, ok := e.generalName()
		if !ok {
			return nil, false
		}
		names = append(names, g)
	}
	return names, true
}

// AuthorityKeyID is an authority key identifier (RFC 5280, 4.2.1.1).
type AuthorityKeyID struct {
	KeyID  []byte // nil when absent
	Issuer []GeneralName
	Serial []byte // INTEGER content; nil when absent
}

func parseAuthorityKeyID(value []byte) (*AuthorityKeyID, bool) {
	in, ok := only(value, der.TagSequence)
	if !ok {
		return nil, false
	}
	a := &AuthorityKeyID{}
	if e, present, valid := in.optional(der.ContextPrimitive); !valid {
		return nil, false
	} else if present {
		a.KeyID = e.content
	}
	if e, present, valid := in.optional(der.ContextConstructed | 1); !valid {
		return nil, false
	} else if present {
		if a.Issuer, ok = e.content.generalNames(); !ok {
			return nil, false
		}
	}
	if e, present, valid := in.optional(der.ContextPrimitive | 2); !valid {
		return nil, false
	} else if present {
		a.Serial = e.content
	}
	return a, len(in) == 0
}

// AllReasons is the set of all revocation reasons that distribution points can
// name (RFC 5280, 4.2.1.13), as OpenSSL lays the bits: bit 0 of ASN.1 is 0x80.
const AllReasons uint32 = 0x807f

// DistributionPoint is where a CRL is published, in a certificate or in an issuing
// distribution point (RFC 5280, 4.2.1.13, 5.2.5).
type DistributionPoint struct {
	FullName []GeneralName // nil when absent
	// Relative is the whole Name made of nameRelativeToCRLIssuer and the CRL
	// issuer's name; nil when absent.
	Relative  []byte
	HasName   bool   // distributionPoint present
	Reasons   uint32 // AllReasons when absent
	CRLIssuer []GeneralName

	relative GeneralName // Relative
}

// canonicalise prepares a point for comparing.
func (p *DistributionPoint) canonicalise() {
	canonicalise(p.FullName)
	canonicalise(p.CRLIssuer)
	if p.Relative != nil {
		p.relative = directoryName(p.Relative)
	}
}

// IssuerPoint returns the distribution point that RFC 5280, 6.3.3 adds to a
// certificate's: its issuer's name, for all reasons.
func (c *Certificate) IssuerPoint() DistributionPoint {
	return DistributionPoint{HasName: true, Reasons: AllReasons, FullName: []GeneralName{directoryName(c.RawIssuer)}}
}

// parseDistributionPoints reads CRLDistributionPoints; issuer completes relative names.
func parseDistributionPoints(value, issuer []byte) ([]DistributionPoint, bool) {
	in, ok := only(value, der.TagSequence)
	if !ok {
		return nil, false
	}
	var points []DistributionPoint
	for len(in) > 0 {
		seq, ok := in.take(der.TagSequence)
		if !ok || len(points) == maxPoints {
			return nil, false
		}
		p, ok := seq.content.distributionPoint(issuer)
		if !ok {
			return nil, false
		}
		points = append(points, p)
	}
	return points, true
}

func (in input) distributionPoint(issuer []byte) (p DistributionPoint, ok bool) {
	p.Reasons = AllReasons
	name, named, ok := in.optional(der.ContextConstructed)
	if !ok {
		return p, false
	}
	reasons, limited, ok := in.optional(der.ContextPrimitive | 1)
	if !ok {
		return p, false
	}
	if limited {
		if p.Reasons, ok = reasons.content.flagBits(); !ok {
			return p, false
		}
		p.Reasons &= AllReasons
	}
	crlIssuer, present, ok := in.optional(der.ContextConstructed | 2)
	if !ok || len(in) > 0 {
		return p, false
	}
	if present {
		if p.CRLIssuer, ok = crlIssuer.content.generalNames(); !ok || len(p.CRLIssuer) > maxPointNames {
			return p, false
		}
	}
	if !named {
		return p, len(p.CRLIssuer) > 0
	}
	if n := firstDirectoryName(p.CRLIssuer); n != nil {
		issuer = n
	}
	return p, p.setName(name.content, issuer)
}

// setName reads a DistributionPointName.
func (p *DistributionPoint) setName(in input, issuer []byte) bool {
	e, ok := in.next()
	if !ok || len(in) > 0 {
		return false
	}
	p.HasName = true
	switch e.tag {
	case der.ContextConstructed:
		p.FullName, ok = e.content.generalNames()
		return ok && len(p.FullName) <= maxPointNames
	case der.ContextConstructed | 1:
		rdns, ok := only(issuer, der.TagSequence)
		if !ok || !validRDN(e.content) {
			return false
		}
		p.Relative = der.Sequence(rdns, der.Element(der.TagSet, e.content))
		return true
	}
	return false
}

func firstDirectoryName(names []GeneralName) []byte {
	for _, n := range names {
		if n.Kind == DirectoryName {
			return n.Value
		}
	}
	return nil
}

// Match reports whether two distribution points name the same one (RFC 5280,
// 6.3.3 (b)(2)(i)): an absent name matches any, a relative name counts as a
// directory name.
func (p DistributionPoint) Match(o DistributionPoint) bool {
	if !p.HasName || !o.HasName {
		return true
	}
	for _, a := range p.names() {
		for _, b := range o.names() {
			if a.equal(b) {
				return true
			}
		}
	}
	return false
}

func (p DistributionPoint) names() []GeneralName {
	if p.Relative != nil {
		return []GeneralName{p.relative}
	}
	return p.FullName
}
