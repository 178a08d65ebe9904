package jpki

import (
	"context"
	"crypto/x509"
	"errors"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/internal/lang"
)

// CertificateKind is one of the four certificates on the card.
type CertificateKind int

// The certificates.
const (
	SignCertificate CertificateKind = iota // EF 0001, readable once the signing password is verified
	SignCA                                 // EF 0002, free
	AuthCertificate                        // EF 000A, free on the card, needs the PIN on phones
	AuthCA                                 // EF 000B, free
)

// key returns the key that a certificate belongs to.
func (k CertificateKind) key() KeyKind {
	if k == AuthCertificate || k == AuthCA {
		return Auth
	}
	return Sign
}

// file returns the EF of a certificate.
func (p *profile) file(k CertificateKind) fileID {
	key := p.keyOf(k.key())
	if k == SignCA || k == AuthCA {
		return key.ca
	}
	return key.certificate
}

// certificateLength returns the length of the DER element that begins with
// header, of which four bytes are enough. ok is false where a file holds no
// certificate: it is empty, or full of its filler FF.
func certificateLength(header []byte) (n int, ok bool) {
	switch {
	case len(header) >= 3 && header[0] == 0x30 && header[1] == 0x81:
		n = 3 + int(header[2])
	case len(header) >= 4 && header[0] == 0x30 && header[1] == 0x82:
		n = 4 + int(header[2])<<8 + int(header[3])
	}
	return n, n > 4 && n <= maxCertificate
}

// readCertificate reads a certificate, without the filler behind it.
func (a *applet) readCertificate(ctx context.Context, k CertificateKind) (*x509.Certificate, error) {
	content, err := a.readFile(ctx, a.profile.file(k), a.block)
	if errors.Is(err, cardio.ErrNotFound) {
		return nil, &NoCertificateError{k.key()}
	}
	if err != nil {
		return nil, err
	}
	n, ok := certificateLength(content)
	if !ok {
		return nil, &NoCertificateError{k.key()}
	}
	if content, err = a.readOn(ctx, content, n); err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(content[:min(n, len(content))])
	if err != nil {
		return nil, lang.Errorf("unreadable certificate on the card: %v", "カードの証明書を読めません: %v", err)
	}
	return cert, nil
}

// chain returns the certificate of a key and, if the card carries the CA
// certificate whose key signed it, that one behind it.
func (a *applet) chain(ctx context.Context, k KeyKind) ([]*x509.Certificate, error) {
	own, issuer := SignCertificate, SignCA
	if k == Auth {
		own, issuer = AuthCertificate, AuthCA
	}
	cert, err := a.readCertificate(ctx, own)
	if err != nil {
		return nil, err
	}
	ca, err := a.readCertificate(ctx, issuer)
	switch {
	case errors.As(err, new(*NoCertificateError)), errors.As(err, new(*cardio.StatusError)):
		return []*x509.Certificate{cert}, nil // a verifier may have the CA's certificate from elsewhere
	case err != nil:
		return nil, err
	case cert.CheckSignatureFrom(ca) != nil: // all generations of the CA bear the same name
		return []*x509.Certificate{cert}, nil
	}
	return []*x509.Certificate{cert, ca}, nil
}
