package cms

import "crypto"

// ToBeSigned is what a key has to sign.
type ToBeSigned struct {
	// Digest is the hash of what is signed, by Options.HashFunc(). It is nil for
	// Ed25519, which takes the message (RFC 8419, 3).
	Digest []byte
	// Message is the DER of the signed attributes as a SET OF (RFC 5652, 5.4);
	// nil when there are none.
	Message []byte
	// Options is what crypto.Signer.Sign takes: a crypto.Hash, or *rsa.PSSOptions.
	Options crypto.SignerOpts
}
