package pades

import (
	"slices"

	"github.com/jsign-jp/jsign/internal/pdf"
)

// keepStructure keeps the structure tree (14.7): its elements may get further
// children, and all else of them stays.
func (g *signed) keepStructure() {
	g.keepElement(g.catalog.Get("StructTreeRoot"), 0)
}

func (g *signed) keepElement(o pdf.Object, depth int) {
	ref, indirect := o.(pdf.Ref)
	d, isDict := g.resolve(o).(pdf.Dict)
	if !indirect || !isDict || depth > maxNested || !isElement(d) || g.isEntity(ref) {
		g.walk(o, origin{-1, ruleStructure})
		return
	}
	g.structs[ref] = true
	g.spend(markSteps)
	for _, e := range d {
		switch e.Key {
		case "K":
			g.freeList(e.Value)
			for _, kid := range g.kids(e.Value) {
				g.keepElement(kid, depth+1)
			}
		case "ParentTree":
			g.freeTree(e.Value, 0)
		case "P":
		default:
			g.walk(e.Value, origin{-1, ruleStructure})
		}
	}
}

func isElement(d pdf.Dict) bool {
	t := d.Name("Type")
	return t == "StructTreeRoot" || t == "StructElem" || t == "" && d.Has("S")
}

// kids returns /K as a list.
func (v *view) kids(o pdf.Object) pdf.Array {
	if list, ok := v.resolve(o).(pdf.Array); ok {
		return list
	}
	if o == nil {
		return nil
	}
	return pdf.Array{o}
}

// numberTree reads a number tree (7.9.7).
func numberTree(v *view, o pdf.Object) map[int64]pdf.Object {
	out := make(map[int64]pdf.Object)
	var visit func(pdf.Object, int)
	visit = func(o pdf.Object, depth int) {
		if depth > maxFieldDepth || len(out) > maxFields {
			v.err = errTooMuch
		}
		d := v.dict(o)
		if v.err != nil || d == nil {
			return
		}
		nums := v.array(d.Get("Nums"))
		for i := 0; i+1 < len(nums); i += 2 {
			if n, ok := v.integer(nums[i]); ok {
				out[n] = nums[i+1]
			}
		}
		for _, kid := range v.array(d.Get("Kids")) {
			visit(kid, depth+1)
		}
	}
	visit(o, 0)
	return out
}

// freeTree frees the nodes of a number tree and the lists in it, which may get
// further entries; what they name is a part of the structure tree.
func (g *signed) freeTree(o pdf.Object, depth int) {
	g.freeList(o)
	d := g.dict(o)
	g.freeList(d.Get("Nums"))
	g.freeList(d.Get("Kids"))
	for _, v := range numberTree(&g.view, pdf.Dict{{Key: "Nums", Value: d.Get("Nums")}}) {
		if list, ok := g.resolve(v).(pdf.Array); ok {
			g.freeList(v)
			v = list
		}
		g.walk(v, origin{-1, ruleStructure})
	}
	for _, kid := range g.array(d.Get("Kids")) {
		if depth < maxFieldDepth {
			g.freeTree(kid, depth+1)
		}
	}
}

// extended: the list of elements of a page begins as it was.
func (c *comparison) extended(was, now pdf.Object) bool {
	before, ok1 := c.resolve(was).(pdf.Array)
	after, ok2 := c.later.resolve(now).(pdf.Array)
	return ok1 && ok2 && len(after) >= len(before) && same(before, after[:len(before)])
}

func (c *comparison) compareStructure(old, value pdf.Object) {
	if old == nil && value == nil {
		return
	}
	if !same(old, value) {
		c.forbid(ruleStructure, c.root, -1, "the document's structure tree was replaced", "文書の構造ツリーが置き換えられました")
		return
	}
	for _, num := range c.changed {
		at, err := c.rev.Locate(num)
		ref := pdf.Ref{Num: num, Gen: at.Gen}
		if err == nil && c.structs[ref] {
			c.explained[num] = true
			c.compareElement(ref)
		}
	}
}

func (c *comparison) compareElement(ref pdf.Ref) {
	value, ok := c.diffs[ref.Num].(pdf.Dict)
	if !ok {
		c.forbid(ruleStructure, ref, -1, "an element of the structure tree was removed", "構造ツリーの要素が削除されました")
		return
	}
	old := c.dict(ref)
	c.single(ruleStructure, ref, old, value)
	entries(old, value, func(key pdf.Name, was, now pdf.Object) {
		switch key {
		case "K":
			c.compareKids(ref, was, now)
		case "ParentTree":
			c.compareParentTree(ref, was, now)
		case "ParentTreeNextKey":
		default:
			c.forbid(ruleStructure, ref, -1, "/%s of a structure element was changed", "構造要素の/%sが変更されました", string(key))
		}
	})
	if list, ok := value.Get("K").(pdf.Ref); ok && c.differs(list) && !c.structs[list] {
		c.compareKids(ref, old.Get("K"), list)
	}
	if tree, ok := value.Get("ParentTree").(pdf.Ref); ok && c.differs(tree) {
		c.compareParentTree(ref, old.Get("ParentTree"), tree)
	}
}

func (c *comparison) compareKids(ref pdf.Ref, was, now pdf.Object) {
	added, ok := addedTo(c.lasting(c.kids(was), c.later.kids(now)), c.later.kids(now))
	if !ok {
		c.forbid(ruleStructure, ref, -1, "elements of the structure tree were removed or put in another order", "構造ツリーの要素が削除または並べ替えられました")
		return
	}
	c.accept(now)
	before := c.kids(was)
	for _, o := range added {
		if !slices.ContainsFunc(before, func(old pdf.Object) bool { return same(old, o) }) {
			c.newElement(ref, o, 0)
			c.explain(o)
		}
	}
}

// lasting leaves out what may be removed: elements that stand for annotations and
// nothing else, where annotations may be removed.
func (c *comparison) lasting(kids, now pdf.Array) pdf.Array {
	if !c.permitsAnnotations() {
		return kids
	}
	var list pdf.Array
	for _, o := range kids {
		kept := slices.ContainsFunc(now, func(n pdf.Object) bool { return same(o, n) })
		if kept || !c.standsForNone(o, now, 0) {
			list = append(list, o)
		}
	}
	return list
}

// standsForNone: an element stands for annotations only, each of which is gone or
// has another element among the present ones.
func (c *comparison) standsForNone(o pdf.Object, now pdf.Array, depth int) bool {
	d, ok := c.resolve(o).(pdf.Dict)
	if !ok || depth > maxFieldDepth {
		return false
	}
	if d.Name("Type") == "OBJR" {
		ref, _ := d.Get("Obj").(pdf.Ref)
		page, known := c.annotations[ref]
		return known && (!c.isListed(ref, page) || slices.ContainsFunc(now, func(n pdf.Object) bool {
			return c.later.dict(n).Get("Obj") == pdf.Object(ref)
		}))
	}
	kids := c.kids(d.Get("K"))
	for _, kid := range kids {
		if !c.standsForNone(kid, now, depth+1) {
			return false
		}
	}
	return len(kids) > 0 && isElement(d)
}

// annotationGone: the annotation with that key into the parent tree was removed,
// where that is permitted.
func (c *comparison) annotationGone(key int64) bool {
	for ref, page := range c.annotations {
		if n, ok := c.integer(c.dict(ref).Get("StructParent")); ok && n == key && c.permitsAnnotations() {
			return !c.isListed(ref, page)
		}
	}
	return false
}

// isListed reports whether a page still lists an annotation.
func (c *comparison) isListed(annotation pdf.Ref, page int) bool {
	list := c.later.array(c.later.dict(c.pages[page]).Get("Annots"))
	return slices.Contains(list, pdf.Object(annotation))
}

// newElement permits elements that stand for a new widget or annotation: one
// that stands for content of a page would give that another meaning.
func (c *comparison) newElement(parent pdf.Ref, o pdf.Object, depth int) {
	ref, indirect := o.(pdf.Ref)
	d, isDict := c.later.resolve(o).(pdf.Dict)
	isObject := isDict && d.Name("Type") == "OBJR"
	if depth > maxFieldDepth || !isDict || !isObject && !isElement(d) || indirect && !c.isNew(ref) {
		c.forbid(ruleStructure, parent, -1, "an element was added to the structure tree that stands for content of a page", "ページの内容を指す要素が構造ツリーに追加されました")
		return
	}
	if isObject {
		return
	}
	for _, kid := range c.later.kids(d.Get("K")) {
		c.newElement(parent, kid, depth+1)
	}
}

// compareParentTree: what pointed from the content into the tree still does.
func (c *comparison) compareParentTree(ref pdf.Ref, was, now pdf.Object) {
	before, after := numberTree(&c.signed.view, was), numberTree(&c.later, now)
	for n, o := range before {
		if !(after[n] == nil && c.annotationGone(n)) && !same(o, after[n]) && !c.extended(o, after[n]) {
			c.forbid(ruleStructure, ref, -1, "the parent tree of the structure tree was changed", "構造ツリーの親ツリーが変更されました")
			break
		}
	}
	c.explain(now)
}
