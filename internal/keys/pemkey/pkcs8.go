package pemkey

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"hash"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/lang"
)

// encryption is what PBES2 says of itself (RFC 8018 A.4).
type encryption struct {
	salt       []byte
	iterations int
	prf        func() hash.Hash
	iv         []byte
	cipher     blockCipher
	data       []byte
}

// blockCipher is a cipher in CBC mode.
type blockCipher struct {
	keySize, blockSize int
	new                func(key []byte) (cipher.Block, error)
}

var (
	errMalformed   = lang.Errorf("the encrypted private key is malformed", "暗号化された秘密鍵が正しくありません")
	errUnsupported = lang.Errorf("the private key is encrypted in a way that is not supported", "秘密鍵の暗号化方式には対応していません")
	errTooSlow     = lang.Errorf("the private key demands more than %d iterations", "秘密鍵の反復回数が%d回を超えています", keys.MaxIterations)
)

// checkEncrypted finds out whether a passphrase could open the key at all.
func checkEncrypted(path string, der []byte) error {
	_, err := parseEncrypted(der)
	if err == errUnsupported {
		return withConversion(path, err)
	}
	return err
}

// decryptPKCS8 returns the PrivateKeyInfo inside.
func decryptPKCS8(der []byte, secret keys.Secret) ([]byte, error) {
	e, err := parseEncrypted(der)
	if err != nil {
		return nil, err
	}
	key, err := pbkdf2.Key(e.prf, string(secret), e.salt, e.iterations, e.cipher.keySize)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	block, err := e.cipher.new(key)
	if err != nil {
		return nil, err
	}
	plain := make([]byte, len(e.data))
	cipher.NewCBCDecrypter(block, e.iv).CryptBlocks(plain, e.data)
	return unpad(plain, e.cipher.blockSize)
}

// unpad removes the padding of RFC 8018 6.1.1; a wrong one means a wrong key.
func unpad(plain []byte, blockSize int) ([]byte, error) {
	n := int(plain[len(plain)-1])
	if n == 0 || n > blockSize || !bytes.HasSuffix(plain, bytes.Repeat([]byte{byte(n)}, n)) {
		clear(plain)
		return nil, keys.ErrPassphrase
	}
	return plain[:len(plain)-n], nil
}

// parseEncrypted reads EncryptedPrivateKeyInfo (RFC 5958 3).
func parseEncrypted(der cryptobyte.String) (encryption, error) {
	var e encryption
	var info, algorithm, parameters cryptobyte.String
	var scheme asn1.ObjectIdentifier
	if !der.ReadASN1(&info, cbasn1.SEQUENCE) || !der.Empty() ||
		!info.ReadASN1(&algorithm, cbasn1.SEQUENCE) ||
		!info.ReadASN1((*cryptobyte.String)(&e.data), cbasn1.OCTET_STRING) ||
		!algorithm.ReadASN1ObjectIdentifier(&scheme) {
		return e, errMalformed
	}
	if !scheme.Equal(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}) { // PBES2
		return e, errUnsupported
	}
	if !algorithm.ReadASN1(&parameters, cbasn1.SEQUENCE) {
		return e, errMalformed
	}
	if err := e.readKDF(&parameters); err != nil {
		return e, err
	}
	return e, e.readCipher(&parameters)
}

// readKDF reads keyDerivationFunc, PBKDF2-params (RFC 8018 A.2).
func (e *encryption) readKDF(s *cryptobyte.String) error {
	var kdf, parameters, prf cryptobyte.String
	var oid asn1.ObjectIdentifier
	if !s.ReadASN1(&kdf, cbasn1.SEQUENCE) || !kdf.ReadASN1ObjectIdentifier(&oid) {
		return errMalformed
	}
	if !oid.Equal(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}) {
		return errUnsupported
	}
	hasPRF := false
	if !kdf.ReadASN1(&parameters, cbasn1.SEQUENCE) ||
		!parameters.ReadASN1((*cryptobyte.String)(&e.salt), cbasn1.OCTET_STRING) ||
		!parameters.ReadASN1Integer(&e.iterations) ||
		!parameters.SkipOptionalASN1(cbasn1.INTEGER) || // keyLength: the cipher knows it
		!parameters.ReadOptionalASN1(&prf, &hasPRF, cbasn1.SEQUENCE) || !parameters.Empty() {
		return errMalformed
	}
	if e.iterations < 1 {
		return errMalformed
	}
	if e.iterations > keys.MaxIterations {
		return errTooSlow
	}
	return e.readPRF(prf, hasPRF)
}

// readPRF reads the pseudorandom function, which is HMAC-SHA-1 by default.
func (e *encryption) readPRF(prf cryptobyte.String, present bool) error {
	e.prf = sha1.New
	if !present {
		return nil
	}
	var oid asn1.ObjectIdentifier
	if !prf.ReadASN1ObjectIdentifier(&oid) {
		return errMalformed
	}
	switch oid.String() { // RFC 8018 B.1.2
	case "1.2.840.113549.2.7":
	case "1.2.840.113549.2.9":
		e.prf = sha256.New
	case "1.2.840.113549.2.10":
		e.prf = sha512.New384
	case "1.2.840.113549.2.11":
		e.prf = sha512.New
	default:
		return errUnsupported
	}
	return nil
}

// readCipher reads encryptionScheme (RFC 8018 B.2).
func (e *encryption) readCipher(s *cryptobyte.String) error {
	var scheme cryptobyte.String
	var oid asn1.ObjectIdentifier
	if !s.ReadASN1(&scheme, cbasn1.SEQUENCE) || !s.Empty() || !scheme.ReadASN1ObjectIdentifier(&oid) {
		return errMalformed
	}
	switch oid.String() {
	case "2.16.840.1.101.3.4.1.2":
		e.cipher = blockCipher{16, aes.BlockSize, aes.NewCipher}
	case "2.16.840.1.101.3.4.1.22":
		e.cipher = blockCipher{24, aes.BlockSize, aes.NewCipher}
	case "2.16.840.1.101.3.4.1.42":
		e.cipher = blockCipher{32, aes.BlockSize, aes.NewCipher}
	case "1.2.840.113549.3.7":
		e.cipher = blockCipher{24, des.BlockSize, des.NewTripleDESCipher}
	default:
		return errUnsupported
	}
	if !scheme.ReadASN1((*cryptobyte.String)(&e.iv), cbasn1.OCTET_STRING) || len(e.iv) != e.cipher.blockSize ||
		len(e.data) == 0 || len(e.data)%e.cipher.blockSize != 0 {
		return errMalformed
	}
	return nil
}
