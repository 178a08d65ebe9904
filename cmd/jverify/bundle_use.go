package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/jsign-jp/jsign/cmd/jverify/internal/openssl"
	"github.com/jsign-jp/jsign/internal/bundle"
	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

// useBundle takes the bundle of --bundle, which must be about the file that is to be
// judged, and its policy.
func (a *app) useBundle(o *openssl.Options) error {
	if o.Own.Bundle == "" {
		return nil
	}
	if o.Own.Online || o.Own.Evidence.FilesGiven() {
		return usageError(lang.Errorf("--bundle holds the revocation data: --online, --crl and --ocsp do not go with it",
			"--bundleには失効情報が含まれるため、--online、--crl、--ocspとは併用できません"))
	}
	b, err := readBundle(o.Own.Bundle)
	if err != nil {
		return readError(err)
	}
	if err := isAbout(b, o); err != nil {
		return err
	}
	o.Own.RequireRevocation = o.Own.RequireRevocation || b.Policy.RequireRevocation
	if o.Own.Profile == "" {
		o.Own.Profile = b.Policy.Profile
	}
	a.bundle = b
	return nil
}

func readBundle(name string) (*bundle.Bundle, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fileError(err, name)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fileError(err, name)
	}
	b, err := bundle.Read(f, info.Size())
	if err != nil {
		return nil, lang.Errorf("%s: %w", "%s: %w", lang.Display(name), err)
	}
	return b, nil
}

// isAbout compares the bundle's document with the file.
func isAbout(b *bundle.Bundle, o *openssl.Options) error {
	name := o.In.Name
	if len(o.Operands) > 0 {
		name = o.Operands[0]
	}
	f, err := os.Open(name)
	if err != nil {
		return readError(fileError(err, name))
	}
	defer f.Close()
	d, err := documentOf(f, name)
	if err != nil {
		return readError(fileError(err, name))
	}
	if d.SHA256 != b.Document.SHA256 {
		return lang.WithHint(&cli.Failure{Code: openssl.ExitNotValid, Err: lang.Errorf("%s is not the file that the bundle is about", "%sは、この検証資料の対象のファイルではありません", lang.Display(name))},
			"the file or the bundle was changed, or they do not belong together", "ファイルか検証資料が変更されたか、組み合わせが違います")
	}
	return nil
}

// addBundled adds the anchors of the bundle, and says which of them are trusted for
// no other reason.
func (a *app) addBundled(s *trust.Store) {
	if a.bundle == nil {
		return
	}
	for _, anchor := range a.bundle.Policy.Anchors {
		c := anchor.Certificate
		if _, pinned := trust.Pinned(c); !pinned && !s.Contains(c) {
			a.warn(lang.M("trusted because the bundle says so: %s, SHA-256 %X; with --CAfile only what you name is trusted",
				"検証資料に含まれるため信頼しています: %s、SHA-256 %X。--CAfileを指定すると、指定したものだけを信頼します",
				lang.Display(trust.NameString(c.RawSubject)), c.Fingerprint()))
		}
		if anchor.EndsChain {
			s.AddTrusted(c)
		} else {
			s.AddCertificate(c)
		}
	}
}

// contentFile is what a detached signature signs: the file that is named, or the one
// beside the signature.
type contentFile struct {
	signature string
	names     []string
	opened    *os.File
}

func (c *contentFile) open() (verify.Content, error) {
	name := strings.TrimSuffix(c.signature, filepath.Ext(c.signature))
	if len(c.names) > 0 {
		name = c.names[0]
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, lang.WithHint(lang.Errorf("it is a detached signature, and what it signs is not found", "分離署名ですが、署名対象のファイルが見つかりません"),
			"name the signed file after the signature", "署名の次に署名対象のファイルを指定してください")
	}
	c.opened = f
	info, err := f.Stat()
	if err != nil {
		return nil, fileError(err, name)
	}
	return verify.Input{At: f, Size: info.Size()}.Copy, nil
}

func (c *contentFile) close() {
	if c.opened != nil {
		_ = c.opened.Close() // it was only read
	}
}
