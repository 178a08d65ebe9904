package sign

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"io"

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

// prepared is a document between its first phase and the other two.
type prepared interface {
	Bind(ctx context.Context, chain []*x509.Certificate) (*ToBeSigned, error)
	Finish(ctx context.Context, dst io.Writer, signature []byte) error
}

// signPrepared runs the two phases that need the key.
func signPrepared(ctx context.Context, dst io.Writer, d prepared, key Signer) error {
	tbs, err := d.Bind(ctx, key.Chain())
	if err != nil {
		return err
	}
	signature, err := tbs.SignWith(key)
	if err != nil {
		return err
	}
	return d.Finish(ctx, dst, signature)
}

func newToBeSigned(t *cms.ToBeSigned) *ToBeSigned {
	return &ToBeSigned{Digest: t.Digest, Message: t.Message, Options: t.Options}
}
