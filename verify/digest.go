package verify

import (
	"crypto"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
)

// hashOf returns the hash of a digest algorithm, 0 when it is not known. Like
// OpenSSL it takes the name of an RSA signature algorithm for the hash in it.
func hashOf(algorithm der.OID) crypto.Hash {
	if h := der.Hash(digestOf(algorithm)); h != 0 && h.Available() {
		return h
	}
	return 0
}

// digestOf returns the digest algorithm that is meant by algorithm.
func digestOf(algorithm der.OID) der.OID {
	switch algorithm {
	case der.MD5WithRSA:
		return der.MD5
	case der.SHA1WithRSA:
		return der.SHA1
	case der.SHA224WithRSA:
		return der.SHA224
	case der.SHA256WithRSA:
		return der.SHA256
	case der.SHA384WithRSA:
		return der.SHA384
	case der.SHA512WithRSA:
		return der.SHA512
	case der.RIPEMD160WithRSA:
		return der.RIPEMD160
	}
	return algorithm
}

// newDigests makes the hashes for a message; unknown is the first algorithm that
// is listed and not known, "" for none.
func newDigests(list []der.AlgorithmIdentifier) (d *cms.Digests, unknown der.OID) {
	var room [4]der.AlgorithmIdentifier // few messages list more
	meant := room[:0]
	for _, a := range list {
		meant = append(meant, der.AlgorithmIdentifier{Algorithm: digestOf(a.Algorithm)})
	}
	return cms.NewDigests(meant)
}

// digestNamedBySignature is the finding on a signature algorithm in a digest
// algorithm's place.
func digestNamedBySignature() Finding {
	return Finding{Code: "digest-algorithm", Severity: Warning, Clause: "RFC 5652, 5.3",
		Message: lang.M("the digest algorithm is given by the name of a signature algorithm", "ダイジェスト方式が署名方式の名前で指定されています")}
}
