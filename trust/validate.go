package trust

import (
	"bytes"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
)

// validator judges one complete path by RFC 5280, 6.1, from the anchor down.
type validator struct {
	opt     *Options
	now     time.Time
	chain   []*Certificate // leaf first, anchor last
	crlPath bool           // the leaf is a CRL issuer
	policy  PolicyOutcome
	// revocation is asked at 6.1.3 (a)(3); nil leaves it out.
	revocation func(depth int) Fault
	// signatures is false when they were verified already.
	signatures bool
	// found takes a finding and says whether to go on.
	found func(f Finding, queue []QueueEntry) (goOn bool)
}

// judge runs all checks until found says stop; it reports whether it ran to the end.
func (v *validator) judge() bool {
	anchor := len(v.chain) - 1
	if !v.dates(anchor) || anchor == 0 && !v.form(0) || anchor > 0 && !v.mayIssue(anchor) {
		return false
	}
	keys, ok := v.workingKeys()
	if !ok {
		return false
	}
	for i := anchor - 1; i >= 0; i-- {
		if !v.basic(i, keys[i+1]) || !v.names(i) {
			return false
		}
		if i > 0 && !v.intermediate(i) {
			return false
		}
	}
	return v.wrapUp()
}

// object reports an objection.
func (v *validator) object(code Code, depth int, clause, en, ja string) bool {
	return v.found(Finding{Code: code, Depth: depth, Clause: clause, Text: lang.M(en, ja)}, nil)
}

// dates is 6.1.3 (a)(2): from notBefore through notAfter, inclusive.
func (v *validator) dates(i int) bool {
	c := v.chain[i]
	const clause = "RFC 5280, 4.1.2.5"
	switch {
	case !v.opt.checksTime():
		return true
	case c.NotBefore.IsZero():
		return v.object(CodeErrorInCertificateNotBeforeField, i, clause, "notBefore is not in the form required", "notBeforeの形式が不正です")
	case c.NotAfter.IsZero():
		return v.object(CodeErrorInCertificateNotAfterField, i, clause, "notAfter is not in the form required", "notAfterの形式が不正です")
	case v.now.Before(c.NotBefore):
		return v.object(CodeCertificateNotYetValid, i, clause, "the certificate was not valid yet", "証明書はまだ有効ではありませんでした")
	case v.now.After(c.NotAfter):
		return v.object(CodeCertificateHasExpired, i, clause, "the certificate had expired", "証明書の有効期限が切れていました")
	}
	return true
}

// workingKeys are the keys with inherited parameters filled in (6.1.4 (d)-(f)).
func (v *validator) workingKeys() ([]*PublicKey, bool) {
	keys := make([]*PublicKey, len(v.chain))
	for i := len(v.chain) - 1; i >= 0; i-- {
		key, err := v.chain[i].PublicKey()
		if err != nil {
			return nil, v.object(CodeUnableToDecodeIssuerPublicKey, i, "RFC 5280, 4.1.2.7", "the public key cannot be read", "公開鍵を読み取れません")
		}
		if key.signed && !v.object(CodeUnableToDecodeIssuerPublicKey, i, "RFC 8017, A.1.1",
			"the RSA key's numbers are negative as they are written", "RSA公開鍵の値が負の整数として符号化されています") {
			return nil, false
		}
		if i+1 < len(v.chain) {
			key = key.InheritParameters(keys[i+1])
		}
		keys[i] = key
	}
	return keys, true
}

// basic is 6.1.3 (a), and what 4.1 and 4.2 ask of every certificate.
func (v *validator) basic(i int, issuerKey *PublicKey) bool {
	c, issuer := v.chain[i], v.chain[i+1]
	if !issuer.Issued(c) &&
		!v.object(CodeSubjectIssuerMismatch, i, "RFC 5280, 6.1.3 (a)(4)", "the issuer's name is another", "発行者名が一致しません") {
		return false
	}
	if !v.signature(i, issuerKey) || !v.dates(i) || !v.form(i) {
		return false
	}
	if v.revocation == nil {
		return true
	}
	if fault := v.revocation(i); fault.Code != OK {
		f := Finding{
			Code: fault.Code, Depth: fault.Depth, Clause: "RFC 5280, 6.1.3 (a)(3)",
			Text: lang.M("revocation: %s", "失効確認: %s", fault.Code.Message()),
		}
		return v.found(f, fault.Queue)
	}
	return true
}

func (v *validator) signature(i int, key *PublicKey) bool {
	c := v.chain[i]
	if v.signatures {
		if err := c.VerifySignatureBy(key); err != nil {
			f := Finding{
				Code: CodeCertificateSignatureFailure, Depth: i, Clause: "RFC 5280, 6.1.3 (a)(1)",
				Text: lang.M("the signature does not verify", "署名を検証できません"),
			}
			if !v.found(f, QueueOf(err)) {
				return false
			}
		}
	}
	policy := v.opt.Algorithms
	if policy == nil {
		p := DefaultAlgorithms()
		policy = &p
	}
	code := policy.Check(c.SignatureAlgorithm, key, c.NotBefore)
	if code == OK && v.opt.checksTime() { // with a key that is weak by now a certificate can be made that claims to be older
		code = policy.CheckKey(key, v.now)
	}
	if code != OK {
		return v.object(code, i, "NIST SP 800-131A", "the signature's algorithm or key was too weak for its time",
			"署名アルゴリズムまたは鍵が、その時点で弱すぎました")
	}
	return true
}

// form is what must hold of any certificate by itself.
func (v *validator) form(i int) bool {
	c := v.chain[i]
	d := c.info()
	if (c.SignatureAlgorithm.Algorithm != c.TBSSignature.Algorithm || !bytes.Equal(c.SignatureAlgorithm.Parameters, c.TBSSignature.Parameters)) &&
		!v.object(CodeSignatureAlgorithmInconsistency, i, "RFC 5280, 4.1.1.2", "the two signature algorithms differ", "二つの署名アルゴリズムが一致しません") {
		return false
	}
	if (d.invalid || d.duplicate) &&
		!v.object(CodeInvalidExtension, i, "RFC 5280, 4.2", "an extension is there twice or cannot be read", "拡張が重複しているか、読み取れません") {
		return false
	}
	if c.Version < 3 && len(c.Extensions) > 0 &&
		!v.object(CodeExtensionsRequireVersion3, i, "RFC 5280, 4.1.2.1", "extensions need version 3", "拡張にはバージョン3が必要です") {
		return false
	}
	if d.unsupported && !v.opt.IgnoreCritical {
		return v.object(CodeUnhandledCriticalExtension, i, "RFC 5280, 4.2", "a critical extension is not known", "未知の重要な拡張があります")
	}
	return true
}

// mayIssue holds an anchor to what it says of itself: who trusts a person's
// certificate does not trust the certificates that person makes.
func (v *validator) mayIssue(anchor int) bool {
	return v.chain[anchor].info().caKind() != notCA ||
		v.object(CodeInvalidCA, anchor, "RFC 5280, 4.2.1.3, 4.2.1.9", "the trusted certificate is not that of a CA", "信頼された証明書はCAの証明書ではありません")
}

// names is 6.1.3 (b), (c): all constraints above, but for self-issued certificates
// that are not the leaf.
func (v *validator) names(i int) bool {
	c := v.chain[i]
	if i > 0 && c.SelfIssued() {
		return true
	}
	for j := len(v.chain) - 1; j > i; j-- {
		n := v.chain[j].info().nameConstraints
		if n == nil {
			continue
		}
		if code := n.check(c, false); code != OK {
			return v.object(code, i, "RFC 5280, 6.1.3 (b), (c)", "a name lies outside what its CA may name", "名前がCAの名前制約の範囲外です")
		}
	}
	return true
}

// intermediate is 6.1.4 (k)-(n) for the certificate at depth i > 0, which is no anchor.
func (v *validator) intermediate(i int) bool {
	d := v.chain[i].info()
	if !d.ca && !v.object(CodeInvalidCA, i, "RFC 5280, 6.1.4 (k)", "the issuer is no CA", "発行者がCAではありません") {
		return false
	}
	if d.rejectsKeyUsage(KeyCertSign) &&
		!v.object(CodeKeyUsageNoCertSign, i, "RFC 5280, 6.1.4 (n)", "the issuer's key is not for certificates", "発行者の鍵用途に証明書署名がありません") {
		return false
	}
	return true
}

// wrapUp is what concerns the path as a whole: lengths, purposes, policies, names asked for.
func (v *validator) wrapUp() bool {
	return v.pathLengths() && v.purposes() && v.policies() && v.identity()
}

// pathLengths is 6.1.4 (l), (m), the anchor's own limit included.
func (v *validator) pathLengths() bool {
	below := 0 // intermediates below that are not self-issued
	for i, c := range v.chain {
		if limit := c.info().pathLen; i > 1 && limit >= 0 && below > limit {
			if !v.object(CodePathLengthExceeded, i, "RFC 5280, 6.1.4 (l)", "there are more CAs below than the certificate allows", "許されるより多くのCAが下にあります") {
				return false
			}
		}
		if i > 0 && !c.SelfIssued() {
			below++
		}
	}
	return true
}

func (v *validator) purposes() bool {
	purpose := v.opt.Purpose
	if v.crlPath {
		purpose = PurposeCRLSign
	}
	if purpose <= PurposeAny {
		return true
	}
	for i, c := range v.chain {
		d := c.info()
		asCA := i > 0 && i < len(v.chain)-1
		fit := purposeFit(d, purpose, asCA) != 0
		if i > 0 && !asCA {
			fit = true // the anchor is trusted for what it is used for
		}
		if !fit && !v.object(CodeInvalidPurpose, i, "RFC 5280, 4.2.1.3, 4.2.1.12", "the certificate is not for this purpose", "証明書の用途が異なります") {
			return false
		}
	}
	return true
}

// policies is 6.1.3 (d)-(f), 6.1.4 (a), (b), (h)-(j) and 6.1.5 (a), (b), (g).
func (v *validator) policies() bool {
	if v.crlPath {
		return true
	}
	set := v.opt.Policies
	if len(set) == 0 {
		set = []OID{AnyPolicy}
	}
	p := policyCheck{
		chain: v.chain, userSet: set, explicit: v.opt.ExplicitPolicy,
		inhibitAny: v.opt.InhibitAny, inhibitMapping: v.opt.InhibitMap,
	}
	var code Code
	var depth int
	v.policy, code, depth = p.run()
	if code == OK {
		return true
	}
	return v.object(code, depth, "RFC 5280, 6.1.5 (g)", "the path has no acceptable policy", "受け入れられるポリシーがありません")
}

func (v *validator) identity() bool {
	if v.crlPath {
		return true
	}
	check := verification{opt: v.opt, leaf: v.chain[0]}
	if fault := check.checkIdentity(); fault.Code != OK {
		return v.object(fault.Code, 0, "RFC 6125", "the certificate names another", "証明書の名前が一致しません")
	}
	return true
}
