package tsp

import (
	"bytes"
	"crypto"
	"errors"
	"math/big"
	"time"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/trust"
)

// Options says what a token is held to. The zero value expects no digest and trusts
// nothing: no token is valid then.
type Options struct {
	// Digest is of what was stamped, made with Info.Hash.
	Digest []byte
	// Chain is how the TSA's chain is judged. The zero Time takes the token's time;
	// the purpose is time-stamping whatever it says. Untrusted are certificates
	// beside the token's own.
	Chain trust.Options
}

// Result is what Verify found. It is data: nothing in it changes.
type Result struct {
	Verdict trust.Verdict
	// Time is the proven time: what was stamped existed then, Accuracy aside. It is
	// the zero time unless Verdict is trust.Valid.
	Time time.Time
	// Claimed is the time that the token states, whatever the verdict. It proves
	// nothing.
	Claimed  time.Time
	Accuracy Accuracy
	Policy   der.OID
	Serial   *big.Int
	// Certificate is the TSA's; nil when it was not found.
	Certificate *trust.Certificate
	// Chain is package trust's judgement; nil when Certificate is.
	Chain *trust.Result
	// Findings are all objections, in the order of the checks; none when valid.
	Findings []Finding
}

// Verify judges a token. All checks are made, so that Findings is complete.
func (t *Token) Verify(opt Options) *Result {
	r := &Result{
		Verdict: trust.Invalid, Claimed: t.Info.Time,
		Accuracy: t.Info.Accuracy, Policy: t.Info.Policy, Serial: t.Info.Serial,
	}
	r.Certificate, r.Findings = t.check(opt.Digest, opt.Chain)
	if r.Certificate != nil {
		r.judgeChain(t, opt.Chain)
	}
	if r.Certificate != nil && len(r.Findings) == 0 {
		r.Verdict, r.Time = trust.Valid, t.Info.Time
	}
	return r
}

// CheckSigner makes all checks of Verify but that of the chain, which is left to the
// caller: it returns the TSA's certificate, nil when it was not found, and all
// objections. Of opt.Chain only Untrusted and Algorithms count.
func (t *Token) CheckSigner(opt Options) (*trust.Certificate, []Finding) {
	return t.check(opt.Digest, opt.Chain)
}

// judgeChain asks package trust about the TSA's certificate at the token's time.
func (r *Result) judgeChain(t *Token, opt trust.Options) {
	further := opt.Untrusted
	opt.Untrusted = append(append(make([]*trust.Certificate, 0, len(t.Certificates)+len(further)), t.Certificates...), further...)
	opt.Purpose, opt.Trust = trust.PurposeTimestampSign, trust.TrustTSA
	if opt.Time.IsZero() {
		opt.Time = t.Info.Time
	}
	r.Chain = trust.Verify(r.Certificate, opt)
	if r.Chain.Verdict != trust.Valid {
		r.Findings = append(r.Findings, finding(ChainBad, "the timestamping authority is not trusted: %s", "タイムスタンプ局を信頼できません: %s", r.Chain.Code.Message()))
	}
}

// check makes all checks but that of the chain.
func (t *Token) check(digest []byte, chain trust.Options) (*trust.Certificate, []Finding) {
	var found []Finding
	if t.Info.Hash == 0 || len(digest) != t.Info.Hash.Size() || !bytes.Equal(t.Info.Digest, digest) {
		found = append(found, finding(ImprintDiffers, "the timestamp is for other data", "タイムスタンプの対象データが異なります"))
	}
	policy := chain.Algorithms
	if policy == nil {
		standard := trust.DefaultAlgorithms()
		policy = &standard
	}
	found = append(found, t.checkDigests(policy)...)
	cert := t.find(chain.Untrusted)
	if cert == nil {
		return nil, append(found, finding(SignerMissing, "the timestamp lacks its authority's certificate", "タイムスタンプにタイムスタンプ局の証明書がありません"))
	}
	checks := []func(*trust.Certificate) []Finding{
		t.checkAttributes, t.checkSignature, t.checkCertificateID, checkPurpose, t.checkName,
	}
	found = append(found, t.checkKey(cert, policy)...)
	for _, check := range checks {
		found = append(found, check(cert)...)
	}
	return cert, found
}

// checkDigests asks that imprint and signature use hashes that were good at the
// claimed time; when that is a lie, the chain or the caller's other evidence says so.
func (t *Token) checkDigests(policy *trust.AlgorithmPolicy) []Finding {
	for _, h := range []crypto.Hash{t.Info.Hash, der.Hash(t.signer.DigestAlgorithm.Algorithm)} {
		until := time.Time{}
		switch h {
		case crypto.SHA1:
			until = policy.SHA1Until
		case crypto.MD5:
			until = policy.MD5Until
		}
		if cms.WeakDigest(h) && !t.Info.Time.Before(until) {
			return []Finding{finding(WeakDigest, "the timestamp uses a hash that is no longer safe (%s)", "タイムスタンプに安全でないハッシュ方式が使われています（%s）", h.String())}
		}
	}
	return nil
}

// checkKey asks the same of the authority's key.
func (t *Token) checkKey(cert *trust.Certificate, policy *trust.AlgorithmPolicy) []Finding {
	key, err := cert.PublicKey()
	if err == nil && policy.CheckKey(key, t.Info.Time) != trust.OK {
		return []Finding{finding(WeakKey, "the timestamp is by a key that is no longer safe", "タイムスタンプに安全でない鍵が使われています")}
	}
	return nil // one that cannot be read verifies nothing
}

// checkAttributes is RFC 5652, 5.3: signed attributes, the content's type among them.
func (t *Token) checkAttributes(*trust.Certificate) []Finding {
	bad := finding(AttributesBad, "the timestamp's signed attributes break the rules", "タイムスタンプの署名属性が規則に反しています")
	if t.signer.SignedAttrs == nil || t.signer.CheckAttributes() != nil {
		return []Finding{bad}
	}
	value, ok := t.signer.SignedAttrs.Value(der.AttributeContentType)
	if !ok || !bytes.Equal(value, der.ObjectIdentifier(der.TSTInfo)) {
		return []Finding{bad}
	}
	return nil
}

func (t *Token) checkSignature(cert *trust.Certificate) []Finding {
	key, err := cert.PublicKey()
	if err == nil {
		err = t.signer.Verify(key, t.digests)
	}
	if err != nil {
		return []Finding{finding(SignatureWrong, "the timestamp's signature is not right: %w", "タイムスタンプの署名が正しくありません: %w", err)}
	}
	return nil
}

// checkCertificateID is RFC 5816, 2.2.1: the signature covers which certificate is
// meant.
func (t *Token) checkCertificateID(cert *trust.Certificate) []Finding {
	ids, err := t.signer.SigningCertificates()
	if err == nil {
		err = t.signer.VerifySigningCertificate(cert.Raw)
	}
	var fault *cms.VerifyError
	if errors.As(err, &fault) && fault.Reason == cms.NoSigningCertificate {
		return []Finding{finding(NoCertificateID, "the timestamp does not sign which certificate it is by", "タイムスタンプに署名証明書の識別子がありません")}
	}
	if err != nil || !sameIssuerSerial(ids[0], cert) {
		return []Finding{finding(CertificateIDDiffers, "the timestamp names another certificate than its signer's", "タイムスタンプの識別子が署名者の証明書と一致しません")}
	}
	return nil
}

// sameIssuerSerial compares the optional issuerSerial (RFC 5035, 5).
func sameIssuerSerial(id cms.CertID, cert *trust.Certificate) bool {
	if id.Serial != nil && id.Serial.Cmp(cert.Serial) != 0 {
		return false
	}
	return id.Issuer == nil || trust.EqualNames(id.Issuer, cert.RawIssuer)
}
