package pades

import "github.com/jsign-jp/jsign/internal/pdf"

// ReadDSS is DSSReader.Read for one revision.
func ReadDSS(rev *pdf.Revision) (ValidationData, error) {
	var d DSSReader
	return d.Read(rev)
}

// DSSReader reads the document security stores of a document's revisions, each
// stream once. It belongs to one goroutine.
type DSSReader struct {
	streams map[pdf.Location][]byte
	size    int
}

// Read returns what the store of a revision holds, /VRI included, each stream once;
// the zero value without one. Nothing of it is looked at. Streams that cannot be read,
// or of which there are too many, are left out. Errors are those of reading the
// document's structure.
func (d *DSSReader) Read(rev *pdf.Revision) (data ValidationData, err error) {
	_, catalog, err := rev.Catalog()
	if err != nil {
		return data, err
	}
	v := view{rev: rev}
	store := v.dict(catalog.Get("DSS"))
	seen := make(map[pdf.Ref]bool)
	add := func(from pdf.Dict, keys dssKeys) {
		keys.each(&data, func(key pdf.Name, list *[][]byte) {
			for _, o := range v.array(from.Get(key)) {
				ref, indirect := o.(pdf.Ref)
				if !indirect || seen[ref] || len(seen) == maxStreams {
					continue
				}
				seen[ref] = true
				if octets := d.stream(&v, ref); octets != nil {
					*list = append(*list, octets)
				}
			}
		})
	}
	add(store, storeKeys())
	for i, e := range v.dict(store.Get("VRI")) {
		if i == maxStreams {
			break
		}
		add(v.dict(e.Value), vriKeys())
	}
	return data, v.err
}

// stream returns a stream's data, decoded; nil when it cannot be had.
func (d *DSSReader) stream(v *view, ref pdf.Ref) []byte {
	at, err := v.rev.Locate(ref.Num)
	if err != nil {
		v.err = err
		return nil
	}
	if octets, ok := d.streams[at]; ok {
		return octets
	}
	stream, ok := v.resolve(ref).(*pdf.Stream)
	if !ok || d.size >= maxDSS {
		return nil
	}
	octets, err := stream.Decode(min(maxContents, maxDSS-d.size))
	if err != nil {
		octets = nil
	}
	d.size += len(octets)
	if d.streams == nil {
		d.streams = make(map[pdf.Location][]byte)
	}
	d.streams[at] = octets
	return octets
}
