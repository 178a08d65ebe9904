package pades

import "github.com/jsign-jp/jsign/internal/pdf"

// mayChange reports whether an entry of a field or widget is free to change: what
// filling in and signing write, in a field that is neither signed nor locked. Its
// new value is judged by compareField.
func (g *signed) mayChange(n *fieldNode, key pdf.Name) bool {
	if n.signed || g.permissions.lockOn(n.name) != nil || !g.isFillable(n) {
		return false
	}
	switch key {
	case "V":
		return g.permitsForms() || n.kind == fieldTypeSignature
	case "AP", "AS", "M":
		return g.permitsForms() || n.kind == fieldTypeSignature
	case "RV", "I", "TI", "DV", "MK":
		return g.permitsForms()
	case "F", "DA", "BS":
		return n.kind == fieldTypeSignature
	case "Rect":
		return n.kind == fieldTypeSignature && g.permissions.Level == NoCertification
	}
	return false
}

// isFillable: a push button has no value to fill in (12.7.5.2.2), and a read-only
// field only what is calculated (tables 224, 227).
func (g *signed) isFillable(n *fieldNode) bool {
	switch {
	case n.kind == fieldTypeSignature:
		return true
	case n.kind == fieldTypeButton && n.flags&pushButton != 0:
		return false
	case n.flags&readOnly == 0:
		return true
	}
	for _, o := range g.array(g.formDict.Get("CO")) {
		if ref, ok := o.(pdf.Ref); ok && n.isBelow(g.form.nodes[ref]) {
			return true
		}
	}
	return false
}

// compareFields compares every field and widget that was there when signed.
func (c *comparison) compareFields() {
	for _, node := range c.form.order {
		if !c.differs(node.ref) {
			c.explainFilled(node)
			continue // an empty signature field keeps its appearance until it is signed
		}
		c.explained[node.ref.Num] = true
		value, ok := c.diffs[node.ref.Num].(pdf.Dict)
		if !ok {
			c.forbid(ruleField, node.ref, c.pageOfWidget(node.ref), "a field was removed or replaced by something else", "フィールドが削除または別のものに置き換えられました")
			continue
		}
		c.single(ruleField, node.ref, node.dict, value)
		c.compareField(node, value)
	}
}

// explainFilled accepts what changed below a field whose dictionary did not.
func (c *comparison) explainFilled(node *fieldNode) {
	if node.kind == fieldTypeSignature && !c.signedNow(node.ref) {
		return
	}
	for _, e := range node.dict {
		if c.mayChange(node, e.Key) {
			c.explain(e.Value)
		}
	}
}

func (c *comparison) compareField(node *fieldNode, value pdf.Dict) {
	touched := false
	c.compareAppearance(node, value)
	entries(node.dict, value, func(key pdf.Name, old, now pdf.Object) {
		switch {
		case key == "P" && old == nil && c.isPage(now), key == "Type" && old == nil && now == pdf.Name("Annot"):
		case key == "Kids" && c.addsKids(node, old, now):
		case !c.mayChange(node, key):
			c.forbid(ruleField, node.ref, c.pageOfWidget(node.ref), "/%s of field %q was changed", "フィールド「%[2]s」の/%[1]sが変更されました", string(key), node.name)
		default:
			touched, c.purpose = true, true
			c.explain(now)
		}
	})
	c.explainFilled(&fieldNode{ref: node.ref, dict: value, name: node.name, kind: node.kind, signed: node.signed})
	if node.kind == fieldTypeSignature && !node.signed {
		c.compareSigned(node, value, touched)
	}
}

// compareAppearance: an appearance that serves elsewhere in the document too is
// none that filling in may replace.
func (c *comparison) compareAppearance(node *fieldNode, value pdf.Dict) {
	was, indirect := node.dict.Get("AP").(pdf.Ref)
	if _, kept := c.mustStay(was.Num); indirect && kept && !same(was, value.Get("AP")) {
		c.forbid("appearance", node.ref, c.pageOfWidget(node.ref), "an appearance was replaced that is used elsewhere too", "他でも使われている外観が置き換えられました")
	}
}

// compareSigned: an empty signature field may be signed, and nothing else.
func (c *comparison) compareSigned(node *fieldNode, value pdf.Dict, touched bool) {
	if !touched {
		return
	}
	if !c.signedNow(node.ref) || value.Has("V") && !c.isSignature(&c.later, value.Get("V")) {
		c.forbid(ruleField, node.ref, c.pageOfWidget(node.ref), "the empty signature field %q was changed and not signed", "空の署名フィールド「%s」が、署名されないまま変更されました", node.name)
		return
	}
	c.permitSignature(c.laterForm.nodes[node.ref])
}

// signedNow: an empty signature field has a signature in the later revision, or
// got one since.
func (c *comparison) signedNow(ref pdf.Ref) bool {
	for node := c.laterForm.nodes[ref]; node != nil; node = node.parent {
		if c.isSignedField(node) {
			return true
		}
	}
	return false
}

// addsKids: a node above signature fields may get further ones.
func (c *comparison) addsKids(node *fieldNode, old, now pdf.Object) bool {
	added, ok := addedTo(c.array(old), c.later.array(now))
	if !ok || old == nil || node.signed {
		return false
	}
	for _, o := range added {
		ref, _ := o.(pdf.Ref)
		if kid := c.laterForm.nodes[ref]; kid == nil || !kid.dict.Has("T") {
			return false
		}
		c.newField(o)
	}
	c.explain(now)
	return true
}

func (c *comparison) isPage(o pdf.Object) bool {
	ref, ok := o.(pdf.Ref)
	_, isPage := c.pageOf[ref]
	return ok && isPage
}
