package emulator

import (
	"crypto/rsa"
	"fmt"

	"github.com/jsign-jp/jsign/testdata/ca"
)

// keyPair is a private key with its certificate and that of the issuer, both
// in DER.
type keyPair struct {
	key                 *rsa.PrivateKey
	certificate, issuer []byte
}

// identity is the person on the card: one pair for signing, one for user
// authentication.
type identity struct {
	sign, auth keyPair
}

// identityOf returns the test person's pairs: a phone has its own, every other
// token the card's.
func identityOf(t Token) (identity, error) {
	signName, authName := ca.Sign, ca.Auth
	if t.phone() {
		signName, authName = ca.AndroidSign, ca.AndroidAuth
	}
	sign, err := pairOf(signName, ca.SignCA2)
	if err != nil {
		return identity{}, err
	}
	auth, err := pairOf(authName, ca.AuthCA2)
	return identity{sign, auth}, err
}

func pairOf(certificate, issuer string) (keyPair, error) {
	key, ok := ca.Key(certificate).(*rsa.PrivateKey)
	if !ok {
		return keyPair{}, fmt.Errorf("emulator: the key of %s is not RSA", certificate)
	}
	return keyPair{key, ca.DER(certificate), ca.DER(issuer)}, nil
}
