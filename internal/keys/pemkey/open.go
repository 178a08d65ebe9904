package pemkey

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"io/fs"
	"runtime"

	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/lang"
)

// Options are what Open needs from its caller.
type Options struct {
	// Passphrase is asked when the key is encrypted; nil: refuse such a key.
	Passphrase keys.PassphraseSource
	// Warn is told of a key file that others can read; nil: nobody is.
	Warn func(lang.Message)
}

// key is an opened pair of files.
type key struct {
	path         string // of the key, for messages
	certificates []*x509.Certificate
	plain        crypto.Signer // nil: encrypted
	encrypted    []byte        // EncryptedPrivateKeyInfo
	passphrase   keys.PassphraseSource
}

// Open reads the certificates and the private key. The two files may be the
// same.
func Open(certificateFile, keyFile string, o Options) (keys.Key, error) {
	certificates, err := readCertificates(certificateFile)
	if err != nil {
		return nil, err
	}
	data, mode, err := keys.ReadFile(keyFile)
	if err != nil {
		return nil, err
	}
	defer clear(data)
	block, err := findKey(keyFile, data)
	if err != nil {
		return nil, err
	}
	k := &key{path: keyFile, certificates: certificates, passphrase: o.Passphrase}
	if block.Type == "ENCRYPTED PRIVATE KEY" {
		k.encrypted = block.Bytes
		return k, checkEncrypted(keyFile, block.Bytes)
	}
	if o.Warn != nil && readableByOthers(mode) {
		o.Warn(lang.M("the private key %s can be read by other users", "秘密鍵%sは他の利用者も読み取れます", lang.Display(keyFile)))
	}
	k.plain, err = parseKey(keyFile, block)
	clear(block.Bytes)
	if err != nil {
		return nil, err
	}
	if _, err := keys.NewSession(k.plain, certificates); err != nil {
		return nil, err // they do not belong together
	}
	return k, nil
}

// readableByOthers judges by the mode; Windows has none that tells.
func readableByOthers(mode fs.FileMode) bool {
	return runtime.GOOS != "windows" && mode.IsRegular() && mode.Perm()&0o077 != 0
}

// Unlock decrypts the key if it is encrypted.
func (k *key) Unlock(ctx context.Context) (keys.Session, error) {
	signer := k.plain
	if signer == nil {
		var err error
		if signer, err = k.decrypt(ctx); err != nil {
			return nil, err
		}
	}
	return keys.NewSession(signer, k.certificates)
}

func (k *key) decrypt(ctx context.Context) (crypto.Signer, error) {
	if k.passphrase == nil {
		return nil, lang.Errorf("the key %s is encrypted and there is no passphrase",
			"鍵%sは暗号化されていますが、パスフレーズがありません", lang.Display(k.path))
	}
	secret, err := k.passphrase(ctx, lang.M("passphrase of %s", "%sのパスフレーズ", lang.Display(k.path)))
	if err != nil {
		return nil, err
	}
	defer secret.Wipe()
	plain, err := decryptPKCS8(k.encrypted, secret)
	if err != nil {
		return nil, err
	}
	defer clear(plain)
	parsed, err := x509.ParsePKCS8PrivateKey(plain)
	if err != nil {
		return nil, keys.ErrPassphrase // the padding was right by chance
	}
	return asSigner(k.path, parsed)
}

// readCertificates returns all certificates of a file.
func readCertificates(path string) ([]*x509.Certificate, error) {
	data, _, err := keys.ReadFile(path)
	if err != nil {
		return nil, err
	}
	defer clear(data) // the key may be in it
	var list []*x509.Certificate
	for block := range blocks(data) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		if len(list) == keys.MaxCertificates {
			return nil, lang.Errorf("%s holds more than %d certificates", "%sの証明書が%d個を超えています",
				lang.Display(path), keys.MaxCertificates)
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, lang.Errorf("certificate %d of %s is malformed: %w", "%[2]sの%[1]d番目の証明書が正しくありません: %[3]v",
				len(list)+1, lang.Display(path), err)
		}
		list = append(list, c)
	}
	if len(list) == 0 {
		return nil, notFound(path, data, lang.M("certificate", "証明書"), "openssl x509 -inform DER -in %s -out NEW.pem")
	}
	return list, nil
}

// blocks yields the PEM blocks of a file.
func blocks(data []byte) func(yield func(*pem.Block) bool) {
	return func(yield func(*pem.Block) bool) {
		for {
			var block *pem.Block
			if block, data = pem.Decode(data); block == nil || !yield(block) {
				return
			}
		}
	}
}

// notFound tells that a file lacks something; data in DER gets the command that
// converts it.
func notFound(path string, data []byte, what lang.Message, command string) error {
	err := lang.Errorf("%s holds no %s in PEM", "%sにPEM形式の%sがありません", lang.Display(path), what)
	if bytes.HasPrefix(data, []byte{0x30}) {
		return lang.WithHint(err, "convert it from DER: "+command, "DER形式から変換してください: "+command, lang.Display(path))
	}
	return err
}
