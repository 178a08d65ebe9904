package verify

import (
	"bytes"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/trust"
)

// ReportOptions says by which rules a Report is made from a Result.
type ReportOptions struct {
	Time time.Time
	// RevocationOptional lets a chain pass whose revocation state was not asked
	// for.
	RevocationOptional bool
}

// Report judges a message by EN 319 102-1 and by RFC 5652 and its companions in
// full. r is what Check returned, nil for a message that is not SignedData.
func (m *Message) Report(r *Result, opt ReportOptions) *Report {
	report := &Report{Format: FormatCMSAttached, Time: opt.Time, Policy: Policy{Name: "jsign", RevocationRequired: !opt.RevocationOptional}}
	if m.SignedData == nil {
		report.Format = FormatUnknown
		report.Findings = append(report.Findings, notSignedData())
		return report
	}
	if m.detached || !m.content {
		report.Format = FormatCMSDetached
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
		report.Signatures = append(report.Signatures, m.signature(r, i, report, opt))
	}
	return report
}

func (m *Message) signature(r *Result, i int, report *Report, opt ReportOptions) Signature {
	s := r.Signers[i]
	out := Signature{
		Format: string(report.Format), Coverage: CoversFile, Changes: ChangesNone, Revocation: s.Revocation,
		DigestAlgorithm: digestName(s.Info.DigestAlgorithm.Algorithm), SignatureAlgorithm: algorithmName(s),
	}
	out.ClaimedTime, _ = s.Info.SigningTime()
	if s.Chain != nil {
		out.Chain = describeChain(s.Chain.Chain)
	}
	out.Signer = describeSigner(s, out.Chain)
	out.Integrity = m.integrity(s)
	out.Findings = append(faultFindings(m, s), m.AuditedSigner(r, i)...)
	out.judge(m, s, report, opt)
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
func (out *Signature) judge(m *Message, s SignerResult, report *Report, opt ReportOptions) {
	for _, objection := range []func() (Indication, SubIndication){
		func() (Indication, SubIndication) { return m.formObjection(s) },
		func() (Indication, SubIndication) { return faultObjection(s.Attributes) },
		func() (Indication, SubIndication) { return faultObjection(s.Content) },
		func() (Indication, SubIndication) { return out.chainObjection(s.Chain, opt) },
		func() (Indication, SubIndication) { return findingObjection(report.Findings) },
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

func (out *Signature) chainObjection(chain *trust.Result, opt ReportOptions) (Indication, SubIndication) {
	if chain == nil {
		return Indeterminate, NoCertificateChainFound
	}
	if chain.Verdict == trust.Valid {
		if out.Revocation == RevocationNotChecked && !opt.RevocationOptional {
			return Indeterminate, TryLater
		}
		return IndicationUnknown, NoSubIndication
	}
	return chainIndication(chain.Code)
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
	if len(chain) > 0 && s.Chain.Chain[0] == s.Certificate {
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
	switch {
	case s.Chain == nil:
		add("chain-not-checked", lang.M("the chain of certificates was not checked", "証明書チェーンを検証していません"))
	case s.Chain.Verdict != trust.Valid:
		add("chain-"+codeWord(s.Chain.Code), ChainMessage(s.Chain.Code))
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
