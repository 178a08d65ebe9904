package revocation

import (
	"crypto/sha256"
	"sync"
	"time"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/trust"
)

// OCSP is an OCSP response as it was found (RFC 6960, 4.2.1); ParseOCSP makes it. It
// is read only and safe for concurrent use.
type OCSP struct {
	Raw []byte // the OCSPResponse
	// Status is the responder's; with any but Successful there is nothing else.
	Status ResponseStatus
	// RawBasic is the BasicOCSPResponse, RawTBS its ResponseData, which is signed.
	RawBasic, RawTBS []byte
	// ResponderName (a Name) or ResponderKeyHash (the SHA-1 of the key) says who
	// signed; the other is nil.
	ResponderName, ResponderKeyHash []byte
	ProducedAt                      time.Time
	Responses                       []SingleResponse
	Extensions                      []trust.Extension
	// Nonce is the nonce's octets, nil when there is none (RFC 8954, 2.1); the octet
	// string inside the extension is taken off where there is one.
	Nonce              []byte
	SignatureAlgorithm der.AlgorithmIdentifier
	Signature          []byte
	// Certificates came with the response; those that cannot be read are left out.
	Certificates []*trust.Certificate

	lazy *lazyOCSP
}

type lazyOCSP struct {
	signature sync.Map // SHA-256 of a key → func() error, which verifies the first time
}

// SingleResponse is what a response says of one certificate (RFC 6960, 4.2.1).
type SingleResponse struct {
	ID     CertID
	Status Status // Good, Revoked or Unknown
	// RevokedAt, Reason (-1 when not given) are filled when Revoked.
	RevokedAt time.Time
	Reason    int
	// ThisUpdate and NextUpdate are UTC; NextUpdate is zero when absent.
	ThisUpdate, NextUpdate time.Time
	// ArchiveCutoff (4.4.4) and Invalidity (4.4.5) are zero when absent.
	ArchiveCutoff, Invalidity time.Time
	Extensions                []trust.Extension
}

// ResponseStatus is the status of a whole response (RFC 6960, 4.2.1).
type ResponseStatus int

// The statuses, with the numbers of RFC 6960.
const (
	Successful       ResponseStatus = 0
	MalformedRequest ResponseStatus = 1
	InternalError    ResponseStatus = 2
	TryLater         ResponseStatus = 3
	SigRequired      ResponseStatus = 5
	Unauthorized     ResponseStatus = 6
)

// Message returns the status in both languages.
func (s ResponseStatus) Message() lang.Message {
	switch s {
	case Successful:
		return lang.M("successful", "成功")
	case MalformedRequest:
		return lang.M("the responder calls the request malformed", "レスポンダーが要求の形式が不正と応答しました")
	case InternalError:
		return lang.M("the responder has an internal error", "レスポンダーで内部エラーが発生しました")
	case TryLater:
		return lang.M("the responder asks to try later", "レスポンダーが後で再試行するよう応答しました")
	case SigRequired:
		return lang.M("the responder wants a signed request", "レスポンダーが署名付きの要求を求めています")
	case Unauthorized:
		return lang.M("the responder does not answer this verifier for this certificate", "レスポンダーは、この検証者にはこの証明書の状態を回答しません")
	}
	return lang.M("the responder answers with status %d", "レスポンダーが状態%dを返しました", int(s))
}

// verifySignature checks the response's signature by a certificate's key. The result is
// kept.
func (o *OCSP) verifySignature(by *trust.Certificate) error {
	key, err := by.PublicKey()
	if err != nil {
		return err
	}
	id := sha256.Sum256(by.RawSubjectPublicKeyInfo)
	check, _ := o.lazy.signature.LoadOrStore(id, sync.OnceValue(func() error {
		return key.VerifySigned(o.SignatureAlgorithm, o.RawTBS, o.Signature, 0)
	}))
	return check.(func() error)()
}
