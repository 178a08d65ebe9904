package pades

import (
	"crypto"
	"slices"
	"strings"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pdf"
)

// Bits of /Ff in a seed value dictionary: which entries are demands and not
// preferences (ISO 32000-2, table 237).
const (
	seedFilter = 1 << iota
	seedSubFilter
	seedVersion
	seedReasons
	seedLegalAttestation
	seedAddRevInfo
	seedDigestMethod
	seedLockDocument
	seedAppearanceFilter
)

// seedVersionKnown is the highest /V of a seed value dictionary: that of PDF 2.0.
const seedVersionKnown = 3

// checkSeed refuses a request that does not meet the demands of a field's seed
// value dictionary (/SV). Preferences are left to the person. Demands on the
// certificate are met later, by checkCertificateSeed.
func checkSeed(v *view, seed pdf.Dict, r *Request) error {
	flags, _ := v.integer(seed.Get("Ff"))
	demand := func(bit int64, key pdf.Name) pdf.Object {
		if flags&bit == 0 {
			return nil
		}
		return v.resolve(seed.Get(key))
	}
	if name, ok := demand(seedFilter, "Filter").(pdf.Name); ok && name != Filter {
		return seedError(r.Field, otherFieldHint, "the signature handler %s", "署名ハンドラー %s", name)
	}
	if names := v.names(demand(seedSubFilter, "SubFilter")); len(names) > 0 && !slices.Contains(names, r.SubFilter) {
		return seedError(r.Field, profileHint(names), "a signature of the form %v", "%v 形式の署名", names)
	}
	if version := number(demand(seedVersion, "V")); version > seedVersionKnown {
		return seedError(r.Field, otherFieldHint, "a signer that knows seed values of version %v", "シード値バージョン %v への対応", version)
	}
	if methods := v.texts(demand(seedDigestMethod, "DigestMethod")); len(methods) > 0 && !slices.Contains(methods, digestName(r.Digest)) {
		return seedError(r.Field, digestHint(methods), "one of the digests %s", "ダイジェスト %s のいずれか", strings.Join(methods, ", "))
	}
	if flags&seedReasons != 0 {
		if err := checkReason(r, v.texts(seed.Get("Reasons"))); err != nil {
			return err
		}
	}
	if err := checkUnsupportedSeed(v, seed, demand, r); err != nil {
		return err
	}
	return checkSeedMDP(v, seed, r)
}

// checkReason: with no reasons, or "." alone, there must be none (table 237).
func checkReason(r *Request, reasons []string) error {
	if len(reasons) == 0 || len(reasons) == 1 && reasons[0] == "." {
		if r.Reason != "" {
			return seedError(r.Field, hint("leave --reason out", "--reason を外してください"), "a signature without a reason", "理由を記載しない署名")
		}
		return nil
	}
	if !slices.Contains(reasons, r.Reason) {
		return seedError(r.Field, hint("give one of them, such as --reason %q", "いずれかを指定してください（例: --reason %q）", reasons[0]), "one of the reasons %q", "次のいずれかの理由: %q", reasons)
	}
	return nil
}

// checkUnsupportedSeed refuses what is demanded and never done here.
func checkUnsupportedSeed(v *view, seed pdf.Dict, demand func(int64, pdf.Name) pdf.Object, r *Request) error {
	if on, _ := demand(seedAddRevInfo, "AddRevInfo").(pdf.Boolean); bool(on) {
		return seedError(r.Field, otherFieldHint, "revocation information inside the signature", "署名内の失効情報")
	}
	if lock, _ := demand(seedLockDocument, "LockDocument").(pdf.Name); lock == "true" {
		return seedError(r.Field, otherFieldHint, "that the signature locks the document", "署名による文書のロック")
	}
	if filter, ok := demand(seedAppearanceFilter, "AppearanceFilter").(pdf.String); ok {
		return seedError(r.Field, otherFieldHint, "the appearance %q", "外観 %q", Text(filter))
	}
	if demand(seedLegalAttestation, "LegalAttestation") != nil && r.Certify != NoCertification {
		return seedError(r.Field, withoutCertifyHint, "a legal attestation", "法的証明（LegalAttestation）")
	}
	stamp := v.dict(seed.Get("TimeStamp"))
	if required, _ := v.integer(stamp.Get("Ff")); required&1 != 0 && !r.Timestamp {
		return seedError(r.Field, otherFieldHint, "a timestamp", "タイムスタンプ")
	}
	return nil
}

// checkSeedMDP: 0 demands an approval signature, 1 to 3 a certification of that
// level (table 237).
func checkSeedMDP(v *view, seed pdf.Dict, r *Request) error {
	mdp := v.dict(seed.Get("MDP"))
	level, ok := v.integer(mdp.Get("P"))
	if !ok || int(level) == r.Certify {
		return nil
	}
	if level == 0 {
		return seedError(r.Field, withoutCertifyHint, "a signature that does not certify", "証明（certify）ではない署名")
	}
	return seedError(r.Field, hint("certify it: --profile pades --certify %d", "証明（certify）してください: --profile pades --certify %d", level), "a certification of level %d", "レベル %d の証明（certify）", level)
}

func seedError(field string, hint lang.Message, en, ja string, args ...any) error {
	err := lang.Errorf("field %q demands %v", "フィールド「%s」は次を要求しています: %v", field, lang.M(en, ja, args...))
	return lang.WithHint(err, hint.EN, hint.JA, hint.Args...)
}

func number(o pdf.Object) float64 {
	switch n := o.(type) {
	case pdf.Integer:
		return float64(n)
	case pdf.Real:
		return n.Float64()
	}
	return 0
}

// digestName returns a hash's name in /DigestMethod.
func digestName(h crypto.Hash) string {
	switch h {
	case crypto.SHA256:
		return "SHA256"
	case crypto.SHA384:
		return "SHA384"
	case crypto.SHA512:
		return "SHA512"
	}
	return ""
}
