package trust

// Work bounds the signature verifications that several calls of Verify make together,
// where one attacker chose what all of them look at. The value nil bounds each call by
// itself. It belongs to one goroutine.
type Work struct{ left int }

// NewWork allows n verifications by keys of ordinary size; larger keys count for more.
func NewWork(n int) *Work { return &Work{n} }

// allowed is how many one call may make.
func (w *Work) allowed() int {
	if w == nil {
		return maxSignatureChecks
	}
	return min(maxSignatureChecks, w.left)
}

func (w *Work) spend(n int) {
	if w != nil {
		w.left -= n
	}
}

// Effort is what a verification by the key counts beside one by a key of ordinary size:
// it grows with the square of an RSA modulus.
func (k *PublicKey) Effort() int {
	const ordinary = 4096
	times := max(k.Bits/ordinary, 1)
	return times * times
}
