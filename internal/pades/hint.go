package pades

import (
	"slices"
	"strings"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pdf"
)

// What can be done about a demand of a field, in the options of the command.

func hint(en, ja string, args ...any) lang.Message { return lang.M(en, ja, args...) }

// otherFieldHint is for demands that no option meets.
var (
	otherFieldHint = hint("leave --field out: a signature in a new field has no such conditions", "--field を外してください。新しいフィールドへの署名には、この条件はありません")

	certificateHint = hint("sign with such a certificate, or leave --field out", "該当する証明書で署名するか、--field を外してください")

	withoutCertifyHint = hint("leave --certify out", "--certify を外してください")
)

// profileHint names the profile that makes one of the forms.
func profileHint(forms []pdf.Name) lang.Message {
	switch {
	case slices.Contains(forms, SubFilterCAdESDetached):
		return hint("sign it with --profile pades", "--profile pades で署名してください")
	case slices.Contains(forms, SubFilterPKCS7Detached):
		return hint("sign it with --profile moj", "--profile moj で署名してください")
	}
	return otherFieldHint
}

// digestHint names the option for one of the digests.
func digestHint(methods []string) lang.Message {
	for _, name := range []string{"SHA256", "SHA384", "SHA512"} {
		if slices.Contains(methods, name) {
			return hint("sign it with --digest %s", "--digest %s で署名してください", strings.ToLower(name))
		}
	}
	return otherFieldHint
}
