package pades

import (
	"slices"

	"github.com/jsign-jp/jsign/internal/pdf"
)

// comparePages: of a page, only the list of annotations may change.
func (c *comparison) comparePages() {
	for i, ref := range c.pages {
		if ref.IsZero() {
			continue // a part of the page tree, which stays
		}
		page, now := c.dict(ref), c.later.dict(ref)
		if c.differs(ref) {
			c.explained[ref.Num] = true
			if _, ok := c.diffs[ref.Num].(pdf.Dict); !ok {
				c.forbid(rulePage, ref, i, "a page was removed", "ページが削除されました")
				continue
			}
			c.single(rulePage, ref, page, now)
			entries(page, now, func(key pdf.Name, _, _ pdf.Object) {
				if key != "Annots" && !c.isHarmless(key, page.Get(key), now.Get(key)) && !c.rewritten(page.Get(key), now.Get(key)) {
					c.forbid(rulePage, ref, i, "/%s of a page was changed", "ページの/%sが変更されました", string(key))
				}
			})
		}
		old, value := page.Get("Annots"), now.Get("Annots")
		if list, ok := value.(pdf.Ref); !same(old, value) || ok && c.differs(list) {
			c.compareAnnots(ref, i, old, value)
		}
	}
}

// isHarmless: the order of tabulation (12.5.1), and the key into the structure
// tree of a page that had none.
func (c *comparison) isHarmless(key pdf.Name, old, now pdf.Object) bool {
	if key == "StructParents" {
		_, ok := c.later.integer(now)
		return ok && old == nil
	}
	if key == "Tabs" {
		switch c.later.name(now) {
		case "R", "C", "S", "A", "W":
			return true
		}
	}
	return false
}

// compareAnnots: widgets of new signature fields may be added; at level 3
// annotations may be added and removed.
func (c *comparison) compareAnnots(page pdf.Ref, i int, old, value pdf.Object) {
	before, after := c.array(old), c.later.array(value)
	c.accept(value)
	added, ok := addedTo(c.withoutAnnotations(i, before, after), after)
	if !ok || after == nil && c.later.resolve(value) != nil {
		c.forbid("annotation-removed", page, i, "annotations or fields were removed from a page or put in another order", "ページの注釈やフィールドが削除または並べ替えられました")
		return
	}
	for _, o := range added {
		c.newAnnotation(page, i, o)
	}
}

// withoutAnnotations leaves out what may be removed: not what must stay.
func (c *comparison) withoutAnnotations(page int, list, now pdf.Array) pdf.Array {
	if !c.permitsAnnotations() {
		return list
	}
	var rest pdf.Array
	for _, o := range list {
		ref, _ := o.(pdf.Ref)
		if _, ok := c.annotations[ref]; ok && (slices.Contains(now, o) || !c.isLasting(page, c.dict(ref))) {
			continue
		}
		rest = append(rest, o)
	}
	return rest
}

func (c *comparison) newAnnotation(page pdf.Ref, i int, o pdf.Object) {
	ref, _ := o.(pdf.Ref)
	if node := c.laterForm.nodes[ref]; node != nil {
		old := c.form.nodes[ref]
		if old == nil || node.kind == fieldTypeSignature && !old.signed && c.signedNow(ref) && !c.wasListed(ref) {
			return // a new field, judged as one; or the widget of an empty one that is shown now
		}
		c.forbid("annotation-added", ref, i, "a field was put on another page", "フィールドが別のページに置かれました")
		return
	}
	if was, known := c.annotations[ref]; known && was == i && c.permitsAnnotations() {
		return
	}
	c.permitAnnotation(page, i, o)
}

// wasListed reports whether a page listed the annotation when signed.
func (c *comparison) wasListed(annotation pdf.Ref) bool {
	return slices.ContainsFunc(c.pages, func(page pdf.Ref) bool {
		return slices.Contains(c.array(c.dict(page).Get("Annots")), pdf.Object(annotation))
	})
}

// actsOut tells actions that do more than go somewhere.
func (c *comparison) actsOut(d pdf.Dict) bool {
	action := c.later.dict(d.Get("A"))
	switch c.later.name(action.Get("S")) {
	case "GoTo", "URI":
		return d.Has("AA") || action.Has("Next")
	}
	return hasActions(d)
}

func (c *comparison) permitAnnotation(page pdf.Ref, i int, o pdf.Object) {
	ref, _ := o.(pdf.Ref)
	if ref.IsZero() {
		ref = page
	}
	d := c.later.dict(o)
	switch {
	case !c.permitsAnnotations():
		c.forbid("annotation-added", ref, i, "an annotation was added where that is not permitted", "許可されていない注釈が追加されました")
	case c.actsOut(d) || c.passesForContent(i, &c.later, d) || c.isStacked(i, d):
		c.forbid("annotation-covers", ref, i, "an annotation of the kind %q was added or changed that can cover the page or pass for a part of it", "ページを覆い隠したり内容に見せかけたりできる種類「%s」の注釈が追加または変更されました", string(c.later.name(d.Get("Subtype"))))
	}
	c.explain(o)
	c.purpose = true
}

// compareAnnotations compares the annotations that were there when signed and
// are no fields.
func (c *comparison) compareAnnotations() {
	for _, num := range c.changed {
		ref, page, ok := c.annotationOf(num)
		if !ok {
			continue
		}
		c.explained[num] = true
		switch value := c.diffs[num].(type) {
		case pdf.Dict:
			c.compareAnnotation(ref, page, c.dict(ref), value)
		case nil:
			if !c.permitsAnnotations() || c.isLasting(page, c.dict(ref)) {
				c.forbid(ruleAnnotation, ref, page, "an annotation was removed", "注釈が削除されました")
			}
		default:
			c.forbid(ruleAnnotation, ref, page, "an annotation was replaced by something else", "注釈が別のものに置き換えられました")
		}
	}
}

func (c *comparison) annotationOf(num uint32) (ref pdf.Ref, page int, ok bool) {
	at, err := c.rev.Locate(num)
	if err != nil {
		return ref, 0, false
	}
	ref = pdf.Ref{Num: num, Gen: at.Gen}
	page, ok = c.annotations[ref]
	return ref, page, ok
}

func (c *comparison) compareAnnotation(ref pdf.Ref, page int, old, value pdf.Dict) {
	c.single(ruleAnnotation, ref, old, value)
	fixed := !c.permitsAnnotations() || c.passesForContent(page, &c.signed.view, old)
	entries(old, value, func(key pdf.Name, _, _ pdf.Object) {
		if fixed {
			c.forbid(ruleAnnotation, ref, page, "/%s of an annotation was changed", "注釈の/%sが変更されました", string(key))
		}
	})
	if c.permitsAnnotations() {
		c.permitAnnotation(ref, page, ref)
		c.explain(value)
	}
}
