package pki

import (
	"strings"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// The reason of every revocation here: the holder moved (RFC 5280 5.3.1).
const affiliationChanged = 3

func revokedAt() time.Time { return utc(2024, time.May, 20, 1, 2, 3) }

// revocationList is what a CRL is to be.
type revocationList struct {
	file, issuer string
	number       int64
	this, next   time.Time
	revoked      []string // certificate files
	extensions   []extension
}

// revocationLists makes a full CRL of each CA, a stale one and a partitioned one.
func revocationLists(b *builder) error {
	this, next := utc(2024, time.June, 1, 15, 0, 0), endOfDay(2049, time.December, 31)
	var lists []revocationList
	for _, issuer := range []string{
		"sign-ca-0.pem", "sign-ca-1.pem", "sign-ca-2.pem", "sign-ca-3.pem", "auth-ca-1.pem", "auth-ca-2.pem", "auth-ca-3.pem",
		"org-root.pem", "org-ca.pem", "tsa-ca.pem",
	} {
		list := revocationList{file: strings.TrimSuffix(issuer, ".pem") + ".crl", issuer: issuer, number: 2, this: this, next: next}
		if issuer == "sign-ca-2.pem" {
			list.revoked = []string{"sign-revoked.pem"}
		}
		lists = append(lists, list)
	}
	lists = append(lists,
		revocationList{
			file: "sign-ca-2-stale.crl", issuer: "sign-ca-2.pem", number: 1,
			this: utc(2024, time.May, 1, 15, 0, 0), next: utc(2024, time.May, 3, 15, 0, 0),
		},
		revocationList{
			file: "sign-ca-2-city.crl", issuer: "sign-ca-2.pem", number: 2, this: this, next: next,
			revoked:    []string{"sign-revoked.pem"},
			extensions: []extension{issuingDistributionPoint(directoryName(signService().cityPoint()))},
		},
	)
	for _, list := range lists {
		if err := b.addCRL(list); err != nil {
			return err
		}
	}
	return nil
}

// addCRL makes a version 2 CRL (RFC 5280 5.1).
func (b *builder) addCRL(list revocationList) error {
	issuer := b.entities[list.issuer]
	extensions := append([]extension{authorityKeyID(), crlNumber(list.number)}, list.extensions...)
	der, err := signed(issuer.key, func(c *cryptobyte.Builder, a signatureAlgorithm) {
		c.AddASN1Int64(1)
		a.add(c)
		issuer.subject.add(c)
		c.AddASN1UTCTime(list.this)
		c.AddASN1UTCTime(list.next)
		if len(list.revoked) > 0 {
			c.AddASN1(cbasn1.SEQUENCE, func(c *cryptobyte.Builder) {
				for _, file := range list.revoked {
					addRevoked(c, b.entities[file].serial)
				}
			})
		}
		addExtensions(c, 0, extensions, nil, issuer)
	}, nil)
	b.files[list.file] = der
	return err
}

func addRevoked(b *cryptobyte.Builder, serial int64) {
	reason := fixedExtension(certificateExtension(21), false, func(b *cryptobyte.Builder) {
		b.AddASN1Enum(affiliationChanged)
	})
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(serial)
		b.AddASN1UTCTime(revokedAt())
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { reason(b, nil, nil) })
	})
}
