package identity

import (
	"crypto/x509"
	"encoding/asn1"
	"strings"
	"unicode"

	"github.com/jsign-jp/jsign/internal/lang"
)

// Identity is what a signing certificate says of its holder. An attribute that
// the certificate does not carry is the zero value.
type Identity struct {
	Name      string    // surname, U+3000, given name, as registered
	Sex       Sex       //
	BirthDate BirthDate // parts of it may be unknown
	Address   string    // as registered

	// NameSubstitutes and AddressSubstitutes hold a character for each one of
	// Name and Address: '1' where the registered character has no code and
	// another one stands for it, else '0'.
	NameSubstitutes, AddressSubstitutes string

	// Other are the otherNames that are unknown, repeated or malformed, in
	// order.
	Other []Attribute
}

// Attribute is an otherName that was not decoded.
type Attribute struct {
	OID   asn1.ObjectIdentifier
	Value []byte // DER of the value, without its [0] tag
}

// String returns a placeholder: see the package comment.
func (Identity) String() string { return "identity of a holder (not shown)" }

// GoString returns the same placeholder.
func (i Identity) GoString() string { return i.String() }

// Sex is the holder's sex as registered.
type Sex int

// The values of Sex. The zero value means that the certificate does not say.
const (
	SexNotStated Sex = iota
	Male
	Female
	SexUnknown // stated as unknown
)

// Message names the sex in both languages.
func (s Sex) Message() lang.Message {
	switch s {
	case Male:
		return lang.M("male", "男")
	case Female:
		return lang.M("female", "女")
	case SexUnknown:
		return lang.M("unknown", "不明")
	}
	return lang.M("not stated", "記載なし")
}

// parseSex reads the value of attribute .3; false for any other text.
func parseSex(v string) (Sex, bool) {
	switch v {
	case "1":
		return Male, true
	case "2":
		return Female, true
	case "3":
		return SexUnknown, true
	}
	return SexNotStated, false
}

// FromCertificate returns what c says of its holder, and false when it carries
// no attribute that is understood (only signing certificates do).
func FromCertificate(c *x509.Certificate) (Identity, bool) {
	var id Identity
	found := false
	for _, n := range otherNames(c) {
		if id.set(n) {
			found = true
		} else {
			id.Other = append(id.Other, Attribute{n.oid, n.value})
		}
	}
	return id, found
}

// set stores an attribute where it belongs; false when it has no place: unknown,
// not text, of a wrong form, or there already.
func (id *Identity) set(n rawName) bool {
	text, ok := n.text()
	if !ok {
		return false
	}
	switch attributeOf(n.oid) {
	case 1:
		return setOnce(&id.Name, text)
	case 2:
		return setOnce(&id.NameSubstitutes, text)
	case 3:
		sex, ok := parseSex(text)
		return ok && setOnce(&id.Sex, sex)
	case 4:
		date, ok := parseBirthDate(text)
		return ok && setOnce(&id.BirthDate, date)
	case 5:
		return setOnce(&id.Address, text)
	case 6:
		return setOnce(&id.AddressSubstitutes, text)
	}
	return false
}

// setOnce lets the first of repeated attributes stand; the caller keeps the
// others visible.
func setOnce[T comparable](field *T, value T) bool {
	var zero T
	if *field != zero || value == zero {
		return false
	}
	*field = value
	return true
}

// SignerName returns the name of a certificate's holder: the registered name
// (JPKI), else the subject's common name, else the whole subject (RFC 2253).
// The common name of a JPKI certificate without a registered name is an opaque
// identifier.
func SignerName(c *x509.Certificate) string {
	if id, ok := FromCertificate(c); ok && id.Name != "" {
		return id.Name
	}
	if name := printable(c.Subject.CommonName); name != "" {
		return name
	}
	return printable(c.Subject.String())
}

// printable drops what could act on a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if isUnsafe(r) {
			return -1
		}
		return r
	}, s)
}

// isUnsafe reports control characters and the ones that reorder text on
// display (Unicode Bidi_Control), which could make one name look like another.
func isUnsafe(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}
