package pades

import "github.com/jsign-jp/jsign/internal/pdf"

// fieldNode is a field or a widget of the form.
type fieldNode struct {
	ref    pdf.Ref
	dict   pdf.Dict
	name   string   // fully qualified; a widget has its field's
	kind   pdf.Name // /FT, its own or inherited
	flags  int64    // /Ff, its own or inherited
	signed bool     // a signature field with a value
	parent *fieldNode
}

// fieldTypeButton is /FT of buttons, and the bits of /Ff that tell what cannot be
// filled in (tables 227, 229).
const (
	fieldTypeButton = "Btn"
	readOnly        = 1 << 0
	pushButton      = 1 << 16
)

// fieldTree is the form of one revision, with unnamed nodes and widgets.
type fieldTree struct {
	nodes map[pdf.Ref]*fieldNode
	order []*fieldNode
	roots pdf.Array
}

// readFieldTree reads the tree below /Fields. What is no plain dictionary is no
// node.
func readFieldTree(v *view, form pdf.Dict) *fieldTree {
	t := &fieldTree{nodes: make(map[pdf.Ref]*fieldNode), roots: v.array(form.Get("Fields"))}
	for _, o := range t.roots {
		t.visit(v, o, nil, 0)
	}
	return t
}

func (t *fieldTree) visit(v *view, o pdf.Object, parent *fieldNode, depth int) {
	ref, indirect := o.(pdf.Ref)
	if !indirect || t.nodes[ref] != nil {
		return
	}
	if len(t.nodes) >= maxFields || depth > maxFieldDepth {
		v.err = errTooMuch
		return
	}
	dict, ok := v.resolve(ref).(pdf.Dict)
	if !ok {
		return
	}
	node := newNode(v, ref, dict, parent)
	t.nodes[ref], t.order = node, append(t.order, node)
	for _, kid := range v.array(dict.Get("Kids")) {
		t.visit(v, kid, node, depth+1)
	}
}

// newNode makes the node of a dictionary with what it inherits.
func newNode(v *view, ref pdf.Ref, dict pdf.Dict, parent *fieldNode) *fieldNode {
	node := &fieldNode{ref: ref, dict: dict, parent: parent}
	if parent != nil {
		node.name, node.kind, node.flags, node.signed = parent.name, parent.kind, parent.flags, parent.signed
	}
	if partial, ok := v.text(dict.Get("T")); ok {
		node.name = qualify(node.name, partial)
	}
	if kind := v.name(dict.Get("FT")); kind != "" {
		node.kind = kind
	}
	if flags, ok := v.integer(dict.Get("Ff")); ok {
		node.flags = flags
	}
	if node.kind == fieldTypeSignature && v.dict(dict.Get("V")) != nil {
		node.signed = true
	}
	return node
}
