package pki

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/pbkdf2"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/binary"
	"io"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
	"software.sslmate.com/src/go-pkcs12"
)

// password opens every encrypted file here.
const password = "jsign-test"

// containers makes the other forms that keys come in.
func containers(b *builder) error {
	for _, part := range []func(*builder) error{pkcs12Files, keyForms, chainFiles} {
		if err := part(b); err != nil {
			return err
		}
	}
	return nil
}

func pkcs12Files(b *builder) error {
	for _, f := range []struct {
		file, certificate string
		encoder           *pkcs12.Encoder
	}{
		{"org-rsa2048.p12", "org-rsa2048.pem", pkcs12.Modern2023},
		{"org-rsa2048-3des.p12", "org-rsa2048.pem", pkcs12.LegacyDES},
		{"org-rsa2048-rc2.p12", "org-rsa2048.pem", pkcs12.LegacyRC2},
		{"org-rsa2048-pbmac1.p12", "org-rsa2048.pem", pkcs12.Modern2026},
		{"org-rsa4096.p12", "org-rsa4096.pem", pkcs12.Modern2023},
		{"org-p256.p12", "org-p256.pem", pkcs12.Modern2023},
		{"org-ed25519.p12", "org-ed25519.pem", pkcs12.Modern2023},
	} {
		der, err := b.pkcs12(f.encoder.WithRand(newStream(f.file)), f.certificate)
		if err != nil {
			return err
		}
		b.files[f.file] = der
	}
	return nil
}

// pkcs12 packs a leaf with its key and the two CAs above it.
func (b *builder) pkcs12(encoder *pkcs12.Encoder, certificate string) ([]byte, error) {
	var chain []*x509.Certificate
	for _, file := range []string{certificate, "org-ca.pem", "org-root.pem"} {
		c, err := x509.ParseCertificate(b.entities[file].der)
		if err != nil {
			return nil, err
		}
		chain = append(chain, c)
	}
	return encoder.Encode(b.entities[certificate].key, chain[0], chain[1:], password)
}

// keyForms writes keys as other programs do: PKCS #1, SEC 1, encrypted PKCS #8.
func keyForms(b *builder) error {
	rsaKey := b.entities["org-rsa2048.pem"].key.(*rsa.PrivateKey)
	b.files["org-rsa2048.pkcs1.key.pem"] = keyPEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey))
	sec1, err := x509.MarshalECPrivateKey(b.entities["org-p256.pem"].key.(*ecdsa.PrivateKey))
	if err != nil {
		return err
	}
	b.files["org-p256.sec1.key.pem"] = keyPEM("EC PRIVATE KEY", sec1)
	plain, err := x509.MarshalPKCS8PrivateKey(rsaKey)
	if err != nil {
		return err
	}
	const file = "org-rsa2048.encrypted.key.pem"
	encrypted, err := encryptPKCS8(plain, newStream(file))
	b.files[file] = keyPEM("ENCRYPTED PRIVATE KEY", encrypted)
	return err
}

// chainFiles puts leaf and intermediate into one file, the leaf first.
func chainFiles(b *builder) error {
	for _, leaf := range []string{"org-rsa2048", "org-p256", "org-ed25519"} {
		var chain bytes.Buffer
		chain.Write(certificatePEM(b.entities[leaf+".pem"]))
		chain.Write(certificatePEM(b.entities["org-ca.pem"]))
		b.files[leaf+".chain.pem"] = chain.Bytes()
	}
	return nil
}

// encryptPKCS8 is EncryptedPrivateKeyInfo (RFC 5958 3) with PBES2 as openssl
// writes it by default: PBKDF2 with HMAC-SHA-256, 2048 iterations, AES-256-CBC.
func encryptPKCS8(plain []byte, random io.Reader) ([]byte, error) {
	const iterations = 2048
	salt, iv := make([]byte, 16), make([]byte, aes.BlockSize)
	if _, err := io.ReadFull(random, salt); err != nil {
		return nil, err
	}
	if _, err := io.ReadFull(random, iv); err != nil {
		return nil, err
	}
	key, err := pbkdf2.Key(sha256.New, password, salt, iterations, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	pad := aes.BlockSize - len(plain)%aes.BlockSize
	data := append(bytes.Clone(plain), bytes.Repeat([]byte{byte(pad)}, pad)...)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(data, data)
	return pbes2(salt, iv, iterations, data)
}

// pbes2 encodes the parameters (RFC 8018 A.4) and the encrypted data.
func pbes2(salt, iv []byte, iterations int64, data []byte) ([]byte, error) {
	var b cryptobyte.Builder
	kdf := func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12})
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1OctetString(salt)
			b.AddASN1Int64(iterations)
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9})
				b.AddASN1NULL()
			})
		})
	}
	encryption := func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42})
		b.AddASN1OctetString(iv)
	}
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13})
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.SEQUENCE, kdf)
				b.AddASN1(cbasn1.SEQUENCE, encryption)
			})
		})
		b.AddASN1OctetString(data)
	})
	return b.Bytes()
}

// stream is a reproducible stand-in for randomness: SHA-256 over a label and a
// counter. It makes salts and IVs of test files, never keys.
type stream struct {
	label   string
	counter uint64
	rest    []byte
}

func newStream(label string) *stream { return &stream{label: label} }

func (s *stream) Read(p []byte) (int, error) {
	for i := range p {
		if len(s.rest) == 0 {
			sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(s.label), s.counter))
			s.rest, s.counter = sum[:], s.counter+1
		}
		p[i], s.rest = s.rest[0], s.rest[1:]
	}
	return len(p), nil
}
