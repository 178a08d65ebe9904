package main

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/identity"
	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pdf"
	"github.com/jsign-jp/jsign/sign"
)

// formats are the values of --format; none means DER.
func formats(name string) sign.Format {
	switch name {
	case "pem":
		return sign.PEM
	case "smime":
		return sign.SMIME
	}
	return sign.DER
}

func formatName(f sign.Format) string {
	switch f {
	case sign.PEM:
		return "pem"
	case sign.SMIME:
		return "smime"
	}
	return "der"
}

// prepareDocument reads and digests a document. content names what a detached
// CMS was made over, when a signer is added; it may be "".
func (a *app) prepareDocument(ctx context.Context, j *job, o *signOptions, uri keys.URI, content string) error {
	j.result.Input = j.in.name
	if !j.in.pdf && hasPDFName(j.in.name) && !o.wantsCMS() {
		a.warn(lang.M("%s is not a PDF, whatever its name says: it gets a CMS signature",
			"%sはPDFではありません。CMS署名を作ります", lang.Display(j.in.name)))
	}
	if j.pdf {
		return a.preparePDF(ctx, j, o, uri)
	}
	return a.prepareCMS(ctx, j, o, content)
}

func (a *app) preparePDF(ctx context.Context, j *job, o *signOptions, uri keys.URI) error {
	if uri.Query.Get("cert") == "auth" {
		return lang.WithHint(lang.Errorf("the user authentication certificate does not sign documents", "利用者証明用電子証明書では文書に署名できません"),
			"use cert=sign, or --format der for a CMS", "cert=sign を使うか、CMSなら --format der を付けてください")
	}
	password, err := o.password()
	if err != nil {
		return err
	}
	hash, err := o.hash()
	if err != nil {
		return err
	}
	profile := o.pdfProfile(uri)
	if o.levels.Level > sign.BB && profile == sign.ProfileMOJ {
		return lang.WithHint(cli.Fail(exitUsage, lang.Errorf("level %s is not part of the profile moj, which has nothing after the signature", "レベル%sは登記・供託の形式（moj）では使えません。署名の後には何も追加できません", o.levels.Level)),
			"use --profile pades", "--profile pades を指定してください")
	}
	d, err := sign.PreparePDF(ctx, j.in.content(), j.in.size, sign.PDFOptions{
		Profile: profile, Field: o.field, Name: o.name, NameOf: identity.SignerName,
		Reason: o.reason, Location: o.location, Certify: o.certify,
		Digest: hash, Password: password, Now: a.now, Level: o.levels, Unlocked: j.unlocked,
	})
	if err != nil {
		return explainPDF(err)
	}
	for _, w := range d.Warnings() {
		a.warn(lang.M("%s: %v", "%s: %v", lang.Display(j.in.name), w))
	}
	j.document = d
	j.result.Kind, j.result.Profile, j.result.Field = "pdf", profileName(profile), d.Field()
	return nil
}

// pdfProfile is the profile asked for, or the key's default: card holders file
// with registries.
func (o *signOptions) pdfProfile(uri keys.URI) sign.Profile {
	if o.profile == "moj" || o.profile == "" && isCard(uri) {
		return sign.ProfileMOJ
	}
	return sign.ProfilePAdES
}

func profileName(p sign.Profile) string {
	if p == sign.ProfilePAdES {
		return "pades"
	}
	return "moj"
}

// explainPDF adds what to do about a document that cannot be signed as a PDF.
func explainPDF(err error) error {
	switch {
	case lang.Hint(err, lang.English) != "":
		return err
	case errors.Is(err, pdf.ErrPassword):
		return lang.WithHint(err, "give the password with --password-file", "--password-file でパスワードを指定してください")
	}
	return lang.WithHint(err, "--format der signs it as any other file, beside it", "--format der を付けると、一般のファイルとして分離署名します")
}

// password reads the password of an encrypted PDF: the first line of the file.
func (o *signOptions) password() ([]byte, error) {
	if o.passwordFile == "" {
		return nil, nil
	}
	f, err := os.Open(o.passwordFile)
	if err != nil {
		return nil, openError(o.passwordFile, err)
	}
	defer f.Close()
	password, err := cli.ReadPassword(f)
	if err != nil {
		return nil, openError(o.passwordFile, err)
	}
	return password, nil
}

// prepareCMS digests what is signed: the input, or with --add-signer the
// content of the CMS that the input is.
func (a *app) prepareCMS(ctx context.Context, j *job, o *signOptions, content string) error {
	hash, err := o.hash()
	if err != nil {
		return err
	}
	opt := sign.CMSOptions{
		Attached: o.attached, Format: formats(o.format), Digest: hash,
		NoSignedAttributes: o.noSignedAttributes, Level: o.levels,
	}
	if !o.noSignedAttributes {
		opt.SigningTime = a.now()
	}
	j.result.Kind, j.result.Format = "cms", cmp.Or(o.format, "der")
	if !o.addSigner {
		j.document, err = sign.PrepareCMS(ctx, j.in.content(), j.in.size, opt)
		return err
	}
	opt.Existing, opt.ExistingSize = j.in.content(), j.in.size
	if o.format == "" { // keep the form
		if opt.Format, err = sign.FormatOf(j.in.content(), j.in.size); err != nil {
			return err
		}
		j.result.Format = formatName(opt.Format)
	}
	if content == "" {
		j.document, err = sign.PrepareCMS(ctx, nil, 0, opt) // attached, perhaps
		if !errors.Is(err, sign.ErrDetached) {
			return err
		}
		content = strings.TrimSuffix(j.in.name, filepath.Ext(j.in.name))
		if content == j.in.name || !exists(content) {
			return lang.WithHint(err, "name it behind the signature: jsign --add-signer %s CONTENT", "署名の後ろに指定してください: jsign --add-signer %s CONTENT", lang.Display(j.in.name))
		}
	}
	if j.content, err = a.openInput(ctx, content); err != nil {
		return err
	}
	j.document, err = sign.PrepareCMS(ctx, j.content.file, j.content.size, opt)
	return err
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
