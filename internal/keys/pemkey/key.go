package pemkey

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"

	"github.com/jsign-jp/jsign/internal/lang"
)

// convert is the openssl command that turns any key into a form that is read.
const convert = "openssl pkcs8 -topk8 -v2 aes-256-cbc -in %s -out NEW.pem"

// findKey returns the one private key of a file.
func findKey(path string, data []byte) (*pem.Block, error) {
	var found *pem.Block
	for block := range blocks(data) {
		if !bytes.HasSuffix([]byte(block.Type), []byte("PRIVATE KEY")) {
			continue
		}
		if found != nil {
			return nil, lang.Errorf("%s holds more than one private key", "%sに秘密鍵が複数あります", lang.Display(path))
		}
		found = block
	}
	if found == nil {
		return nil, notFound(path, data, lang.M("private key", "秘密鍵"), "openssl pkey -inform DER -in %s -out NEW.pem")
	}
	// RFC 1421 4.6.1.1: encryption by headers, with MD5 as key derivation.
	if found.Headers["Proc-Type"] != "" {
		return nil, withConversion(path, lang.Errorf("the key %s is encrypted in an outdated way (PEM headers)",
			"鍵%sの暗号化方式（PEMヘッダー）は古いため対応していません", lang.Display(path)))
	}
	return found, nil
}

func withConversion(path string, err error) error {
	return lang.WithHint(err, "convert it: "+convert, "変換してください: "+convert, lang.Display(path))
}

// parseKey reads an unencrypted key.
func parseKey(path string, block *pem.Block) (crypto.Signer, error) {
	var parsed any
	var err error
	switch block.Type {
	case "PRIVATE KEY":
		parsed, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		parsed, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		parsed, err = x509.ParseECPrivateKey(block.Bytes)
	default:
		return nil, withConversion(path, lang.Errorf("%s: a key of the kind %q is not supported",
			"%s: %qという種類の鍵には対応していません", lang.Display(path), block.Type))
	}
	if err != nil {
		return nil, lang.Errorf("the private key %s is malformed: %w", "秘密鍵%sが正しくありません: %w", lang.Display(path), err)
	}
	return asSigner(path, parsed)
}

// asSigner refuses what can't sign, such as X25519 keys.
func asSigner(path string, parsed any) (crypto.Signer, error) {
	switch k := parsed.(type) {
	case *rsa.PrivateKey:
		return k, nil
	case *ecdsa.PrivateKey:
		return k, nil
	case ed25519.PrivateKey:
		return k, nil
	}
	return nil, lang.Errorf("the private key %s is not one for signatures", "秘密鍵%sは署名用の鍵ではありません", lang.Display(path))
}
