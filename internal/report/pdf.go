package report

import (
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/verify"
)

// changes tells what became of a PDF after it was signed; there is nothing to
// tell when nothing followed.
func changes(s *verify.Signature) (lang.Message, bool) {
	switch {
	case s.Changes == verify.ChangesForbidden:
		return lang.M("later changes: NOT PERMITTED", "署名後の変更: 許可されていない変更があります"), true
	case s.Changes == verify.ChangesPermitted:
		return lang.M("later changes: permitted ones only; this signature covers the document as it was then", "署名後の変更: 許可された変更のみです。この署名は署名時点の文書を対象としています"), true
	case s.Coverage == verify.CoversNothing:
		return lang.M("coverage: the signature does not cover the document", "署名の範囲: 文書を対象としていません"), true
	case s.Changes == verify.ChangesUnknown && s.Coverage == verify.CoversRevision:
		return lang.M("later changes: could not be judged", "署名後の変更: 判定できません"), true
	}
	return lang.Message{}, false
}

// rules tells the outcome of a profile's rules.
func (t *text) rules(r *verify.Report) {
	if r.Profile == "" || len(r.Signatures) == 0 {
		return
	}
	if r.Conforms() {
		t.line(0, lang.M("profile %s: the published rules are met", "プロファイル%s: 公表されている要件を満たしています", string(r.Profile)))
	} else {
		t.line(0, lang.M("profile %s: the published rules are NOT met", "プロファイル%s: 公表されている要件を満たしていません", string(r.Profile)))
	}
	field := ""
	for i, rule := range r.Rules {
		if i == 0 || rule.Field != field {
			field = rule.Field
			t.line(1, lang.M("field: %s", "署名欄: %s", field))
		}
		t.line(1, lang.M("%s %v: %v (%s)", "%s %v: %v（%s）", rule.ID, stateWord(rule.State), rule.Demand, rule.Value))
	}
}

func stateWord(s verify.RuleState) lang.Message {
	switch s {
	case verify.RuleMet:
		return lang.M("ok", "適合")
	case verify.RuleWarning:
		return lang.M("warning", "注意")
	}
	return lang.M("NOT MET", "不適合")
}

// emptyFields names the signature fields without a signature.
func (t *text) emptyFields(r *verify.Report) {
	for _, name := range r.EmptyFields {
		if name == "" {
			t.line(0, lang.M("empty signature field (its name is encrypted)", "未署名の署名欄（名前は暗号化されています）"))
			continue
		}
		t.line(0, lang.M("empty signature field: %s", "未署名の署名欄: %s", name))
	}
}
