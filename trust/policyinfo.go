package trust

import (
	"cmp"
	"slices"

	"github.com/jsign-jp/jsign/internal/der"
)

// policyInfo is what a certificate says of policies (RFC 5280, 4.2.1.4, .5, .11, .14).
type policyInfo struct {
	invalid      bool
	has          bool // certificate policies are there and readable
	policies     []*policyData
	any          *policyData
	explicitSkip int // -1: none
	mapSkip      int
	anySkip      int
}

// policyData is a policy of one certificate. expected holds what it is mapped to;
// without mapping a policy expects itself.
type policyData struct {
	id         OID
	critical   bool
	qualifiers []PolicyQualifier
	expected   []OID
	mapped     bool // an issuer domain policy of the certificate's own
	mappedAny  bool // one that was made from anyPolicy
}

func (d *policyData) isMapped() bool { return d.mapped || d.mappedAny }

// policies returns what the certificate says of policies, reading it the first time.
func (c *Certificate) policies() *policyInfo {
	l := c.lazy
	l.policyOnce.Do(func() { l.policy.read(c) })
	return &l.policy
}

func (p *policyInfo) read(c *Certificate) {
	p.explicitSkip, p.mapSkip, p.anySkip = -1, -1, -1
	for _, id := range []OID{oidPolicyConstraints, oidCertPolicies, oidPolicyMappings, oidInhibitAnyPolicy} {
		x, present := c.Extension(id)
		if !present {
			if id == oidCertPolicies {
				return // mappings and inhibitAnyPolicy mean nothing without policies
			}
			continue
		}
		if c.countExtensions(id) > 1 || !p.readExtension(x) {
			p.invalid = true
			return
		}
	}
}

func (c *Certificate) countExtensions(id OID) (n int) {
	for _, x := range c.Extensions {
		if x.ID == id {
			n++
		}
	}
	return n
}

func (p *policyInfo) readExtension(x Extension) bool {
	switch x.ID {
	case oidPolicyConstraints:
		return p.readConstraints(x.Value)
	case oidCertPolicies:
		return p.readPolicies(x)
	case oidPolicyMappings:
		return p.readMappings(x.Value)
	}
	in, ok := only(x.Value, der.TagInteger)
	if ok {
		p.anySkip, ok = in.small()
	}
	return ok
}

func (p *policyInfo) readConstraints(value []byte) bool {
	in, ok := only(value, der.TagSequence)
	if !ok {
		return false
	}
	for tag, v := range []*int{&p.explicitSkip, &p.mapSkip} {
		e, present, ok := in.optional(der.ContextPrimitive | byte(tag))
		if !ok {
			return false
		}
		if present {
			if *v, ok = e.content.small(); !ok {
				return false
			}
		}
	}
	return len(in) == 0 && (p.explicitSkip >= 0 || p.mapSkip >= 0)
}

func (p *policyInfo) readPolicies(x Extension) bool {
	in, ok := only(x.Value, der.TagSequence)
	if !ok || len(in) == 0 {
		return false
	}
	seen := make(map[OID]bool)
	for len(in) > 0 {
		seq, ok := in.take(der.TagSequence)
		if !ok || len(p.policies) == maxPolicies {
			return false
		}
		d, ok := seq.content.policy(x.Critical)
		if !ok || seen[d.id] {
			return false
		}
		seen[d.id] = true
		if d.id == AnyPolicy {
			p.any = d
		} else {
			p.policies = append(p.policies, d)
		}
	}
	slices.SortFunc(p.policies, func(a, b *policyData) int { return compareOIDs(a.id, b.id) })
	p.has = true
	return true
}

// compareOIDs is OpenSSL's order: shorter ones first.
func compareOIDs(a, b OID) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

func (in input) policy(critical bool) (*policyData, bool) {
	oid, ok := in.take(der.TagOID)
	if !ok || !OID(oid.content).Valid() {
		return nil, false
	}
	d := &policyData{id: OID(oid.content), critical: critical}
	list, present, ok := in.optional(der.TagSequence)
	if !ok || len(in) > 0 {
		return nil, false
	}
	for present && len(list.content) > 0 {
		seq, ok := list.content.take(der.TagSequence)
		if !ok || len(d.qualifiers) == maxPolicies {
			return nil, false
		}
		id, ok := seq.content.take(der.TagOID)
		if !ok {
			return nil, false
		}
		value, ok := seq.content.next()
		if !ok || len(seq.content) > 0 {
			return nil, false
		}
		d.qualifiers = append(d.qualifiers, PolicyQualifier{OID(id.content), value.raw})
	}
	return d, true
}

func (p *policyInfo) readMappings(value []byte) bool {
	in, ok := only(value, der.TagSequence)
	if !ok || len(in) == 0 {
		return false
	}
	for n := 0; len(in) > 0; n++ {
		seq, ok := in.take(der.TagSequence)
		if !ok || n == maxPolicies {
			return false
		}
		from, ok1 := seq.content.take(der.TagOID)
		to, ok2 := seq.content.take(der.TagOID)
		if !ok1 || !ok2 || len(seq.content) > 0 {
			return false
		}
		issuer, subject := OID(from.content), OID(to.content)
		if issuer == AnyPolicy || subject == AnyPolicy { // 6.1.4 (a)
			return false
		}
		p.mapPolicy(issuer, subject)
	}
	return true
}

// mapPolicy adds one mapping (6.1.4 (b)(1)): to the policy of that name, or to
// one made from anyPolicy.
func (p *policyInfo) mapPolicy(issuer, subject OID) {
	for _, d := range p.policies {
		if d.id == issuer {
			d.mapped = d.mapped || !d.mappedAny
			d.expected = append(d.expected, subject)
			return
		}
	}
	if p.any == nil {
		return
	}
	p.policies = append(p.policies, &policyData{
		id: issuer, critical: p.any.critical, qualifiers: p.any.qualifiers,
		expected: []OID{subject}, mappedAny: true,
	})
}
