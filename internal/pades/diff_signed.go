package pades

import (
	"github.com/jsign-jp/jsign/internal/pdf"
)

// signed is the document as it was signed: which objects must stay as they are,
// and which may change in part, because they are fields, widgets, annotations
// or pages.
type signed struct {
	view
	ref         pdf.Ref // of the signature's dictionary
	permissions *Permissions
	root        pdf.Ref
	catalog     pdf.Dict
	form        *fieldTree
	formRef     pdf.Ref
	formDict    pdf.Dict
	pages       []pdf.Ref
	pageOf      map[pdf.Ref]int
	annotations map[pdf.Ref]int // annotations that are no fields, with their page
	structs     map[pdf.Ref]bool
	strict      numbers         // objects that must stay: one more than the index of their origin
	origins     []origin        // of runs of objects in strict
	mutable     numbers         // objects that hang on what may change: 1
	holders     map[uint32]bool // object streams that hold any of them
	queue       []pdf.Ref       // what walk and free have still to go to
	content     map[int]pageContent
	steps       *int // of Document
}

// origin tells how an object is reached: on which page, and what it is part of.
type origin struct {
	page int
	rule string
}

// The rules that name what an object is part of.
const (
	ruleCatalog    = "catalog"
	rulePage       = "page"
	ruleContent    = "page-content"
	ruleField      = "field"
	ruleAnnotation = "annotation"
	ruleForm       = "form"
	ruleStructure  = "structure"
	ruleTrailer    = "trailer"
)

func newSigned(d *Document, s *Signature, rev *pdf.Revision) (*signed, error) {
	g := &signed{view: view{rev: rev}, ref: s.Ref, steps: &d.steps, pageOf: make(map[pdf.Ref]int),
		annotations: make(map[pdf.Ref]int), structs: make(map[pdf.Ref]bool), holders: make(map[uint32]bool), content: make(map[int]pageContent)}
	form, err := ReadForm(rev)
	if err != nil {
		return nil, err
	}
	signatures, err := form.Signatures(rev)
	if err != nil {
		return nil, err
	}
	if g.permissions, err = ReadPermissions(rev, signatures); err != nil {
		return nil, err
	}
	if g.root, g.catalog, err = rev.Catalog(); err != nil {
		return nil, err
	}
	if g.formRef, g.formDict, err = rev.AcroForm(); err != nil {
		return nil, err
	}
	g.form = readFieldTree(&g.view, g.formDict)
	if err := g.findPages(); err != nil {
		return nil, err
	}
	g.keep()
	return g, g.err
}

// findPages lists pages and annotations.
func (g *signed) findPages() error {
	err := g.rev.Pages(func(i int, ref pdf.Ref, page pdf.Dict) bool {
		g.pages = append(g.pages, ref) // zero for a page that is no object of its own
		if ref.IsZero() {
			g.walkShown(page, origin{i, ruleContent})
			return true
		}
		g.pageOf[ref] = i
		for _, o := range g.array(page.Get("Annots")) {
			if annotation, ok := o.(pdf.Ref); ok && g.form.nodes[annotation] == nil && g.isPlainDict(annotation) {
				g.annotations[annotation] = i
			}
		}
		return true
	})
	if g.err != nil {
		return g.err
	}
	return err
}

// isPlainDict tells a dictionary from a stream, which cannot be an annotation.
func (g *signed) isPlainDict(ref pdf.Ref) bool {
	_, ok := g.resolve(ref).(pdf.Dict)
	return ok
}

// keep goes through all that must stay. Where an object may change in part, its
// other parts are kept; the parts themselves are compared by their own rules.
func (g *signed) keep() {
	g.keepShown()
	for _, e := range g.rev.Trailer {
		switch e.Key {
		case "Root", "Prev", "XRefStm", "Size", "Length":
		case "Info", "ID", "AdditionalStreams", "DocChecksum":
			g.free(e.Value)
		default:
			g.walkShown(e.Value, origin{-1, ruleTrailer}) // /Encrypt decides how all is read
		}
	}
	for _, e := range g.catalog {
		switch e.Key {
		case "AcroForm", "StructTreeRoot":
		case "DSS", "Extensions", "Metadata":
			g.free(e.Value)
		default:
			g.walk(e.Value, origin{-1, ruleCatalog})
		}
	}
	for i, ref := range g.pages {
		g.keepPage(ref, i)
	}
	g.keepForm()
	g.keepStructure()
}

func (g *signed) keepPage(ref pdf.Ref, i int) {
	page := g.dict(ref)
	for _, e := range page {
		switch e.Key {
		case "Annots":
			g.freeList(e.Value)
			g.keepAnnotations(e.Value, i)
		case "Contents", "Resources":
			g.walk(e.Value, origin{i, ruleContent})
		default:
			g.walk(e.Value, origin{i, rulePage})
		}
	}
}

func (g *signed) keepAnnotations(annots pdf.Object, page int) {
	for _, o := range g.array(annots) {
		ref, indirect := o.(pdf.Ref)
		if !indirect {
			g.walk(o, origin{page, ruleAnnotation})
			continue
		}
		if _, ok := g.annotations[ref]; !ok {
			if g.form.nodes[ref] == nil {
				g.walk(ref, origin{page, ruleAnnotation})
			}
			continue
		}
		if g.permitsAnnotations() {
			g.free(g.dict(ref))
			continue
		}
		for _, e := range g.dict(ref) {
			g.walk(e.Value, origin{page, ruleAnnotation})
		}
	}
}

// permitsAnnotations reports whether annotations may be added and changed.
func (g *signed) permitsAnnotations() bool { return g.permissions.Level == 3 }

// permitsForms reports whether fields may be filled in and signed.
func (g *signed) permitsForms() bool { return g.permissions.Level != 1 }

func (g *signed) keepForm() {
	for _, e := range g.formDict {
		switch e.Key {
		case "Fields":
			g.freeList(e.Value)
		case "SigFlags", "DA":
		case "DR":
			g.freeList(e.Value)
			for _, category := range g.dict(e.Value) {
				g.freeList(category.Value)
			}
			g.keepResources(e.Value)
		default:
			g.walk(e.Value, origin{-1, ruleForm})
		}
	}
	for _, o := range g.array(g.formDict.Get("Fields")) {
		if ref, _ := o.(pdf.Ref); g.form.nodes[ref] == nil { // what is missing must not appear as a field
			g.walk(o, origin{-1, ruleField})
		}
	}
	for _, node := range g.form.order {
		for _, e := range node.dict {
			if !g.mayChange(node, e.Key) {
				g.walk(e.Value, origin{g.pageOfWidget(node.ref), ruleField})
				continue
			}
			g.free(e.Value)
		}
	}
}

// pageOfWidget returns the page a widget says it is on.
func (g *signed) pageOfWidget(ref pdf.Ref) int {
	page, _ := g.form.nodes[ref].dict.Get("P").(pdf.Ref)
	if i, ok := g.pageOf[page]; ok {
		return i
	}
	return -1
}

// keepResources keeps what /DR names; the dictionaries may get further entries.
func (g *signed) keepResources(o pdf.Object) {
	for _, category := range g.dict(o) {
		if freeResources[category.Key] {
			g.free(category.Value)
			continue
		}
		if list, ok := g.resolve(category.Value).(pdf.Dict); ok {
			for _, e := range list {
				g.walk(e.Value, origin{-1, ruleForm})
			}
			continue
		}
		g.walk(category.Value, origin{-1, ruleForm})
	}
}

// isEntity tells objects that may change in part and are compared one by one.
func (g *signed) isEntity(ref pdf.Ref) bool {
	if ref == g.root || !g.formRef.IsZero() && ref == g.formRef || g.structs[ref] {
		return true
	}
	if _, ok := g.pageOf[ref]; ok {
		return true
	}
	if _, ok := g.annotations[ref]; ok {
		return true
	}
	return g.form.nodes[ref] != nil
}

// freeList records that the object itself may change, by rules of its own.
func (g *signed) freeList(o pdf.Object) {
	if ref, ok := o.(pdf.Ref); ok {
		g.mutable.set(ref.Num, 1)
	}
}

// free records every object that is reached from o as one that may change. One
// that must stay for another reason must stay all the same.
func (g *signed) free(o pdf.Object) {
	g.reach(o, func(ref pdf.Ref) bool {
		if g.mutable.get(ref.Num) != 0 || g.isEntity(ref) {
			return false
		}
		g.mutable.set(ref.Num, 1)
		g.spend(markSteps)
		return true
	})
}

// spend counts steps of the comparison, and ends it when there are too many.
func (g *signed) spend(n int) {
	if *g.steps -= n; *g.steps < 0 && g.err == nil {
		g.err = errTooMuch
	}
}

// keepShown goes through what is shown: content with its resources, appearances,
// and the configuration of layers. Where such a thing is a field, an annotation or
// the catalog at the same time, it must stay in all its parts. It comes first, lest
// another way to an object end the search.
func (g *signed) keepShown() {
	for i, ref := range g.pages {
		page := g.dict(ref)
		g.walkShown(page.Get("Contents"), origin{i, ruleContent})
		g.walkShown(inherited(&g.view, page, "Resources"), origin{i, ruleContent})
		for _, o := range g.array(page.Get("Annots")) {
			ref, _ := o.(pdf.Ref)
			if _, ok := g.annotations[ref]; ok && !g.permitsAnnotations() {
				g.walkShown(g.dict(ref).Get("AP"), origin{i, ruleAnnotation})
			}
		}
	}
	g.walkShown(g.catalog.Get("OCProperties"), origin{-1, ruleCatalog})
	for _, node := range g.form.order {
		if !g.mayChange(node, "AP") {
			g.walkShown(node.dict.Get("AP"), origin{g.pageOfWidget(node.ref), ruleField})
		}
	}
}

// walkShown records every object that is reached from o, whatever it is.
func (g *signed) walkShown(o pdf.Object, from origin) {
	g.reach(o, func(ref pdf.Ref) bool { return g.markAny(ref, from) })
}

// walk records every object that is reached from o as one that must stay.
func (g *signed) walk(o pdf.Object, from origin) {
	g.reach(o, func(ref pdf.Ref) bool { return g.mark(ref, from) })
}

// reach calls visit for every reference that o leads to, the last first, and goes
// on from those objects for which it returns true.
func (g *signed) reach(o pdf.Object, visit func(pdf.Ref) bool) {
	bottom := len(g.queue)
	g.queue = pdf.AppendReferences(g.queue, o)
	for len(g.queue) > bottom && g.err == nil {
		ref := g.queue[len(g.queue)-1]
		g.queue = g.queue[:len(g.queue)-1]
		if !visit(ref) {
			continue
		}
		var at pdf.Location
		if at, g.err = g.rev.Locate(ref.Num); g.err != nil {
			break
		}
		g.keepHolder(at)
		if g.err == nil {
			g.queue, g.err = g.rev.References(ref, at, g.queue)
		}
	}
	g.queue = g.queue[:bottom]
}

// mark records an object; false when that is done or it goes by other rules.
func (g *signed) mark(ref pdf.Ref, from origin) bool {
	return !g.isEntity(ref) && g.markAny(ref, from)
}

func (g *signed) markAny(ref pdf.Ref, from origin) bool {
	if g.strict.get(ref.Num) != 0 {
		return false
	}
	if n := len(g.origins); n == 0 || g.origins[n-1] != from {
		g.origins = append(g.origins, from)
	}
	g.strict.set(ref.Num, uint32(len(g.origins)))
	g.spend(markSteps)
	return g.err == nil
}

// mustStay returns how an object is reached that must stay.
func (g *signed) mustStay(num uint32) (from origin, ok bool) {
	if i := g.strict.get(num); i != 0 {
		return g.origins[i-1], true
	}
	return origin{}, false
}

// keepHolder keeps the object stream that holds an object.
func (g *signed) keepHolder(at pdf.Location) {
	if at.Stream != 0 && !g.holders[at.Stream] {
		g.holders[at.Stream] = true
		g.walk(g.dict(pdf.Ref{Num: at.Stream}), origin{-1, ruleTrailer})
	}
}
