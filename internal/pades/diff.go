package pades

import (
	"errors"
	"maps"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pdf"
)

// Outcome is the judgement on what was changed after a signature.
type Outcome int

// The outcomes.
const (
	UnknownChanges   Outcome = iota // the later revisions could not be compared
	Unchanged                       // there is no later revision
	PermittedChanges                // all that later revisions change is permitted
	ForbiddenChanges
)

// Difference is what the revisions after a signature changed.
type Difference struct {
	Outcome    Outcome
	Violations []Violation // of ForbiddenChanges; of UnknownChanges why, if that is known
}

// Violation is one change that is not permitted.
type Violation struct {
	Rule   string  // a stable word, such as "page-content"
	Object pdf.Ref // what was changed; the zero Ref for the document as a whole
	Page   int     // the index of the page that shows it; -1 when there is none
	Clause string  // of ISO 32000-2, such as "12.8.2.2"
	what   lang.Message
}

// Message says what was changed and where.
func (v Violation) Message() lang.Message {
	switch {
	case v.Object.IsZero():
		return v.what
	case v.Page < 0:
		return lang.M("%v (object %v)", "%v（オブジェクト %v）", v.what, v.Object)
	}
	return lang.M("%v (object %v, page %d)", "%v（オブジェクト %v、%d ページ）", v.what, v.Object, v.Page+1)
}

// Compare judges what became of the document after a signature whose byte range
// was proved: the revision that was signed against every later one, object by
// object. What no rule permits is forbidden (12.8.2.2).
func (d *Document) Compare(s *Signature, p *Proof) (*Difference, error) {
	revisions := d.File.Revisions()
	found := &Difference{Outcome: Unchanged}
	if err := d.compareReadings(found, p.Revision); err != nil {
		return notCompared(d.File, err)
	}
	if p.Revision == len(revisions)-1 {
		return found, nil
	}
	signed, err := newSigned(d, s, revisions[p.Revision])
	if err != nil {
		return notCompared(d.File, err)
	}
	if found.Outcome == Unchanged {
		found.Outcome = PermittedChanges
	}
	if err := d.compareBytes(found, p.Revision+1); err != nil {
		return notCompared(d.File, err)
	}
	if err := d.compareLinearized(found); err != nil {
		return notCompared(d.File, err)
	}
	listed, superseded, diffs := make(map[uint32]bool), make(map[uint32]bool), make(map[uint32]pdf.Object)
	for _, later := range revisions[p.Revision+1:] {
		c := comparison{signed: signed, later: view{rev: later}, newest: view{rev: d.File.Revision},
			diffs: diffs, listed: listed, superseded: superseded}
		if err := c.run(); err != nil {
			return notCompared(d.File, err)
		}
		maps.Copy(superseded, c.explained)
		if len(c.violations) > 0 {
			found.Outcome = ForbiddenChanges
			found.Violations = merge(found.Violations, c.violations)
		}
	}
	d.unlock(found, signed)
	return found, nil
}

// unlock: of a locked document names of fields and contents of streams are not
// known. What was decided by them is not known either.
func (d *Document) unlock(found *Difference, g *signed) {
	if !d.File.Locked() {
		return
	}
	unsure := found.Outcome == ForbiddenChanges
	for _, v := range found.Violations {
		unsure = unsure && (v.Rule == "annotation-covers" || v.Rule == "signature-covers")
	}
	for _, l := range g.permissions.Locks {
		named := l.Action == "Include" || l.Action == "Exclude"
		unsure = unsure || named && (found.Outcome == PermittedChanges || l.Action == "Exclude")
	}
	if unsure {
		found.Outcome, found.Violations = UnknownChanges, nil
	}
}

// compareBytes: what later revisions added must be what they list. Anything else
// is shown by readers that do not go by the cross-references.
func (d *Document) compareBytes(found *Difference, first int) error {
	for i := first; i < len(d.File.Revisions()); i++ {
		at, known := d.stray[i]
		if !known {
			var err error
			if at, err = d.File.Stray(i); err != nil {
				return err
			}
			d.stray[i] = at
		}
		if at >= 0 {
			found.Outcome = ForbiddenChanges
			found.Violations = append(found.Violations, Violation{Rule: "unlisted", Page: -1, Clause: "ISO 32000-2, 7.5.6",
				what: lang.M("at byte %d something was added that the cross-references do not list", "%d バイト目に、相互参照にない内容が追加されています", at)})
		}
	}
	return nil
}

// compareReadings compares what the two kinds of readers of a hybrid file see
// (7.5.8.4). A section must not have two objects of one number; and for those who
// pass over its stream, a later one must leave what was signed as it was.
func (d *Document) compareReadings(found *Difference, signed int) error {
	revisions := d.File.Revisions()
	for i, rev := range revisions {
		err := rev.Readings(func(r pdf.Reading) bool {
			if !r.Contested && (i <= signed || keepsPlain(revisions[signed], r)) {
				return true
			}
			found.Outcome = ForbiddenChanges
			found.Violations = merge(found.Violations, []Violation{{Rule: "two-readings", Object: pdf.Ref{Num: r.Num}, Page: -1, Clause: "ISO 32000-2, 7.5.8.4",
				what: lang.M("programs that do not know hybrid files see another document", "ハイブリッド形式に対応しないプログラムでは、別の内容の文書が表示されます")}})
			return len(found.Violations) < maxViolations
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// compareLinearized: a file that was appended to is no longer linearized. One that
// has grown to the length its first object states was made for readers that do
// not look at its end.
func (d *Document) compareLinearized(found *Difference) error {
	believed, err := d.File.BelievedLinearized()
	if believed {
		found.Outcome = ForbiddenChanges
		found.Violations = append(found.Violations, Violation{Rule: "two-readings", Page: -1, Clause: "ISO 32000-2, F.3.3",
			what: lang.M("programs that take the file for linearized see another document", "リニアライズされたファイルとして読むプログラムでは、別の内容の文書が表示されます")})
	}
	return err
}

// keepsPlain: an object is for plain readers what it was, or what it is for all.
func keepsPlain(signed *pdf.Revision, r pdf.Reading) bool {
	was, err := signed.LocatePlain(r.Num)
	return err == nil && (r.Plain.Same(was) || r.Plain.Same(r.Full))
}

// merge adds violations that are not known yet.
func merge(list, more []Violation) []Violation {
	for _, v := range more {
		known := len(list) >= maxViolations
		for _, old := range list {
			known = known || old.Rule == v.Rule && old.Object == v.Object
		}
		if !known {
			list = append(list, v)
		}
	}
	return list
}

// notCompared turns what keeps two revisions from being compared into an
// outcome: what cannot be decrypted or takes too much work is not known, and
// what is malformed is no revision that anybody may add.
func notCompared(f *pdf.File, err error) (*Difference, error) {
	var limit *pdf.LimitExceeded
	var bad *pdf.Malformed
	switch {
	case f.Locked():
		return &Difference{Outcome: UnknownChanges}, nil
	case errors.As(err, &limit):
		return &Difference{Outcome: UnknownChanges, Violations: []Violation{{Rule: "limit", Page: -1, what: limit.Message()}}}, nil
	case errors.As(err, &bad):
		return &Difference{Outcome: ForbiddenChanges, Violations: []Violation{{Rule: "malformed", Page: -1, what: bad.Message()}}}, nil
	case errors.Is(err, errTooMuch):
		return &Difference{Outcome: UnknownChanges, Violations: []Violation{{Rule: "limit", Page: -1,
			what: lang.M("comparing the revisions takes too much work", "版の比較に必要な処理量が多すぎます")}}}, nil
	}
	return nil, err
}

var errTooMuch = errors.New("too much to compare")
