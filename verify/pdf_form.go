package verify

import "github.com/jsign-jp/jsign/internal/cms"

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
func wrongForm(findings []Finding) (Finding, bool) {
	for _, f := range findings {
		if formCodes[f.Code] && f.Severity != Info {
			f.Severity = Failure
			return f, true
		}
	}
	return Finding{}, false
}
