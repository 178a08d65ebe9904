package pki

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io/fs"
	"time"
)

// Generate returns every file of the test PKI, name to content. Keys are read
// from old, which may be an empty folder; those that are missing are generated.
func Generate(old fs.FS) (map[string][]byte, error) {
	b := &builder{old: old, files: map[string][]byte{}, entities: map[string]*entity{}}
	for _, part := range []func(*builder) error{jpki, jpkiVariants, organisation, services, revocationLists, ocspResponses, containers} {
		if err := part(b); err != nil {
			return nil, err
		}
	}
	return b.files, nil
}

// builder holds what is made so far.
type builder struct {
	old      fs.FS
	files    map[string][]byte
	entities map[string]*entity // by certificate file
}

// request is what a certificate is to be.
type request struct {
	file       string
	kind       keyKind
	issuer     string // its certificate file; empty: self-signed
	subject    name
	serial     int64
	from, to   time.Time
	extensions []extension
	keyID      []byte // instead of the key's own identifier
}

// addAll issues certificates in order.
func (b *builder) addAll(requests []request) error {
	for _, r := range requests {
		if err := b.add(r); err != nil {
			return fmt.Errorf("%s: %w", r.file, err)
		}
	}
	return nil
}

func (b *builder) add(r request) error {
	key, err := loadOrGenerate(b.old, r.file, r.kind)
	if err != nil {
		return err
	}
	e, err := newEntity(r.file, r.subject, r.serial, key)
	if err != nil {
		return err
	}
	if r.keyID != nil {
		e.keyID = r.keyID
	}
	issuer := e
	if r.issuer != "" {
		issuer = b.entities[r.issuer]
	}
	if err := issue(e, issuer, r.from, r.to, r.extensions); err != nil {
		return err
	}
	return b.save(e)
}

// save writes the certificate and its key as PEM.
func (b *builder) save(e *entity) error {
	key, err := x509.MarshalPKCS8PrivateKey(e.key)
	if err != nil {
		return err
	}
	b.entities[e.file] = e
	b.files[e.file] = certificatePEM(e)
	b.files[keyFile(e.file)] = keyPEM("PRIVATE KEY", key)
	return nil
}

func certificatePEM(e *entity) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: e.der})
}

// utc is a date and time of day in UTC.
func utc(year int, month time.Month, day, hour, minute, second int) time.Time {
	return time.Date(year, month, day, hour, minute, second, 0, time.UTC)
}

// endOfDay is 23:59:59 in Japan on that day, when JPKI certificates end.
func endOfDay(year int, month time.Month, day int) time.Time {
	return utc(year, month, day, 14, 59, 59)
}
