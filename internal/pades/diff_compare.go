package pades

import (
	"maps"
	"slices"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pdf"
)

// comparison is one later revision against the one that was signed.
type comparison struct {
	*signed
	later      view
	newest     view // the document as it is now
	diffs      map[uint32]pdf.Object
	changed    []uint32        // their numbers in order
	explained  map[uint32]bool // differences that a rule permits
	laterForm  *fieldTree
	violations []Violation
	purpose    bool                  // the later revisions add something that a rule permits
	listed     map[uint32]bool       // the numbers that the later revisions up to this one list and move
	lists      map[pdf.Ref][]pdf.Ref // the pages that list an annotation; nil until asked for
	superseded map[uint32]bool       // what earlier of the later revisions added by permission
}

func (c *comparison) forbid(rule string, object pdf.Ref, page int, en, ja string, args ...any) {
	if len(c.violations) < maxViolations {
		c.violations = append(c.violations, Violation{Rule: rule, Object: object, Page: page, Clause: "ISO 32000-2, 12.8.2.2", what: lang.M(en, ja, args...)})
	}
}

// fault returns what kept the comparison from being made.
func (c *comparison) fault() error {
	for _, err := range []error{c.signed.err, c.later.err, c.newest.err} {
		if err != nil {
			return err
		}
	}
	return nil
}

// run compares.
func (c *comparison) run() error {
	c.explained = make(map[uint32]bool)
	if err := c.findDifferences(); err != nil {
		return err
	}
	c.spend(comparedPasses*len(c.diffs) + len(c.pages) + len(c.form.order) + len(c.annotations))
	c.compareStrict()
	c.compareTrailer()
	c.compareCatalog()
	c.compareFields()
	c.comparePages()
	c.compareAnnotations()
	c.compareUnexplained()
	return c.fault()
}

// findDifferences looks up every object that the sections of the later revisions
// list and keeps those that have another value than when signed.
func (c *comparison) findDifferences() error {
	if err := c.later.rev.Changed(func(num uint32, _ pdf.Location) bool {
		c.spend(1)
		c.listed[num] = true
		return c.signed.err == nil
	}); err != nil {
		return err
	}
	delete(c.listed, 0)
	c.spend(len(c.listed))
	clear(c.diffs)
	for num := range c.listed {
		if c.signed.err != nil {
			break
		}
		before, after, err := c.locate(num)
		if err != nil {
			return err
		}
		if isUnmoved(before, after) {
			delete(c.listed, num)
			continue
		}
		c.difference(num, before, after)
	}
	c.changed = slices.Sorted(maps.Keys(c.diffs))
	return c.fault()
}

func (c *comparison) locate(num uint32) (before, after pdf.Location, err error) {
	if before, err = c.rev.Locate(num); err != nil {
		return before, after, err
	}
	after, err = c.later.rev.Locate(num)
	return before, after, err
}

// isUnmoved tells a number that has the same object as when signed, or none as
// then, by its entries alone: that stays so until a later revision lists it again.
func isUnmoved(before, after pdf.Location) bool {
	return before == after && before.Stream == 0 || before.Free && after.Free
}

// difference keeps the value of an object, if it is another than when signed.
func (c *comparison) difference(num uint32, before, after pdf.Location) {
	old := c.resolve(pdf.Ref{Num: num, Gen: before.Gen})
	value := c.later.resolve(pdf.Ref{Num: num, Gen: after.Gen})
	if old == nil && value == nil || before.Gen == after.Gen && same(old, value) {
		return
	}
	if holdsObjects(old) || c.holders[num] {
		c.forbid("object-stream", pdf.Ref{Num: num}, -1, "a stream that holds other objects was replaced", "他のオブジェクトを格納するストリームが置き換えられました")
		return
	}
	if !c.isInfrastructure(num, old, value) {
		c.diffs[num] = value
	}
}

func holdsObjects(o pdf.Object) bool {
	s, ok := o.(*pdf.Stream)
	return ok && s.Dict.Name("Type") == "ObjStm"
}

// isInfrastructure tells streams that are a part of the file's structure and not
// of the document: under a number that was free, or an earlier stream's of that
// kind. What the document itself refers to is shown whatever /Type it has.
func (c *comparison) isInfrastructure(num uint32, old, value pdf.Object) bool {
	if _, kept := c.mustStay(num); kept {
		return false
	}
	return isStructural(value) && (old == nil || isStructural(old))
}

func isStructural(o pdf.Object) bool {
	s, ok := o.(*pdf.Stream)
	return ok && (s.Dict.Name("Type") == "ObjStm" || s.Dict.Name("Type") == "XRef")
}

// differs reports whether the object of that reference has another value.
func (c *comparison) differs(ref pdf.Ref) bool {
	_, ok := c.diffs[ref.Num]
	return ok
}

// isNew reports whether ref names an object that there was not when signed.
func (c *comparison) isNew(ref pdf.Ref) bool {
	return c.resolve(ref) == nil && c.later.resolve(ref) != nil
}

var strictWords = map[string]lang.Message{
	ruleCatalog:    lang.M("a part of the document was changed", "文書の一部が変更されました"),
	rulePage:       lang.M("a page was changed", "ページが変更されました"),
	ruleContent:    lang.M("the content of a page was changed", "ページの内容が変更されました"),
	ruleField:      lang.M("a form field was changed where that is not permitted", "許可されていないフォームフィールドの変更があります"),
	ruleAnnotation: lang.M("an annotation was changed where that is not permitted", "許可されていない注釈の変更があります"),
	ruleForm:       lang.M("the form was changed where that is not permitted", "許可されていないフォームの変更があります"),
	ruleStructure:  lang.M("the document's structure tree was changed", "文書の構造ツリーが変更されました"),
	ruleTrailer:    lang.M("the trailer was changed", "トレーラーが変更されました"),
}

// compareStrict: what must stay and did not.
func (c *comparison) compareStrict() {
	for _, num := range c.changed {
		if from, ok := c.mustStay(num); ok {
			m := strictWords[from.rule]
			c.forbid(from.rule, pdf.Ref{Num: num}, from.page, m.EN, m.JA)
			c.explained[num] = true
		}
	}
}

// explain accepts what a rule permits, with all new objects that hang on it.
// Objects that were there when signed are judged where they stood then.
func (c *comparison) explain(o pdf.Object) {
	stack := []pdf.Object{o}
	for len(stack) > 0 && c.later.err == nil {
		o, stack = stack[len(stack)-1], stack[:len(stack)-1]
		switch o := o.(type) {
		case pdf.Ref:
			if value, ok := c.diffs[o.Num]; ok && !c.explained[o.Num] && !c.isEntity(o) && c.accept(o) {
				stack = append(stack, value)
			}
		case pdf.Array:
			stack = append(stack, o...)
		case pdf.Dict:
			if key, twice := o.Duplicate(); twice {
				c.forbid("duplicate-key", pdf.Ref{}, -1, "a dictionary that was added has /%s twice", "追加された辞書に/%sが2つあります", string(key))
			}
			for _, e := range o {
				stack = append(stack, e.Value)
			}
		case *pdf.Stream:
			stack = append(stack, o.Dict)
		}
	}
}

// isLitter tells new objects that nothing refers to, neither now nor when signed:
// producers leave them behind beside what they have a reason to add. Where no
// changes are permitted they are refused.
func (c *comparison) isLitter(num uint32) bool {
	at, err := c.rev.Locate(num)
	if err != nil || !at.Free || c.permissions.Level == 1 {
		return false
	}
	switch o := c.diffs[num].(type) {
	case pdf.Dict:
		return c.purpose && o.Name("Type") != "Catalog" // readers that rebuild take the last one
	case pdf.Array, *pdf.Stream:
		return c.purpose
	}
	return true
}

// accept accepts one object: a new one, or one that hung on what may change. An
// object that was there for another purpose must not be used again.
func (c *comparison) accept(o pdf.Object) bool {
	ref, ok := o.(pdf.Ref)
	if !ok || !c.differs(ref) {
		return false
	}
	at, err := c.rev.Locate(ref.Num)
	if err == nil && (at.Free || c.mutable.get(ref.Num) != 0 || ref == c.formRef) {
		c.explained[ref.Num] = true
		return true
	}
	return false
}

// compareUnexplained: everything else that changed. What was freed and nothing
// refers to is gone without trace.
func (c *comparison) compareUnexplained() {
	for _, num := range c.changed {
		if c.explained[num] || c.diffs[num] == nil || c.superseded[num] || c.isLitter(num) {
			continue
		}
		c.forbid("unreferenced", pdf.Ref{Num: num}, -1, "an object was added or changed that no permitted change accounts for",
			"許可された変更では説明できないオブジェクトが追加または変更されました")
	}
}

// entries calls compare for every key of either dictionary whose values differ.
func entries(old, value pdf.Dict, compare func(key pdf.Name, old, value pdf.Object)) {
	seen := make(map[pdf.Name]bool, len(old)+len(value))
	for _, d := range []pdf.Dict{old, value} {
		for _, e := range d {
			if seen[e.Key] {
				continue
			}
			seen[e.Key] = true
			if a, b := old.Get(e.Key), value.Get(e.Key); !same(a, b) {
				compare(e.Key, a, b)
			}
		}
	}
}

// single refuses changes of a dictionary that has a key twice, or had when signed.
func (c *comparison) single(rule string, ref pdf.Ref, old, value pdf.Dict) {
	key, twice := value.Duplicate()
	if !twice {
		key, twice = old.Duplicate()
	}
	if twice && !identicalKeys(old, value) {
		c.forbid(rule, ref, -1, "a changed dictionary has /%s twice", "変更された辞書に/%sが2つあります", string(key))
	}
}
