package pades

import "github.com/jsign-jp/jsign/internal/pdf"

// keepStructure keeps the structure tree (14.7).
func (g *signed) keepStructure() {
	g.walk(g.catalog.Get("StructTreeRoot"), origin{-1, ruleStructure})
}

func (c *comparison) compareStructure(old, value pdf.Object) {
	if !same(old, value) {
		c.forbid(ruleStructure, c.root, -1, "the document's structure tree was replaced", "文書の構造ツリーが置き換えられました")
	}
}
