package verify

import (
	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
)

// singleValued are signed attributes of CAdES that have one value (ETSI EN 319
// 122-1, 5.2; RFC 5126, 5.8.1, 5.11.2): two would say two things.
var singleValued = []der.OID{
	"\x04\x00\x81\x95\x32\x01\x01",                 // signer-attributes-v2
	"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x0f", // signature-policy-identifier
	"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x11", // signer-location
	"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x12", // signer-attributes
	"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x2f", // signing-certificate-v2
}

// formCodes are departures from RFC 5652 and its companions that let a value be
// read in two ways: nothing signed so is called intact.
var formCodes = map[string]bool{
	string(cms.SignatureAlgorithm):  true,
	string(cms.AttributesAsContent): true,
	string(cms.ContentTypeDiffers):  true,
	string(cms.AlgorithmProtection): true,
	string(cms.AttributeRepeated):   true,
}

// wrongForm returns the first finding that speaks against the value itself.
func wrongForm(m *Message, findings []Finding) (Finding, bool) {
	for _, oid := range singleValued {
		for _, a := range m.SignedData.Signers[0].SignedAttrs.Get(oid) {
			if len(a.Values) != 1 {
				return Finding{Code: string(cms.AttributeRepeated), Severity: Failure, Clause: "ETSI EN 319 122-1, 5.2",
					Message: lang.M("a signed attribute has several values", "署名属性に複数の値があります")}, true
			}
		}
	}
	for _, f := range findings {
		if formCodes[f.Code] && f.Severity != Info {
			f.Severity = Failure
			return f, true
		}
	}
	return Finding{}, false
}
