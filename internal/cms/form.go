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
