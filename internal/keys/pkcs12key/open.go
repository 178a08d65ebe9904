package pkcs12key

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"strings"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/lang"
)

// key is a file that was read.
type key struct {
	path       string
	data       []byte
	passphrase keys.PassphraseSource
}

// Open reads a file. passphrase may be nil; then only a file without one opens.
func Open(path string, passphrase keys.PassphraseSource) (keys.Key, error) {
	data, _, err := keys.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if err := check(path, data); err != nil {
		return nil, err
	}
	return &key{path, data, passphrase}, nil
}

// Unlock decrypts the file.
func (k *key) Unlock(ctx context.Context) (keys.Session, error) {
	s, err := k.unlockWith(ctx, "")
	if !errors.Is(err, keys.ErrPassphrase) {
		return s, err
	}
	if k.passphrase == nil {
		return nil, lang.Errorf("%s is encrypted and there is no passphrase",
			"%sは暗号化されていますが、パスフレーズがありません", lang.Display(k.path))
	}
	secret, err := k.passphrase(ctx, lang.M("passphrase of %s", "%sのパスフレーズ", lang.Display(k.path)))
	if err != nil {
		return nil, err
	}
	defer secret.Wipe()
	if passphrase := string(secret); isBMP(passphrase) {
		return k.unlockWith(ctx, passphrase)
	}
	return nil, lang.Errorf("the passphrase holds a character that PKCS #12 has no code for",
		"パスフレーズにPKCS #12では使えない文字が含まれています")
}

// isBMP reports whether a passphrase is of characters that a BMPString has
// (RFC 7292 B.1); most emoji are not.
func isBMP(passphrase string) bool {
	return !strings.ContainsFunc(passphrase, func(r rune) bool { return r > 0xffff })
}

// content is what a file holds.
type content struct {
	key          any
	certificates []*x509.Certificate
	err          error
}

func (k *key) unlockWith(ctx context.Context, passphrase string) (keys.Session, error) {
	decoded := make(chan content, 1)
	go func() { decoded <- decode(k.data, passphrase) }()
	var c content
	select {
	case c = <-decoded:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if c.err != nil {
		return nil, k.explain(c.err)
	}
	signer, ok := c.key.(crypto.Signer)
	if !ok {
		return nil, lang.Errorf("the private key in %s is not one for signatures",
			"%sの秘密鍵は署名用の鍵ではありません", lang.Display(k.path))
	}
	if len(c.certificates) > keys.MaxCertificates {
		return nil, lang.Errorf("%s holds more than %d certificates", "%sの証明書が%d個を超えています",
			lang.Display(k.path), keys.MaxCertificates)
	}
	return keys.NewSession(signer, c.certificates)
}

var errNotApproved = lang.Errorf("its key derivation is refused on this system", "このシステムでは使えない鍵導出方式です")

// decode calls the library. Below it golang.org/x/crypto/pbkdf2 panics where Go
// runs with GODEBUG=fips140=only and a file's parameters are not approved.
func decode(data []byte, passphrase string) (c content) {
	defer func() {
		if recover() != nil {
			c = content{err: errNotApproved}
		}
	}()
	k, leaf, chain, err := pkcs12.DecodeChain(data, passphrase)
	if err != nil {
		return content{err: err}
	}
	return content{key: k, certificates: append([]*x509.Certificate{leaf}, chain...)}
}

// explain turns the library's errors into ones for people.
func (k *key) explain(err error) error {
	if errors.Is(err, pkcs12.ErrIncorrectPassword) || errors.Is(err, pkcs12.ErrDecryption) {
		return keys.ErrPassphrase
	}
	var unsupported pkcs12.NotImplementedError
	if errors.As(err, &unsupported) {
		return withConversion(k.path, lang.Errorf("%s uses what is not supported: %w", "%sの形式には対応していません: %w", lang.Display(k.path), err))
	}
	return lang.Errorf("%s is damaged or incomplete: %w", "%sは壊れているか、不完全です: %w", lang.Display(k.path), err)
}

// withConversion adds the openssl commands that rewrite a file.
func withConversion(path string, err error) error {
	const commands = "openssl pkcs12 -in %[1]s -out TEMP.pem && openssl pkcs12 -export -in TEMP.pem -out NEW.p12"
	return lang.WithHint(err, "convert it: "+commands, "変換してください: "+commands, lang.Display(path))
}
