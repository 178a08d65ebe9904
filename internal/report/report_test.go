package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/verify"
)

// sample is a report with every member filled in.
func sample() *verify.Report {
	at := time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)
	signer := verify.Certificate{Fingerprint: "aa", Serial: "01", Issuer: "CN=CA", Subject: "CN=SECRET", NotBefore: at, NotAfter: at, Raw: ca.DER(ca.Sign)}
	return &verify.Report{
		Format: verify.FormatPDF, Time: at, Policy: verify.Policy{Name: "jsign"}, EmptyFields: []string{"Empty"},
		Signatures: []verify.Signature{{
			Field: "Field", Format: "ETSI.CAdES.detached", Integrity: verify.Intact, Coverage: verify.CoversRevision, Changes: verify.ChangesForbidden,
			Indication: verify.TotalFailed, SubIndication: verify.FormatFailure, Signer: &signer,
			Chain:      []verify.Certificate{signer, {Fingerprint: "bb", Subject: "CN=CA"}},
			Revocation: verify.RevocationNotChecked, ClaimedTime: at, DigestAlgorithm: "SHA-256", SignatureAlgorithm: "RSA",
			Findings: []verify.Finding{{Code: "code", Severity: verify.Failure, Clause: "clause", Message: lang.M("fault", "問題")}},
		}},
		Findings: []verify.Finding{{Code: "other", Severity: verify.Info, Message: lang.M("remark", "備考")}},
	}
}

func TestJSON(t *testing.T) {
	var out bytes.Buffer
	if err := JSON(&out, sample(), Options{File: "a.pdf", Language: lang.Japanese}); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	s := got["signatures"].([]any)[0].(map[string]any)
	for member, want := range map[string]any{
		"field": "Field", "format": "ETSI.CAdES.detached", "integrity": "intact", "coverage": "revision", "changes": "forbidden",
		"indication": "TOTAL-FAILED", "subIndication": "FORMAT_FAILURE", "revocation": "not-checked", "claimedTime": "2026-04-01T09:00:00Z",
	} {
		if s[member] != want {
			t.Errorf("%s: got %v, want %v", member, s[member], want)
		}
	}
	if got["version"] != 1.0 || got["valid"] != false || got["file"] != "a.pdf" || got["emptyFields"].([]any)[0] != "Empty" {
		t.Errorf("got %v", got)
	}
	finding := s["findings"].([]any)[0].(map[string]any)
	if finding["code"] != "code" || finding["severity"] != "error" || finding["message"] != "問題" {
		t.Errorf("got %v", finding)
	}
}

func TestZeroReportIsUnknown(t *testing.T) {
	var out bytes.Buffer
	if err := JSON(&out, &verify.Report{Signatures: make([]verify.Signature, 1)}, Options{}); err != nil {
		t.Fatal(err)
	}
	for _, member := range []string{"format", "integrity", "coverage", "changes", "indication", "revocation"} {
		if !strings.Contains(out.String(), `"`+member+`": "unknown"`) {
			t.Errorf("%s is not unknown:\n%s", member, out.String())
		}
	}
	if !strings.Contains(out.String(), `"valid": false`) {
		t.Error("valid")
	}
}

func TestIdentityIsHidden(t *testing.T) {
	secrets := []string{"SECRET", "見本", `"certificate"`}
	for _, language := range []lang.Language{lang.English, lang.Japanese} {
		var text, object bytes.Buffer
		if err := Text(&text, sample(), Options{Language: language}); err != nil {
			t.Fatal(err)
		}
		if err := JSON(&object, sample(), Options{Language: language}); err != nil {
			t.Fatal(err)
		}
		for _, secret := range secrets {
			if strings.Contains(text.String(), secret) || strings.Contains(object.String(), secret) {
				t.Errorf("%q is shown", secret)
			}
		}
	}
	var text, object bytes.Buffer
	if err := Text(&text, sample(), Options{ShowIdentity: true}); err != nil {
		t.Fatal(err)
	}
	if err := JSON(&object, sample(), Options{ShowIdentity: true}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text.String(), "見本") || !strings.Contains(object.String(), "SECRET") {
		t.Error("the identity is not shown when it is asked for")
	}
}

func TestHeadlines(t *testing.T) {
	good := verify.Signature{Indication: verify.TotalPassed, Revocation: verify.RevocationGood}
	unchecked := verify.Signature{Indication: verify.TotalPassed, Revocation: verify.RevocationNotChecked}
	unclear := verify.Signature{Indication: verify.Indeterminate}
	bad := verify.Signature{Indication: verify.TotalFailed}
	tests := []struct {
		signatures []verify.Signature
		en, ja     string
	}{
		{nil, "not signed", "署名がありません"},
		{[]verify.Signature{good}, "valid", "有効"},
		{[]verify.Signature{good, unchecked}, "valid, revocation not checked", "有効・失効は未確認"},
		{[]verify.Signature{good, unclear}, "not proven valid", "有効と確認できません"},
		{[]verify.Signature{bad, unclear}, "INVALID", "無効"},
		{[]verify.Signature{unclear, bad}, "INVALID", "無効"},
		{make([]verify.Signature, 1), "not proven valid", "有効と確認できません"},
	}
	for _, tt := range tests {
		for language, want := range map[lang.Language]string{lang.English: tt.en, lang.Japanese: tt.ja} {
			var out bytes.Buffer
			if err := Text(&out, &verify.Report{Signatures: tt.signatures}, Options{Language: language}); err != nil {
				t.Fatal(err)
			}
			if first, _, _ := strings.Cut(out.String(), "\n"); first != want {
				t.Errorf("got %q, want %q", first, want)
			}
		}
	}
}

func TestTextCannotSteerTheTerminal(t *testing.T) {
	r := sample()
	r.Signatures[0].Field = "evil\x1b[2J\r\u202e"
	var out bytes.Buffer
	if err := Text(&out, r, Options{}); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(out.String(), "\x1b\r\u202e") {
		t.Errorf("%q", out.String())
	}
}
