package jpkikey

import (
	"context"

	"github.com/jsign-jp/jsign/cardio/jpki"
)

// Certificates reads what the card shows without a PIN: the user authentication
// certificate, except on phones, and both CA certificates.
func (k *Key) Certificates(ctx context.Context) (*jpki.Certificates, error) {
	conn, err := k.connect(ctx)
	if err != nil {
		return nil, err
	}
	certificates, err := jpki.FreeCertificates(conn)
	if err := closing(err, conn); err != nil {
		return nil, err
	}
	return certificates, nil
}
