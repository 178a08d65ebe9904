package report

import (
	"encoding/json"
	"io"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/verify"
)

// Version is the version of the JSON.
const Version = 1

// Options say how a report is rendered.
type Options struct {
	Language     lang.Language
	ShowIdentity bool
	File         string // the name of the file judged; "" for none
}

type document struct {
	Version     int         `json:"version"`
	File        string      `json:"file,omitempty"`
	Format      string      `json:"format"`
	Time        string      `json:"time"`
	Valid       bool        `json:"valid"`
	Policy      policy      `json:"policy"`
	Signatures  []signature `json:"signatures"`
	EmptyFields []string    `json:"emptyFields"`
	Findings    []finding   `json:"findings"`
	Profile     string      `json:"profile,omitempty"`
	Conforms    *bool       `json:"conforms,omitempty"`
	Rules       []rule      `json:"rules,omitempty"`
}

type rule struct {
	ID     string `json:"id"`
	Field  string `json:"field"`
	State  string `json:"state"`
	Value  string `json:"value"`
	Demand string `json:"demand"`
}

type policy struct {
	Name               string `json:"name"`
	RevocationRequired bool   `json:"revocationRequired"`
}

type signature struct {
	Field              string        `json:"field"`
	Format             string        `json:"format"`
	Integrity          string        `json:"integrity"`
	Coverage           string        `json:"coverage"`
	Changes            string        `json:"changes"`
	Indication         string        `json:"indication"`
	SubIndication      string        `json:"subIndication"`
	Revocation         string        `json:"revocation"`
	Evidence           []evidence    `json:"evidence"`
	ClaimedTime        string        `json:"claimedTime,omitempty"`
	ProvenTime         string        `json:"provenTime,omitempty"`
	Timestamps         []timestamp   `json:"timestamps"`
	Level              string        `json:"level,omitempty"`
	DigestAlgorithm    string        `json:"digestAlgorithm,omitempty"`
	SignatureAlgorithm string        `json:"signatureAlgorithm,omitempty"`
	Signer             *certificate  `json:"signer,omitempty"`
	Chain              []certificate `json:"chain"`
	Findings           []finding     `json:"findings"`
}

type certificate struct {
	Fingerprint string `json:"fingerprint"`
	Serial      string `json:"serial"`
	Issuer      string `json:"issuer"`
	NotBefore   string `json:"notBefore"`
	NotAfter    string `json:"notAfter"`
	Subject     string `json:"subject,omitempty"`
	Certificate []byte `json:"certificate,omitempty"`
}

type finding struct {
	Code     string `json:"code"`
	Severity string `json:"severity"`
	Clause   string `json:"clause,omitempty"`
	Message  string `json:"message"`
}

// JSON writes the report as one indented object and a line feed.
func JSON(w io.Writer, r *verify.Report, opt Options) error {
	d := document{
		Version: Version, File: opt.File, Format: word(string(r.Format)), Time: stamp(r.Time), Valid: r.Valid(),
		Policy:      policy{r.Policy.Name, r.Policy.RevocationRequired},
		Signatures:  []signature{},
		EmptyFields: append([]string{}, r.EmptyFields...),
		Findings:    findings(r.Findings, opt),
	}
	for i := range r.Signatures {
		d.Signatures = append(d.Signatures, signatureOf(&r.Signatures[i], opt))
	}
	if r.Profile != "" {
		conforms := r.Conforms()
		d.Profile, d.Conforms, d.Rules = string(r.Profile), &conforms, rules(r.Rules, opt)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(d)
}

func signatureOf(s *verify.Signature, opt Options) signature {
	out := signature{
		Field: s.Field, Format: s.Format,
		Integrity: word(string(s.Integrity)), Coverage: word(string(s.Coverage)), Changes: word(string(s.Changes)),
		Indication: word(string(s.Indication)), SubIndication: string(s.SubIndication), Revocation: word(string(s.Revocation)),
		Evidence:    evidences(s.Evidence, opt),
		ClaimedTime: stamp(s.ClaimedTime), ProvenTime: stamp(s.ProvenTime), Timestamps: timestamps(s.Timestamps, opt), Level: string(s.Level),
		DigestAlgorithm: s.DigestAlgorithm, SignatureAlgorithm: s.SignatureAlgorithm,
		Chain: []certificate{}, Findings: findings(s.Findings, opt),
	}
	if s.Signer != nil {
		c := certificateOf(s.Signer, opt.ShowIdentity)
		out.Signer = &c
	}
	for i := range s.Chain {
		c := certificateOf(&s.Chain[i], opt.ShowIdentity)
		if i > 0 {
			c.Subject = s.Chain[i].Subject // only the signer's own certificate is personal
		}
		out.Chain = append(out.Chain, c)
	}
	return out
}

func certificateOf(c *verify.Certificate, identity bool) certificate {
	out := certificate{
		Fingerprint: c.Fingerprint, Serial: c.Serial, Issuer: c.Issuer,
		NotBefore: stamp(c.NotBefore), NotAfter: stamp(c.NotAfter),
	}
	if identity {
		out.Subject, out.Certificate = c.Subject, c.Raw
	}
	return out
}

func findings(list []verify.Finding, opt Options) []finding {
	out := []finding{}
	for _, f := range list {
		out = append(out, finding{f.Code, string(f.Severity), f.Clause, f.Message.In(opt.Language)})
	}
	return out
}

func rules(list []verify.Rule, opt Options) []rule {
	out := []rule{}
	for _, r := range list {
		out = append(out, rule{r.ID, r.Field, string(r.State), r.Value.In(opt.Language), r.Demand.In(opt.Language)})
	}
	return out
}

// word makes the zero value of a judgement readable.
func word(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

// stamp renders a time as RFC 3339 in UTC; "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
