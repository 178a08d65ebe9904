package pades

import "github.com/jsign-jp/jsign/internal/pdf"

// compareTrailer: the document information may be another one, /ID keeps its
// first half; everything else stays (7.5.5).
func (c *comparison) compareTrailer() {
	c.single(ruleTrailer, pdf.Ref{}, c.rev.Trailer, c.later.rev.Trailer)
	entries(c.rev.Trailer, c.later.rev.Trailer, func(key pdf.Name, old, value pdf.Object) {
		switch key {
		case "Size":
			c.compareSize()
		case "Prev", "XRefStm", "Type", "Index", "W", "Filter", "DecodeParms", "Length", "AdditionalStreams", "DocChecksum":
			c.explain(value) // of the file, and of LibreOffice
		case "Root":
			c.compareRoot(value)
		case "Info":
		case "ID":
			c.compareID(old, value)
		default:
			c.forbid(ruleTrailer, pdf.Ref{}, -1, "/%s of the trailer was changed", "トレーラーの/%sが変更されました", string(key))
		}
	})
	c.compareInfo(c.later.rev.Trailer.Get("Info"))
}

// compareSize: objects from /Size on are missing, so that another one would take
// some away or bring some to light (7.5.5).
func (c *comparison) compareSize() {
	if !c.rev.Sized() || !c.newest.rev.Sized() {
		c.forbid(ruleTrailer, pdf.Ref{}, -1, "/%s of the trailer was changed", "トレーラーの/%sが変更されました", "Size")
	}
}

// compareRoot: the catalog may be written again under a new number; its entries
// are compared in any case.
func (c *comparison) compareRoot(value pdf.Object) {
	ref, ok := value.(pdf.Ref)
	if _, kept := c.mustStay(c.root.Num); !ok || kept || c.resolve(ref) != nil {
		c.forbid(ruleTrailer, ref, -1, "the document was replaced by another one", "文書全体が別のものに置き換えられました")
	}
	c.explained[ref.Num] = true
}

// compareInfo: the document information shows nowhere on the pages.
func (c *comparison) compareInfo(value pdf.Object) {
	if _, isDict := c.later.resolve(value).(pdf.Dict); !isDict && c.later.resolve(value) != nil {
		c.forbid(ruleTrailer, pdf.Ref{}, -1, "/%s of the trailer was changed", "トレーラーの/%sが変更されました", "Info")
		return
	}
	c.explain(value)
}

// compareID: the first half is a part of the encryption.
func (c *comparison) compareID(old, value pdf.Object) {
	before, after := c.array(old), c.later.array(value)
	if c.rev.Trailer.Has("Encrypt") && len(before) > 0 && (len(after) == 0 || !same(c.resolve(before[0]), c.later.resolve(after[0]))) {
		c.forbid(ruleTrailer, pdf.Ref{}, -1, "the document's identifier was changed", "文書の識別子（/ID）が変更されました")
	}
	c.explain(value)
}

// compareCatalog: the form, the validation data and the metadata have rules of
// their own; everything else stays.
func (c *comparison) compareCatalog() {
	_, catalog, err := c.later.rev.Catalog()
	if err != nil {
		c.later.err = err
		return
	}
	c.explained[c.root.Num] = true
	c.single(ruleCatalog, c.root, c.catalog, catalog)
	entries(c.catalog, catalog, func(key pdf.Name, old, value pdf.Object) {
		switch key {
		case "AcroForm", "DSS", "StructTreeRoot":
		case "Extensions":
			c.compareExtensions(old, value)
		case "Metadata":
			c.compareMetadata(value)
		case "Version":
			c.compareVersion(old, value)
		default:
			c.forbid(ruleCatalog, c.root, -1, "/%s of the document was changed", "文書の/%sが変更されました", string(key))
		}
	})
	c.compareMetadata(catalog.Get("Metadata"))
	c.explain(catalog.Get("Extensions"))
	c.compareForm(catalog.Get("AcroForm"))
	c.compareDSS(catalog.Get("DSS"))
	c.compareStructure(c.catalog.Get("StructTreeRoot"), catalog.Get("StructTreeRoot"))
}

// compareExtensions: developer extensions (7.12) may be added.
func (c *comparison) compareExtensions(old, value pdf.Object) {
	after := c.later.dict(value)
	for _, e := range c.dict(old) {
		if !after.Has(e.Key) {
			c.forbid(ruleCatalog, c.root, -1, "an extension was removed from the document", "文書の拡張情報（/Extensions）が削除されました")
		}
	}
	if value != nil && after == nil {
		c.forbid(ruleCatalog, c.root, -1, "/%s of the document was changed", "文書の/%sが変更されました", "Extensions")
	}
}

// compareMetadata: document-level metadata shows nowhere on the pages.
func (c *comparison) compareMetadata(value pdf.Object) {
	if value == nil {
		return
	}
	if _, ok := c.later.resolve(value).(*pdf.Stream); !ok {
		c.forbid(ruleCatalog, c.root, -1, "/%s of the document was changed", "文書の/%sが変更されました", "Metadata")
		return
	}
	c.explain(value)
}

func (c *comparison) compareVersion(old, value pdf.Object) {
	before, _ := c.resolve(old).(pdf.Name)
	after, ok := c.later.resolve(value).(pdf.Name)
	if !ok || after < before {
		c.forbid(ruleCatalog, c.root, -1, "/%s of the document was changed", "文書の/%sが変更されました", "Version")
	}
}
