package pades

import "github.com/jsign-jp/jsign/internal/pdf"

// compareDSS: validation data may be added at every level, and none removed.
func (c *comparison) compareDSS(value pdf.Object) {
	old := c.catalog.Get("DSS")
	if value == nil {
		if old != nil {
			c.forbid("dss-removed", c.root, -1, "the validation data (DSS) was removed", "検証情報（DSS）が削除されました")
		}
		return
	}
	now, ok := c.container(value)
	if !ok {
		c.forbid("dss-form", c.root, -1, "/DSS is no dictionary", "/DSSが辞書ではありません")
		return
	}
	if !now.Has("Certs") && !now.Has("CRLs") && !now.Has("OCSPs") && !now.Has("VRI") {
		c.forbid("dss-form", c.root, -1, "the validation data (DSS) is empty", "検証情報（DSS）が空です")
	}
	before := c.dict(old)
	c.single("dss-form", c.root, before, now)
	for _, e := range now {
		switch {
		case storeKeys().has(e.Key):
			c.compareStreams(e.Value)
		case e.Key == "VRI":
			c.compareVRI(before.Get("VRI"), e.Value)
		case e.Key == "Type" && c.later.name(e.Value) == "DSS":
		case !same(before.Get(e.Key), e.Value):
			c.forbid("dss-form", c.root, -1, "/%s does not belong into the validation data (DSS)", "検証情報（DSS）に/%sという項目があります", string(e.Key))
		}
	}
	c.kept(before, now)
	c.purpose = true
}

// container accepts a dictionary that may be rewritten whole.
func (c *comparison) container(o pdf.Object) (pdf.Dict, bool) {
	c.accept(o)
	d, ok := c.later.resolve(o).(pdf.Dict)
	return d, ok
}

// kept: no key was removed.
func (c *comparison) kept(before, now pdf.Dict) {
	for _, e := range before {
		if e.Key != "Type" && e.Value != nil && !now.Has(e.Key) {
			c.forbid("dss-removed", c.root, -1, "/%s was removed from the validation data (DSS)", "検証情報（DSS）から/%sが削除されました", string(e.Key))
		}
	}
}

func (c *comparison) compareVRI(old, value pdf.Object) {
	now, ok := c.container(value)
	if !ok {
		c.forbid("dss-form", c.root, -1, "/VRI is no dictionary", "/VRIが辞書ではありません")
		return
	}
	before := c.dict(old)
	for _, e := range now {
		c.compareVRIEntry(before.Get(e.Key), e.Value)
	}
	c.kept(before, now)
}

// compareVRIEntry compares what is kept for one signature.
func (c *comparison) compareVRIEntry(old, value pdf.Object) {
	now, ok := c.container(value)
	if !ok {
		c.forbid("dss-form", c.root, -1, "an entry of /VRI is no dictionary", "/VRIの項目が辞書ではありません")
		return
	}
	before := c.dict(old)
	for _, e := range now {
		switch {
		case vriKeys().has(e.Key):
			c.compareStreams(e.Value)
		case e.Key == "Type", e.Key == "TU", e.Key == "TS":
			c.compareVRIValue(e.Key, e.Value)
		default:
			c.forbid("dss-form", c.root, -1, "/%s does not belong into the validation data (DSS)", "検証情報（DSS）に/%sという項目があります", string(e.Key))
		}
	}
	c.kept(before, now)
}

func (c *comparison) compareVRIValue(key pdf.Name, value pdf.Object) {
	c.explain(value)
	ok := false
	switch v := c.later.resolve(value).(type) {
	case pdf.Name:
		ok = key == "Type" && v == "VRI"
	case pdf.String:
		ok = key == "TU" || key == "TS"
	case *pdf.Stream:
		ok = key == "TS"
	}
	if !ok {
		c.forbid("dss-form", c.root, -1, "/%s of the validation data (DSS) has a wrong value", "検証情報（DSS）の/%sの値が不正です", string(key))
	}
}

// compareStreams: a list of streams. One that is out of date may be left out; it
// stays in the file.
func (c *comparison) compareStreams(value pdf.Object) {
	c.accept(value)
	list, ok := c.later.resolve(value).(pdf.Array)
	if !ok {
		c.forbid("dss-form", c.root, -1, "a list of the validation data (DSS) is no array", "検証情報（DSS）の一覧が配列ではありません")
		return
	}
	for _, o := range list {
		ref, indirect := o.(pdf.Ref)
		if _, isStream := c.later.resolve(o).(*pdf.Stream); !indirect || !isStream {
			c.forbid("dss-form", c.root, -1, "the validation data (DSS) holds something that is no stream", "検証情報（DSS）にストリームではないものがあります")
			continue
		}
		if c.resolve(ref) == nil || !c.differs(ref) {
			c.explain(ref)
		}
	}
}
