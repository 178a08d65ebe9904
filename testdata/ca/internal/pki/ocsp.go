package pki

import (
	"crypto/sha1"
	"encoding/asn1"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// certStatus is the tag of CertStatus (RFC 6960 4.2.1).
type certStatus int

const (
	statusGood certStatus = iota
	statusRevoked
	statusUnknown
)

// ocspResponse is what a response is to be.
type ocspResponse struct {
	file      string
	of        string // the certificate asked about
	issuer    string
	responder string // a delegated one, or the issuer itself
	status    certStatus
	this      time.Time
	next      time.Time
}

// ocspResponses makes one response of each status and kind of responder.
func ocspResponses(b *builder) error {
	this, next := utc(2024, time.June, 1, 15, 0, 0), endOfDay(2049, time.December, 31)
	responses := []ocspResponse{
		{"sign.ocsp", "sign.pem", "sign-ca-2.pem", "ocsp-sign.pem", statusGood, this, next},
		{"sign-by-ca.ocsp", "sign.pem", "sign-ca-2.pem", "sign-ca-2.pem", statusGood, this, next},
		{"sign-stale.ocsp", "sign.pem", "sign-ca-2.pem", "ocsp-sign.pem", statusGood, utc(2024, time.May, 1, 15, 0, 0), utc(2024, time.May, 3, 15, 0, 0)},
		{"sign-unknown.ocsp", "sign.pem", "sign-ca-2.pem", "ocsp-sign.pem", statusUnknown, this, next},
		{"sign-wrong-responder.ocsp", "sign.pem", "sign-ca-2.pem", "ocsp-auth.pem", statusGood, this, next},
		{"sign-revoked.ocsp", "sign-revoked.pem", "sign-ca-2.pem", "ocsp-sign.pem", statusRevoked, this, next},
		{"android-sign.ocsp", "android-sign.pem", "sign-ca-2.pem", "ocsp-sign.pem", statusGood, this, next},
		{"auth.ocsp", "auth.pem", "auth-ca-2.pem", "ocsp-auth.pem", statusGood, this, next},
		{"org-rsa2048.ocsp", "org-rsa2048.pem", "org-ca.pem", "ocsp-org.pem", statusGood, this, next},
	}
	for _, r := range responses {
		if err := b.addOCSP(r); err != nil {
			return err
		}
	}
	return nil
}

// addOCSP wraps a BasicOCSPResponse (RFC 6960 4.2.1).
func (b *builder) addOCSP(r ocspResponse) error {
	basic, err := b.basicResponse(r)
	if err != nil {
		return err
	}
	context0 := cbasn1.Tag(0).ContextSpecific().Constructed()
	var out cryptobyte.Builder
	out.AddASN1(cbasn1.SEQUENCE, func(c *cryptobyte.Builder) {
		c.AddASN1Enum(0) // successful
		c.AddASN1(context0, func(c *cryptobyte.Builder) {
			c.AddASN1(cbasn1.SEQUENCE, func(c *cryptobyte.Builder) {
				c.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 1})
				c.AddASN1OctetString(basic)
			})
		})
	})
	b.files[r.file], err = out.Bytes()
	return err
}

// basicResponse names its responder by key and carries a delegated one's
// certificate.
func (b *builder) basicResponse(r ocspResponse) ([]byte, error) {
	issuer, responder := b.entities[r.issuer], b.entities[r.responder]
	return signed(responder.key, func(c *cryptobyte.Builder, _ signatureAlgorithm) {
		c.AddASN1(cbasn1.Tag(2).ContextSpecific().Constructed(), func(c *cryptobyte.Builder) {
			c.AddASN1OctetString(sha1Sum(responder.keyBits))
		})
		c.AddASN1GeneralizedTime(r.this) // producedAt
		c.AddASN1(cbasn1.SEQUENCE, func(c *cryptobyte.Builder) {
			c.AddASN1(cbasn1.SEQUENCE, func(c *cryptobyte.Builder) {
				addCertID(c, issuer, b.entities[r.of].serial)
				addStatus(c, r.status)
				c.AddASN1GeneralizedTime(r.this)
				c.AddASN1(cbasn1.Tag(0).ContextSpecific().Constructed(), func(c *cryptobyte.Builder) {
					c.AddASN1GeneralizedTime(r.next)
				})
			})
		})
	}, func(c *cryptobyte.Builder) {
		if responder == issuer {
			return
		}
		c.AddASN1(cbasn1.Tag(0).ContextSpecific().Constructed(), func(c *cryptobyte.Builder) {
			c.AddASN1(cbasn1.SEQUENCE, func(c *cryptobyte.Builder) { c.AddBytes(responder.der) })
		})
	})
}

// addCertID uses SHA-1, as responders do (RFC 5019 2.1.1); it identifies and
// protects nothing.
func addCertID(b *cryptobyte.Builder, issuer *entity, serial int64) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26})
			b.AddASN1NULL()
		})
		b.AddASN1OctetString(sha1Sum(issuer.subject.der()))
		b.AddASN1OctetString(sha1Sum(issuer.keyBits))
		b.AddASN1Int64(serial)
	})
}

func addStatus(b *cryptobyte.Builder, s certStatus) {
	tag := cbasn1.Tag(s).ContextSpecific()
	if s != statusRevoked {
		b.AddASN1(tag, func(*cryptobyte.Builder) {})
		return
	}
	b.AddASN1(tag.Constructed(), func(b *cryptobyte.Builder) {
		b.AddASN1GeneralizedTime(revokedAt())
		b.AddASN1(cbasn1.Tag(0).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {
			b.AddASN1Enum(affiliationChanged)
		})
	})
}

func sha1Sum(data []byte) []byte {
	sum := sha1.Sum(data)
	return sum[:]
}
