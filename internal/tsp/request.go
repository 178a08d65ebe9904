package tsp

import (
	"crypto"
	"math/big"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
)

// Request is a TimeStampReq (RFC 3161, 2.4.1).
type Request struct {
	Hash   crypto.Hash // what Digest was made with
	Digest []byte      // of what is stamped
	Policy der.OID     // the policy asked for; "" leaves it to the TSA
	Nonce  *big.Int    // nil for none
	// NoCertificate asks the TSA to leave its certificate out.
	NoCertificate bool
}

// Marshal returns the request in DER. A hash without an identifier, or a digest of
// another length, is an error.
func (q Request) Marshal() ([]byte, error) {
	if der.DigestOID(q.Hash) == "" || len(q.Digest) != q.Hash.Size() {
		return nil, lang.Errorf("this hash cannot be timestamped", "このハッシュにはタイムスタンプを付けられません")
	}
	imprint := der.Sequence(der.DigestAlgorithm(q.Hash).Marshal(), der.OctetString(q.Digest))
	parts := [][]byte{der.Integer(1), imprint}
	if q.Policy != "" {
		parts = append(parts, der.ObjectIdentifier(q.Policy))
	}
	if q.Nonce != nil {
		parts = append(parts, der.BigInteger(q.Nonce))
	}
	if !q.NoCertificate {
		parts = append(parts, der.Element(der.TagBoolean, []byte{0xff}))
	}
	return der.Sequence(parts...), nil
}
