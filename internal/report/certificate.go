package report

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

// certificateDocument is the JSON of a judged certificate.
type certificateDocument struct {
	Version       int           `json:"version"`
	File          string        `json:"file,omitempty"`
	Time          string        `json:"time"`
	Valid         bool          `json:"valid"`
	Indication    string        `json:"indication"`
	SubIndication string        `json:"subIndication"`
	Error         *pathError    `json:"error,omitempty"`
	Chain         []certificate `json:"chain"`
	Policies      []string      `json:"policies"`
	Revocation    string        `json:"revocation"`
	Evidence      []evidence    `json:"evidence"`
	Findings      []finding     `json:"findings"`
}

// pathError is the first fault of the path, with openssl's number.
type pathError struct {
	Code    int    `json:"code"`
	Depth   int    `json:"depth"`
	Message string `json:"message"`
}

// CertificateJSON writes the report on one certificate as an indented object and a
// line feed.
func CertificateJSON(w io.Writer, r *verify.CertificateReport, opt Options) error {
	d := certificateDocument{
		Version: Version, File: opt.File, Time: stamp(r.Time), Valid: r.Indication == verify.TotalPassed,
		Indication: word(string(r.Indication)), SubIndication: string(r.SubIndication),
		Chain: []certificate{}, Policies: append([]string{}, r.Policies...),
		Revocation: word(string(r.Revocation)), Evidence: evidences(r.Evidence, opt), Findings: findings(r.Findings, opt),
	}
	if r.Code != trust.OK {
		d.Error = &pathError{int(r.Code), r.Depth, r.Code.Message().In(opt.Language)}
	}
	for i := range r.Chain {
		c := certificateOf(&r.Chain[i], opt.ShowIdentity)
		if i > 0 {
			c.Subject = r.Chain[i].Subject // only the first may be personal
		}
		d.Chain = append(d.Chain, c)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(d)
}

// CertificateText writes the report on one certificate for people. Its first line
// is openssl's, which scripts look for; then the verdict, why, and the path.
func CertificateText(w io.Writer, r *verify.CertificateReport, opt Options) error {
	t := text{opt: opt}
	file := lang.Display(opt.File)
	if r.Indication == verify.TotalPassed {
		fmt.Fprintf(&t.b, "%s: OK\n", file)
	} else {
		fmt.Fprintf(&t.b, "%s: verification failed\n", file)
	}
	t.line(0, certificateHeadline(r))
	if r.Code != trust.OK {
		t.line(0, lang.M("error %d at depth %d: %v", "エラー%d（深さ%d）: %v", int(r.Code), r.Depth, r.Code.Message()))
	}
	for _, f := range r.Findings {
		t.finding(0, f)
	}
	for i := range r.Chain {
		t.link(i, &r.Chain[i])
	}
	for _, p := range r.Policies {
		t.line(0, lang.M("policy: %s", "ポリシー: %s", p))
	}
	t.line(0, revocationState(r.Revocation))
	for i := range r.Evidence {
		t.evidence(1, &r.Evidence[i])
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

func certificateHeadline(r *verify.CertificateReport) lang.Message {
	switch {
	case r.Indication == verify.TotalFailed || r.SubIndication == verify.Revoked || r.SubIndication == verify.RevokedNoPOE:
		return lang.M("INVALID", "無効")
	case r.Indication != verify.TotalPassed:
		return lang.M("not proven valid", "有効と確認できません")
	case r.Revocation == verify.RevocationGood:
		return lang.M("valid", "有効")
	}
	return lang.M("valid, revocation not checked", "有効・失効は未確認")
}

// link is one certificate of the path; the first names nobody unless asked to.
func (t *text) link(depth int, c *verify.Certificate) {
	name := c.Subject
	if depth == 0 && !t.opt.ShowIdentity {
		name = lang.M("serial %s, issued by %s", "シリアル番号 %s、発行者 %s", c.Serial, c.Issuer).In(t.opt.Language)
	}
	t.line(0, lang.M("%d: %s (%s – %s)", "%d: %s (%s – %s)", depth, name, c.NotBefore.Format("2006-01-02"), c.NotAfter.Format("2006-01-02")))
}
