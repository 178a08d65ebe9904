package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/asn1"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// signatureAlgorithm is what a key signs certificates, CRLs and responses with.
type signatureAlgorithm struct {
	oid  asn1.ObjectIdentifier
	null bool        // parameters are NULL (RFC 4055 5) and not absent (RFC 5758, RFC 8410)
	hash crypto.Hash // 0: the key hashes by itself
}

func algorithmOf(key crypto.Signer) (signatureAlgorithm, error) {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return signatureAlgorithm{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, true, crypto.SHA256}, nil
	case *ecdsa.PrivateKey:
		if k.Curve == elliptic.P384() {
			return signatureAlgorithm{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 3}, false, crypto.SHA384}, nil
		}
		return signatureAlgorithm{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}, false, crypto.SHA256}, nil
	case ed25519.PrivateKey:
		return signatureAlgorithm{asn1.ObjectIdentifier{1, 3, 101, 112}, false, 0}, nil
	}
	return signatureAlgorithm{}, fmt.Errorf("no signature algorithm for %T", key)
}

func (a signatureAlgorithm) add(b *cryptobyte.Builder) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(a.oid)
		if a.null {
			b.AddASN1NULL()
		}
	})
}

// sign is deterministic: a nil source of randomness means RFC 6979 to ECDSA,
// and nothing to the others.
func (a signatureAlgorithm) sign(key crypto.Signer, message []byte) ([]byte, error) {
	if a.hash == 0 {
		return key.Sign(nil, message, crypto.Hash(0))
	}
	h := a.hash.New()
	h.Write(message)
	return key.Sign(nil, h.Sum(nil), a.hash)
}

// signed returns SEQUENCE { tbs, signatureAlgorithm, signature, rest }. tbs is
// called with the algorithm, which certificates and CRLs repeat inside.
func signed(key crypto.Signer, tbs func(b *cryptobyte.Builder, a signatureAlgorithm), rest func(b *cryptobyte.Builder)) ([]byte, error) {
	a, err := algorithmOf(key)
	if err != nil {
		return nil, err
	}
	var inner cryptobyte.Builder
	inner.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { tbs(b, a) })
	message, err := inner.Bytes()
	if err != nil {
		return nil, err
	}
	signature, err := a.sign(key, message)
	if err != nil {
		return nil, err
	}
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(message)
		a.add(b)
		b.AddASN1BitString(signature)
		if rest != nil {
			rest(b)
		}
	})
	return b.Bytes()
}
