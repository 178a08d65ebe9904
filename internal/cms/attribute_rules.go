package cms

import "github.com/jsign-jp/jsign/internal/der"

// attributeRule is what RFC 5652, 11 and RFC 5035 say of one attribute.
type attributeRule struct {
	attribute der.OID
	signed    bool // may be signed; else may be unsigned
	single    bool // once, with one value
	required  bool // where there are signed attributes
}

func attributeRules() []attributeRule {
	return []attributeRule{
		{attribute: der.AttributeContentType, signed: true, single: true, required: true},
		{attribute: der.AttributeMessageDigest, signed: true, single: true, required: true},
		{attribute: der.AttributeSigningTime, signed: true, single: true},
		{attribute: der.AttributeCountersignature},
		{attribute: der.AttributeSigningCertificate, signed: true, single: true},
		{attribute: der.AttributeSigningCertificateV2, signed: true, single: true},
		{attribute: der.AttributeReceiptRequest, signed: true, single: true},
	}
}

// CheckAttributes applies the rules on which attributes may be where and how
// often; their values are not looked at. The error is a *VerifyError with
// AttributeRules that names the first attribute at fault.
func (s *SignerInfo) CheckAttributes() error {
	if s.SignedAttrs == nil && s.UnsignedAttrs == nil {
		return nil
	}
	for _, rule := range attributeRules() {
		if !rule.holds(s.SignedAttrs, true) || !rule.holds(s.UnsignedAttrs, false) {
			return &VerifyError{Reason: AttributeRules, Algorithm: rule.attribute}
		}
	}
	return nil
}

func (rule attributeRule) holds(set *AttributeSet, signed bool) bool {
	first, n := set.find(rule.attribute)
	if n == 0 {
		return !rule.required || !signed || set == nil || len(set.Attributes) == 0
	}
	if rule.signed != signed || len(first.Values) == 0 {
		return false
	}
	return !rule.single || n == 1 && len(first.Values) == 1
}
