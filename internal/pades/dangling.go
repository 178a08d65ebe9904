package pades

import "github.com/jsign-jp/jsign/internal/pdf"

// dangling are the numbers of objects that are referred to and do not exist. A
// new object with such a number would turn up where nothing was: as the value of
// another field, say.
type dangling struct {
	rev  *pdf.Revision
	nums map[uint32]bool
	err  error
}

// findDangling looks at what the form, the catalog and the page refer to.
func findDangling(rev *pdf.Revision, p *Plan) (map[uint32]bool, error) {
	d := dangling{rev: rev, nums: make(map[uint32]bool)}
	d.look(p.catalog.dict)
	d.look(p.perms.dict)
	d.look(p.form.Dict)
	d.look(p.form.roots)
	for _, f := range p.form.Fields {
		d.look(f.Dict)
		for _, kid := range f.Kids {
			d.look(kid.Dict)
		}
	}
	d.look(p.page.dict)
	d.look(p.page.list)
	return d.nums, d.err
}

// look visits a direct object. Its nesting is bounded by the reader's limits.
func (d *dangling) look(o pdf.Object) {
	switch o := o.(type) {
	case pdf.Ref:
		at, err := d.rev.Locate(o.Num)
		if err != nil && d.err == nil {
			d.err = err
		}
		if at.Free {
			d.nums[o.Num] = true
		}
	case pdf.Dict:
		for _, e := range o {
			d.look(e.Value)
		}
	case pdf.Array:
		for _, e := range o {
			d.look(e)
		}
	}
}
