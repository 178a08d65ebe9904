package trust

import "slices"

// policyCheck is the input of policy processing (RFC 5280, 6.1.1 (c)-(f)).
type policyCheck struct {
	chain          []*Certificate // leaf first, anchor last
	userSet        []OID
	explicit       bool
	inhibitAny     bool
	inhibitMapping bool
}

// policyNode is a node of the valid policy tree (RFC 5280, 6.1.2 (a)).
type policyNode struct {
	data     *policyData
	parent   *policyNode
	children int
}

// policyLevel is a depth of the tree; level 0 is the anchor's.
type policyLevel struct {
	nodes          []*policyNode
	any            *policyNode
	inhibitAny     bool
	inhibitMapping bool
}

// policyTree is the valid policy tree; its size is limited.
type policyTree struct {
	levels []policyLevel
	count  int
	over   bool // the limit was met
}

// run processes the policies of a chain. It returns CodeNoExplicitPolicy when a
// policy is required and none is left, CodeInvalidPolicyExtension with the depth
// of the certificate, or CodeOutOfMemory at the limit on the tree.
func (p *policyCheck) run() (out PolicyOutcome, code Code, depth int) {
	out.Processed = true
	n := len(p.chain) - 1
	if n == 0 {
		return out, OK, 0
	}
	explicit, empty, invalid := p.requirement(n)
	if invalid {
		for i, c := range p.chain[:n] {
			if c.policies().invalid {
				return out, CodeInvalidPolicyExtension, i
			}
		}
	}
	out.RequireExplicit = explicit
	tree := &policyTree{}
	if !empty {
		p.levels(tree, n)
		empty = !p.grow(tree)
	}
	if tree.over {
		return out, CodeOutOfMemory, 0
	}
	if !empty {
		out.Authority, out.User = tree.results(p.userSet)
	}
	if explicit && len(out.User) == 0 {
		return out, CodeNoExplicitPolicy, 0
	}
	return out, OK, 0
}

// requirement counts explicit_policy down the path (6.1.3 (f), 6.1.4 (h)(1), (i)(1),
// 6.1.5 (a), (b)) and sees whether a certificate without policies empties the tree.
func (p *policyCheck) requirement(n int) (explicit, empty, invalid bool) {
	skip := n + 1
	if p.explicit {
		skip = 0
	}
	for i := n - 1; i >= 0 && (skip > 0 || !empty); i-- {
		c := p.chain[i]
		info := c.policies()
		if info.invalid {
			return false, false, true
		}
		empty = empty || !info.has
		if skip > 0 {
			skip = countDown(skip, info.explicitSkip, c.SelfIssued())
		}
	}
	return skip == 0, empty, false
}

func countDown(skip, constraint int, selfIssued bool) int {
	if !selfIssued {
		skip--
	}
	if constraint >= 0 {
		skip = min(skip, constraint)
	}
	return skip
}

// levels prepares the levels with what is inhibited at each (6.1.3 (d)(2), 6.1.4 (b)).
func (p *policyCheck) levels(t *policyTree, n int) {
	t.levels = make([]policyLevel, n+1)
	t.levels[0].any = t.node(&policyData{id: AnyPolicy}, nil)
	anySkip, mapSkip := n+1, n+1
	if p.inhibitAny {
		anySkip = 0
	}
	if p.inhibitMapping {
		mapSkip = 0
	}
	for i := n - 1; i >= 0; i-- {
		c, level := p.chain[i], &t.levels[n-i]
		info := c.policies()
		level.inhibitAny = info.any == nil
		if anySkip == 0 {
			level.inhibitAny = level.inhibitAny || !c.SelfIssued() || i == 0
		} else {
			anySkip = countDown(anySkip, info.anySkip, c.SelfIssued())
		}
		if mapSkip == 0 {
			level.inhibitMapping = true
		} else {
			mapSkip = countDown(mapSkip, info.mapSkip, c.SelfIssued())
		}
	}
}

// grow adds level after level and prunes (6.1.3 (d), 6.1.4 (b)); false means the
// tree became empty.
func (p *policyCheck) grow(t *policyTree) bool {
	n := len(t.levels) - 1
	for i := 1; i <= n && !t.over; i++ {
		info := p.chain[n-i].policies()
		last, level := &t.levels[i-1], &t.levels[i]
		for _, d := range info.policies {
			t.link(last, level, d)
		}
		if !level.inhibitAny {
			t.linkAny(last, level, info.any)
		}
		if !t.prune(i) {
			return false
		}
	}
	return true
}

func (t *policyTree) node(d *policyData, parent *policyNode) *policyNode {
	t.count++
	t.over = t.over || t.count > maxPolicyNodes
	if parent != nil {
		parent.children++
	}
	return &policyNode{data: d, parent: parent}
}

// link is 6.1.3 (d)(1): below each node that expects the policy, else below anyPolicy.
func (t *policyTree) link(last, level *policyLevel, d *policyData) {
	matched := false
	for _, parent := range last.nodes {
		if t.over {
			return
		}
		if last.expects(parent, d.id) {
			level.nodes = append(level.nodes, t.node(d, parent))
			matched = true
		}
	}
	if !matched && last.any != nil {
		level.nodes = append(level.nodes, t.node(d, last.any))
	}
}

func (l *policyLevel) expects(n *policyNode, id OID) bool {
	if l.inhibitMapping || !n.data.isMapped() {
		return n.data.id == id
	}
	return slices.Contains(n.data.expected, id)
}

// linkAny is 6.1.3 (d)(2): a certificate with anyPolicy continues what it does not name.
func (t *policyTree) linkAny(last, level *policyLevel, anyData *policyData) {
	for _, parent := range last.nodes {
		expected := []OID{parent.data.id}
		if !last.inhibitMapping && parent.data.mapped {
			expected = parent.data.expected
		} else if parent.children > 0 {
			continue
		}
		for _, id := range expected {
			if t.over {
				return
			}
			if !level.has(parent, id) {
				d := &policyData{id: id, critical: parent.data.critical, qualifiers: anyData.qualifiers}
				level.nodes = append(level.nodes, t.node(d, parent))
			}
		}
	}
	if last.any != nil {
		level.any = t.node(anyData, last.any)
	}
}

func (l *policyLevel) has(parent *policyNode, id OID) bool {
	return slices.ContainsFunc(l.nodes, func(n *policyNode) bool { return n.parent == parent && n.data.id == id })
}

// prune removes what mapping inhibition forbids (6.1.4 (b)(2)) and then nodes without
// children, upward; false means nothing is left.
func (t *policyTree) prune(i int) bool {
	level := &t.levels[i]
	if level.inhibitMapping {
		level.nodes = remove(level.nodes, func(n *policyNode) bool { return n.data.isMapped() })
	}
	for i--; i >= 0; i-- {
		level = &t.levels[i]
		level.nodes = remove(level.nodes, func(n *policyNode) bool { return n.children == 0 })
		if level.any != nil && level.any.children == 0 {
			if level.any.parent != nil {
				level.any.parent.children--
			}
			level.any = nil
		}
	}
	return t.levels[0].any != nil
}

func remove(nodes []*policyNode, drop func(*policyNode) bool) []*policyNode {
	return slices.DeleteFunc(nodes, func(n *policyNode) bool {
		if !drop(n) {
			return false
		}
		n.parent.children--
		return true
	})
}

// results gives the authority-constrained and the user-constrained policies
// (6.1.5 (g)). An empty userSet gives no user policies, as OpenSSL does.
func (t *policyTree) results(userSet []OID) (authority, user []PolicyNode) {
	last := &t.levels[len(t.levels)-1]
	named := t.belowAny()
	nodes := named
	if last.any != nil {
		nodes = []*policyNode{last.any}
	}
	for _, n := range nodes {
		authority = append(authority, n.result(n.data.id))
	}
	if slices.Contains(userSet, AnyPolicy) {
		return authority, authority
	}
	for _, id := range userSet {
		i := slices.IndexFunc(named, func(n *policyNode) bool { return n.data.id == id })
		switch {
		case i >= 0:
			user = append(user, named[i].result(id))
		case last.any != nil:
			user = append(user, last.any.result(id))
		}
	}
	return authority, user
}

// belowAny lists the nodes whose parent is anyPolicy: the valid_policy_node_set of
// 6.1.5 (g)(iii)(1), each policy once, in OpenSSL's order.
func (t *policyTree) belowAny() []*policyNode {
	var nodes []*policyNode
	for i := 1; i < len(t.levels) && t.levels[i-1].any != nil; i++ {
		for _, n := range t.levels[i].nodes {
			known := slices.ContainsFunc(nodes, func(o *policyNode) bool { return o.data.id == n.data.id })
			if n.parent == t.levels[i-1].any && !known {
				nodes = append(nodes, n)
			}
		}
	}
	slices.SortStableFunc(nodes, func(a, b *policyNode) int { return compareOIDs(a.data.id, b.data.id) })
	return nodes
}

func (n *policyNode) result(id OID) PolicyNode {
	return PolicyNode{Policy: id, Critical: n.data.critical, Qualifiers: n.data.qualifiers}
}
