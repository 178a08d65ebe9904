package bundle

import (
	"archive/zip"
	"bytes"
	"cmp"
	"crypto/sha256"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// Contents is what goes into a bundle.
type Contents struct {
	Document Document
	Policy   Policy
	// Files are what the user named: --crl, --ocsp and the like.
	Files revocation.Material
	// Recorder is the Fetcher of the judgement; nil when none was asked.
	Recorder *Recorder
	// Used are further certificates, CRLs, OCSP responses and tokens that were used
	// and are kept for whoever looks into the bundle.
	Used []Item
	// Reports are the reports by file name.
	Reports map[string][]byte
}

// Kind is a kind of evidence: the folder it is kept in.
type Kind string

// The kinds.
const (
	Certificate Kind = "certificates"
	CRL         Kind = "crls"
	OCSP        Kind = "ocsps"
	Token       Kind = "tokens"
)

// extension is that of the kind's files.
func (k Kind) extension() string {
	switch k {
	case CRL:
		return ".crl"
	case OCSP:
		return ".ors"
	case Token:
		return ".tst"
	}
	return ".cer"
}

// Item is one piece of evidence, in DER.
type Item struct {
	Kind Kind
	DER  []byte
}

// Write writes a bundle. The same contents make the same octets.
func Write(dst io.Writer, c Contents) error {
	w := &writer{files: make(map[string][]byte)}
	c.Policy.Anchors = slices.Clone(c.Policy.Anchors)
	if c.Policy.Anchors == nil {
		c.Policy.Anchors = []Anchor{}
	}
	x := index{
		Version: Version, File: c.Document, Policy: c.Policy, Files: w.material(c.Files),
		Answers: []answer{}, Used: []string{}, Reports: slices.Sorted(maps.Keys(c.Reports)), Time: c.Policy.Time,
	}
	for i := range x.Policy.Anchors {
		a := &x.Policy.Anchors[i]
		a.File = w.add(Certificate, a.Certificate.Raw)
	}
	if c.Recorder != nil {
		x.Answers = w.answers(c.Recorder)
	}
	for _, item := range c.Used {
		x.Used = append(x.Used, w.add(item.Kind, item.DER))
	}
	slices.Sort(x.Used)
	x.Used = slices.Compact(x.Used)
	list, err := x.marshal()
	if err != nil {
		return err
	}
	w.files[indexName] = list
	for name, text := range c.Reports {
		w.files[name] = text
	}
	return w.zip(dst)
}

// writer collects the files of a bundle by name.
type writer struct{ files map[string][]byte }

// add keeps a piece of evidence once and returns its file's name.
func (w *writer) add(k Kind, der []byte) string {
	file := string(k) + "/" + name(sha256.Sum256(der)) + k.extension()
	w.files[file] = der
	return file
}

func (w *writer) material(m revocation.Material) (out material) {
	for _, c := range m.Certificates {
		out.Certificates = append(out.Certificates, w.add(Certificate, c.Raw))
	}
	for _, l := range m.CRLs {
		out.CRLs = append(out.CRLs, w.add(CRL, l.Raw))
	}
	for _, o := range m.OCSPs {
		out.OCSPs = append(out.OCSPs, w.add(OCSP, o.Raw))
	}
	return out
}

func (w *writer) answers(r *Recorder) []answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := []answer{}
	for _, q := range slices.SortedFunc(maps.Keys(r.answers), compareQuestions) {
		m := r.answers[q]
		a := answer{Certificate: name(q.certificate), Issuer: name(q.issuer), Material: w.material(m), Attempts: []attempt{}}
		for _, t := range m.Attempts {
			a.Attempts = append(a.Attempts, w.attempt(t))
		}
		list = append(list, a)
	}
	return list
}

func compareQuestions(a, b question) int {
	return cmp.Or(bytes.Compare(a.certificate[:], b.certificate[:]), bytes.Compare(a.issuer[:], b.issuer[:]))
}

func (w *writer) attempt(t revocation.Attempt) attempt {
	out := attempt{Location: t.Location, Cached: t.Cached}
	if t.CRL != nil {
		out.CRL = w.add(CRL, t.CRL.Raw)
	}
	if t.OCSP != nil {
		out.OCSP = w.add(OCSP, t.OCSP.Raw)
	}
	if t.Err != nil {
		out.Error = &sentence{lang.Explain(t.Err, lang.English), lang.Explain(t.Err, lang.Japanese)}
	}
	return out
}

// zip writes the files in the order of their names, dated alike.
func (w *writer) zip(dst io.Writer) error {
	z := zip.NewWriter(dst)
	for _, file := range slices.Sorted(maps.Keys(w.files)) {
		header := &zip.FileHeader{Name: file, Method: zip.Deflate}
		header.Modified = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC) // ZIP's first day: contents decide, not the clock
		f, err := z.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := f.Write(w.files[file]); err != nil {
			return err
		}
	}
	return z.Close()
}

// Add keeps certificates for a path, of whatever origin.
func (c *Contents) Add(list ...*trust.Certificate) {
	for _, x := range list {
		c.Used = append(c.Used, Item{Certificate, x.Raw})
	}
}
