package pki

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// keyKind is what key to generate where none exists.
type keyKind int

const (
	rsa2048 keyKind = iota
	rsa3072
	rsa4096
	p256
	p384
	ed25519Key
)

// keyNotice stands before the key in every key file; PEM readers skip it
// (RFC 7468 2).
const keyNotice = "TEST KEY of jsign's test PKI: it is public and protects nothing.\n"

// keyFile is the name of the key file beside a certificate file.
func keyFile(certificate string) string {
	return strings.TrimSuffix(certificate, ".pem") + ".key.pem"
}

// loadOrGenerate returns the key of a certificate file.
func loadOrGenerate(old fs.FS, certificate string, kind keyKind) (crypto.Signer, error) {
	text, err := fs.ReadFile(old, keyFile(certificate))
	if errors.Is(err, fs.ErrNotExist) {
		return generate(kind)
	}
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s: no PEM block", keyFile(certificate))
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", keyFile(certificate), err)
	}
	return key.(crypto.Signer), nil
}

func generate(kind keyKind) (crypto.Signer, error) {
	switch kind {
	case rsa3072:
		return rsa.GenerateKey(rand.Reader, 3072)
	case rsa4096:
		return rsa.GenerateKey(rand.Reader, 4096)
	case p256:
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case p384:
		return ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case ed25519Key:
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	}
	return rsa.GenerateKey(rand.Reader, 2048)
}

// keyPEM returns a labelled PEM file.
func keyPEM(label string, der []byte) []byte {
	var b bytes.Buffer
	b.WriteString(keyNotice)
	b.Write(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
	return b.Bytes()
}
