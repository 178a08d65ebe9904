package trust

import (
	"bytes"
	"strings"

	"github.com/jsign-jp/jsign/internal/der"
)

// nameConstraints are the subtrees a CA may name in (RFC 5280, 4.2.1.10).
type nameConstraints struct{ permitted, excluded []subtree }

// subtree is a base; distance says that minimum is not 0 or maximum is there, which
// RFC 5280 forbids.
type subtree struct {
	base     GeneralName
	distance bool
}

func parseNameConstraints(value []byte) (*nameConstraints, bool) {
	in, ok := only(value, der.TagSequence)
	if !ok {
		return nil, false
	}
	n := &nameConstraints{}
	for tag, list := range []*[]subtree{&n.permitted, &n.excluded} {
		e, present, ok := in.optional(der.ContextConstructed | byte(tag))
		if !ok {
			return nil, false
		}
		if present {
			if *list, ok = e.content.subtrees(); !ok {
				return nil, false
			}
		}
	}
	return n, len(in) == 0
}

func (in input) subtrees() ([]subtree, bool) {
	var list []subtree
	for len(in) > 0 {
		seq, ok := in.take(der.TagSequence)
		if !ok || len(list) == maxGeneralNames {
			return nil, false
		}
		base, ok := seq.content.next()
		if !ok {
			return nil, false
		}
		s := subtree{}
		if s.base, ok = base.generalName(); !ok {
			return nil, false
		}
		if s.base.Kind == DirectoryName {
			s.base = directoryName(s.base.Value)
		}
		minimum, present, ok := seq.content.optional(der.ContextPrimitive)
		if !ok {
			return nil, false
		}
		s.distance = present && !bytes.Equal(minimum.content, []byte{0})
		_, present, ok = seq.content.optional(der.ContextPrimitive | 1)
		if !ok || len(seq.content) > 0 {
			return nil, false
		}
		s.distance = s.distance || present
		list = append(list, s)
	}
	return list, true
}

// check judges all names of a certificate against the constraints of one CA, in
// OpenSSL's order: subject, its e-mail addresses, alternative names. withCN
// takes common names that look like host names for DNS names too.
func (n *nameConstraints) check(c *Certificate, withCN bool) Code {
	names := c.constrainedNames()
	if len(names) > 0 && len(n.permitted)+len(n.excluded) > maxNameChecks/len(names) {
		return CodeUnspecified
	}
	for _, g := range names {
		if g.Kind == RFC822Name && g.raw == nil {
			return CodeUnsupportedNameSyntax // an e-mail address that is no IA5String
		}
		if code := n.match(g); code != OK {
			return code
		}
	}
	if withCN {
		return n.checkCommonNames(c)
	}
	return OK
}

// constrainedNames lists the names that constraints apply to.
func (c *Certificate) constrainedNames() []GeneralName {
	var names []GeneralName
	if !emptyName(c.RawSubject) {
		names = append(names, directoryName(c.RawSubject))
		attributes(c.RawSubject, oidEmailAddress, func(v element) {
			g := GeneralName{Kind: RFC822Name, Value: v.content}
			if v.tag == tagIA5String {
				g.raw = v.raw
			}
			names = append(names, g)
		})
	}
	return canonicalise(append(names, c.info().altNames...))
}

func (n *nameConstraints) checkCommonNames(c *Certificate) (code Code) {
	attributes(c.RawSubject, oidCommonName, func(v element) {
		if code != OK {
			return
		}
		text, ok := v.text()
		text = strings.TrimRight(text, "\x00")
		switch {
		case !ok:
			code = CodeOutOfMemory // what OpenSSL calls a string it cannot convert
		case strings.Contains(text, "\x00"):
			code = CodeUnsupportedNameSyntax
		case looksLikeHost(text):
			code = n.match(GeneralName{Kind: DNSName, Value: []byte(text)})
		}
	})
	return code
}

// looksLikeHost reports whether a common name has the form of a host name of two
// labels or more; underscores pass.
func looksLikeHost(s string) bool {
	dotted := false
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' {
			continue
		}
		if i == 0 || i == len(s)-1 {
			return false
		}
		if c == '-' {
			continue
		}
		if c != '.' || s[i+1] == '.' || s[i-1] == '-' || s[i+1] == '-' {
			return false
		}
		dotted = true
	}
	return dotted
}

// match judges one name: it must lie in a permitted subtree of its kind, if there is
// one, and in no excluded one (RFC 5280, 6.1.3 (b), (c)).
func (n *nameConstraints) match(g GeneralName) Code {
	kind := g.Kind
	if kind == OtherName && g.OtherType == oidSmtpUTF8Mailbox {
		kind = RFC822Name // RFC 8398, 6
	}
	const none, unmatched, matched = 0, 1, 2
	state := none
	for _, s := range n.permitted {
		if !s.sameKind(kind, g) {
			continue
		}
		if s.distance {
			return CodeSubtreeMinMax
		}
		if state == matched {
			continue
		}
		state = unmatched
		switch code := s.contains(kind, g); code {
		case OK:
			state = matched
		case CodePermittedViolation:
		default:
			return code
		}
	}
	if state == unmatched {
		return CodePermittedViolation
	}
	return n.matchExcluded(kind, g)
}

func (n *nameConstraints) matchExcluded(kind NameKind, g GeneralName) Code {
	for _, s := range n.excluded {
		if !s.sameKind(kind, g) {
			continue
		}
		if s.distance {
			return CodeSubtreeMinMax
		}
		switch code := s.contains(kind, g); code {
		case OK:
			return CodeExcludedViolation
		case CodePermittedViolation:
		default:
			return code
		}
	}
	return OK
}

func (s subtree) sameKind(kind NameKind, g GeneralName) bool {
	return kind == s.base.Kind && (kind != OtherName || g.OtherType == s.base.OtherType)
}

// contains judges whether a name lies in the subtree: OK, CodePermittedViolation
// when not, another code when it cannot be told.
func (s subtree) contains(kind NameKind, g GeneralName) Code {
	switch g.Kind {
	case OtherName:
		if kind == RFC822Name {
			return containsMailbox(g, string(s.base.Value))
		}
	case DirectoryName:
		return inside(strings.HasPrefix(g.canonical, s.base.canonical))
	case DNSName:
		return containsDNS(string(g.Value), string(s.base.Value))
	case RFC822Name:
		return containsEmail(string(g.Value), string(s.base.Value))
	case URIName:
		return containsURI(string(g.Value), string(s.base.Value))
	case IPAddress:
		return containsIP(g.Value, s.base.Value)
	}
	return CodeUnsupportedConstraintType
}

func inside(ok bool) Code {
	if ok {
		return OK
	}
	return CodePermittedViolation
}

// equalFold compares without ASCII letter case.
func equalFold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func hasSuffixFold(s, suffix string) bool {
	return len(s) >= len(suffix) && equalFold(s[len(s)-len(suffix):], suffix)
}

// containsDNS: the base itself, or labels added on its left; an empty base is all.
func containsDNS(name, base string) Code {
	if base == "" {
		return OK
	}
	if !hasSuffixFold(name, base) {
		return CodePermittedViolation
	}
	return inside(len(name) == len(base) || base[0] == '.' || name[len(name)-len(base)-1] == '.')
}

// containsEmail: a mailbox, all of a host, or all hosts below a domain (".example.jp").
func containsEmail(name, base string) Code {
	at := strings.LastIndexByte(name, '@')
	if at < 0 {
		return CodeUnsupportedNameSyntax
	}
	baseAt := strings.LastIndexByte(base, '@')
	if baseAt < 0 && strings.HasPrefix(base, ".") {
		return inside(len(name) > len(base) && hasSuffixFold(name, base))
	}
	if baseAt > 0 {
		if baseAt != at {
			return CodePermittedViolation
		}
		if strings.Contains(base[:baseAt], "\x00") || strings.Contains(name[:at], "\x00") {
			return CodeUnsupportedNameSyntax
		}
		if base[:baseAt] != name[:at] {
			return CodePermittedViolation
		}
	}
	return inside(equalFold(base[baseAt+1:], name[at+1:]))
}

// containsMailbox is RFC 8398, 6, for bases in ASCII without A-labels: what an
// A-label stands for is not computed, so such a base decides nothing.
func containsMailbox(g GeneralName, base string) Code {
	in := input(g.Value)
	value, ok := in.take(der.TagUTF8String)
	if !ok || strings.Contains(base, "\x00") {
		return CodeUnsupportedNameSyntax
	}
	if strings.Contains(strings.ToLower(base), "xn--") {
		return CodeUnsupportedConstraintSyntax
	}
	return containsEmail(string(value.content), base)
}

// containsURI compares the host of a URI with an authority (scheme://host).
func containsURI(name, base string) Code {
	_, rest, ok := strings.Cut(name, ":")
	if !ok || !strings.HasPrefix(rest, "//") {
		return CodeUnsupportedNameSyntax
	}
	host := rest[2:]
	if before, _, ok := strings.Cut(host, ":"); ok {
		host = before
	} else {
		host, _, _ = strings.Cut(host, "/")
	}
	if host == "" {
		return CodeUnsupportedNameSyntax
	}
	if strings.HasPrefix(base, ".") {
		return inside(len(host) > len(base) && hasSuffixFold(host, base))
	}
	return inside(equalFold(host, base))
}

// containsIP compares under the base's mask.
func containsIP(ip, base []byte) Code {
	if (len(ip) != 4 && len(ip) != 16) || (len(base) != 8 && len(base) != 32) {
		return CodeUnsupportedNameSyntax
	}
	if 2*len(ip) != len(base) {
		return CodePermittedViolation
	}
	for i, b := range ip {
		if mask := base[len(ip)+i]; b&mask != base[i]&mask {
			return CodePermittedViolation
		}
	}
	return OK
}
