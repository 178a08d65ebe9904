package ocsptest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"time"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// Response is what a response is to say (RFC 6960, 4.2.1).
type Response struct {
	Status revocation.ResponseStatus // with any but Successful the rest is left out
	// Responder is named as the signer, Key signs: ECDSA or RSA, with SHA-256.
	Responder *trust.Certificate
	Key       crypto.Signer
	// ByKeyHash names the responder by the hash of this subjectPublicKey; nil by name.
	ByKeyHash    []byte
	ProducedAt   time.Time
	Singles      []Single
	Nonce        []byte // nil: none
	Extensions   []trust.Extension
	Certificates []*trust.Certificate
}

// Single is what is said of one certificate.
type Single struct {
	ID                     revocation.CertID
	Status                 revocation.Status // Good, Revoked, Unknown
	RevokedAt              time.Time
	Reason                 int // negative: none
	ThisUpdate, NextUpdate time.Time
	Extensions             []trust.Extension
}

// NonceExtension and ArchiveCutoffExtension make the extensions of RFC 6960, 4.4.1 and
// 4.4.4.
func NonceExtension(nonce []byte) trust.Extension {
	return trust.Extension{ID: "\x2b\x06\x01\x05\x05\x07\x30\x01\x02", Value: der.OctetString(nonce)}
}

// ArchiveCutoffExtension: see NonceExtension.
func ArchiveCutoffExtension(t time.Time) trust.Extension {
	return trust.Extension{ID: "\x2b\x06\x01\x05\x05\x07\x30\x01\x06", Value: generalized(t)}
}

// KeyHash is the SHA-1 of a certificate's subjectPublicKey, for ByKeyHash; nil when it
// cannot be read.
func KeyHash(c *trust.Certificate) []byte {
	id, _ := revocation.NewCertID(crypto.SHA1, c, c)
	return id.IssuerKeyHash
}

// Marshal makes and signs the response.
func (r Response) Marshal() ([]byte, error) {
	status := der.Element(tagEnumerated, []byte{byte(r.Status)})
	if r.Status != revocation.Successful {
		return der.Sequence(status), nil
	}
	tbs := r.data()
	algorithm, hash := r.algorithm()
	digest := hash.New()
	digest.Write(tbs)
	signature, err := r.Key.Sign(rand.Reader, digest.Sum(nil), hash)
	if err != nil {
		return nil, err
	}
	basic := [][]byte{tbs, algorithm.Marshal(), der.Element(der.TagBitString, []byte{0}, signature)}
	if r.Certificates != nil {
		var list [][]byte
		for _, c := range r.Certificates {
			list = append(list, c.Raw)
		}
		basic = append(basic, tagged(0, der.Sequence(list...)))
	}
	const oidBasic der.OID = "\x2b\x06\x01\x05\x05\x07\x30\x01\x01"
	return der.Sequence(status, tagged(0, der.Sequence(der.ObjectIdentifier(oidBasic), der.OctetString(der.Sequence(basic...))))), nil
}

func (r Response) algorithm() (der.AlgorithmIdentifier, crypto.Hash) {
	if _, ok := r.Key.Public().(*ecdsa.PublicKey); ok {
		a, _ := der.ECDSAAlgorithm(crypto.SHA256)
		return a, crypto.SHA256
	}
	a, _ := der.RSAAlgorithm(crypto.SHA256)
	return a, crypto.SHA256
}

// data is the ResponseData.
func (r Response) data() []byte {
	responder := tagged(2, der.OctetString(r.ByKeyHash))
	if r.ByKeyHash == nil {
		responder = tagged(1, r.Responder.RawSubject)
	}
	var singles [][]byte
	for _, s := range r.Singles {
		singles = append(singles, s.marshal())
	}
	extensions := r.Extensions
	if r.Nonce != nil {
		extensions = append([]trust.Extension{NonceExtension(r.Nonce)}, extensions...)
	}
	return der.Sequence(responder, generalized(r.ProducedAt), der.Sequence(singles...), marshalExtensions(extensions))
}

func (s Single) marshal() []byte {
	parts := [][]byte{s.ID.Marshal(), s.status(), generalized(s.ThisUpdate)}
	if !s.NextUpdate.IsZero() {
		parts = append(parts, tagged(0, generalized(s.NextUpdate)))
	}
	return der.Sequence(append(parts, marshalExtensions(s.Extensions))...)
}

func (s Single) status() []byte {
	switch s.Status {
	case revocation.Good:
		return der.Element(der.ContextPrimitive)
	case revocation.Revoked:
		content := generalized(s.RevokedAt)
		if s.Reason >= 0 {
			content = append(content, tagged(0, der.Element(tagEnumerated, []byte{byte(s.Reason)}))...)
		}
		return tagged(1, content)
	}
	return der.Element(der.ContextPrimitive | 2)
}

const tagEnumerated = 0x0a

// tagged wraps content in an explicit context tag.
func tagged(n byte, content []byte) []byte { return der.Element(der.ContextConstructed|n, content) }

func generalized(t time.Time) []byte {
	return der.Element(der.TagGeneralizedTime, []byte(t.UTC().Format("20060102150405Z")))
}

func marshalExtensions(list []trust.Extension) []byte {
	if len(list) == 0 {
		return nil
	}
	var all [][]byte
	for _, x := range list {
		var critical []byte
		if x.Critical {
			critical = der.Element(der.TagBoolean, []byte{0xff})
		}
		all = append(all, der.Sequence(der.ObjectIdentifier(x.ID), critical, der.OctetString(x.Value)))
	}
	return tagged(1, der.Sequence(all...))
}
