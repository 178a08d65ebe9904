package verify

import (
	"bytes"
	"io"
	"regexp"
	"strings"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pades"
	"github.com/jsign-jp/jsign/internal/pdf"
)

// Profile is a set of rules beside the standards.
type Profile string

// ProfileMOJ are the published rules of the online registration
// (登記・供託オンライン申請) for signed PDFs. Meeting them is no certification.
const ProfileMOJ Profile = "moj"

// Rule is what one rule of a Profile found at one signature.
type Rule struct {
	ID     string // "C1" to "C9"
	Field  string // of the signature
	State  RuleState
	Value  lang.Message // what was found; it may come from the file as it is
	Demand lang.Message // what the rule asks for
}

// RuleState tells whether a rule is met.
type RuleState string

// The states of a rule. The zero value is never used.
const (
	RuleMet     RuleState = "met"
	RuleUnmet   RuleState = "unmet"
	RuleWarning RuleState = "warning" // not as expected, and not refused
)

// Conforms reports whether every rule of the profile asked for is met.
func (r *Report) Conforms() bool {
	for _, rule := range r.Rules {
		if rule.State == RuleUnmet {
			return false
		}
	}
	return true
}

// mojRules judges one signature by the nine rules.
func (c *pdfCase) mojRules(i int, judged *Signature) []Rule {
	s, p := &c.document.Signatures[i], c.proofs[i]
	m := mojCase{c: c, dict: s.Dict, proof: p, field: s.Field.Name}
	m.message, _ = cms.DecodeBytes(p.Contents, cms.DecodeOptions{})
	last := i == c.newestSignature()
	m.rule("C1", s.Dict.Name("Type") == "Sig", verbatim("/"+string(s.Dict.Name("Type"))), lang.M("/Type is /Sig", "/Typeが/Sigであること"))
	m.rule("C2", s.SubFilter() == pades.SubFilterPKCS7Detached, verbatim("/"+string(s.SubFilter())), lang.M("/SubFilter is /adbe.pkcs7.detached", "/SubFilterが/adbe.pkcs7.detachedであること"))
	name := m.text("Name")
	m.rule("C3", strings.TrimSpace(name) != "", shownName(name), lang.M("/Name is the signer's name", "/Nameに署名者の氏名があること"))
	date := m.text("M")
	m.rule("C4", pdfDate.MatchString(date), verbatim(date), lang.M("/M is a date with its offset from UTC", "/MがUTCとの時差を含む日時であること"))
	m.rule("C5", p.OK() && (p.Whole || !last), m.coverage(last), lang.M("the byte range covers the file to its end, an earlier signature's its own revision",
		"ByteRangeがファイルの末尾まで（先の署名はその版の末尾まで）を対象としていること"))
	m.contents(p)
	m.certificate(judged)
	m.rule("C8", judged.Integrity == Intact, integrityWord(judged.Integrity), lang.M("the digest is that of the document", "ダイジェストが文書と一致すること"))
	m.algorithms(judged)
	return m.rules
}

// pdfDate is D:YYYYMMDDHHmmSS and Z or the offset (ISO 32000-1, 7.9.4).
var pdfDate = regexp.MustCompile(`^D:[0-9]{14}(Z|[+-][0-9]{2}'[0-9]{2}'?)$`)

// newestSignature is the index of the signature that covers most.
func (c *pdfCase) newestSignature() int {
	best := 0
	for i, p := range c.proofs {
		if p.OK() && p.After(c.proofs[best]) {
			best = i
		}
	}
	return best
}

type mojCase struct {
	c       *pdfCase
	dict    pdf.Dict
	proof   *pades.Proof
	field   string
	message *cms.SignedData // nil when /Contents is none
	rules   []Rule
}

func (m *mojCase) rule(id string, met bool, value, demand lang.Message) {
	state := RuleUnmet
	if met {
		state = RuleMet
	}
	m.rules = append(m.rules, Rule{ID: id, Field: m.field, State: state, Value: value, Demand: demand})
}

func (m *mojCase) text(key pdf.Name) string {
	o, err := m.c.document.File.Resolve(m.dict.Get(key))
	s, ok := o.(pdf.String)
	if err != nil || !ok {
		return ""
	}
	return pades.Text(s)
}

// verbatim is a value that is the same in every language.
func verbatim(value string) lang.Message { return lang.M("%s", "%s", value) }

func integrityWord(i Integrity) lang.Message {
	switch i {
	case Intact:
		return lang.M("intact", "一致")
	case Broken:
		return lang.M("broken", "不一致")
	}
	return lang.M("unknown", "不明")
}

// shownName tells that there is a name and not whose.
func shownName(name string) lang.Message {
	return lang.M("%d characters", "%d文字", len([]rune(name)))
}

func (m *mojCase) coverage(last bool) lang.Message {
	r := m.proof.Range
	value := lang.M("[%d %d %d %d] of %d bytes", "[%d %d %d %d]、全%dバイト", r[0], r[1], r[2], r[3], m.c.document.File.Size())
	if last && m.proof.OK() && !m.proof.Whole {
		return lang.M("%v, followed by a later revision", "%v、後の版が続いている", value)
	}
	if !m.proof.OK() {
		return lang.M("%v: %v", "%v: %v", value, m.proof.Fault)
	}
	return value
}

// contents: a CMS message and zeros behind it.
func (m *mojCase) contents(p *pades.Proof) {
	met := m.message != nil && m.message.Trailing != cms.TrailingData && p.OK()
	value := lang.M("no CMS SignedData", "CMS SignedDataではない")
	if m.message != nil {
		value = lang.M("CMS SignedData in %d bytes", "CMS SignedData（%dバイトの領域）", len(p.Contents))
	}
	m.rule("C6", met, value, lang.M("/Contents is a CMS SignedData, padded with zero bytes only", "/ContentsがCMS SignedDataで、余白がゼロのみであること"))
}

// certificate: the signer's is in the message; signed attributes, if any, have
// the two that RFC 5652 demands.
func (m *mojCase) certificate(judged *Signature) {
	met, value := false, lang.M("no certificate of the signer", "署名者の証明書がない")
	if m.message != nil && len(m.message.Signers) == 1 && judged.Signer != nil && m.holds(judged.Signer.Raw) {
		attributes := m.message.Signers[0].SignedAttrs
		met, value = true, lang.M("certificate, no signed attributes", "証明書あり、署名属性なし")
		if attributes != nil {
			_, hasType := attributes.Value(der.AttributeContentType)
			_, hasDigest := attributes.Value(der.AttributeMessageDigest)
			met, value = hasType && hasDigest, lang.M("certificate, content-type %v, message-digest %v", "証明書あり、content-type %v、message-digest %v", presence(hasType), presence(hasDigest))
		}
	}
	m.rule("C7", met, value, lang.M("the signer's certificate and the signed attributes are there", "署名者の証明書と必要な署名属性があること"))
}

func presence(there bool) lang.Message {
	if there {
		return lang.M("present", "あり")
	}
	return lang.M("missing", "なし")
}

func (m *mojCase) holds(certificate []byte) bool {
	for _, c := range m.message.Certificates {
		if raw, err := c.DER(); err == nil && bytes.Equal(raw, certificate) {
			return true
		}
	}
	return false
}

// algorithms are a warning only.
func (m *mojCase) algorithms(judged *Signature) {
	met := judged.DigestAlgorithm == "SHA-256" && strings.HasPrefix(judged.SignatureAlgorithm, "RSASSA-PKCS1-v1_5")
	m.rule("C9", met, verbatim(judged.DigestAlgorithm+", "+judged.SignatureAlgorithm), lang.M("SHA-256 and RSASSA-PKCS1-v1_5", "SHA-256とRSASSA-PKCS1-v1_5であること"))
	if !met {
		m.rules[len(m.rules)-1].State = RuleWarning
	}
}

// SignedRevision returns how long the document was when signature n was made,
// counted from 1 in the order of Report.Signatures: that many bytes of r are the
// document as it was signed. Errors: a byte range that is not as required, no
// such signature, and those of PDF.
func SignedRevision(r io.ReaderAt, size int64, password []byte, n int) (int64, error) {
	file, err := pdf.Open(r, size, pdf.Options{Password: password, AllowLocked: true})
	if err != nil {
		return 0, err
	}
	d, err := pades.Find(file)
	if err != nil {
		return 0, err
	}
	if n < 1 || n > len(d.Signatures) {
		return 0, lang.Errorf("the document has no signature %d; it has %d", "署名%dはありません（署名の数: %d）", n, len(d.Signatures))
	}
	p, err := d.Prove(&d.Signatures[n-1])
	if err != nil {
		return 0, err
	}
	if !p.OK() {
		return 0, lang.Errorf("what signature %d covers is no revision of the document: %v", "署名%dの対象は文書の版になっていません: %v", n, p.Fault)
	}
	return p.Range[2] + p.Range[3], nil
}
