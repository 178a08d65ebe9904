package main

import (
	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/keys/emulator"
	"github.com/jsign-jp/jsign/internal/keys/jpki"
	"github.com/jsign-jp/jsign/internal/keys/pem"
	"github.com/jsign-jp/jsign/internal/keys/pkcs12"
	"github.com/jsign-jp/jsign/internal/lang"
)

// openKey opens the key that --key names. No PIN is asked for yet. Every key
// source is listed here.
func (a *app) openKey(o *signOptions) (keys.Key, keys.URI, error) {
	uri, err := keys.ParseURI(o.key)
	if err != nil {
		return nil, uri, fail(exitUsage, err)
	}
	secrets := &secretSource{app: a, file: o.pinFile, fd: o.pinFD}
	var key keys.Key
	switch uri.Scheme {
	case "jpki", "emulator":
		key, err = a.openCard(o, uri)
	case "pkcs12":
		key, err = openPKCS12(uri, secrets.passphrase)
	case "pem":
		key, err = openPEM(uri, pem.Options{Passphrase: secrets.passphrase, Warn: a.warn})
	default:
		err = lang.Errorf("unknown kind of key %q", "鍵の種類%qはありません", uri.Scheme)
	}
	return key, uri, keyError(err)
}

// openCard opens a key on a card. The process may hold a PIN from here on.
func (a *app) openCard(o *signOptions, uri keys.URI) (*jpki.Key, error) {
	if err := forbidDumps(); err != nil {
		return nil, lang.Errorf("cannot keep the PIN out of core files: %v", "暗証番号がコアファイルに残るのを防げません: %v", err)
	}
	secrets := &secretSource{app: a, file: o.pinFile, fd: o.pinFD}
	options := jpki.Options{PIN: secrets.pin, LastTry: o.lastTry}
	if uri.Scheme == "jpki" {
		key, err := jpki.Open(uri, options)
		return key, fail(exitUsage, err)
	}
	a.warnOfEmulation()
	key, err := emulator.Open(uri, options)
	return key, fail(exitUsage, err)
}

func openPKCS12(uri keys.URI, passphrase keys.PassphraseSource) (keys.Key, error) {
	files, err := uri.Files()
	if err != nil {
		return nil, err
	}
	return pkcs12.Open(files[0], passphrase)
}

func openPEM(uri keys.URI, o pem.Options) (keys.Key, error) {
	files, err := uri.Files()
	if err != nil {
		return nil, err
	}
	return pem.Open(files[0], files[1], o)
}
