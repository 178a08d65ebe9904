package pdf

// Catalog returns the document catalog and its reference.
func (r *Revision) Catalog() (Ref, Dict, error) { return Ref{}, nil, nil }

// AcroForm returns the interactive form dictionary. ref is the zero Ref when the
// dictionary stands directly in the catalog; form is nil when there is none.
func (r *Revision) AcroForm() (ref Ref, form Dict, err error) { return Ref{}, nil, nil }

// Page returns the page with the index i, the first being 0. ref is the zero Ref
// when the page is not an indirect object, as it should be. An index beyond the
// last page is ErrNoPage.
func (r *Revision) Page(i int) (ref Ref, page Dict, err error) { return Ref{}, nil, nil }

// PageCount counts the leaves of the page tree; /Count is not believed.
func (r *Revision) PageCount() (int, error) { return 0, nil }

// Pages calls yield for each page in order until it returns false. A page tree
// that runs in a circle is *Malformed.
func (r *Revision) Pages(yield func(i int, ref Ref, page Dict) bool) error { return nil }

// Inherited returns the value of key (Resources, MediaBox, CropBox, Rotate) for
// a page, from the page or the nearest ancestor that has it, resolved; nil when
// none has.
func (r *Revision) Inherited(page Dict, key Name) (Object, error) { return nil, nil }
