package cms

import (
	"crypto"
	_ "crypto/md5"  // #nosec: openssl verifies it; callers see it marked weak
	_ "crypto/sha1" // #nosec: likewise
	_ "crypto/sha256"
	_ "crypto/sha3"
	_ "crypto/sha512"
	"hash"

	//lint:ignore SA1019 OpenSSL verifies it, so this package does
	_ "golang.org/x/crypto/ripemd160"

	"github.com/jsign-jp/jsign/internal/der"
)

// Digests hashes content with several algorithms at once. It is an io.Writer
// that never fails; used by one goroutine.
type Digests struct{ list []digest }

type digest struct {
	algorithm der.OID
	hash.Hash
}

// NewDigests makes the hashes that a message's digestAlgorithms name, each
// once. unknown is the first algorithm that is not among those this package
// knows, "" if there is none; it is left out.
func NewDigests(list []der.AlgorithmIdentifier) (d *Digests, unknown der.OID) {
	d = &Digests{make([]digest, 0, len(list))}
	for _, a := range list {
		if !d.add(a.Algorithm) && unknown == "" {
			unknown = a.Algorithm
		}
	}
	return d, unknown
}

func (d *Digests) add(algorithm der.OID) bool {
	for _, known := range d.list {
		if known.algorithm == algorithm {
			return true
		}
	}
	h := der.Hash(algorithm)
	if h == 0 || !h.Available() {
		return false
	}
	d.list = append(d.list, digest{algorithm, h.New()})
	return true
}

// Write hashes b.
func (d *Digests) Write(b []byte) (int, error) {
	for _, h := range d.list {
		h.Write(b)
	}
	return len(b), nil
}

// Sum returns the digest by an algorithm so far, nil when that is not among
// those hashed with. It does not disturb further writing.
func (d *Digests) Sum(algorithm der.OID) []byte {
	for _, h := range d.list {
		if h.algorithm == algorithm {
			return h.Hash.Sum(nil)
		}
	}
	return nil
}

// WeakDigest reports whether a hash is no longer collision resistant.
func WeakDigest(h crypto.Hash) bool { return h == crypto.MD5 || h == crypto.SHA1 }
