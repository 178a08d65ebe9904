package cms

import (
	"crypto"

	"github.com/jsign-jp/jsign/internal/der"
)

// signatureHash returns the hash that a signature algorithm's name includes; 0
// for those that include none (rsaEncryption, RSASSA-PSS, EdDSA) and for unknown
// ones. rsa tells RSASSA-PKCS1-v1_5.
func signatureHash(o der.OID) (h crypto.Hash, rsa bool) {
	for _, row := range signatureHashes() {
		if row.algorithm == o {
			return row.hash, row.rsa
		}
	}
	return 0, false
}

type signatureHashRow struct {
	algorithm der.OID
	hash      crypto.Hash
	rsa       bool
}

func signatureHashes() []signatureHashRow {
	return []signatureHashRow{
		{der.SHA256WithRSA, crypto.SHA256, true},
		{der.SHA384WithRSA, crypto.SHA384, true},
		{der.SHA512WithRSA, crypto.SHA512, true},
		{der.ECDSAWithSHA256, crypto.SHA256, false},
		{der.ECDSAWithSHA384, crypto.SHA384, false},
		{der.ECDSAWithSHA512, crypto.SHA512, false},
		{der.SHA1WithRSA, crypto.SHA1, true},
		{der.MD5WithRSA, crypto.MD5, true},
		{der.RIPEMD160WithRSA, crypto.RIPEMD160, true},
		{der.SHA224WithRSA, crypto.SHA224, true},
		{der.SHA512_224WithRSA, crypto.SHA512_224, true},
		{der.SHA512_256WithRSA, crypto.SHA512_256, true},
		{der.RSAWithSHA3_224, crypto.SHA3_224, true},
		{der.RSAWithSHA3_256, crypto.SHA3_256, true},
		{der.RSAWithSHA3_384, crypto.SHA3_384, true},
		{der.RSAWithSHA3_512, crypto.SHA3_512, true},
		{der.ECDSAWithSHA1, crypto.SHA1, false},
		{der.ECDSAWithSHA224, crypto.SHA224, false},
		{der.ECDSAWithSHA3_224, crypto.SHA3_224, false},
		{der.ECDSAWithSHA3_256, crypto.SHA3_256, false},
		{der.ECDSAWithSHA3_384, crypto.SHA3_384, false},
		{der.ECDSAWithSHA3_512, crypto.SHA3_512, false},
	}
}
