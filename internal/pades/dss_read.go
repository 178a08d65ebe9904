package pades

import "github.com/jsign-jp/jsign/internal/pdf"

// StoredKind tells what a stream of a document security store holds.
type StoredKind int

// The kinds.
const (
	StoredCertificate StoredKind = iota
	StoredCRL
	StoredOCSP
)

// Stored is one certificate, CRL or OCSP response of a document security store, in
// DER as it should be; nothing of it was looked at.
type Stored struct {
	Kind   StoredKind
	Octets []byte
}

// DSSReader reads the document security stores of a document's revisions, each
// stream once. It belongs to one goroutine.
type DSSReader struct {
	streams map[pdf.Location][]byte
	size    int
}

// Read returns what the store of a revision holds, /VRI included, nil without one.
// Streams that cannot be read, or of which there are too many, are left out.
// Errors are those of reading the document's structure.
func (d *DSSReader) Read(rev *pdf.Revision) ([]Stored, error) {
	_, catalog, err := rev.Catalog()
	if err != nil {
		return nil, err
	}
	v := view{rev: rev}
	store := v.dict(catalog.Get("DSS"))
	seen := make(map[pdf.Ref]bool)
	var all []Stored
	add := func(kind StoredKind, list pdf.Object) {
		for _, o := range v.array(list) {
			ref, indirect := o.(pdf.Ref)
			if !indirect || seen[ref] || len(all) == maxStreams {
				continue
			}
			seen[ref] = true
			if octets := d.stream(&v, ref); octets != nil {
				all = append(all, Stored{kind, octets})
			}
		}
	}
	lists := func(from pdf.Dict, certificates, crls, ocsps pdf.Name) {
		add(StoredCertificate, from.Get(certificates))
		add(StoredCRL, from.Get(crls))
		add(StoredOCSP, from.Get(ocsps))
	}
	lists(store, "Certs", "CRLs", "OCSPs")
	for i, e := range v.dict(store.Get("VRI")) {
		if i == maxStreams {
			break
		}
		lists(v.dict(e.Value), "Cert", "CRL", "OCSP")
	}
	return all, v.err
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
