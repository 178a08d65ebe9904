package main

import (
	"crypto"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/sign"
)

// signOptions are the flags of jsign FILE….
type signOptions struct {
	output  string
	key     string
	pinFile string
	pinFD   int

	pinDescriptor *os.File // of pinFD, once it was checked
	lastTry       bool
	force         bool
	yes           bool
	json          bool
	identity      bool
	digest        string

	// of a PDF signature
	profile, field, name, reason, location string
	certify                                int
	passwordFile                           string

	// of a CMS signature
	format             string
	attached           bool
	noSignedAttributes bool
	addSigner          bool

	level  levelOptions
	levels sign.LevelOptions // of the flags, once the authority was asked
	extend bool              // jsign extend: no key, and an output of another name
}

// Flags that only make sense for one kind of signature; the other kind refuses them.
var (
	pdfFlags = []string{"profile", "field", "name", "reason", "location", "certify", "password-file"}
	cmsFlags = []string{"format", "attached", "no-signed-attributes", "add-signer"}
)

func (a *app) signFlags(c *cobra.Command, o *signOptions) {
	f := c.Flags()
	f.SortFlags = false
	f.StringVarP(&o.output, "output", "o", "", a.say("`file` to write; a folder for several; - is standard output", "書き出す`ファイル`。複数のときはフォルダー。- は標準出力"))
	a.keyFlags(f, o)
	f.BoolVar(&o.force, "force", false, a.say("replace an existing output file", "既存の出力ファイルを置き換える"))
	f.BoolVar(&o.yes, "yes", false, a.say("do not ask about the personal data in the certificate", "証明書の個人情報についての確認を省く"))
	f.BoolVar(&o.identity, "show-identity", false, a.say("print name, address, birth date and sex of the certificate", "証明書の氏名・住所・生年月日・性別を表示する"))
	f.BoolVar(&o.json, "json", false, a.say("print what was done as JSON", "結果をJSONで出力する"))

	a.formFlags(f, o)
	f.BoolVar(&o.addSigner, "add-signer", false, a.say("add a signer to the CMS FILE, over CONTENT if it is detached", "CMSのFILEに署名者を加える。分離署名では内容CONTENTも指定"))
}

// formFlags are the flags that say what a signature is like.
func (a *app) formFlags(f *pflag.FlagSet, o *signOptions) {
	f.StringVar(&o.digest, "digest", "", a.say("`hash`: sha256 (default), sha384 or sha512", "`ハッシュ関数`: sha256（既定値）、sha384、sha512"))
	f.StringVar(&o.profile, "profile", "", a.say("PDF `profile`: moj (registry filings; default for a card) or pades", "PDFの`形式`: moj（登記・供託。カードの既定値）または pades"))
	f.StringVar(&o.field, "field", "", a.say("sign this empty PDF signature `field`", "PDFのこの空の署名`フィールド`に署名する"))
	f.StringVar(&o.name, "name", "", a.say("signer's `name` in the PDF (default: from the certificate)", "PDFに記す署名者の`名前`（既定値: 証明書の氏名）"))
	f.StringVar(&o.reason, "reason", "", a.say("`reason` in the PDF signature", "PDFの署名の`理由`"))
	f.StringVar(&o.location, "location", "", a.say("`place` in the PDF signature", "PDFの署名の`場所`"))
	f.IntVar(&o.certify, "certify", 0, a.say("certify the PDF with this `level`; later changes allowed: 1 none, 2 forms, 3 annotations too", "PDFをこの`レベル`で証明する。以後の変更: 1 不可、2 フォーム入力、3 注釈も可"))
	f.StringVar(&o.passwordFile, "password-file", "", a.say("`file` with the password of an encrypted PDF", "暗号化PDFのパスワードの`ファイル`"))

	f.BoolVar(&o.attached, "attached", false, a.say("CMS with the document inside (.p7m)", "文書を中に含むCMS（.p7m）を作る"))
	f.StringVar(&o.format, "format", "", a.say("CMS `format`: der, pem or smime; given, a PDF too gets a CMS", "CMSの`形式`: der、pem、smime。指定するとPDFにもCMSを作る"))
	f.BoolVar(&o.noSignedAttributes, "no-signed-attributes", false, a.say("CMS without signed attributes", "署名属性のないCMSを作る"))
	a.levelFlags(f, &o.level)
}

// keyFlags are the flags of every command that uses a key.
func (a *app) keyFlags(f *pflag.FlagSet, o *signOptions) {
	f.StringVar(&o.key, "key", "jpki:", a.say("`key`: jpki:?reader=NAME&cert=sign|auth, emulator:, pkcs12:FILE, pem:CERT,KEY", "`鍵`: jpki:?reader=NAME&cert=sign|auth、emulator:、pkcs12:FILE、pem:CERT,KEY"))
	f.StringVar(&o.pinFile, "pin-file", "", a.say("read the PIN from this `file`, which only you can read", "暗証番号をこの`ファイル`（本人だけが読めるもの）から読む"))
	f.IntVar(&o.pinFD, "pin-fd", -1, a.say("read the PIN from this file `descriptor`", "暗証番号をこのファイル`記述子`から読む"))
	f.BoolVar(&o.lastTry, "last-try", false, a.say("send the PIN although it is the last try", "残り1回でも暗証番号を送る"))
}

// check refuses what cannot go together, before anything is opened.
func (o *signOptions) check(f *pflag.FlagSet, files []string) error {
	switch {
	case len(files) == 0:
		return usageErrorf("no file to sign", "署名するファイルがありません")
	case o.pinFD == 0 && slices.Contains(files, standardInput):
		return usageErrorf("standard input cannot be both the document and the PIN", "標準入力を文書と暗証番号の両方に使うことはできません")
	case o.json && o.output == standardOutput:
		return usageErrorf("--json and the signature cannot both go to standard output", "--jsonの結果と署名の両方を標準出力に出すことはできません")
	case o.addSigner && len(files) > 2:
		return usageErrorf("--add-signer takes one CMS and its content", "--add-signerに指定できるのはCMSとその内容だけです")
	case o.addSigner && (o.attached || o.noSignedAttributes):
		return usageErrorf("--add-signer keeps the form of the CMS: without --attached and --no-signed-attributes", "--add-signerは元のCMSの形を保つため、--attachedや--no-signed-attributesと併用できません")
	case f.Changed("certify") && (o.certify < 1 || o.certify > 3):
		return usageErrorf("--certify is 1, 2 or 3", "--certifyは1、2、3のいずれかです")
	case o.profile != "" && o.profile != "moj" && o.profile != "pades":
		return usageErrorf("unknown profile %q", "形式%qはありません", o.profile)
	case o.noSignedAttributes && o.level.name != "" && o.level.name != sign.BB.String():
		return usageErrorf("level %s needs signed attributes: without --no-signed-attributes", "レベル%sには署名属性が必要です。--no-signed-attributesと併用できません", o.level.name)
	case o.format != "" && o.format != "der" && o.format != "pem" && o.format != "smime":
		return usageErrorf("unknown format %q", "形式%qはありません", o.format)
	}
	if _, err := o.hash(); err != nil {
		return err
	}
	if err := o.level.check(func(sign.Level) bool { return false }); err != nil {
		return err
	}
	return o.checkKey(f)
}

// checkKey refuses sources of a PIN that cannot be, and takes the descriptor.
func (o *signOptions) checkKey(f *pflag.FlagSet) error {
	if !f.Changed("pin-fd") {
		return nil
	}
	switch {
	case o.pinFile != "":
		return usageErrorf("--pin-file and --pin-fd exclude each other", "--pin-fileと--pin-fdは同時に使えません")
	case o.pinFD < 0 || o.pinFD == 1 || o.pinFD == 2:
		return usageErrorf("--pin-fd %d is not a descriptor to read from", "--pin-fd %dからは読めません", o.pinFD)
	case !inherited(o.pinFD):
		return lang.WithHint(usageErrorf("descriptor %d is not open", "記述子%dは開かれていません", o.pinFD),
			"in a shell: jsign --pin-fd 3 … 3<pinfile", "シェルでは jsign --pin-fd 3 … 3<pinfile のように指定します")
	}
	o.pinDescriptor = os.NewFile(uintptr(o.pinFD), "--pin-fd")
	return nil
}

// checkProfile refuses what the profile does not have. The default depends on
// the key.
func (o *signOptions) checkProfile(uri keys.URI) error {
	if o.certify == 0 || o.pdfProfile(uri) == sign.ProfilePAdES {
		return nil
	}
	return lang.WithHint(usageErrorf("a certification is not part of the profile moj", "登記・供託の形式（moj）では証明（certify）はできません"),
		"use --profile pades", "--profile pades を指定してください")
}

// checkKind refuses flags that the kind of signature does not have.
func (o *signOptions) checkKind(f *pflag.FlagSet, pdf bool, name string) error {
	foreign := pdfFlags
	if pdf {
		foreign = cmsFlags
	}
	for _, flag := range foreign {
		if f.Changed(flag) && !pdf {
			return usageErrorf("--%s is for PDFs, and %s gets a CMS signature", "--%sはPDF用ですが、%sにはCMS署名を作ります", flag, lang.Display(name))
		} else if f.Changed(flag) {
			return lang.WithHint(usageErrorf("--%s is for CMS signatures, and %s is a PDF", "--%sはCMS用ですが、%sはPDFです", flag, lang.Display(name)),
				"--format der signs it as any other file", "--format der を付けると一般のファイルとして署名します")
		}
	}
	return nil
}

// wantsCMS says whether the flags ask for a CMS even of a PDF.
func (o *signOptions) wantsCMS() bool { return o.format != "" || o.attached || o.addSigner }

// hash is the hash asked for; 0 leaves the choice to the key.
func (o *signOptions) hash() (crypto.Hash, error) {
	switch o.digest {
	case "":
		return 0, nil
	case "sha256":
		return crypto.SHA256, nil
	case "sha384":
		return crypto.SHA384, nil
	case "sha512":
		return crypto.SHA512, nil
	}
	return 0, usageErrorf("unknown hash %q", "ハッシュ関数%qはありません", o.digest)
}

// isCard says whether a key is on an Individual Number Card, real or emulated.
func isCard(uri keys.URI) bool { return uri.Scheme == "jpki" || uri.Scheme == "emulator" }
