package sign_test

import (
	"bytes"
	"fmt"
	"testing"

	digitorus "github.com/digitorus/pdfsign/verify"

	"github.com/jsign-jp/jsign/sign"
)

// unknownToPeer are the kinds of PDF that pdfsign cannot read, and why.
var unknownToPeer = map[string]string{
	"encrypted R4 AES-128":         "knows RC4 alone",
	"encrypted R4 clear metadata":  "knows RC4 alone",
	"encrypted R5 AES-256":         "knows RC4 alone",
	"encrypted R6 AES-256":         "knows RC4 alone",
	"encrypted R6 password":        "knows RC4 alone",
	"encrypted R6 object streams":  "knows RC4 alone",
	"encrypted R3 password":        "takes no password",
	"encrypted R2 RC4-40":          "decrypts /Contents",
	"encrypted R3 RC4-128":         "decrypts /Contents",
	"header 1.8":                   "knows headers to 1.7 and 2.0",
	"junk before the header":       "wants the header at byte 0",
	"Prev chain table then stream": "has no ASCIIHexDecode",
}

// TestPDFPeer: what jsign makes verifies with digitorus/pdfsign, for the kinds
// of PDF that its reader knows.
func TestPDFPeer(t *testing.T) {
	for _, kind := range fixtures() {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			opt := japanese
			opt.Password = []byte(kind.password)
			once := signPDF(t, kind.make(newForge(t)), rsaKey(), opt)
			err := pdfsignAccepts(once, 1)
			if reason, ok := unknownToPeer[kind.name]; ok {
				if err == nil {
					t.Errorf("pdfsign %s, it is said, and accepts it", reason)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := pdfsignAccepts(signPDF(t, once, p384Key(), sign.PDFOptions{Profile: sign.ProfilePAdES}), 2); err != nil {
				t.Errorf("signed twice: %v", err)
			}
		})
	}
}

func pdfsignAccepts(file []byte, count int) error {
	response, err := digitorus.Verify(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return err
	}
	if response.Error != "" || len(response.Signers) != count {
		return fmt.Errorf("pdfsign finds %d signers, error %q", len(response.Signers), response.Error)
	}
	for _, s := range response.Signers {
		if !s.ValidSignature {
			return fmt.Errorf("pdfsign: %+v", s)
		}
	}
	if got := response.Signers[0]; got.Name != japanese.Name || got.Reason != japanese.Reason || got.Location != japanese.Location {
		return fmt.Errorf("pdfsign reads name %q, reason %q, location %q", got.Name, got.Reason, got.Location)
	}
	return nil
}
