package emulator

import (
	"crypto"
	"crypto/rsa"
	"time"

	"github.com/jsign-jp/jsign/cardio"
)

// signatureLength is that of RSA with 2048 bits.
const signatureLength = 256

// computeSignature executes PERFORM SECURITY OPERATION: COMPUTE DIGITAL
// SIGNATURE as this card has it: CLA 80, P1 00, P2 the key, data a DigestInfo,
// or anything else of 1 to 245 bytes, which the card pads and does not look at.
func (k *Card) computeSignature(c cardio.Command) ([]byte, cardio.SW) {
	if c.P1 != 0 {
		return nil, cardio.SWWrongP1P2
	}
	f, sw := k.reference(c.P2)
	switch {
	case sw != cardio.SWSuccess:
		return nil, sw
	case !f.key:
		return nil, cardio.SWIncompatibleFile
	case len(c.Data) == 0 || len(c.Data) > maxSignData:
		return nil, cardio.SWWrongLength
	case c.Ne != 0 && c.Ne < signatureLength:
		return nil, cardio.SWWrongLength
	case !f.guard.verified:
		return nil, cardio.SWSecurityStatus
	case f.private == nil:
		return nil, cardio.SWConditions
	}
	return k.sign(f.private, c.Data)
}

// sign takes the time that a card takes, computing included, and signs.
func (k *Card) sign(key *rsa.PrivateKey, data []byte) ([]byte, cardio.SW) {
	started := time.Now()
	defer func() {
		if rest := k.options.Delay - time.Since(started); rest > 0 {
			k.options.Sleep(rest)
		}
	}()
	// With no hash named, the data is padded as it is.
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.Hash(0), data)
	if err != nil {
		return nil, cardio.SWInternal
	}
	k.signatures++
	if k.options.WrongSignature {
		signature[len(signature)-1] ^= 1
	}
	return signature, cardio.SWSuccess
}
