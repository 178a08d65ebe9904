package main

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jsign-jp/jsign/cmd/jverify/internal/openssl"
	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/report"
	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

// certOptions are the flags of jverify cert.
type certOptions struct {
	caFile, at, purpose           string
	untrusted, policies           []string
	evidence                      evidenceOptions
	explicit, inhibitMap          bool
	inhibitAny                    bool
	checkLeaf, checkAll, required bool
	asJSON, identity              bool
}

func (a *app) certCommand() *cobra.Command {
	var o certOptions
	c := &cobra.Command{
		Use: "cert LEAF", Args: cli.Arguments(1, 1),
		Short: a.say("judge a certificate, as openssl verify does", "証明書を検証する（openssl verifyに相当）"),
		Long: a.say(`Judges one certificate by RFC 5280: its path, policies and revocation. Files are PEM or DER and may
hold several certificates; those after the first of LEAF may be part of the path. Without --CAfile
JPKI's authorities and your trust folder (jverify trust) are trusted, with it nothing else.
openssl's spellings of the options work too (-crl_check_all, -CRLfile, -attime, …).
Exit codes: 0 valid; 1 the command line is wrong; 2 something cannot be read; 4 not valid, or not proven to be.`,
			`証明書1枚を、RFC 5280にしたがってパス・ポリシー・失効を含めて検証します。ファイルはPEMまたはDERで、
複数の証明書を含められます。LEAFの2枚目以降はパスの候補になります。--CAfileがなければJPKIの認証局と
信頼フォルダー（jverify trust）を信頼し、あればそれだけを信頼します。
opensslの綴りのオプション（-crl_check_all、-CRLfile、-attimeなど）も使えます。
終了コード: 0 有効、1 コマンドの誤り、2 読み込みができない、4 無効、または有効と確認できない。`),
		Example: `  jverify cert signer.pem
  jverify cert signer.pem --CAfile root.pem --untrusted ca.pem --crl ca.crl
  jverify cert signer.pem --CAfile root.pem --at 2025-04-01 --policy 1.2.392.200149.8.5.1.1.20 --explicit-policy`,
		RunE: func(c *cobra.Command, args []string) error { return a.cert(c.Context(), args[0], &o) },
	}
	f := c.Flags()
	f.StringVar(&o.caFile, "CAfile", "", a.say("the only certificates to trust, in `FILE`", "信頼する証明書の`FILE`（これだけを信頼する）"))
	f.StringArrayVar(&o.untrusted, "untrusted", nil, a.say("further certificates for the path, in `FILE` (repeatable)", "パスの候補になる証明書の`FILE`（複数可）"))
	o.evidence.addTo(f, a)
	f.StringVar(&o.at, "at", "", a.say("judge at `TIME`: 2025-04-01, RFC 3339, or seconds since 1970", "判定時点の`TIME`: 2025-04-01、RFC 3339、または1970年からの秒数"))
	f.StringArrayVar(&o.policies, "policy", nil, a.say("acceptable policy `OID` (repeatable)", "受け入れるポリシーの`OID`（複数可）"))
	f.BoolVar(&o.explicit, "explicit-policy", false, a.say("the path must be valid for a policy", "いずれかのポリシーで有効なパスだけを認める"))
	f.BoolVar(&o.inhibitMap, "inhibit-mapping", false, a.say("policies are not mapped", "ポリシーの対応付けを認めない"))
	f.BoolVar(&o.inhibitAny, "inhibit-any", false, a.say("anyPolicy does not count", "anyPolicyを認めない"))
	f.BoolVar(&o.checkLeaf, "crl-check", false, a.say("the certificate's revocation must be known (implied by --crl, --ocsp and --online)", "証明書の失効確認を必須にする（--crl、--ocsp、--onlineを指定すると自動）"))
	f.BoolVar(&o.checkAll, "crl-check-all", false, a.say("the revocation of the whole path must be known", "パス全体の失効確認を必須にする"))
	f.BoolVar(&o.required, "require-revocation", false, a.say("the same as --crl-check-all", "--crl-check-allと同じ"))
	f.StringVar(&o.purpose, "purpose", "", a.say("`P`: smimesign, sslclient, sslserver, timestampsign, ocsphelper, crlsign, any, …", "用途`P`: smimesign、sslclient、sslserver、timestampsign、ocsphelper、crlsign、anyなど"))
	f.BoolVar(&o.asJSON, "json", false, a.say("print JSON", "JSONで出力する"))
	f.BoolVar(&o.identity, "show-identity", false, a.say("show whom the certificate belongs to", "証明書の名義人を表示する"))
	cli.AnyWordBreak(c, map[string]string{"CRLfile": "crl", "attime": "at", "inhibit-map": "inhibit-mapping", "cafile": "CAfile", "trusted": "CAfile"})
	return c
}

// cert judges the first certificate of a file.
func (a *app) cert(ctx context.Context, name string, o *certOptions) error {
	leaf, opt, err := a.certQuestion(name, o)
	if err != nil {
		return err
	}
	r := verify.JudgeCertificate(ctx, leaf, opt)
	ro := report.Options{Language: a.language, ShowIdentity: o.identity, File: name}
	if o.asJSON {
		err = report.CertificateJSON(a.out, r, ro)
	} else {
		err = report.CertificateText(a.out, r, ro)
	}
	if err != nil {
		return readError(err)
	}
	if r.Indication != verify.TotalPassed {
		return notValid()
	}
	return nil
}

// certQuestion reads the files and turns the flags into the question.
func (a *app) certQuestion(name string, o *certOptions) (*trust.Certificate, verify.CertificateOptions, error) {
	opt := verify.CertificateOptions{RevocationOptional: !o.required, Trust: trust.Options{
		Now: a.now, ExplicitPolicy: o.explicit, InhibitMap: o.inhibitMap, InhibitAny: o.inhibitAny,
		PartialChain: true, // whoever names a certificate means it, self-signed or not (RFC 5280, 6.1.1 (d))
		CRLCheck:     o.checkLeaf || o.evidence.FilesGiven() || o.evidence.online, CRLCheckAll: o.checkAll || o.required,
	}}
	if err := o.addTo(&opt.Trust); err != nil {
		return nil, opt, err
	}
	own, err := readCollection(name)
	if err != nil {
		return nil, opt, err
	}
	if len(own.Certificates) == 0 {
		return nil, opt, readError(lang.Errorf("there is no certificate in %s", "%sには証明書がありません", lang.Display(name)))
	}
	opt.Trust.Untrusted, opt.Trust.CRLs = slices.Clone(own.Certificates[1:]), slices.Clone(own.CRLs)
	for _, file := range o.untrusted {
		c, err := readCollection(file)
		if err != nil {
			return nil, opt, err
		}
		opt.Trust.Untrusted = append(opt.Trust.Untrusted, c.Certificates...)
		opt.Trust.CRLs = append(opt.Trust.CRLs, c.CRLs...)
	}
	m, err := o.evidence.material()
	if err != nil {
		return nil, opt, err
	}
	opt.Trust.Untrusted = append(opt.Trust.Untrusted, m.Certificates...)
	opt.Trust.CRLs, opt.OCSPs = append(opt.Trust.CRLs, m.CRLs...), m.OCSPs
	if opt.Fetcher, err = a.fetcher(&o.evidence); err != nil {
		return nil, opt, err
	}
	opt.Trust.Anchors, err = a.anchorsFor(o.caFile, append(slices.Clone(opt.Trust.Untrusted), own.Certificates[0]))
	return own.Certificates[0], opt, err
}

// addTo adds what the flags say in words.
func (o *certOptions) addTo(opt *trust.Options) error {
	for _, p := range o.policies {
		id, ok := trust.ParseOID(p)
		if !ok {
			return usageError(lang.Errorf("%q is no object identifier", "%qはオブジェクト識別子ではありません", p))
		}
		opt.Policies = append(opt.Policies, id)
	}
	if o.purpose != "" {
		p, ok := openssl.Purpose(o.purpose)
		if !ok {
			return usageError(lang.Errorf("%q is no purpose", "%qという用途はありません", o.purpose))
		}
		opt.Purpose = p
	}
	if o.at != "" {
		at, err := parseTime(o.at)
		if err != nil {
			return usageError(err)
		}
		opt.Time = at
	}
	return nil
}

// anchorsFor returns the certificates of --CAfile alone; without it those of the
// trust folder, and of the candidates JPKI's own.
func (a *app) anchorsFor(caFile string, candidates []*trust.Certificate) (*trust.Store, error) {
	store := trust.NewStore()
	if caFile != "" {
		c, err := readCollection(caFile)
		if err != nil {
			return nil, err
		}
		for _, anchor := range c.Certificates {
			store.AddCertificate(anchor)
		}
		for _, crl := range c.CRLs {
			store.AddCRL(crl)
		}
		return store, nil
	}
	folder, err := a.trustFolder()
	if err != nil {
		return nil, readError(err)
	}
	if _, err := folder.AddTo(store); err != nil {
		return nil, readError(err)
	}
	store.AddPinned(candidates)
	return store, nil
}

// parseTime reads a moment: a day (its beginning in UTC), RFC 3339, GeneralizedTime,
// or seconds since 1970.
func parseTime(s string) (time.Time, error) {
	_, err := time.Parse("20060102", s)
	looksLikeDay := err == nil // and would be a day of 1970
	if seconds, err := strconv.ParseInt(s, 10, 64); err == nil && len(s) < len("20060102150405") && !looksLikeDay {
		return time.Unix(seconds, 0).UTC(), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateTime, time.DateOnly, "20060102150405Z"} {
		if at, err := time.Parse(layout, strings.TrimSpace(s)); err == nil && !at.IsZero() {
			return at, nil
		}
	}
	return time.Time{}, lang.Errorf("%q is no time: 2025-04-01, 2025-04-01T09:00:00+09:00 or seconds since 1970 are",
		"%qは日時ではありません。2025-04-01、2025-04-01T09:00:00+09:00、または1970年からの秒数で指定してください", s)
}
