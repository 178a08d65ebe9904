package pdf

// BelievedLinearized reports whether readers take the file for linearized (annex F):
// its first object is a linearization dictionary whose /L is the length of the
// file. They begin with the cross-references behind that object then, and need
// not come to what startxref at the end of the file leads to.
func (f *File) BelievedLinearized() (bool, error) {
	b, err := f.src.window(0, headerSearch)
	if err != nil {
		return false, err
	}
	i := firstHeader(b)
	if i < 0 {
		return false, nil
	}
	x, err := f.indirectAt(int64(headerStart(b, i)))
	if rebuildable(err) {
		return false, nil
	}
	d, _ := x.object.(Dict)
	length, _ := d.Get("L").(Integer)
	size := f.src.size
	return err == nil && d.Has("Linearized") && (int64(length) == size || int64(length) == size-f.header), err
}
