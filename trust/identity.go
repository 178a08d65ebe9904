package trust

import (
	"bytes"
	"net/netip"
	"strings"

	"github.com/jsign-jp/jsign/internal/der"
)

// checkIdentity looks for the names that were asked for in the leaf.
func (v *verification) checkIdentity() Fault {
	if v.crlPath {
		return Fault{}
	}
	o := v.opt
	if len(o.Hostnames) > 0 && !anyOf(o.Hostnames, v.leaf.MatchesHost) {
		return at(CodeHostnameMismatch, 0)
	}
	if len(o.Emails) > 0 && !anyOf(o.Emails, v.leaf.MatchesEmail) {
		return at(CodeEmailMismatch, 0)
	}
	if len(o.IPs) > 0 && !anyOf(o.IPs, v.leaf.MatchesIP) {
		return at(CodeIPAddressMismatch, 0)
	}
	return Fault{}
}

func anyOf[T any](list []T, match func(T) bool) bool {
	for _, x := range list {
		if match(x) {
			return true
		}
	}
	return false
}

// MatchesIP reports whether an alternative name is the address.
func (c *Certificate) MatchesIP(ip netip.Addr) bool {
	octets := ip.Unmap().AsSlice()
	for _, g := range c.SubjectAltNames() {
		if g.Kind == IPAddress && bytes.Equal(g.Value, octets) {
			return true
		}
	}
	return false
}

// MatchesEmail reports whether the certificate names the mailbox: an alternative
// name, or the subject's e-mail address when there is no alternative one. The host
// counts without letter case, the mailbox with.
func (c *Certificate) MatchesEmail(address string) bool {
	found := false
	for _, g := range c.SubjectAltNames() {
		switch {
		case g.Kind == RFC822Name:
			found = true
			if equalEmail(string(g.Value), address) {
				return true
			}
		case g.Kind == OtherName && g.OtherType == oidSmtpUTF8Mailbox:
			found = true
			if v, ok := only(g.Value, der.TagUTF8String); ok && equalEmail(string(v), address) {
				return true
			}
		}
	}
	if found {
		return false
	}
	return c.subjectHas(oidEmailAddress, func(s string) bool { return equalEmail(s, address) })
}

func (c *Certificate) subjectHas(id OID, match func(string) bool) (found bool) {
	attributes(c.RawSubject, id, func(v element) {
		s, ok := v.text()
		found = found || ok && match(s)
	})
	return found
}

func equalEmail(a, b string) bool {
	at := max(strings.LastIndexByte(a, '@'), strings.LastIndexByte(b, '@'))
	if len(a) != len(b) || at <= 0 {
		return a == b
	}
	return a[:at] == b[:at] && equalFold(a[at:], b[at:])
}

// MatchesHost reports whether the certificate names the host: a DNS alternative
// name, or a common name when there is none (OpenSSL's X509_check_host without
// flags). "*" as the leftmost label, or within it, stands for one label; a host
// that begins with a dot asks for any name below it.
func (c *Certificate) MatchesHost(host string) bool {
	host = strings.TrimRight(host, "\x00")
	found := false
	for _, g := range c.SubjectAltNames() {
		if g.Kind != DNSName {
			continue
		}
		found = true
		if hostMatches(string(g.Value), host) {
			return true
		}
	}
	if found {
		return false
	}
	return c.subjectHas(oidCommonName, func(s string) bool { return hostMatches(s, host) })
}

func hostMatches(pattern, host string) bool {
	if strings.HasPrefix(host, ".") && len(host) > 1 {
		return len(pattern) > len(host) && hasSuffixFold(pattern, host)
	}
	star := wildcard(pattern)
	if star < 0 {
		return pattern != "" && equalFold(pattern, host)
	}
	return wildcardMatches(pattern[:star], pattern[star+1:], host)
}

// wildcard finds the one "*" of a valid pattern: in the leftmost label, at its start
// or its end, with two labels after it; -1 when there is none or it is invalid.
func wildcard(pattern string) int {
	star := strings.IndexByte(pattern, '*')
	if star < 0 || strings.IndexByte(pattern[star+1:], '*') >= 0 {
		return -1
	}
	label, rest, _ := strings.Cut(pattern, ".")
	if star >= len(label) || strings.HasPrefix(strings.ToLower(label), "xn--") {
		return -1
	}
	if star != 0 && star != len(label)-1 {
		return -1
	}
	if !strings.Contains(rest, ".") || !labelsValid(rest) {
		return -1
	}
	return star
}

func labelsValid(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			c := lower(label[i])
			if !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-') {
				return false
			}
		}
	}
	return true
}

func wildcardMatches(prefix, suffix, host string) bool {
	if len(host) < len(prefix)+len(suffix) || !equalFold(host[:len(prefix)], prefix) || !hasSuffixFold(host, suffix) {
		return false
	}
	covered := host[len(prefix) : len(host)-len(suffix)]
	whole := prefix == "" && strings.HasPrefix(suffix, ".")
	if whole && covered == "" {
		return false
	}
	if !whole && strings.HasPrefix(strings.ToLower(host), "xn--") { // RFC 6125, 6.4.3
		return false
	}
	if covered == "*" {
		return true
	}
	for i := range len(covered) {
		c := lower(covered[i])
		if !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-') {
			return false
		}
	}
	return true
}

// validProxyName is RFC 3820, 3.4: the subject is the issuer with one common name
// added as the last RDN.
func validProxyName(c *Certificate) bool {
	subject, ok1 := only(c.RawSubject, der.TagSequence)
	issuer, ok2 := only(c.RawIssuer, der.TagSequence)
	if !ok1 || !ok2 {
		return false
	}
	rest := subject
	var last element
	count := 0
	for len(rest) > 0 {
		last, _ = rest.take(der.TagSet)
		count++
	}
	if count < 2 {
		return false
	}
	prefix := subject[:len(subject)-len(last.raw)]
	attribute, ok := last.content.take(der.TagSequence)
	if !ok || len(last.content) > 0 {
		return false
	}
	oid, ok := attribute.content.take(der.TagOID)
	return ok && OID(oid.content) == oidCommonName && EqualNames(der.Sequence(prefix), der.Sequence(issuer))
}
