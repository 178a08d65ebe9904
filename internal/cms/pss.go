package cms

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/subtle"
	"encoding/binary"
	"math/big"

	"github.com/jsign-jp/jsign/internal/der"
)

// PSSParameters are RSASSA-PSS-params (RFC 4055, 3.1).
type PSSParameters struct {
	Hash       crypto.Hash
	MGF1Hash   crypto.Hash
	SaltLength int
}

// maxSalt is more than any RSA modulus here has room for.
const maxSalt = 8 << 10

// ParsePSSParameters reads the parameters' element. A missing field has its
// default: SHA-1, MGF1 with SHA-1, 20 octets, trailer field 1. Errors:
// *der.SyntaxError; *VerifyError for a hash or mask function not known.
func ParsePSSParameters(b []byte) (*PSSParameters, error) {
	const where = "RSASSA-PSS-params"
	p := &PSSParameters{Hash: crypto.SHA1, MGF1Hash: crypto.SHA1, SaltLength: 20}
	r := der.NewBytesReader(b)
	if err := r.EnterTag(der.TagSequence, where); err != nil {
		return nil, err
	}
	trailer := 1
	for i, read := range []func() error{
		func() error { return p.readHash(r, &p.Hash) },
		func() error { return p.readMGF(r) },
		func() error { return readInt(r, &p.SaltLength) },
		func() error { return readInt(r, &trailer) },
	} {
		if err := explicit(r, byte(i), read); err != nil {
			return nil, err
		}
	}
	if trailer != 1 || p.SaltLength < 0 || p.SaltLength > maxSalt {
		return nil, r.Fault(der.BadValue, where)
	}
	return p, leave(r, where)
}

// explicit reads an optional [n] EXPLICIT field.
func explicit(r *der.Reader, n byte, read func() error) error {
	there, err := r.NextIs(der.ContextConstructed | n)
	if err != nil || !there {
		return err
	}
	if err := r.Enter(); err != nil {
		return err
	}
	if err := read(); err != nil {
		return err
	}
	return r.Leave()
}

func readInt(r *der.Reader, n *int) (err error) {
	*n, err = r.Int32("RSASSA-PSS-params")
	return err
}

func (p *PSSParameters) readHash(r *der.Reader, h *crypto.Hash) error {
	a, err := r.AlgorithmIdentifier("RSASSA-PSS-params.hashAlgorithm", maxAlgorithm)
	if err != nil {
		return err
	}
	if *h = der.Hash(a.Algorithm); *h == 0 || !h.Available() {
		return unsupported(a.Algorithm)
	}
	return nil
}

func (p *PSSParameters) readMGF(r *der.Reader) error {
	a, err := r.AlgorithmIdentifier("RSASSA-PSS-params.maskGenAlgorithm", maxAlgorithm)
	if err != nil {
		return err
	}
	if a.Algorithm != der.MGF1 {
		return unsupported(a.Algorithm)
	}
	return p.readHash(der.NewBytesReader(a.Parameters), &p.MGF1Hash)
}

// verifyPSSParameters checks an RSASSA-PSS signature with any parameters.
// crypto/rsa cannot take a salt length of 0 as a demand, nor another hash in
// MGF1: those go the long way.
func verifyPSSParameters(pub *rsa.PublicKey, p *PSSParameters, digest, value []byte) bool {
	if p.SaltLength > 0 && p.Hash == p.MGF1Hash {
		options := &rsa.PSSOptions{SaltLength: p.SaltLength, Hash: p.Hash}
		return rsa.VerifyPSS(pub, p.Hash, digest, value, options) == nil
	}
	if len(value) != pub.Size() {
		return false
	}
	s := new(big.Int).SetBytes(value)
	if s.Cmp(pub.N) >= 0 {
		return false
	}
	m := s.Exp(s, big.NewInt(int64(pub.E)), pub.N)
	emBits := pub.N.BitLen() - 1
	size := (emBits + 7) / 8
	if m.BitLen() > 8*size {
		return false
	}
	return emsaPSSVerify(p, digest, m.FillBytes(make([]byte, size)), emBits)
}

// emsaPSSVerify is EMSA-PSS-VERIFY (RFC 8017, 9.1.2).
func emsaPSSVerify(p *PSSParameters, digest, em []byte, emBits int) bool {
	hLen := p.Hash.Size()
	if len(digest) != hLen || len(em) < hLen+p.SaltLength+2 || em[len(em)-1] != 0xbc {
		return false
	}
	db, h := em[:len(em)-hLen-1], em[len(em)-hLen-1:len(em)-1]
	unused := 8*len(em) - emBits
	if db[0]&^(0xff>>unused) != 0 {
		return false
	}
	mgf1XOR(db, p.MGF1Hash, h)
	db[0] &= 0xff >> unused
	padding, salt := db[:len(db)-p.SaltLength-1], db[len(db)-p.SaltLength:]
	if db[len(padding)] != 1 || !bytes.Equal(padding, make([]byte, len(padding))) {
		return false
	}
	d := p.Hash.New()
	d.Write(make([]byte, 8))
	d.Write(digest)
	d.Write(salt)
	return subtle.ConstantTimeCompare(d.Sum(nil), h) == 1
}

// mgf1XOR applies the mask MGF1(seed) to out (RFC 8017, B.2.1).
func mgf1XOR(out []byte, h crypto.Hash, seed []byte) {
	var counter [4]byte
	for i, n := 0, uint32(0); i < len(out); n++ {
		binary.BigEndian.PutUint32(counter[:], n)
		d := h.New()
		d.Write(seed)
		d.Write(counter[:])
		i += subtle.XORBytes(out[i:], out[i:], d.Sum(nil))
	}
}
