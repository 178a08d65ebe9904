package verify

import (
	"strings"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pades"
	"github.com/jsign-jp/jsign/internal/pdf"
)

// signature judges one signature: its byte range, its value, and what came
// after.
func (c *pdfCase) signature(i int) (Signature, error) {
	s, proof := &c.document.Signatures[i], c.proofs[i]
	out := Signature{Indication: Indeterminate}
	var err error
	if proof.Contents != nil {
		if out, err = c.value(i); err != nil {
			return out, err
		}
	}
	out.Field, out.Format = c.fieldName(s.Field.Name), string(s.SubFilter())
	if out.ClaimedTime.IsZero() {
		out.ClaimedTime = c.claimedTime(s)
	}
	out.Coverage, out.Changes = coverageOf(proof), ChangesUnknown
	if !proof.OK() {
		out.reject(Finding{Code: proof.Code, Severity: Failure, Clause: "ISO 32000-2, 12.8.1", Message: proof.Fault})
		return out, nil
	}
	return out, c.changes(s, proof, &out)
}

// fieldName is empty where names are encrypted.
func (c *pdfCase) fieldName(name string) string {
	if c.document.File.Locked() {
		return ""
	}
	return name
}

// claimedTime reads /M, which the signer writes as he likes (12.8.1).
func (c *pdfCase) claimedTime(s *pades.Signature) time.Time {
	o, err := c.document.File.Resolve(s.Dict.Get("M"))
	text, ok := o.(pdf.String)
	if err != nil || !ok {
		return time.Time{}
	}
	value := strings.TrimSuffix(strings.ReplaceAll(pades.Text(text), "'", ""), "Z")
	for _, layout := range []string{"D:20060102150405-0700", "D:20060102150405"} {
		if at, err := time.Parse(layout, value); err == nil {
			return at
		}
	}
	return time.Time{}
}

// reject is for faults that leave no doubt: nothing is known then to be as it
// was signed.
func (out *Signature) reject(f Finding) {
	out.Findings = append([]Finding{f}, out.Findings...)
	out.Integrity = Broken
	out.Indication, out.SubIndication = TotalFailed, FormatFailure
}

func coverageOf(p *pades.Proof) Coverage {
	switch {
	case !p.OK():
		return CoversNothing
	case p.Whole:
		return CoversFile
	}
	return CoversRevision
}

// changes judges what was changed after a signature was made.
func (c *pdfCase) changes(s *pades.Signature, proof *pades.Proof, out *Signature) error {
	diff, err := c.document.Compare(s, proof)
	if err != nil {
		return err
	}
	switch diff.Outcome {
	case pades.Unchanged:
		out.Changes = ChangesNone
	case pades.PermittedChanges:
		out.Changes = ChangesPermitted
	case pades.ForbiddenChanges:
		out.forbid(findingsOf(diff)...)
	case pades.UnknownChanges:
		out.unknownChanges(findingsOf(diff)...)
	}
	return nil
}

func findingsOf(diff *pades.Difference) (list []Finding) {
	for _, v := range diff.Violations {
		list = append(list, Finding{Code: "change-" + v.Rule, Severity: Failure, Clause: v.Clause, Message: v.Message()})
	}
	return list
}

// forbid is for changes that nobody may make. They come before what else speaks
// against the signature.
func (out *Signature) forbid(why ...Finding) {
	out.Changes, out.Indication, out.SubIndication = ChangesForbidden, TotalFailed, FormatFailure
	out.Findings = append(why, out.Findings...)
}

// unknownChanges is for changes that could not be judged.
func (out *Signature) unknownChanges(why ...Finding) {
	out.Changes = ChangesUnknown
	if out.Indication == TotalPassed {
		out.Indication, out.SubIndication = Indeterminate, NoSubIndication
	}
	out.Findings = append(out.Findings, why...)
}

// formFault is a signature whose value does not have the form of its SubFilter.
func formFault(code, en, ja string, args ...any) Signature {
	var out Signature
	out.reject(Finding{Code: code, Severity: Failure, Message: lang.M(en, ja, args...)})
	return out
}
