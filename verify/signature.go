package verify

import (
	"crypto"
	"errors"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/trust"
)

// verifyValue checks a signer's value with the key of its certificate
// (auditKey judges what it overlooks). message is what was signed, nil
// where it is the content; digest is its digest by h.
func verifyValue(key *trust.PublicKey, s *cms.SignerInfo, h crypto.Hash, message, digest []byte) Fault {
	err := key.VerifyValue(s.SignatureAlgorithm, h, message, digest, s.Signature)
	if err == nil {
		return Fault{}
	}
	f := Fault{Code: FaultSignature}
	var wrong *trust.SignatureError
	if errors.As(err, &wrong) {
		f.Queue = wrong.Queue
		if wrong.Unsuited {
			f.Code = FaultKeyAlgorithm
		}
	}
	return f
}
