package report

import (
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/verify"
)

// Headline is the verdict on a file in a few words.
func Headline(r *verify.Report) lang.Message { return headline(r) }

// Reason is the first thing that speaks against a file; ok is false when nothing
// does.
func Reason(r *verify.Report) (m lang.Message, ok bool) {
	for _, s := range r.Signatures {
		if s.Indication == verify.TotalPassed {
			continue
		}
		if m, ok := firstFailure(s.Findings); ok {
			return m, true
		}
	}
	if m, ok := firstFailure(r.Findings); ok {
		return m, true
	}
	for _, s := range r.Signatures {
		if s.Indication != verify.TotalPassed {
			return lang.M("%s", "%s", outcome(&s)), true
		}
	}
	for _, rule := range r.Rules {
		if rule.State == verify.RuleUnmet {
			return lang.M("%s: %v", "%s: %v", rule.ID, rule.Demand), true
		}
	}
	return lang.Message{}, false
}

func firstFailure(list []verify.Finding) (lang.Message, bool) {
	for _, f := range list {
		if f.Severity != verify.Info {
			return f.Message, true
		}
	}
	return lang.Message{}, false
}

// RevocationWord is a state of revocation in a word or two.
func RevocationWord(r verify.Revocation) lang.Message {
	switch r {
	case verify.RevocationGood:
		return lang.M("not revoked", "失効なし")
	case verify.RevocationRevoked:
		return lang.M("REVOKED", "失効")
	case verify.RevocationMissing:
		return lang.M("could not be checked", "確認不可")
	}
	return lang.M("not checked", "未確認")
}
