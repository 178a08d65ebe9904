package main

import (
	"net/http"
	"net/netip"
	"path/filepath"

	"github.com/spf13/pflag"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/revocation/online"
)

// evidenceOptions say where revocation data is to be had.
type evidenceOptions struct {
	crls, ocsps       []string
	online            bool
	directories       []string
	allowed           []string
	withoutCache, env bool
}

// addTo adds the flags that every command has.
func (o *evidenceOptions) addTo(f *pflag.FlagSet, a *app) {
	f.StringArrayVar(&o.crls, "crl", nil, a.say("CRLs, in `FILE` (repeatable)", "失効リスト(CRL)の`FILE`(複数可)"))
	f.StringArrayVar(&o.ocsps, "ocsp", nil, a.say("an OCSP response, in `FILE` (repeatable)", "OCSP応答の`FILE`(複数可)"))
	f.BoolVar(&o.online, "online", false, a.say("ask the servers that certificates name for revocation", "証明書に記載されたサーバーに失効情報を問い合わせる"))
	f.StringArrayVar(&o.directories, "directory-server", nil, a.say("LDAP `URL` for CRLs by directory name (repeatable)", "ディレクトリ名で公開されたCRLを取得するLDAPサーバーの`URL`(複数可)"))
	f.StringArrayVar(&o.allowed, "allow-address", nil, a.say("addresses `PREFIX` that may be asked though they are not public (repeatable)", "公開アドレスではないが問い合わせてよい`PREFIX`(複数可)"))
	f.BoolVar(&o.withoutCache, "no-cache", false, a.say("keep no answers on disk", "応答をディスクに保存しない"))
	f.BoolVar(&o.env, "use-proxy", false, a.say("go through the proxy that HTTP_PROXY and the like name", "HTTP_PROXYなどのプロキシーを使う"))
}

// given reports whether files were named.
func (o *evidenceOptions) given() bool { return len(o.crls)+len(o.ocsps) > 0 }

// material reads the files.
func (o *evidenceOptions) material() (m revocation.Material, err error) {
	for _, file := range o.crls {
		c, err := readCollection(file)
		if err != nil {
			return m, err
		}
		m.CRLs, m.Certificates = append(m.CRLs, c.CRLs...), append(m.Certificates, c.Certificates...)
	}
	for _, file := range o.ocsps {
		r, err := readOCSP(file)
		if err != nil {
			return m, err
		}
		m.OCSPs = append(m.OCSPs, r)
	}
	return m, nil
}

// fetcher makes what asks servers; nil without --online: then nothing leaves the
// machine.
func (a *app) fetcher(o *evidenceOptions) (revocation.Fetcher, error) {
	if !o.online {
		return nil, nil
	}
	opt := online.Options{DirectoryServers: o.directories, Now: a.now}
	for _, text := range o.allowed {
		prefix, err := parsePrefix(text)
		if err != nil {
			return nil, usageError(lang.Errorf("%q is neither an address nor a prefix like 10.0.0.0/8", "%qはアドレスでも10.0.0.0/8のような範囲でもありません", text))
		}
		opt.AllowUnsafe = append(opt.AllowUnsafe, prefix)
	}
	if o.env {
		opt.Proxy = http.ProxyFromEnvironment
	}
	if !o.withoutCache {
		dir, err := a.cacheDir()
		if err == nil {
			opt.Cache, err = online.OpenCache(filepath.Join(dir, "jsign", "revocation"))
		}
		if err != nil {
			a.warn(lang.M("answers are not kept: %v", "応答を保存できません: %v", err))
		}
	}
	client, err := online.New(opt)
	if err != nil {
		return nil, usageError(err)
	}
	return client, nil
}

func parsePrefix(text string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	return netip.ParsePrefix(text)
}
