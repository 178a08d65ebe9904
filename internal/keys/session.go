package keys

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"io"

	"github.com/jsign-jp/jsign/internal/lang"
)

// ErrNoCertificate is the error of a key that none of the certificates beside it
// belongs to.
var ErrNoCertificate = lang.Errorf("the private key and the certificate do not belong together",
	"秘密鍵と証明書が対応していません")

// ErrClosed is the error of a session that is used after Close.
var ErrClosed = errors.New("keys: the session is closed")

// session is a key in memory.
type session struct {
	signer crypto.Signer // nil: closed
	public crypto.PublicKey
	chain  []*x509.Certificate
}

// NewSession returns the Session of a key in memory. Several goroutines may call
// its Sign if signer allows it, as the standard library's keys do. certificates are in any
// order; one must be the key's. It keeps the slice's elements and not the slice.
func NewSession(signer crypto.Signer, certificates []*x509.Certificate) (Session, error) {
	chain, err := chainOf(signer.Public(), certificates)
	if err != nil {
		return nil, err
	}
	return &session{signer: signer, public: signer.Public(), chain: chain}, nil
}

func (s *session) Public() crypto.PublicKey { return s.public }

func (s *session) Chain() []*x509.Certificate { return s.chain }

// Sign passes on to the key. PSS needs randomness where others take nil for
// "deterministic".
func (s *session) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if s.signer == nil {
		return nil, ErrClosed
	}
	if _, ok := opts.(*rsa.PSSOptions); ok && random == nil {
		random = rand.Reader
	}
	return s.signer.Sign(random, digest, opts)
}

func (s *session) Close() error {
	s.signer = nil
	return nil
}

// chainOf puts the certificate of a key first, then its issuers as far as they
// are there, then the rest in its order. Repeated certificates are dropped.
func chainOf(public crypto.PublicKey, certificates []*x509.Certificate) ([]*x509.Certificate, error) {
	rest := distinct(certificates)
	next, rest := take(rest, func(c *x509.Certificate) bool { return belongs(public, c) })
	if next == nil {
		return nil, ErrNoCertificate
	}
	var chain []*x509.Certificate
	for next != nil {
		chain = append(chain, next)
		subject := next
		next, rest = take(rest, func(c *x509.Certificate) bool { return issued(c, subject) })
	}
	return append(chain, rest...), nil
}

func distinct(certificates []*x509.Certificate) []*x509.Certificate {
	var list []*x509.Certificate
	seen := map[string]bool{}
	for _, c := range certificates {
		if !seen[string(c.Raw)] {
			seen[string(c.Raw)] = true
			list = append(list, c)
		}
	}
	return list
}

// take removes the first certificate that fits.
func take(list []*x509.Certificate, fits func(*x509.Certificate) bool) (*x509.Certificate, []*x509.Certificate) {
	for i, c := range list {
		if fits(c) {
			rest := append([]*x509.Certificate{}, list[:i]...)
			return c, append(rest, list[i+1:]...)
		}
	}
	return nil, list
}

// issued goes by name and signature: generations of a CA share one name.
func issued(issuer, subject *x509.Certificate) bool {
	return bytes.Equal(issuer.RawSubject, subject.RawIssuer) &&
		issuer.CheckSignature(subject.SignatureAlgorithm, subject.RawTBSCertificate, subject.Signature) == nil
}

func belongs(public crypto.PublicKey, c *x509.Certificate) bool {
	key, ok := public.(interface{ Equal(crypto.PublicKey) bool })
	return ok && key.Equal(c.PublicKey)
}
