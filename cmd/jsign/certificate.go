package main

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"

	"github.com/spf13/cobra"

	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/durable"
	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/keys/jpkikey"
	"github.com/jsign-jp/jsign/internal/lang"
)

func (a *app) certificateCommand() *cobra.Command {
	var o signOptions
	c := &cobra.Command{
		Use:   "certificate sign|auth|sign-ca|auth-ca",
		Short: a.say("print a certificate of the card", "カードの証明書を表示"),
		Long: a.say("Prints one of the card's four certificates as PEM. The signing certificate, which names its holder, needs the signing password.",
			"カードの4つの証明書のいずれかをPEMで出力します。本人の情報を含む署名用電子証明書には署名用パスワードが必要です。"),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageErrorf("name one certificate: sign, auth, sign-ca or auth-ca", "sign、auth、sign-ca、auth-caのいずれかを指定してください")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.checkKey(c.Flags()); err != nil {
				return err
			}
			return a.certificate(c.Context(), &o, args[0])
		},
	}
	f := c.Flags()
	a.keyFlags(f, &o)
	f.StringVarP(&o.output, "output", "o", standardOutput, a.say("`file` to write", "書き出す`ファイル`"))
	f.BoolVar(&o.force, "force", false, a.say("replace an existing output file", "既存の出力ファイルを置き換える"))
	return c
}

// certificate makes room for the output before a PIN is asked for.
func (a *app) certificate(ctx context.Context, o *signOptions, kind string) error {
	uri, err := keys.ParseURI(o.key)
	if err != nil {
		return cli.Fail(exitUsage, err)
	}
	if !isCard(uri) {
		return usageErrorf("%s is not a card", "%sはカードではありません", lang.Display(o.key))
	}
	protected, err := protect(nil, o, uri)
	if err != nil {
		return err
	}
	out := &output{standard: a.out}
	if o.output != standardOutput {
		if out.file, err = durable.Create(ctx, o.output, durable.Options{Force: o.force, Inputs: protected}); err != nil {
			return fileError(err)
		}
	}
	c, err := a.readCertificate(ctx, o, uri, kind)
	if err != nil {
		return errors.Join(keyError(err), out.abort())
	}
	dst, _ := out.writer(false)
	if err := pem.Encode(dst, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}); err != nil {
		return fileError(errors.Join(err, out.abort()))
	}
	return fileError(out.commit())
}

// readCertificate takes the PIN only for what the card hides behind it.
func (a *app) readCertificate(ctx context.Context, o *signOptions, uri keys.URI, kind string) (*x509.Certificate, error) {
	switch kind {
	case "sign", "auth":
		uri.Query.Set("cert", kind)
	case "sign-ca", "auth-ca":
	default:
		return nil, usageErrorf("there is no certificate %q on the card: sign, auth, sign-ca, auth-ca", "カードに証明書%qはありません: sign、auth、sign-ca、auth-ca", kind)
	}
	secrets, err := a.secrets(o)
	if err != nil {
		return nil, err
	}
	key, err := a.openCard(o, uri, secrets)
	if err != nil {
		return nil, err
	}
	if kind == "sign" {
		return unlockedCertificate(ctx, key)
	}
	free, err := key.Certificates(ctx)
	if err != nil {
		return nil, err
	}
	certificate := map[string]*x509.Certificate{"auth": free.Auth, "sign-ca": free.SignCA, "auth-ca": free.AuthCA}[kind]
	if certificate == nil && kind == "auth" { // phones show it after the PIN only
		return unlockedCertificate(ctx, key)
	}
	if certificate == nil {
		return nil, lang.Errorf("the card has no certificate %s", "カードに証明書%sがありません", kind)
	}
	return certificate, nil
}

func unlockedCertificate(ctx context.Context, key *jpkikey.Key) (*x509.Certificate, error) {
	session, err := key.Unlock(ctx)
	if err != nil {
		return nil, err
	}
	return session.Chain()[0], session.Close()
}
