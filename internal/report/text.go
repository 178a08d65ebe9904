package report

import (
	"crypto/x509"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jsign-jp/jsign/internal/identity"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/verify"
)

// Text writes the report for people: the verdict first, then why, then what to
// do. The error is w's.
func Text(w io.Writer, r *verify.Report, opt Options) error {
	t := text{opt: opt}
	t.line(0, headline(r))
	for _, f := range r.Findings {
		t.finding(0, f)
	}
	for i := range r.Signatures {
		t.signature(i, &r.Signatures[i], len(r.Signatures) > 1)
	}
	t.emptyFields(r)
	t.rules(r)
	for _, m := range advice(r) {
		t.line(0, m)
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

// text collects lines in one language.
type text struct {
	opt Options
	b   strings.Builder
}

func (t *text) line(indent int, m lang.Message) {
	fmt.Fprintf(&t.b, "%s%s\n", strings.Repeat("  ", indent), printable(m.In(t.opt.Language)))
}

// printable keeps what a file says from steering the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '\uFFFD'
		}
		return r
	}, s)
}

// headline is the verdict on the whole file.
func headline(r *verify.Report) lang.Message {
	if len(r.Signatures) == 0 {
		return lang.M("not signed", "署名がありません")
	}
	if !r.Signed() {
		return lang.M("not signed, only timestamped", "署名がありません（タイムスタンプのみ）")
	}
	worst := verify.TotalPassed
	checked := true
	for _, s := range r.Signatures {
		switch {
		case s.Indication == verify.TotalFailed:
			worst = verify.TotalFailed
		case s.Indication != verify.TotalPassed && worst == verify.TotalPassed:
			worst = verify.Indeterminate
		}
		checked = checked && s.Revocation == verify.RevocationGood
	}
	switch {
	case worst == verify.TotalFailed:
		return lang.M("INVALID", "無効")
	case worst != verify.TotalPassed:
		return lang.M("not proven valid", "有効と確認できません")
	case checked:
		return lang.M("valid", "有効")
	}
	return lang.M("valid, revocation not checked", "有効・失効は未確認")
}

func (t *text) signature(i int, s *verify.Signature, several bool) {
	indent := 0
	if several {
		indent = 1
		t.line(0, lang.M("signature %d: %s", "署名%d: %s", i+1, outcome(s)))
	}
	t.findings(indent, s, false)
	if s.Field != "" {
		t.line(indent, lang.M("field: %s", "署名欄: %s", s.Field))
	}
	t.signer(indent, s)
	t.times(indent, s)
	t.line(indent, integrity(s))
	if m, ok := changes(s); ok {
		t.line(indent, m)
	}
	t.revocation(indent, s)
	t.timestamps(indent, s)
	t.findings(indent, s, true)
}

// findings tells why a signature is not valid before anything else of it, and
// remarks behind.
func (t *text) findings(indent int, s *verify.Signature, behind bool) {
	for _, f := range s.Findings {
		if remark := f.Severity == verify.Info || s.Indication == verify.TotalPassed; remark == behind {
			t.finding(indent, f)
		}
	}
}

func outcome(s *verify.Signature) string {
	if s.SubIndication == "" {
		return word(string(s.Indication))
	}
	return string(s.Indication) + " / " + string(s.SubIndication)
}

// signer tells the certificate, and whose it is only when asked to.
func (t *text) signer(indent int, s *verify.Signature) {
	if s.Signer == nil {
		t.line(indent, lang.M("signer: not known", "署名者: 不明"))
		return
	}
	t.line(indent, lang.M("certificate: serial %s, issued by %s", "証明書: シリアル番号 %s、発行者 %s", s.Signer.Serial, s.Signer.Issuer))
	if !t.opt.ShowIdentity {
		t.line(indent, lang.M("signer: not shown (--show-identity shows it)", "署名者: 表示していません（--show-identityで表示します）"))
		return
	}
	t.identity(indent, s.Signer)
}

func (t *text) identity(indent int, c *verify.Certificate) {
	parsed, err := x509.ParseCertificate(c.Raw)
	if err != nil {
		t.line(indent, lang.M("signer: %s", "署名者: %s", c.Subject))
		return
	}
	holder, ok := identity.FromCertificate(parsed)
	if !ok {
		t.line(indent, lang.M("signer: %s", "署名者: %s", c.Subject))
		return
	}
	t.line(indent, lang.M("name: %s", "氏名: %s", holder.Name))
	t.line(indent, lang.M("date of birth: %v", "生年月日: %v", holder.BirthDate.Message()))
	t.line(indent, lang.M("sex: %v", "性別: %v", holder.Sex.Message()))
	t.line(indent, lang.M("address: %s", "住所: %s", holder.Address))
}

func (t *text) times(indent int, s *verify.Signature) {
	if !s.ProvenTime.IsZero() {
		t.line(indent, lang.M("signed before %s (proven by a timestamp)", "署名時刻: %s より前（タイムスタンプで証明）", local(s.ProvenTime)))
	}
	if !s.ClaimedTime.IsZero() {
		t.line(indent, lang.M("signing time: %s (the signer's claim)", "署名時刻: %s（署名者の申告）", local(s.ClaimedTime)))
	}
}

func local(at time.Time) string { return at.Format("2006-01-02 15:04:05 MST") }

func integrity(s *verify.Signature) lang.Message {
	switch {
	case s.Integrity == verify.Intact && s.Changes == verify.ChangesForbidden:
		return lang.M("content: the revision that was signed is intact, what is shown now is another one", "内容: 署名された版は保たれていますが、現在表示される内容は別のものです")
	case s.Integrity == verify.Intact:
		return lang.M("content: as it was signed", "内容: 署名時のままです")
	case s.Integrity == verify.Broken:
		return lang.M("content or signature: CHANGED after signing", "内容または署名: 署名後に変更されています")
	}
	return lang.M("content: could not be compared", "内容: 照合できません")
}

func revocationState(r verify.Revocation) lang.Message {
	switch r {
	case verify.RevocationGood:
		return lang.M("revocation: not revoked", "失効: 失効していません")
	case verify.RevocationRevoked:
		return lang.M("revocation: REVOKED", "失効: 失効しています")
	case verify.RevocationMissing:
		return lang.M("revocation: could not be checked", "失効: 確認できませんでした")
	}
	return lang.M("revocation: not checked", "失効: 確認していません")
}

func (t *text) finding(indent int, f verify.Finding) {
	if f.Severity == verify.Info {
		t.line(indent, lang.M("note: %v", "参考: %v", f.Message))
		return
	}
	m := lang.M("- %v", "- %v", f.Message)
	if f.Clause != "" {
		m = lang.M("- %v [%s]", "- %v [%s]", f.Message, f.Clause)
	}
	t.line(indent, m)
}

// advice is what can be done about the verdict.
func advice(r *verify.Report) (list []lang.Message) {
	list = adviceOnDocument(r)
	seen := map[verify.SubIndication]bool{}
	for _, s := range r.Signatures {
		if seen[s.SubIndication] {
			continue
		}
		seen[s.SubIndication] = true
		switch s.SubIndication {
		case verify.HashFailure, verify.SigCryptoFailure:
			list = append(list, lang.M("do not rely on this file: ask the signer for the original", "このファイルを信用せず、署名者から原本を入手してください"))
		case verify.NoCertificateChainFound:
			list = append(list, lang.M("if you trust the signer's CA, name its certificate with --CAfile", "発行者の認証局を信頼する場合は、その証明書を--CAfileで指定してください"))
		case verify.TryLater:
			list = append(list, lang.M("check again with current revocation data: --crl FILE, --ocsp FILE", "最新の失効情報を使って再度確認してください: --crl FILE、--ocsp FILE"))
		case verify.OutOfBoundsNoPOE:
			list = append(list, lang.M("nothing that is trusted proves that the signature is older than the end of its certificate", "証明書の有効期間内に署名されたことを示す、信頼できる証拠がありません"))
		case verify.RevokedNoPOE, verify.RevokedCANoPOE:
			list = append(list, lang.M("nothing that is trusted proves that the signature is older than the revocation", "失効より前に署名されたことを示す、信頼できる証拠がありません"))
		}
	}
	return list
}

// adviceOnDocument is what can be done about changes, an unsigned file, and rules
// that are not met.
func adviceOnDocument(r *verify.Report) (list []lang.Message) {
	var forbidden, unknown bool
	for _, s := range r.Signatures {
		forbidden = forbidden || s.Changes == verify.ChangesForbidden
		unknown = unknown || s.Changes == verify.ChangesUnknown && s.Coverage == verify.CoversRevision
	}
	locked := slices.ContainsFunc(r.Findings, func(f verify.Finding) bool { return f.Code == "locked" })
	switch {
	case len(r.Signatures) == 0:
		list = append(list, lang.M("nothing vouches for this file: ask for a signed one", "このファイルを保証する署名はありません。署名されたファイルを入手してください"))
	case forbidden:
		list = append(list, lang.M("do not rely on what the file shows: --extract-revision N -o FILE writes the document as signature N covers it; ask the signer which one holds",
			"表示される内容を信用しないでください。--extract-revision N -o ファイル名 で、署名Nの時点の文書を取り出せます。どちらが正しいかは署名者に確認してください"))
	case unknown && locked:
		list = append(list, lang.M("give the password with --password-file", "--password-fileでパスワードを指定してください"))
	}
	if r.Profile != "" && len(r.Signatures) > 0 && !r.Conforms() {
		list = append(list, lang.M("ask the signer for a signature that meets the rules: jsign --profile %s makes one", "要件を満たす署名を署名者に依頼してください（jsign --profile %s で作成できます）", string(r.Profile)))
	}
	return list
}
