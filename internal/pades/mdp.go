package pades

import (
	"strings"

	"github.com/jsign-jp/jsign/internal/pdf"
)

// NoCertification is the DocMDP level of a document that nothing restricts; the
// levels of the standard are 1 (no changes), 2 (forms and signatures) and 3
// (annotations too).
const NoCertification = 0

// Permissions are what the signatures of a document leave permitted: its DocMDP
// level (ISO 32000-2, 12.8.2.2) and the fields that are locked (12.8.2.4).
type Permissions struct {
	Level       int    // the strictest DocMDP level, NoCertification when there is none
	LevelBy     string // the field of the signature that sets Level
	Locks       []Lock
	UsageRights bool // there are usage rights (/UR3), which a further signature may void

	levelByLock bool // the /P of a lock sets Level: its signature certifies nothing
}

// Lock is a set of fields that may not change any more.
type Lock struct {
	By     string   // fully qualified name of the signature's field
	Action pdf.Name // All, Include or Exclude
	Fields []string // fully qualified names, of Include and Exclude
}

// Covers reports whether the lock holds the field of that name. A name in the
// list stands for the fields below it too.
func (l Lock) Covers(name string) bool {
	listed := false
	for _, f := range l.Fields {
		if name == f || strings.HasPrefix(name, f+".") {
			listed = true
		}
	}
	switch l.Action {
	case "Include":
		return listed
	case "Exclude":
		return !listed
	}
	return true // All; an action that is not known locks everything too
}

// ReadPermissions reads what the signatures of a revision permit.
func ReadPermissions(rev *pdf.Revision, signatures []Signature) (*Permissions, error) {
	p := &Permissions{}
	v := view{rev: rev}
	for i := range signatures {
		p.add(&v, &signatures[i])
	}
	_, catalog, err := rev.Catalog()
	if err != nil {
		return nil, err
	}
	perms := v.dict(catalog.Get("Perms"))
	p.UsageRights = perms.Has("UR3")
	p.addCertification(&v, perms.Get("DocMDP"), signatures)
	return p, v.err
}

// addCertification takes over the level of the signature that /Perms names: it
// counts even where no field leads to it.
func (p *Permissions) addCertification(v *view, o pdf.Object, signatures []Signature) {
	certification := Signature{Dict: v.dict(o)}
	for _, s := range signatures {
		if !s.Ref.IsZero() && s.Ref == o {
			certification.Field.Name = s.Field.Name
		}
	}
	for _, t := range certification.transforms(v) {
		if t.method == transformDocMDP {
			p.restrict(docMDPLevel(v, t.params), certification.Field.Name, false)
		}
	}
}

// add takes over the restrictions of one signature: its transforms, and the
// /Lock of its field, in force once the field is signed (table 236).
func (p *Permissions) add(v *view, s *Signature) {
	for _, t := range s.transforms(v) {
		switch t.method {
		case transformDocMDP:
			p.restrict(docMDPLevel(v, t.params), s.Field.Name, false)
		case transformFieldMDP:
			p.lock(v, t.params, s.Field.Name)
		}
	}
	p.lock(v, v.dict(s.Field.Dict.Get("Lock")), s.Field.Name)
}

// lock takes over FieldMDP parameters or a /Lock dictionary, which have the same
// keys. /P stands in the latter (PDF 2.0), and in the former where Acrobat wrote
// "lock document".
func (p *Permissions) lock(v *view, d pdf.Dict, by string) {
	if action := v.name(d.Get("Action")); action != "" {
		p.Locks = append(p.Locks, Lock{By: by, Action: action, Fields: v.texts(d.Get("Fields"))})
	}
	if d.Has("P") {
		p.restrict(docMDPLevel(v, d), by, true)
	}
}

// restrict keeps the strictest level (12.8.2.2: the most restrictive counts).
func (p *Permissions) restrict(level int, by string, byLock bool) {
	if p.Level == NoCertification || level < p.Level {
		p.Level, p.LevelBy, p.levelByLock = level, by, byLock
	}
}

// docMDPLevel reads /P; 2 is the default (table 257), and a value outside the
// standard counts as the strictest.
func docMDPLevel(v *view, params pdf.Dict) int {
	if !params.Has("P") {
		return 2
	}
	if n, ok := v.integer(params.Get("P")); ok && n >= 1 && n <= 3 {
		return int(n)
	}
	return 1
}

// permit returns *NotPermitted when signing the field of that name is forbidden.
// Levels 2 and 3 permit signing, in an existing field or in a new one that shows
// nothing on the page (ISO 32000-2, table 257).
func (p *Permissions) permit(field string) error {
	if p.Level == 1 {
		return notPermittedByLevel(p)
	}
	if lock := p.lockOn(field); lock != nil {
		return notPermittedByLock(lock.By, field)
	}
	return nil
}

func (p *Permissions) lockOn(field string) *Lock {
	for i := range p.Locks {
		if p.Locks[i].Covers(field) {
			return &p.Locks[i]
		}
	}
	return nil
}
