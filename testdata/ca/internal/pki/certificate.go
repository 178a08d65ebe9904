package pki

import (
	"crypto"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// entity is a certificate with its key.
type entity struct {
	file       string // of the certificate
	subject    name
	issuerName name
	serial     int64
	key        crypto.Signer
	publicKey  []byte // SubjectPublicKeyInfo
	keyBits    []byte // the content of its BIT STRING
	keyID      []byte
	der        []byte
}

// newEntity fills in all but the certificate. The key identifier is the SHA-1
// of the key's bits (RFC 5280 4.2.1.2, method 1).
func newEntity(file string, subject name, serial int64, key crypto.Signer) (*entity, error) {
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, err
	}
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(spki, &info); err != nil {
		return nil, err
	}
	id := sha1.Sum(info.Key.Bytes)
	return &entity{
		file: file, subject: subject, serial: serial, key: key,
		publicKey: spki, keyBits: info.Key.Bytes, keyID: id[:],
	}, nil
}

// issue makes subject's certificate.
func issue(subject, issuer *entity, from, to time.Time, extensions []extension) error {
	subject.issuerName = issuer.subject
	der, err := signed(issuer.key, func(b *cryptobyte.Builder, a signatureAlgorithm) {
		b.AddASN1(cbasn1.Tag(0).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) { b.AddASN1Int64(2) })
		b.AddASN1Int64(subject.serial)
		a.add(b)
		issuer.subject.add(b)
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1UTCTime(from)
			b.AddASN1UTCTime(to)
		})
		subject.subject.add(b)
		b.AddBytes(subject.publicKey)
		addExtensions(b, 3, extensions, subject, issuer)
	}, nil)
	subject.der = der
	return err
}
