package main

import (
	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/keys/emulatorkey"
	"github.com/jsign-jp/jsign/internal/keys/jpkikey"
	"github.com/jsign-jp/jsign/internal/keys/pemkey"
	"github.com/jsign-jp/jsign/internal/keys/pkcs12key"
	"github.com/jsign-jp/jsign/internal/lang"
)

// openKey opens the key that --key names. No PIN is asked for yet. Every key
// source is listed here.
func (a *app) openKey(o *signOptions) (keys.Key, keys.URI, error) {
	uri, err := keys.ParseURI(o.key)
	if err != nil {
		return nil, uri, cli.Fail(exitUsage, err)
	}
	secrets, err := a.secrets(o)
	if err != nil {
		return nil, uri, err
	}
	var key keys.Key
	switch uri.Scheme {
	case "jpki", "emulator":
		key, err = a.openCard(o, uri, secrets)
	case "pkcs12":
		key, err = openPKCS12(uri, secrets.passphrase)
	case "pem":
		key, err = openPEM(uri, pemkey.Options{Passphrase: secrets.passphrase, Warn: a.warn})
	default:
		err = lang.Errorf("unknown kind of key %q", "鍵の種類%qはありません", uri.Scheme)
	}
	return key, uri, keyError(err)
}

// secrets is where PINs and passwords come from. The process may hold one from
// here on.
func (a *app) secrets(o *signOptions) (*secretSource, error) {
	if err := forbidDumps(); err != nil {
		return nil, keyError(lang.Errorf("cannot keep the PIN out of core files: %v", "暗証番号がコアファイルに残るのを防げません: %v", err))
	}
	return &secretSource{app: a, file: o.pinFile, descriptor: o.pinDescriptor}, nil
}

// openCard opens a key on a card, real or emulated.
func (a *app) openCard(o *signOptions, uri keys.URI, secrets *secretSource) (*jpkikey.Key, error) {
	options := jpkikey.Options{PIN: jpkikey.OneCard(secrets.pin), LastTry: o.lastTry, Waiting: a.tellWaiting}
	if uri.Scheme == "jpki" {
		key, err := jpkikey.Open(uri, options)
		return key, cli.Fail(exitUsage, err)
	}
	a.warnOfEmulation()
	key, err := emulatorkey.Open(uri, options)
	return key, cli.Fail(exitUsage, err)
}

// tellWaiting says why nothing happens.
func (a *app) tellWaiting() {
	a.warn(lang.M("another program is using the card: waiting for it", "ほかのプログラムがカードを使っています。終わるのを待っています"))
}

func openPKCS12(uri keys.URI, passphrase keys.PassphraseSource) (keys.Key, error) {
	files, err := uri.Files()
	if err != nil {
		return nil, err
	}
	return pkcs12key.Open(files[0], passphrase)
}

func openPEM(uri keys.URI, o pemkey.Options) (keys.Key, error) {
	files, err := uri.Files()
	if err != nil {
		return nil, err
	}
	return pemkey.Open(files[0], files[1], o)
}
