package verify

import "github.com/jsign-jp/jsign/trust"

// FaultCode names why a check failed.
type FaultCode string

// The codes. NoFault is the zero value: the check passed, or was not made.
const (
	NoFault FaultCode = ""

	FaultAttributes       FaultCode = "attribute-rules"     // an attribute is missing, repeated or misplaced
	FaultUnknownDigest    FaultCode = "unknown-digest"      // the digest algorithm is not known
	FaultNoDigest         FaultCode = "no-digest-algorithm" // the message lists none
	FaultNoPublicKey      FaultCode = "no-public-key"       // the certificate's key cannot be read
	FaultKeyAlgorithm     FaultCode = "algorithm-mismatch"  // key and signature algorithm do not go together
	FaultSignature        FaultCode = "signature-invalid"   // the value is wrong
	FaultDigestNotListed  FaultCode = "digest-not-listed"   // digestAlgorithms lacks the signer's
	FaultDigestUnreadable FaultCode = "digest-unreadable"   // messageDigest is no OCTET STRING
	FaultDigestLength     FaultCode = "digest-wrong-length" // messageDigest is too long or too short
	FaultDigest           FaultCode = "digest-mismatch"     // the content is another one
	FaultContentUnread    FaultCode = "content-unreadable"  // reading it ended with an error
	FaultESSMissing       FaultCode = "ess-missing"         // no signing-certificate attribute
	FaultESSNotFound      FaultCode = "ess-not-found"       // it names another certificate
	FaultESSOrder         FaultCode = "ess-wrong-order"     // it does not name the signer's first
	FaultESSMalformed     FaultCode = "ess-malformed"       // it cannot be read
	FaultESSUnknownDigest FaultCode = "ess-unknown-digest"  // by a hash that is not known
	FaultESSDigestLength  FaultCode = "ess-digest-length"   // its hash is too long or too short
)

// Fault is why one check failed.
type Fault struct {
	Code FaultCode
	// Queue is what OpenSSL's lower layers leave in its error queue then.
	Queue []trust.QueueEntry
}

// OK reports whether there is no fault.
func (f Fault) OK() bool { return f.Code == NoFault }
