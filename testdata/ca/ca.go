package ca

import (
	"crypto"
	"crypto/x509"
	"embed"
	"encoding/pem"
	"fmt"
	"strings"
)

//go:generate go run ./gen

// Files holds every file of the PKI under its name.
//
//go:embed *.pem *.crl *.ocsp *.p12
var Files embed.FS

// Password opens every encrypted file (PKCS #12, encrypted PKCS #8).
const Password = "jsign-test"

// PEM returns a file as it is committed: text for *.pem, and DER for the CRLs,
// OCSP responses and PKCS #12 files, which have no PEM form here.
func PEM(name string) []byte {
	content, err := Files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return content
}

// DER returns the content of a PEM file's first block, or a file in DER as it
// is.
func DER(name string) []byte {
	content := PEM(name)
	if !strings.HasSuffix(name, ".pem") {
		return content
	}
	block, _ := pem.Decode(content)
	if block == nil {
		panic(fmt.Sprintf("ca: %s holds no PEM block", name))
	}
	return block.Bytes
}

// Certificate returns a certificate by the name of its file, freshly parsed.
func Certificate(name string) *x509.Certificate {
	c, err := x509.ParseCertificate(DER(name))
	if err != nil {
		panic(fmt.Sprintf("ca: %s: %v", name, err))
	}
	return c
}

// KeyFile returns the name of the file with a certificate's private key
// (PKCS #8 in PEM).
func KeyFile(certificate string) string {
	return strings.TrimSuffix(certificate, ".pem") + ".key.pem"
}

// Key returns the private key of a certificate, which it takes by the name of
// the certificate's file: *rsa.PrivateKey, *ecdsa.PrivateKey or
// ed25519.PrivateKey.
func Key(certificate string) crypto.Signer {
	key, err := x509.ParsePKCS8PrivateKey(DER(KeyFile(certificate)))
	if err != nil {
		panic(fmt.Sprintf("ca: %s: %v", certificate, err))
	}
	return key.(crypto.Signer)
}

// Pool returns certificates as a pool, for x509.VerifyOptions.
func Pool(names ...string) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, name := range names {
		pool.AddCert(Certificate(name))
	}
	return pool
}
