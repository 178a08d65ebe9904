package cms

import (
	"bytes"
	"fmt"
)

// Form is how a message is wrapped in a file.
type Form int

// The forms. The zero value is bare DER or BER.
const (
	FormDER Form = iota
	FormPEM
	FormSMIME
)

// DetectSize is how much of a file DetectForm wants to see.
const DetectSize = 4 << 10

// DetectForm guesses the form from a file's beginning: a SEQUENCE is DER or
// BER, a line that begins a PEM block is PEM, anything else S/MIME.
func DetectForm(prefix []byte) Form {
	pem := bytes.HasPrefix(prefix, []byte(pemBegin)) || bytes.Contains(prefix, []byte("\n"+pemBegin)) ||
		bytes.HasPrefix(prefix, []byte(byteOrderMark+pemBegin))
	switch {
	case len(prefix) > 1 && prefix[0] == 0x30 && (prefix[1] >= 0x80 || !pem):
		return FormDER
	case pem:
		return FormPEM
	}
	return FormSMIME
}

// FormReason says what is wrong with a PEM or S/MIME wrapping.
type FormReason int

// The reasons, as OpenSSL tells them apart.
const (
	_                FormReason = iota
	NoStartLine                 // PEM: no BEGIN line with a label that is looked for
	BadEndLine                  // PEM: no END line, or not the one that belongs to BEGIN
	BadBase64                   // PEM, S/MIME: not base64
	HeaderInPEM                 // PEM: a header or an empty line inside (encrypted PEM is not for CMS)
	NoContentType               // S/MIME: no Content-Type header
	WrongContentType            // S/MIME: neither pkcs7-mime nor multipart/signed
	NoBoundary                  // S/MIME: multipart without a boundary
	WrongParts                  // S/MIME: not two parts, or no closing boundary
	NoSignatureType             // S/MIME: second part without Content-Type
	WrongSignature              // S/MIME: second part is not pkcs7-signature
)

// String returns the reason in words.
func (r FormReason) String() string {
	switch r {
	case NoStartLine:
		return "no PEM block of a known label"
	case BadEndLine:
		return "PEM block without its end line"
	case BadBase64:
		return "bad base64"
	case HeaderInPEM:
		return "header in a PEM block"
	case NoContentType:
		return "no Content-Type header"
	case WrongContentType:
		return "Content-Type is not one of S/MIME's"
	case NoBoundary:
		return "multipart without boundary"
	case WrongParts:
		return "multipart without exactly two parts"
	case NoSignatureType:
		return "signature part without Content-Type"
	case WrongSignature:
		return "second part is no signature"
	}
	return "unknown"
}

// FormError is a PEM or S/MIME wrapping that cannot be read.
type FormError struct {
	Reason FormReason
	Detail string // the type found, for WrongContentType and WrongSignature
}

// Error returns one line.
func (e *FormError) Error() string {
	if e.Detail == "" {
		return "cms: " + e.Reason.String()
	}
	return fmt.Sprintf("cms: %s (%s)", e.Reason, e.Detail)
}

// contentTypeWithin is how soon a ContentInfo names its type: after two headers.
const contentTypeWithin = 32

// Likely tells by a file's beginning whether it could be a message: a ContentInfo
// that names a type of PKCS #7 or CMS at once, a PEM block of their labels, or
// S/MIME.
func Likely(prefix []byte) bool {
	switch DetectForm(prefix) {
	case FormDER:
		head := prefix[:min(len(prefix), contentTypeWithin)]
		return bytes.Contains(head, []byte(pkcs7Arc)) || bytes.Contains(head, []byte(smimeArc))
	case FormPEM:
		return bytes.Contains(prefix, []byte(pemBegin+pemLabel+pemTail)) || bytes.Contains(prefix, []byte(pemBegin+"PKCS7"+pemTail))
	}
	head := bytes.ToLower(prefix)
	return bytes.Contains(head, []byte("content-type:")) &&
		(bytes.Contains(head, []byte("pkcs7-mime")) || bytes.Contains(head, []byte("pkcs7-signature")))
}

// The arcs of content types as their encodings begin: 1.2.840.113549.1.7 and
// 1.2.840.113549.1.9.16.1.
const (
	pkcs7Arc = "\x2a\x86\x48\x86\xf7\x0d\x01\x07"
	smimeArc = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01"
)
