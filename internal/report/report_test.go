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
			Chain: []verify.Certificate{signer, {Fingerprint: "bb", Subject: "CN=CA"}},
			Evidence: []verify.Evidence{
				{Certificate: signer, State: verify.RevocationRevoked, RevokedAt: at, Reason: "superseded", Sources: []verify.EvidenceSource{
					{Kind: "crl", Origin: verify.OriginEmbedded, Fingerprint: "cc", ThisUpdate: at, NextUpdate: at}}},
				{Certificate: verify.Certificate{Serial: "02"}, State: verify.RevocationGood, FreshUntil: at, Sources: []verify.EvidenceSource{
					{Kind: "ocsp", Origin: verify.OriginNetwork, Location: "http://ocsp.example", ThisUpdate: at}}},
				{Certificate: verify.Certificate{Serial: "03"}, State: verify.RevocationMissing, Tried: []verify.Finding{
					{Code: "revocation-refused", Severity: verify.Info, Message: lang.M("out of date", "期限切れ")}}},
			},
			Timestamps: []verify.Timestamp{
				{Kind: verify.SignatureTimestamp, Time: at, Indication: verify.TotalPassed, Revocation: verify.RevocationGood,
					Authority: &verify.Certificate{Fingerprint: "dd", Subject: "CN=TSA"}, Chain: []verify.Certificate{{Subject: "CN=TSA CA"}}},
				{Kind: verify.ArchiveTimestamp, Time: at, Indication: verify.TotalFailed, SubIndication: verify.HashFailure, Findings: []verify.Finding{
					{Code: "timestamp-imprint-differs", Severity: verify.Failure, Message: lang.M("for other data", "別のデータ用")}}},
			},
			Level: verify.LevelT, ProvenTime: at,
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

// TestTimeAndRevocation: what timestamps and revocation data say is told in both
// languages and in the JSON.
func TestTimeAndRevocation(t *testing.T) {
	for language, want := range map[lang.Language][]string{
		lang.English: {
			"signed before 2026-04-01 09:00:00 UTC (proven by a timestamp)",
			"revocation: not checked: not available to this verifier",
			"serial number 01: revoked on 2026-04-01 09:00:00 UTC (superseded)",
			"serial number 02: good, by OCSP of 2026-04-01 09:00:00 UTC (network), fresh until 2026-04-01 09:00:00 UTC",
			"serial number 03: out of date",
			"timestamp of the signature: 2026-04-01 09:00:00 UTC, valid\n",
			"archive timestamp: 2026-04-01 09:00:00 UTC, INVALID\n  - for other data\n",
			"level reached: B-T",
		},
		lang.Japanese: {
			"失効: 未確認（この検証者には失効情報が提供されていません）",
			"シリアル番号 01: 2026-04-01 09:00:00 UTC に失効（superseded）",
			"シリアル番号 02: 失効なし（OCSP、2026-04-01 09:00:00 UTC、ネットワーク、2026-04-01 09:00:00 UTC まで有効）",
			"アーカイブタイムスタンプ: 2026-04-01 09:00:00 UTC、無効",
			"到達レベル: B-T",
		},
	} {
		var out bytes.Buffer
		if err := Text(&out, sample(), Options{Language: language}); err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(out.String(), w) {
				t.Errorf("%q is not in\n%s", w, out.String())
			}
		}
	}
	var out bytes.Buffer
	if err := JSON(&out, sample(), Options{}); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Signatures []struct {
			Level    string
			Evidence []struct {
				State, RevokedAt, Reason string
				Sources                  []struct{ Kind, Origin, Location string }
				Tried                    []struct{ Message string }
			}
			Timestamps []struct {
				Kind, Time, Indication, SubIndication, Revocation string
				Authority                                         struct{ Subject string }
				Findings                                          []struct{ Code string }
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	s := got.Signatures[0]
	if s.Level != "B-T" || len(s.Evidence) != 3 || len(s.Timestamps) != 2 {
		t.Fatalf("%+v", s)
	}
	if e := s.Evidence[1]; s.Evidence[0].Reason != "superseded" || e.State != "good" || e.Sources[0].Origin != "network" || s.Evidence[2].Tried[0].Message != "out of date" {
		t.Errorf("%+v", s.Evidence)
	}
	if x := s.Timestamps; x[0].Authority.Subject != "CN=TSA" || x[0].Revocation != "good" || x[1].SubIndication != "HASH_FAILURE" || x[1].Findings[0].Code != "timestamp-imprint-differs" {
		t.Errorf("%+v", x)
	}
}
