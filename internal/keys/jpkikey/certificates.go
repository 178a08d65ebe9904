package jpkikey

import (
	"context"

	"github.com/jsign-jp/jsign/cardio/jpki"
)

// Certificates reads what the card shows without a PIN: the user authentication
// certificate, except on phones, and both CA certificates.
func (k *Key) Certificates(ctx context.Context) (*jpki.Certificates, error) {
	m, err := k.options.Establish()
	if err != nil {
		return nil, err
	}
	conn, err := find(ctx, patient{m, k.options.Waiting}, k.reader)
	if err != nil {
		return nil, closing(err, m)
	}
	certificates, err := jpki.FreeCertificates(conn)
	if err := closing(closing(err, conn), m); err != nil {
		return nil, err
	}
	return certificates, nil
}
