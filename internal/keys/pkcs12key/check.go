package pkcs12key

import (
	"bytes"
	"encoding/asn1"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/lang"
)

// maxDepth bounds the nesting that is looked into. The parameters of a
// shrouded key are 15 deep.
const maxDepth = 32

// check finds out what needs no passphrase: whether it is PKCS #12 at all, and
// whether opening it would take unreasonably long.
func check(path string, data []byte) error {
	if bytes.Contains(data, []byte("-----BEGIN ")) {
		return lang.WithHint(lang.Errorf("%s is PEM and not PKCS #12", "%sはPKCS #12ではなくPEMです", lang.Display(path)),
			"write --key pem:CERT,KEY", "--key pem:証明書,鍵 と指定してください")
	}
	if len(data) > 1 && data[0] == 0x30 && data[1] == 0x80 { // X.690 8.1.3.6
		return withConversion(path, lang.Errorf("%s is PKCS #12 in BER, which is not supported",
			"%sはBER形式のPKCS #12のため、対応していません", lang.Display(path)))
	}
	pfx, ok := parsePFX(data)
	if !ok {
		return lang.Errorf("%s is not a PKCS #12 file", "%sはPKCS #12ファイルではありません", lang.Display(path))
	}
	if !pfx.isBounded(keys.MaxIterations) {
		return lang.Errorf("%s demands more than %d iterations", "%sの反復回数が%d回を超えています",
			lang.Display(path), keys.MaxIterations)
	}
	return nil
}

// pfx is the outermost structure.
type pfx struct {
	parts         cryptobyte.String // authSafe and macData, undivided
	macIterations int
}

// parsePFX reads PFX (RFC 7292 4).
func parsePFX(data cryptobyte.String) (p pfx, ok bool) {
	var whole, safe, mac cryptobyte.String
	hasMAC, version := false, 0
	if !data.ReadASN1(&whole, cbasn1.SEQUENCE) || !data.Empty() || !whole.ReadASN1Integer(&version) {
		return p, false
	}
	p.parts, p.macIterations = whole, 1
	if !whole.ReadASN1(&safe, cbasn1.SEQUENCE) || !whole.ReadOptionalASN1(&mac, &hasMAC, cbasn1.SEQUENCE) {
		return p, false
	}
	if hasMAC && (!mac.SkipASN1(cbasn1.SEQUENCE) || !mac.SkipASN1(cbasn1.OCTET_STRING) ||
		!mac.Empty() && !mac.ReadASN1Integer(&p.macIterations)) {
		return p, false
	}
	return p, true
}

// isBounded reports whether opening the file takes no more than limit
// iterations in any of its key derivations.
func (p pfx) isBounded(limit int) bool {
	return p.macIterations <= limit && isBounded(p.parts, limit, 0)
}

// isBounded walks DER and judges the parameters of every key derivation in it,
// also inside OCTET STRINGs. What is not DER is not looked into: it is
// encrypted, or the decoder will refuse it.
func isBounded(der cryptobyte.String, limit, depth int) bool {
	if depth > maxDepth {
		return false
	}
	for !der.Empty() {
		var inner cryptobyte.String
		var tag cbasn1.Tag
		if !der.ReadAnyASN1(&inner, &tag) {
			return true
		}
		if tag == cbasn1.SEQUENCE && !isReasonable(inner, limit) {
			return false
		}
		if (tag&constructed != 0 || tag == cbasn1.OCTET_STRING) && !isBounded(inner, limit, depth+1) {
			return false
		}
	}
	return true
}

// constructed is the bit of the identifier octet (X.690 8.1.2.5).
const constructed = cbasn1.Tag(0x20)

// isReasonable judges the content of one SEQUENCE, if it is an
// AlgorithmIdentifier of PBKDF2 (RFC 8018 A.2) or of an encryption of PKCS #12
// (RFC 7292 C): both have salt and iterations first.
func isReasonable(s cryptobyte.String, limit int) bool {
	var oid asn1.ObjectIdentifier
	var parameters, salt cryptobyte.String
	var tag cbasn1.Tag
	iterations := 0
	if !s.ReadASN1ObjectIdentifier(&oid) || !s.ReadASN1(&parameters, cbasn1.SEQUENCE) {
		return true
	}
	id := oid.String()
	if id != "1.2.840.113549.1.5.12" && !strings.HasPrefix(id, "1.2.840.113549.1.12.1.") {
		return true
	}
	if !parameters.ReadAnyASN1(&salt, &tag) || !parameters.ReadASN1Integer(&iterations) {
		return true
	}
	return iterations <= limit
}
