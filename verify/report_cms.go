package verify

import (
	"bytes"
	"context"
	"crypto"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// ReportOptions says by which rules a Report is made from a Result.
type ReportOptions struct {
	Time time.Time
	// RevocationOptional lets a chain pass whose revocation state is not known. One
	// that is known to be revoked never passes.
	RevocationOptional bool
	// Material are certificates, CRLs and OCSP responses beside those that the file
	// carries.
	Material revocation.Material
	// Fetcher is asked for what those do not settle; nil asks nobody.
	Fetcher revocation.Fetcher
	// Pool reads CRLs and responses once that many files have in common; nil for none.
	Pool *revocation.Pool
}

// Report judges a message by EN 319 102-1 and by RFC 5652 and its companions in
// full. Certificates are judged anew, by RFC 5280 and as of a proven time of
// signing where there is one; what r holds of chains does not count. r is what
// Check returned, nil for a message that is not SignedData. ctx ends waiting for
// the Fetcher.
func (m *Message) Report(ctx context.Context, r *Result, opt ReportOptions) *Report {
	if m.SignedData == nil {
		return m.reportBy(r, opt, nil)
	}
	return m.reportBy(r, opt, m.certificateSides(ctx, r, opt))
}

// reportBy makes the report with the certificates judged by side.
func (m *Message) reportBy(r *Result, opt ReportOptions, side certificateSide) *Report {
	report := &Report{Format: m.format(), Time: opt.Time, Policy: Policy{Name: "jsign", RevocationRequired: !opt.RevocationOptional}}
	if m.SignedData == nil {
		report.Findings = append(report.Findings, notSignedData())
		return report
	}
	report.Findings = append(report.Findings, m.Audited()...)
	if !r.Digests.OK() {
		report.Findings = append(report.Findings, failure(string(r.Digests.Code), r.Digests.Message()))
	}
	if m.TextHeader() != nil {
		report.Findings = append(report.Findings, failure("text-header",
			lang.M("the content does not begin with a text/plain header", "内容がtext/plainのヘッダーで始まっていません")))
	}
	if len(r.Signers) == 0 {
		report.Findings = append(report.Findings, noSigner())
	}
	for i := range r.Signers {
		report.Signatures = append(report.Signatures, m.signature(r, i, report.Findings, side))
	}
	return report
}

// certificateSide judges the certificate of a signer, and fills in what the report
// says of it.
type certificateSide func(r *SignerResult, out *Signature) verdict

// certificateSides makes the judge of a message's certificates; nil when chains
// were not to be judged.
func (m *Message) certificateSides(ctx context.Context, r *Result, opt ReportOptions) certificateSide {
	if r.chains == nil {
		return nil
	}
	chains := *r.chains
	chains.Untrusted, chains.CRLs = nil, nil // the message's own, which are collected below
	h := newHistory(ctx, chains, opt)
	content := make(map[*cms.SignerInfo][]*stamp)
	for i := range m.SignedData.Signers {
		s := &m.SignedData.Signers[i]
		content[s] = h.addSigner(m.SignedData, s, m.contentDigest).content
	}
	h.walk()
	return func(r *SignerResult, out *Signature) verdict {
		return h.judgeSigner(r, content[r.Info], content[r.Info], out)
	}
}

// contentDigest is the digest of the content by one of the algorithms that the
// message lists; nil by others.
func (m *Message) contentDigest(h crypto.Hash) []byte {
	if m.digests == nil || m.unread != nil || !m.content {
		return nil
	}
	return m.digests.Sum(der.DigestOID(h))
}

// judgeSigner judges a signer's certificate. content are timestamps of what it
// signs, covered all that it signs after.
func (h *history) judgeSigner(r *SignerResult, content, covered []*stamp, out *Signature, further ...crypto.Hash) verdict {
	s := &subject{
		certificate: r.Certificate, value: r.Info.Signature, bound: namesSigner(r.Info, r.Certificate), signer: true,
		hashes: append(further, hashOf(r.Info.DigestAlgorithm.Algorithm)), purpose: h.trust.Purpose, use: h.trust.Trust, after: notBefore(covered),
	}
	v := h.judge(s)
	out.Timestamps = h.stampsOf(s.value, content)
	if out.Integrity == Intact {
		out.Level = h.level(s)
	}
	return v
}

func (m *Message) signature(r *Result, i int, whole []Finding, side certificateSide) Signature {
	s := r.Signers[i]
	out := Signature{
		Format: string(m.format()), Coverage: CoversFile, Changes: ChangesNone, Revocation: RevocationNotChecked,
		DigestAlgorithm: digestName(s.Info.DigestAlgorithm.Algorithm), SignatureAlgorithm: algorithmName(s),
	}
	out.ClaimedTime, _ = s.Info.SigningTime()
	out.Integrity = m.integrity(s)
	out.Findings = faultFindings(m, s)
	var v verdict
	switch {
	case side == nil:
		v = notJudged()
	case s.Certificate != nil:
		v = side(&s, &out)
	}
	out.take(&v)
	out.Signer = describeSigner(s, out.Chain)
	out.Findings = append(out.Findings, m.AuditedSigner(r, i)...)
	out.judge(m, s, &v, whole)
	return out
}

// integrity tells whether the signature is right for the content, whoever made
// it.
func (m *Message) integrity(s SignerResult) Integrity {
	switch {
	case s.Certificate == nil || !m.content:
		return IntegrityUnknown
	case unknowable(s.Attributes) || unknowable(s.Content):
		return IntegrityUnknown
	case !s.Attributes.OK() || !s.Content.OK():
		return Broken
	}
	return Intact
}

// unknowable tells faults that leave open whether the signature is right.
func unknowable(f Fault) bool {
	return f.Code == FaultUnknownDigest || f.Code == FaultNoPublicKey || f.Code == FaultContentUnread
}

// judge sets the indication: the first objection in the order of EN 319 102-1,
// 5.3 (format, identification, cryptography, certificate, constraints).
func (out *Signature) judge(m *Message, s SignerResult, v *verdict, whole []Finding) {
	for _, objection := range []func() (Indication, SubIndication){
		func() (Indication, SubIndication) { return m.formObjection(s) },
		func() (Indication, SubIndication) { return faultObjection(s.Attributes) },
		func() (Indication, SubIndication) { return faultObjection(s.Content) },
		v.objection,
		func() (Indication, SubIndication) { return findingObjection(whole) },
		func() (Indication, SubIndication) { return findingObjection(out.Findings) },
	} {
		if out.Indication, out.SubIndication = objection(); out.Indication != IndicationUnknown {
			return
		}
	}
	out.Indication = TotalPassed
}

func (m *Message) formObjection(s SignerResult) (Indication, SubIndication) {
	switch {
	case s.Certificate == nil:
		return Indeterminate, NoSigningCertificateFound
	case !m.content:
		return Indeterminate, SignedDataNotFound
	}
	return IndicationUnknown, NoSubIndication
}

func faultObjection(f Fault) (Indication, SubIndication) {
	switch f.Code {
	case NoFault:
		return IndicationUnknown, NoSubIndication
	case FaultDigest:
		return TotalFailed, HashFailure
	case FaultSignature, FaultKeyAlgorithm:
		return TotalFailed, SigCryptoFailure
	case FaultUnknownDigest, FaultNoPublicKey:
		return Indeterminate, CryptoConstraintsFailure
	case FaultContentUnread:
		return Indeterminate, SignedDataNotFound
	}
	return TotalFailed, FormatFailure
}

// findingObjection turns departures from the standards into a failure: one of
// the signing certificate's identifier means that it is not known who signed.
func findingObjection(findings []Finding) (Indication, SubIndication) {
	for _, f := range findings {
		switch {
		case f.Severity == Info:
		case f.Code == "signing-certificate":
			return Indeterminate, NoSigningCertificateFound
		default:
			return TotalFailed, FormatFailure
		}
	}
	return IndicationUnknown, NoSubIndication
}

// format is what kind of message it is.
func (m *Message) format() Format {
	switch {
	case m.SignedData == nil:
		return FormatUnknown
	case m.detached || !m.content:
		return FormatCMSDetached
	}
	return FormatCMSAttached
}

// take fills in what the certificate's side of the report says.
func (out *Signature) take(v *verdict) {
	out.Chain, out.Evidence, out.ProvenTime = v.chain, v.evidence, v.proven
	if v.revocation != RevocationUnknown {
		out.Revocation = v.revocation
	}
	out.Findings = append(out.Findings, v.findings...)
}

// objection is the verdict, where it is one.
func (v *verdict) objection() (Indication, SubIndication) {
	if v.indication == TotalPassed {
		return IndicationUnknown, NoSubIndication
	}
	return v.indication, v.sub
}

// notJudged is the verdict where chains are left out.
func notJudged() verdict {
	return verdict{indication: Indeterminate, sub: NoCertificateChainFound,
		findings: []Finding{failure("chain-not-checked", lang.M("the chain of certificates was not checked", "証明書チェーンを検証していません"))}}
}

func chainIndication(code trust.Code) (Indication, SubIndication) {
	switch code {
	case trust.CodeUnableToGetIssuerCertificate, trust.CodeUnableToGetIssuerCertificateLocally,
		trust.CodeDepthZeroSelfSignedCertificate, trust.CodeSelfSignedCertificateInChain,
		trust.CodeUnableToVerifyLeafSignature, trust.CodeCertificateUntrusted, trust.CodeCertificateRejected:
		return Indeterminate, NoCertificateChainFound
	case trust.CodeCertificateHasExpired:
		return Indeterminate, OutOfBoundsNoPOE
	case trust.CodeCertificateNotYetValid:
		return TotalFailed, NotYetValid
	case trust.CodeCertificateRevoked:
		return Indeterminate, RevokedNoPOE
	case trust.CodeUnableToGetCRL, trust.CodeCRLHasExpired, trust.CodeCRLNotYetValid, trust.CodeCRLSignatureFailure,
		trust.CodeUnableToGetCRLIssuer, trust.CodeDifferentCRLScope, trust.CodeKeyUsageNoCRLSign,
		trust.CodeUnhandledCriticalCRLExtension, trust.CodeCRLPathValidationError:
		return Indeterminate, TryLater
	case trust.CodeEEKeyTooSmall, trust.CodeCAKeyTooSmall, trust.CodeCADigestTooWeak:
		return Indeterminate, CryptoConstraintsFailure
	case trust.CodeInvalidPurpose, trust.CodePathLengthExceeded, trust.CodeNoExplicitPolicy, trust.CodePermittedViolation,
		trust.CodeExcludedViolation, trust.CodeInvalidCA, trust.CodeCertificateChainTooLong:
		return Indeterminate, ChainConstraintsFailure
	}
	return Indeterminate, CertificateChainGeneral
}

// describeSigner describes the signer's certificate, which the chain, described
// already, begins with.
func describeSigner(s SignerResult, chain []Certificate) *Certificate {
	if s.Certificate == nil {
		return nil
	}
	if len(chain) > 0 {
		c := chain[0]
		return &c
	}
	c := describe(s.Certificate)
	return &c
}

// describeChain describes a chain, each name once: the issuer of one certificate
// is the subject of the next.
func describeChain(chain []*trust.Certificate) []Certificate {
	var out []Certificate
	for i, c := range chain {
		d := Certificate{Fingerprint: fingerprint(c), Serial: c.Serial.Text(16), NotBefore: c.NotBefore, NotAfter: c.NotAfter, Raw: c.Raw}
		if i > 0 && bytes.Equal(c.RawSubject, chain[i-1].RawIssuer) {
			d.Subject = out[i-1].Issuer
		} else {
			d.Subject = trust.NameString(c.RawSubject)
		}
		if bytes.Equal(c.RawIssuer, c.RawSubject) {
			d.Issuer = d.Subject
		} else {
			d.Issuer = trust.NameString(c.RawIssuer)
		}
		out = append(out, d)
	}
	return out
}

// describe makes the part of a report that tells a certificate apart.
func describe(c *trust.Certificate) Certificate { return describeChain([]*trust.Certificate{c})[0] }

func fingerprint(c *trust.Certificate) string {
	sum := c.Fingerprint()
	return hex.EncodeToString(sum[:])
}

func digestName(algorithm der.OID) string {
	if h := hashOf(algorithm); h != 0 {
		return h.String()
	}
	return algorithm.String()
}

func algorithmName(s SignerResult) string {
	if s.Certificate == nil {
		return s.Info.SignatureAlgorithm.Algorithm.String()
	}
	key, err := s.Certificate.PublicKey()
	if err != nil {
		return s.Info.SignatureAlgorithm.Algorithm.String()
	}
	switch {
	case s.Info.SignatureAlgorithm.Algorithm == der.RSASSAPSS:
		return "RSASSA-PSS " + strconv.Itoa(key.Bits)
	case key.Algorithm == trust.KeyRSA:
		return "RSASSA-PKCS1-v1_5 " + strconv.Itoa(key.Bits)
	case key.Algorithm == trust.KeyEC:
		return "ECDSA " + key.Curve
	case key.Algorithm == trust.KeyDSA:
		return "DSA " + strconv.Itoa(key.Bits)
	case key.Algorithm == trust.KeyEd25519:
		return "Ed25519"
	}
	return s.Info.SignatureAlgorithm.Algorithm.String()
}

// codeWord is a trust code as a part of a finding's code.
func codeWord(c trust.Code) string { return strconv.Itoa(int(c)) }

// faultFindings words the faults of one signer.
func faultFindings(m *Message, s SignerResult) (list []Finding) {
	add := func(code string, message lang.Message) { list = append(list, failure(code, message)) }
	if s.Certificate == nil {
		add("signer-certificate-missing", lang.M("the signer's certificate is not there", "署名者の証明書がありません"))
		return list
	}
	if !m.content {
		add("content-missing", lang.M("the signed content is not there", "署名対象の内容がありません"))
	}
	for _, f := range []Fault{s.Attributes, s.SigningCertificate, s.Content} {
		if !f.OK() {
			add(string(f.Code), f.Message())
		}
	}
	return list
}

func failure(code string, message lang.Message) Finding {
	return Finding{Code: code, Severity: Failure, Message: message}
}

func notSignedData() Finding {
	return failure("not-signed-data", lang.M("the file is no signed message", "署名されたメッセージではありません"))
}

func noSigner() Finding {
	return failure("no-signature", lang.M("the message has no signature", "メッセージに署名がありません"))
}
