package pades

import (
	"slices"

	"github.com/jsign-jp/jsign/internal/pdf"
)

// compareForm compares the form dictionary (12.7.3).
func (c *comparison) compareForm(value pdf.Object) {
	form := c.later.dict(value)
	c.laterForm = readFieldTree(&c.later, form)
	c.spend(comparedPasses * len(c.laterForm.order))
	if ref, ok := value.(pdf.Ref); ok {
		c.accept(ref)
		if _, isDict := c.later.resolve(ref).(pdf.Dict); !isDict {
			c.forbid(ruleForm, ref, -1, "the form was replaced by something else", "フォームが別のものに置き換えられました")
		}
	}
	if form == nil {
		if c.formDict != nil {
			c.forbid(ruleForm, c.root, -1, "the form was removed", "フォームが削除されました")
		}
		return
	}
	c.single(ruleForm, c.formRef, c.formDict, form)
	entries(c.formDict, form, func(key pdf.Name, old, value pdf.Object) {
		switch {
		case key == "Fields", key == "DR", key == "DA" && old == nil:
		case key == "SigFlags":
			before, _ := c.integer(old)
			if after, ok := c.later.integer(value); !ok || before&^after != 0 {
				c.forbid(ruleForm, c.formRef, -1, "the document's signature flags were cleared", "署名フラグ（/SigFlags）が消されました")
			}
		default:
			c.forbid(ruleForm, c.formRef, -1, "/%s of the form was changed", "フォームの/%sが変更されました", string(key))
		}
	})
	c.compareFieldList(c.formDict.Get("Fields"), form.Get("Fields"))
	c.compareResources(c.formDict.Get("DR"), form.Get("DR"))
}

// compareFieldList: /Fields keeps its entries in order; what is added must be a
// signature field that is signed.
func (c *comparison) compareFieldList(old, value pdf.Object) {
	before, after := c.array(old), c.later.array(value)
	c.accept(value)
	added, ok := addedTo(before, after)
	if !ok || value != nil && after == nil {
		c.forbid("field-removed", c.formRef, -1, "fields were removed from the form or put in another order", "フォームのフィールドが削除または並べ替えられました")
		return
	}
	for _, o := range added {
		c.newField(o)
	}
}

// addedTo returns what after has beyond before, whose elements must all be in it
// in their order.
func addedTo(before, after pdf.Array) (added pdf.Array, ok bool) {
	i := 0
	for _, o := range after {
		if i < len(before) && same(before[i], o) {
			i++
			continue
		}
		added = append(added, o)
	}
	return added, i == len(before)
}

// newField permits a further signature in a field of its own.
func (c *comparison) newField(o pdf.Object) {
	ref, indirect := o.(pdf.Ref)
	if !indirect || !c.isNew(ref) {
		c.forbid("field-added", ref, -1, "something was added to the form that is no new field", "新しいフィールドではないものがフォームに追加されました")
		return
	}
	node := c.laterForm.nodes[ref]
	switch {
	case node == nil || node.kind != fieldTypeSignature || !c.isSignedField(node):
		c.forbid("field-added", ref, c.laterPage(ref), "a field was added that holds no signature", "署名を含まないフィールドが追加されました")
	case c.nameTaken(node.name):
		c.forbid("field-added", ref, c.laterPage(ref), "a field was added under a name that was in use", "既存の名前のフィールドが追加されました")
	case c.isListedTwice(node):
		c.forbid("field-added", ref, c.laterPage(ref), "a signature field was added that shows on several pages", "複数のページに表示される署名フィールドが追加されました")
	case !c.isPlainField(node):
		c.forbid("field-added", ref, c.laterPage(ref), "a signature field was added that has other fields or several widgets below it", "下位に別のフィールドまたは複数のウィジェットを持つ署名フィールドが追加されました")
	case c.hasActions(node):
		c.forbid("field-added", ref, c.laterPage(ref), "a field with actions was added", "アクション付きのフィールドが追加されました")
	default:
		c.permitSignature(node)
	}
	c.explain(ref)
}

// isPlainField: a signature field has one widget at most, itself or the one below
// it (12.7.5.5), and no fields below it.
func (c *comparison) isPlainField(field *fieldNode) bool {
	widgets := 0
	for _, node := range c.laterForm.order {
		if !node.isBelow(field) {
			continue
		}
		if node != field && (node.dict.Has("T") || node.kind != fieldTypeSignature) {
			return false
		}
		if node.dict.Has("Rect") || node.dict.Has("Subtype") {
			widgets++
		}
	}
	return widgets <= 1
}

// isListedTwice: pages show a widget where they list it, and each of them in the
// same place.
func (c *comparison) isListedTwice(field *fieldNode) bool {
	for _, node := range c.laterForm.order {
		if !node.isBelow(field) {
			continue
		}
		if len(c.pagesOf(node.ref)) > 1 {
			return true
		}
	}
	return false
}

// isSignedField: the field has a signature now, even if it was added empty by an
// earlier one of the later revisions.
func (c *comparison) isSignedField(node *fieldNode) bool {
	if v := node.dict.Get("V"); v != nil {
		return c.isSignature(&c.later, v)
	}
	return c.isSignature(&c.newest, c.newest.dict(node.ref).Get("V"))
}

// isSignature reports whether o is a signature dictionary that there was not when
// signed.
func (c *comparison) isSignature(v *view, o pdf.Object) bool {
	d := v.dict(o)
	if ref, ok := o.(pdf.Ref); ok && c.resolve(ref) != nil {
		return false
	}
	t := v.name(d.Get("Type"))
	_, isString := v.resolve(d.Get("Contents")).(pdf.String)
	return isString && (t == "" || t == typeSignature || t == typeDocTimeStamp) && len(v.array(d.Get("ByteRange"))) == 4
}

// permitSignature holds a further signature to DocMDP and FieldMDP. Document
// timestamps are no change to the document at any level (table 257).
func (c *comparison) permitSignature(node *fieldNode) {
	c.purpose = true
	value := c.later.dict(node.dict.Get("V"))
	if value == nil {
		value = c.newest.dict(c.newest.dict(node.ref).Get("V"))
	}
	if c.later.name(value.Get("SubFilter")) == SubFilterTimestamp {
		c.permitTimestamp(node)
		return
	}
	c.permitShown(node)
	if !c.permitsForms() {
		c.forbid("docmdp", node.ref, c.laterPage(node.ref), "a signature was added to a document that permits no changes", "変更を許可しない文書に署名が追加されました")
	} else if lock := c.permissions.lockOn(node.name); lock != nil {
		c.forbid("fieldmdp", node.ref, c.laterPage(node.ref), "field %q was signed and is locked by the signature in %q",
			"フィールド「%s」は「%s」の署名でロックされていますが、署名されました", node.name, lock.By)
	}
}

// permitShown: a certified document permits signing, and a new field that shows on
// the page is one more change (table 257). At level 3, which permits annotations,
// it must not lie over content; where nothing is certified it must leave most of
// the page uncovered.
func (c *comparison) permitShown(field *fieldNode) {
	for _, node := range c.laterForm.order {
		if !node.isBelow(field) || !shows(&c.later, node.dict) {
			continue
		}
		old := c.form.nodes[node.ref]
		isNew := old == nil || !shows(&c.signed.view, old.dict)
		isMoved := !isNew && !same(old.dict.Get("Rect"), node.dict.Get("Rect"))
		page, onPage := c.pageOf[c.pageRef(node)]
		switch {
		case isNew && (c.permissions.Level == 1 || c.permissions.Level == 2):
			c.forbid("docmdp", node.ref, c.laterPage(node.ref), "a signature field that shows on the page was added to a certified document",
				"認証された文書に、ページ上に表示される署名フィールドが追加されました")
		case (isNew || isMoved) && (!onPage || c.coversPage(page, node) || c.permitsAnnotations() && c.overContent(page, &c.later, node.dict)):
			c.forbid("signature-covers", node.ref, page, "a signature was added that covers the page", "ページを覆う署名が追加されました")
		}
	}
}

// pageRef returns the page that a widget is listed on, by which it is shown; /P
// may say something else.
func (c *comparison) pageRef(widget *fieldNode) pdf.Ref {
	if pages := c.pagesOf(widget.ref); len(pages) > 0 {
		return pages[0]
	}
	ref, _ := widget.dict.Get("P").(pdf.Ref)
	return ref
}

// pagesOf returns the first two pages that list a widget.
func (c *comparison) pagesOf(widget pdf.Ref) []pdf.Ref {
	if c.lists == nil {
		c.lists = make(map[pdf.Ref][]pdf.Ref)
		for _, page := range c.pages {
			list := c.later.array(c.later.dict(page).Get("Annots"))
			c.spend(len(list))
			for _, o := range list {
				if ref, ok := o.(pdf.Ref); ok && len(c.lists[ref]) < 2 && !slices.Contains(c.lists[ref], page) {
					c.lists[ref] = append(c.lists[ref], page)
				}
			}
		}
	}
	return c.lists[widget]
}

// permitTimestamp: where no changes are permitted a timestamp must not show.
func (c *comparison) permitTimestamp(field *fieldNode) {
	if c.permitsForms() {
		c.permitShown(field)
		return
	}
	for _, node := range c.laterForm.order {
		if node.isBelow(field) && shows(&c.later, node.dict) {
			c.forbid("docmdp", node.ref, c.laterPage(node.ref), "a timestamp that shows on the page was added to a document that permits no changes",
				"変更を許可しない文書に、ページ上に表示されるタイムスタンプが追加されました")
		}
	}
}

// Bits of an annotation's /F (12.5.3).
const (
	flagHidden = 1 << 1
	flagPrint  = 1 << 2
	flagNoView = 1 << 5
)

// shows reports whether a widget has an extent on the page, on the screen or in
// print. One without height is drawn as a line, or has a border.
func shows(v *view, widget pdf.Dict) bool {
	flags, _ := v.integer(widget.Get("F"))
	if flags&flagHidden != 0 || flags&flagNoView != 0 && flags&flagPrint == 0 {
		return false
	}
	rect, ok := readBox(v, widget.Get("Rect"))
	return ok && (rect.left < rect.right || rect.bottom < rect.top)
}

// coversPage: the widget takes more than half of what its page shows, together
// with all others that were added there.
func (c *comparison) coversPage(page int, widget *fieldNode) bool {
	frame, ok := c.visible(page)
	area := 0.0
	c.spend(len(c.laterForm.order))
	for _, node := range c.laterForm.order {
		isNew := c.form.nodes[node.ref] == nil && shows(&c.later, node.dict) && c.pageRef(node) == c.pages[page]
		if rect, isBox := readBox(&c.later, node.dict.Get("Rect")); isBox && (isNew || node == widget) {
			area += rect.within(frame).area()
		}
	}
	return !ok || area > frame.area()/2
}

// visible returns the part of a page that is shown (14.11.2).
func (g *signed) visible(page int) (box, bool) {
	media, ok := readBox(&g.view, inherited(&g.view, g.dict(g.pages[page]), "MediaBox"))
	if crop, cut := readBox(&g.view, inherited(&g.view, g.dict(g.pages[page]), "CropBox")); cut {
		media = crop.within(media)
	}
	return media, ok
}

// isBelow reports whether a node is the field itself or one of its kids.
func (n *fieldNode) isBelow(field *fieldNode) bool {
	for up := n; up != nil && field != nil; up = up.parent {
		if up == field {
			return true
		}
	}
	return false
}

func (c *comparison) nameTaken(name string) bool {
	for _, n := range c.form.order {
		if n.name == name {
			return true
		}
	}
	return false
}

func hasActions(d pdf.Dict) bool { return d.Has("A") || d.Has("AA") }

// hasActions looks at a new field and its widgets.
func (c *comparison) hasActions(field *fieldNode) bool {
	for _, node := range c.laterForm.order {
		if node.isBelow(field) && hasActions(node.dict) {
			return true
		}
	}
	return false
}

// laterPage returns the page that a widget of a later revision says it is on.
func (c *comparison) laterPage(ref pdf.Ref) int {
	page, _ := c.later.dict(ref).Get("P").(pdf.Ref)
	if i, ok := c.pageOf[page]; ok {
		return i
	}
	return -1
}

// freeResources serve appearances, which name their own; the others can be named
// by /DA of a field.
var freeResources = map[pdf.Name]bool{"XObject": true, "ProcSet": true}

// compareResources: what /DR named stays, and more may be named.
func (c *comparison) compareResources(old, value pdf.Object) {
	before, after := c.dict(old), c.later.dict(value)
	if _, isDict := c.later.resolve(value).(pdf.Dict); value != nil && !isDict {
		c.forbid(ruleForm, c.formRef, -1, "/%s of the form was changed", "フォームの/%sが変更されました", "DR")
	}
	c.explainContainer(value)
	for _, category := range before {
		if freeResources[category.Key] {
			continue
		}
		list, isDict := c.resolve(category.Value).(pdf.Dict)
		now := after.Get(category.Key)
		if !isDict {
			if !same(category.Value, now) {
				c.forbid(ruleForm, c.formRef, -1, "/%s of the form's resources was changed", "フォームのリソース/%sが変更されました", string(category.Key))
			}
			continue
		}
		names := c.later.dict(now)
		for _, e := range list {
			if !same(e.Value, names.Get(e.Key)) {
				c.forbid(ruleForm, c.formRef, -1, "/%s of the form's resources was changed", "フォームのリソース/%sが変更されました", string(e.Key))
			}
		}
	}
}

// explainContainer accepts a dictionary of dictionaries with what is new in it.
func (c *comparison) explainContainer(o pdf.Object) {
	c.explain(o)
	for _, e := range c.later.dict(o) {
		c.explain(e.Value)
	}
}
