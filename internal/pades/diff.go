package pades

import "github.com/jsign-jp/jsign/internal/lang"

// Outcome is the judgement on what was changed after a signature.
type Outcome int

// The outcomes.
const (
	UnknownChanges   Outcome = iota
	Unchanged                // no later revision
	PermittedChanges         // what the later revisions change is permitted
	ForbiddenChanges
)

// Difference is what the later revisions changed.
type Difference struct {
	Outcome    Outcome
	Violations []Violation
}

// Violation is one change that is not permitted.
type Violation struct {
	Rule   string
	Clause string
	reason lang.Message
}

// Message says what was changed.
func (v Violation) Message() lang.Message { return v.reason }

// Compare is a stub.
func (d *Document) Compare(s *Signature, p *Proof) (*Difference, error) {
	if p.Revision == len(d.File.Revisions())-1 {
		return &Difference{Outcome: Unchanged}, nil
	}
	return &Difference{Outcome: UnknownChanges}, nil
}
