package sign

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"

	"github.com/jsign-jp/jsign/internal/cms"
)

// Signer is a private key that is ready to sign (its PIN or password already
// given), with the certificates that go into the signature.
//
// Chain()[0] is the signer's certificate and belongs to Public(); the issuing
// CA certificates follow, nearest first, as far as they are known. Sign is
// called once for each signature, from one goroutine at a time.
type Signer interface {
	crypto.Signer
	Chain() []*x509.Certificate
}

// ToBeSigned is what a key has to sign: the result of the bind phase and the
// input of a card, a remote signing service or an in-process key.
type ToBeSigned struct {
	// Digest is the hash, by Options.HashFunc(), of what is signed. It is nil
	// for an algorithm that takes the message itself (Ed25519, RFC 8419).
	Digest []byte
	// Message is what is signed: the DER of the signed attributes as a SET OF
	// (RFC 5652, 5.4). It is nil when there are none; then Digest is that of the
	// content, which is not held in memory.
	Message []byte
	// Options says how: crypto.SHA256 … for RSASSA-PKCS1-v1_5 and ECDSA, an
	// *rsa.PSSOptions for RSASSA-PSS, crypto.Hash(0) for Ed25519.
	Options crypto.SignerOpts
}

// SignWith computes the signature with key: one call of key.Sign, its error
// returned as it is. The result is the signature value as CMS holds it: the
// integer's octets for RSA, the DER of ECDSA-Sig-Value for ECDSA.
func (t *ToBeSigned) SignWith(key crypto.Signer) ([]byte, error) {
	input := t.Digest
	if input == nil {
		input = t.Message
	}
	return key.Sign(rand.Reader, input, t.Options)
}

func newToBeSigned(t *cms.ToBeSigned) *ToBeSigned {
	return &ToBeSigned{Digest: t.Digest, Message: t.Message, Options: t.Options}
}
