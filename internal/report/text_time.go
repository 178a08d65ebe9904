package report

import (
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/verify"
)

// revocation tells the state of revocation, and what it rests on.
func (t *text) revocation(indent int, s *verify.Signature) {
	t.line(indent, signerRevocation(s))
	for i := range s.Evidence {
		t.evidence(indent+1, &s.Evidence[i])
	}
}

func signerRevocation(s *verify.Signature) lang.Message {
	switch {
	case s.Revocation == verify.RevocationGood && revokedLater(s):
		return lang.M("revocation: not revoked when it was signed", "失効: 署名時点では失効していません")
	case s.Revocation == verify.RevocationNotChecked:
		return lang.M("revocation: not checked: not available to this verifier", "失効: 未確認（この検証者には失効情報が提供されていません）")
	}
	return revocationState(s.Revocation)
}

func revokedLater(s *verify.Signature) bool {
	for _, e := range s.Evidence {
		if e.State == verify.RevocationRevoked {
			return true
		}
	}
	return false
}

// evidence tells where the state of one certificate comes from. Where there is
// nothing to tell, the line above says it.
func (t *text) evidence(indent int, e *verify.Evidence) {
	serial := e.Certificate.Serial
	switch e.State {
	case verify.RevocationRevoked:
		t.line(indent, lang.M("serial number %s: revoked on %s%v", "シリアル番号 %s: %s に失効%v", serial, local(e.RevokedAt.UTC()), reason(e)))
	case verify.RevocationGood:
		t.line(indent, lang.M("serial number %s: good, by %v", "シリアル番号 %s: 失効なし（%v）", serial, sources(e)))
	case verify.RevocationMissing:
		for i := range e.Tried {
			t.line(indent, lang.M("serial number %s: %v", "シリアル番号 %s: %v", serial, e.Tried[i].Message))
		}
	default:
		for i := range e.Tried {
			t.line(indent, lang.M("serial number %s: not checked: %v", "シリアル番号 %s: 未確認: %v", serial, e.Tried[i].Message))
		}
	}
}

func reason(e *verify.Evidence) lang.Message {
	if e.Reason == "" {
		return lang.Message{}
	}
	return lang.M(" (%s)", "（%s）", e.Reason)
}

// sources names the first source, which settles the state in most cases, and until
// when it is the newest.
func sources(e *verify.Evidence) lang.Message {
	if len(e.Sources) == 0 {
		return lang.M("nothing", "なし")
	}
	s := &e.Sources[0]
	kind := map[string]string{"crl": "CRL", "ocsp": "OCSP"}[s.Kind]
	if e.FreshUntil.IsZero() {
		return lang.M("%s of %s (%v)", "%s、%s、%v", kind, local(s.ThisUpdate.UTC()), origin(s.Origin))
	}
	return lang.M("%s of %s (%v), fresh until %s", "%s、%s、%v、%s まで有効", kind, local(s.ThisUpdate.UTC()), origin(s.Origin), local(e.FreshUntil.UTC()))
}

func origin(o verify.Origin) lang.Message {
	switch o {
	case verify.OriginEmbedded:
		return lang.M("embedded", "署名に同梱")
	case verify.OriginCache:
		return lang.M("cache", "キャッシュ")
	case verify.OriginNetwork:
		return lang.M("network", "ネットワーク")
	}
	return lang.M("file", "ファイル")
}

// timestamps tells of each token what it is worth. A document timestamp has its own
// entry in the report, where one line is enough here.
func (t *text) timestamps(indent int, s *verify.Signature) {
	for i := range s.Timestamps {
		x := &s.Timestamps[i]
		t.line(indent, lang.M("%v: %s, %v", "%v: %s、%v", stampKind(x.Kind), local(x.Time.UTC()), stampOutcome(x)))
		if x.Kind == verify.DocumentTimestamp {
			continue
		}
		for _, f := range x.Findings {
			t.finding(indent+1, f)
		}
	}
	if s.Level != verify.NoLevel {
		t.line(indent, lang.M("level reached: %s", "到達レベル: %s", string(s.Level)))
	}
}

func stampKind(k verify.TimestampKind) lang.Message {
	switch k {
	case verify.ContentTimestamp:
		return lang.M("timestamp of the content", "内容のタイムスタンプ")
	case verify.ArchiveTimestamp:
		return lang.M("archive timestamp", "アーカイブタイムスタンプ")
	case verify.DocumentTimestamp:
		return lang.M("document timestamp", "文書タイムスタンプ")
	}
	return lang.M("timestamp of the signature", "署名のタイムスタンプ")
}

func stampOutcome(x *verify.Timestamp) lang.Message {
	switch {
	case x.Indication == verify.TotalFailed:
		return lang.M("INVALID", "無効")
	case x.Indication != verify.TotalPassed:
		return lang.M("not proven valid, so it proves nothing", "有効と確認できないため、証明力がありません")
	case x.Revocation != verify.RevocationGood:
		return lang.M("valid, revocation of the authority not checked", "有効・局の失効は未確認")
	}
	return lang.M("valid", "有効")
}
