package jpki

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"

	"github.com/jsign-jp/jsign/cardio"
)

// Info is what a card tells without a PIN.
type Info struct {
	Token      TokenInfo
	Sign, Auth KeyInfo
}

// KeyInfo is what a card tells of a key without a PIN.
type KeyInfo struct {
	Certificate Availability
	PIN         PINStatus
}

// Key returns what is known of one key.
func (i *Info) Key(k KeyKind) *KeyInfo {
	if k == Auth {
		return &i.Auth
	}
	return &i.Sign
}

// Probe tells what card it is and the state of both PINs, in a transaction of
// its own. It never costs a try. The error wraps cardio.ErrNotThisCard when the
// card has no JPKI applet.
func Probe(card cardio.Exclusive) (*Info, error) {
	var info *Info
	err := within(card, func(ctx context.Context, a *applet) (err error) {
		info, err = a.probe(ctx)
		return err
	})
	return info, err
}

// Detect says whether a card has the JPKI applet: nil if it has, an error that
// wraps cardio.ErrNotThisCard if it has not. It selects the applet, in a
// transaction of its own, and no more.
func Detect(card cardio.Exclusive) error {
	return within(card, func(context.Context, *applet) error { return nil })
}

// ReadCertificate reads one certificate without a PIN. For one that needs a PIN
// the error wraps cardio.ErrSecurityStatus; for one that the card does not
// carry it is a *NoCertificateError.
func ReadCertificate(card cardio.Exclusive, kind CertificateKind) (*x509.Certificate, error) {
	var cert *x509.Certificate
	err := within(card, func(ctx context.Context, a *applet) (err error) {
		cert, err = a.readCertificate(ctx, kind)
		return err
	})
	return cert, err
}

// Certificates are those that a card shows without a PIN. Those it does not
// show or carry are nil.
type Certificates struct{ Auth, SignCA, AuthCA *x509.Certificate }

// FreeCertificates reads what needs no PIN. Phones do not show the
// authentication certificate.
func FreeCertificates(card cardio.Exclusive) (*Certificates, error) {
	found := new(Certificates)
	err := within(card, func(ctx context.Context, a *applet) error {
		for _, want := range []struct {
			kind CertificateKind
			to   **x509.Certificate
		}{{AuthCertificate, &found.Auth}, {SignCA, &found.SignCA}, {AuthCA, &found.AuthCA}} {
			cert, err := a.readCertificate(ctx, want.kind)
			if err != nil && !errors.Is(err, cardio.ErrSecurityStatus) && !errors.As(err, new(*NoCertificateError)) {
				return err
			}
			*want.to = cert
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// within runs f in a transaction that leaves the card as it is, with the applet
// selected.
func within(card cardio.Exclusive, f func(context.Context, *applet) error) error {
	if err := card.Begin(); err != nil {
		return err
	}
	ctx := context.Background()
	a, err := selectApplet(ctx, card)
	if err == nil {
		err = f(ctx, a)
	}
	if endErr := card.End(cardio.LeaveCard); err == nil {
		err = endErr
	}
	return err
}

func (a *applet) probe(ctx context.Context) (*Info, error) {
	free, err := a.readFree(ctx)
	if err != nil {
		return nil, err
	}
	info := &Info{Token: ParseTokenInfo(free.token)}
	for _, k := range []KeyKind{Sign, Auth} {
		to := info.Key(k)
		to.Certificate = parseAvailability(free.availability, k)
		if to.PIN, err = a.queryPIN(ctx, a.profile.keyOf(k).pin); err != nil {
			return nil, err
		}
	}
	return info, nil
}

// freeFiles are the contents of EF 0006 and EF 0008; nil where a card does not
// have or show them.
type freeFiles struct{ token, availability []byte }

func (a *applet) readFree(ctx context.Context) (f freeFiles, err error) {
	if f.token, err = a.optional(ctx, a.profile.tokenInfo, maxTokenInfo); err != nil {
		return f, err
	}
	f.availability, err = a.optional(ctx, a.profile.availability, availabilitySize)
	return f, err
}

// optional reads the beginning of a file that a card may not have or not show.
func (a *applet) optional(ctx context.Context, id fileID, n int) ([]byte, error) {
	content, err := a.readFile(ctx, id, n)
	if errors.As(err, new(*cardio.StatusError)) {
		return nil, nil
	}
	return content, err
}

// identify makes the card's identity. The first block of the authentication
// certificate holds its serial number and issuer, which tell it from every
// other certificate (RFC 5280, 4.1.2.2); the rest would only cost time. Phones
// do not show it, and are told apart by their token information.
func (a *applet) identify(ctx context.Context, free freeFiles) (identity, error) {
	certificate, err := a.optional(ctx, a.profile.keyOf(Auth).certificate, smallBlock)
	if err != nil {
		return identity{}, err
	}
	h := sha256.New()
	for _, content := range [][]byte{free.token, free.availability, certificate} {
		h.Write([]byte{byte(len(content) >> 8), byte(len(content))})
		h.Write(content)
	}
	return identity(h.Sum(nil)), nil
}
