package pki

import (
	"encoding/asn1"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// extension appends one Extension (RFC 5280 4.1.2.9). It knows both sides, for
// the key identifiers.
type extension func(b *cryptobyte.Builder, subject, issuer *entity)

// newExtension wraps a value: the OID, DEFAULT FALSE left out, the OCTET STRING.
func newExtension(oid asn1.ObjectIdentifier, critical bool, value func(b *cryptobyte.Builder, subject, issuer *entity)) extension {
	return func(b *cryptobyte.Builder, subject, issuer *entity) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(oid)
			if critical {
				b.AddASN1Boolean(true)
			}
			b.AddASN1(cbasn1.OCTET_STRING, func(b *cryptobyte.Builder) { value(b, subject, issuer) })
		})
	}
}

// fixedExtension is one whose value depends on neither side.
func fixedExtension(oid asn1.ObjectIdentifier, critical bool, value func(b *cryptobyte.Builder)) extension {
	return newExtension(oid, critical, func(b *cryptobyte.Builder, _, _ *entity) { value(b) })
}

func certificateExtension(last int) asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{2, 5, 29, last}
}

// The bits of KeyUsage (RFC 5280 4.2.1.3).
const (
	digitalSignature = 0
	nonRepudiation   = 1
	keyEncipherment  = 2
	keyCertSign      = 5
	cRLSign          = 6
)

// keyUsage encodes a named bit list: one byte suffices for bits 0 to 7, and
// trailing zero bits are dropped (X.690 11.2.2).
func keyUsage(bits ...int) extension {
	var octet byte
	last := 0
	for _, bit := range bits {
		octet |= 0x80 >> bit
		last = max(last, bit)
	}
	return fixedExtension(certificateExtension(15), true, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.BIT_STRING, func(b *cryptobyte.Builder) { b.AddBytes([]byte{byte(7 - last), octet}) })
	})
}

func basicConstraintsCA() extension {
	return fixedExtension(certificateExtension(19), true, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1Boolean(true) })
	})
}

func generalNames(last int, names []generalName) extension {
	return fixedExtension(certificateExtension(last), false, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			for _, n := range names {
				n(b)
			}
		})
	})
}

func subjectAltName(names ...generalName) extension { return generalNames(17, names) }
func issuerAltName(names ...generalName) extension  { return generalNames(18, names) }

// addDistributionPoint appends distributionPoint [0] { fullName [0] { n } }
// (RFC 5280 4.2.1.13).
func addDistributionPoint(b *cryptobyte.Builder, n generalName) {
	context0 := cbasn1.Tag(0).ContextSpecific().Constructed()
	b.AddASN1(context0, func(b *cryptobyte.Builder) { b.AddASN1(context0, n) })
}

func crlDistributionPoint(n generalName) extension {
	return fixedExtension(certificateExtension(31), false, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { addDistributionPoint(b, n) })
		})
	})
}

// issuingDistributionPoint limits a CRL to one distribution point (5.2.5).
func issuingDistributionPoint(n generalName) extension {
	return fixedExtension(certificateExtension(28), true, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { addDistributionPoint(b, n) })
	})
}

// certificatePolicy is one critical policy with a CPS qualifier (4.2.1.4).
func certificatePolicy(policy asn1.ObjectIdentifier, cps string) extension {
	qualifier := func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 2, 1})
		b.AddASN1(cbasn1.IA5String, func(b *cryptobyte.Builder) { b.AddBytes([]byte(cps)) })
	}
	return fixedExtension(certificateExtension(32), true, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(policy)
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1(cbasn1.SEQUENCE, qualifier) })
			})
		})
	})
}

// ocspAccess is an authorityInfoAccess with the responder's URI (4.2.2.1).
func ocspAccess(location string) extension {
	return fixedExtension(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 1}, false, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1})
				uri(location)(b)
			})
		})
	})
}

// addKeyID appends keyIdentifier [0] (4.2.1.1).
func addKeyID(b *cryptobyte.Builder, id []byte) {
	b.AddASN1(cbasn1.Tag(0).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes(id) })
}

// authorityKeyID is the short form, as most CAs write it.
func authorityKeyID() extension {
	return newExtension(certificateExtension(35), false, func(b *cryptobyte.Builder, _, issuer *entity) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { addKeyID(b, issuer.keyID) })
	})
}

// authorityKeyIDFull adds authorityCertIssuer and authorityCertSerialNumber.
func authorityKeyIDFull() extension {
	return newExtension(certificateExtension(35), false, func(b *cryptobyte.Builder, _, issuer *entity) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			addKeyID(b, issuer.keyID)
			b.AddASN1(cbasn1.Tag(1).ContextSpecific().Constructed(), directoryName(issuer.issuerName))
			b.AddASN1Int64WithTag(issuer.serial, cbasn1.Tag(2).ContextSpecific())
		})
	})
}

func subjectKeyID() extension {
	return newExtension(certificateExtension(14), false, func(b *cryptobyte.Builder, subject, _ *entity) {
		b.AddASN1OctetString(subject.keyID)
	})
}

// The purposes of ExtKeyUsage (4.2.1.12), below id-kp.
const (
	clientAuth      = 2
	emailProtection = 4
	timeStamping    = 8
	ocspSigning     = 9
)

func extendedKeyUsage(critical bool, purposes ...int) extension {
	return fixedExtension(certificateExtension(37), critical, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			for _, p := range purposes {
				b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, p})
			}
		})
	})
}

// ocspNoCheck tells that the responder's certificate need not be checked
// (RFC 6960 4.2.2.2.1).
func ocspNoCheck() extension {
	return fixedExtension(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5}, false, func(b *cryptobyte.Builder) {
		b.AddASN1NULL()
	})
}

func crlNumber(n int64) extension {
	return fixedExtension(certificateExtension(20), false, func(b *cryptobyte.Builder) { b.AddASN1Int64(n) })
}

// addExtensions appends [n] EXPLICIT SEQUENCE OF Extension.
func addExtensions(b *cryptobyte.Builder, n int, list []extension, subject, issuer *entity) {
	b.AddASN1(cbasn1.Tag(n).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			for _, e := range list {
				e(b, subject, issuer)
			}
		})
	})
}
