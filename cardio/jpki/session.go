package jpki

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"io"
	"slices"
	"sync"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/internal/lang"
)

// Session is a card with a verified PIN, in an exclusive transaction. It signs
// any number of digests until Close, which must follow soon: no other program
// can use the card meanwhile, and Windows resets one that idles for five seconds,
// unless KeepAlive is called. It is safe for concurrent use; signatures are made one at a time.
type Session struct {
	ctx   context.Context
	chain []*x509.Certificate
	key   *keyProfile

	mu     sync.Mutex // guards what follows
	card   cardio.Exclusive
	applet *applet // nil after Close
}

var _ crypto.Signer = (*Session)(nil)

// Chain returns the certificate of the key and, if the card carries the CA
// certificate that signed it, that one behind it.
func (s *Session) Chain() []*x509.Certificate { return slices.Clone(s.chain) }

// Public returns the key of the certificate.
func (s *Session) Public() crypto.PublicKey { return s.chain[0].PublicKey }

// Sign has the card sign a digest. opts is crypto.SHA256, SHA384 or SHA512;
// anything else is ErrDigest. The result is 256 bytes, RSASSA-PKCS1-v1_5, and
// has been checked against the certificate. When the card does not know the PIN
// as verified any more the error wraps ErrDisturbed. The reader of randomness is not used.
func (s *Session) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	input, err := s.key.scheme.input(digest, opts)
	if err != nil {
		return nil, err
	}
	signature, err := s.compute(input)
	if err != nil {
		return nil, err
	}
	if err := s.key.scheme.check(s.Public(), opts, digest, signature); err != nil {
		return nil, err
	}
	return signature, nil
}

func (s *Session) compute(input []byte) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.applet == nil {
		return nil, ErrSessionClosed
	}
	signature, err := s.applet.computeSignature(s.ctx, s.key.key, input)
	return signature, disturbed(err)
}

// KeepAlive sends the card a command that changes nothing, so that Windows does
// not take it for idle. It finds out, too, that the card is gone.
func (s *Session) KeepAlive() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.applet == nil {
		return ErrSessionClosed
	}
	s.applet.current = 0 // or nothing would be sent
	return disturbed(s.applet.selectFile(s.ctx, s.key.key))
}

// disturbed explains the status words of a card that lost what the session had
// set up: another applet was selected, or the PIN dropped.
func disturbed(err error) error {
	var status *cardio.StatusError
	if !errors.As(err, &status) {
		return err
	}
	switch status.SW {
	case cardio.SWSecurityStatus, cardio.SWNoCurrentEF, cardio.SWIncompatibleFile, cardio.SWFileNotFound:
		return lang.WithHint(lang.Errorf("%w (%v)", "%w（%v）", ErrDisturbed, err),
			"close other programs that use the card, then sign again", "カードを使うほかのプログラムを終了してから、署名し直してください")
	}
	return err
}

// Close makes the card forget the PIN and ends the transaction. The error wraps
// ErrStillOpen when the card may not have forgotten. Closing again does nothing.
func (s *Session) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.applet == nil {
		return nil
	}
	s.applet = nil
	return drop(s.card)
}
