package cms_test

import (
	"crypto/rsa"
	"crypto/sha256"
	"encoding/binary"
	"math/big"
)

// signPSSWithoutSalt makes an RSASSA-PSS signature with SHA-256 and an empty
// salt, which crypto/rsa has no option for (RFC 8017, 9.1.1).
func signPSSWithoutSalt(key *rsa.PrivateKey, digest []byte) ([]byte, error) {
	emBits := key.N.BitLen() - 1
	em := make([]byte, (emBits+7)/8)
	m := sha256.Sum256(append(make([]byte, 8), digest...))
	db := em[:len(em)-33]
	db[len(db)-1] = 1
	for i, n := 0, uint32(0); i < len(db); n++ {
		mask := sha256.Sum256(binary.BigEndian.AppendUint32(m[:len(m):len(m)], n))
		for _, c := range mask {
			if i < len(db) {
				db[i] ^= c
				i++
			}
		}
	}
	em[0] &= 0xff >> (8*len(em) - emBits)
	copy(em[len(db):], m[:])
	em[len(em)-1] = 0xbc
	s := new(big.Int).Exp(new(big.Int).SetBytes(em), key.D, key.N)
	return s.FillBytes(make([]byte, key.Size())), nil
}
