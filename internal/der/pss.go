package der

import "crypto"

// PSSParameters are RSASSA-PSS-params (RFC 4055, 3.1). The trailer field is always 1.
type PSSParameters struct {
	Hash       crypto.Hash // perhaps not linked in
	MGF1Hash   crypto.Hash // likewise
	SaltLength int         // in octets; in a key: the least allowed
}

const (
	// maxSalt is more than any RSA modulus has room for.
	maxSalt = 8 << 10
	// maxPSSHash is the size of the parameters of an identifier within the
	// parameters: MGF1's hash, with NULL.
	maxPSSHash = 64
)

// ParsePSSParameters reads the parameters' element. A field that is left out has
// its default: SHA-1, MGF1 with SHA-1, 20 octets. Errors: *SyntaxError, also
// where a hash or mask function is not known.
func ParsePSSParameters(b []byte) (PSSParameters, error) {
	const where = "RSASSA-PSS-params"
	p := PSSParameters{Hash: crypto.SHA1, MGF1Hash: crypto.SHA1, SaltLength: 20}
	r := NewBytesReader(b)
	if err := r.EnterTag(TagSequence, where); err != nil {
		return p, err
	}
	trailer := 1
	for i, field := range []func() error{
		func() error { return r.pssHash(&p.Hash) },
		func() error { return r.pssMask(&p.MGF1Hash) },
		func() (err error) { p.SaltLength, err = r.Int32(where); return err },
		func() (err error) { trailer, err = r.Int32(where); return err },
	} {
		if err := r.explicit(byte(i), field); err != nil {
			return p, err
		}
	}
	if trailer != 1 || p.SaltLength < 0 || p.SaltLength > maxSalt {
		return p, r.Fault(BadValue, where)
	}
	if err := r.Leave(); err != nil {
		return p, err
	}
	if r.available(1) {
		return p, r.Fault(BadValue, where)
	}
	return p, nil
}

// explicit reads an optional [n] EXPLICIT field.
func (r *Reader) explicit(n byte, field func() error) error {
	there, err := r.NextIs(ContextConstructed | n)
	if err != nil || !there {
		return err
	}
	if err := r.Enter(); err != nil {
		return err
	}
	if err := field(); err != nil {
		return err
	}
	return r.Leave()
}

func (r *Reader) pssHash(h *crypto.Hash) error {
	const where = "RSASSA-PSS-params.hashAlgorithm"
	a, err := r.AlgorithmIdentifier(where, maxPSSHash)
	if err != nil {
		return err
	}
	if *h = Hash(a.Algorithm); *h == 0 {
		return r.Fault(BadValue, where)
	}
	return nil
}

func (r *Reader) pssMask(h *crypto.Hash) error {
	const where = "RSASSA-PSS-params.maskGenAlgorithm"
	a, err := r.AlgorithmIdentifier(where, maxPSSHash)
	if err != nil {
		return err
	}
	if a.Algorithm != MGF1 {
		return r.Fault(BadValue, where)
	}
	return NewBytesReader(a.Parameters).pssHash(h)
}
