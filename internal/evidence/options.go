package evidence

import (
	"net/http"
	"net/netip"
	"net/url"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/revocation/online"
)

// Options say where revocation data is to be had.
type Options struct {
	CRLs, OCSPs []string // files
	Directories []string // LDAP servers, as online.Options has them
	Addresses   []string // that may be asked though they are not public: 10.1.2.3, 10.0.0.0/8
	NoCache     bool     // nothing is kept on disk
	UseProxy    bool     // the environment's proxy is used
}

// AddFlags adds the flags to a command, described in language l.
func (o *Options) AddFlags(f *pflag.FlagSet, l lang.Language) {
	say := func(en, ja string) string { return lang.M(en, ja).In(l) }
	f.StringArrayVar(&o.CRLs, "crl", nil, say("CRLs, in `FILE` (repeatable)", "失効リスト（CRL）の`FILE`（複数可）"))
	f.StringArrayVar(&o.OCSPs, "ocsp", nil, say("an OCSP response, in `FILE` (repeatable)", "OCSP応答の`FILE`（複数可）"))
	f.StringArrayVar(&o.Directories, "ldap-server", nil, say("LDAP `URL` for CRLs by directory name (repeatable)", "ディレクトリ名で公開されたCRLを取得するLDAPサーバーの`URL`（複数可）"))
	f.StringArrayVar(&o.Addresses, "allow-address", nil, say("addresses `PREFIX` that may be asked though they are not public (repeatable)", "公開アドレスではないが問い合わせてよい`PREFIX`（複数可）"))
	f.BoolVar(&o.NoCache, "no-cache", false, say("keep no answers on disk", "応答をディスクに保存しない"))
	f.BoolVar(&o.UseProxy, "use-proxy", false, say("go through the proxy that HTTP_PROXY and the like name", "HTTP_PROXYなどのプロキシーを使う"))
}

// FilesGiven reports whether files were named.
func (o *Options) FilesGiven() bool { return len(o.CRLs)+len(o.OCSPs) > 0 }

// Files are the names of all files that are read.
func (o *Options) Files() []string { return append(append([]string(nil), o.CRLs...), o.OCSPs...) }

// Proxy is the proxy of requests, as http.Transport has it; nil for none. Through a
// proxy nobody here sees which address a name stands for, so it has to be asked for.
func (o *Options) Proxy() func(*http.Request) (*url.URL, error) {
	if o.UseProxy {
		return http.ProxyFromEnvironment
	}
	return nil
}

// Client makes what asks servers. Answers are kept below the folder that cacheDir
// names; when there is none, warn is told and nothing is kept. Errors are those of
// the command line.
func (o *Options) Client(now func() time.Time, cacheDir func() (string, error), warn func(lang.Message)) (*online.Client, error) {
	opt := online.Options{DirectoryServers: o.Directories, Proxy: o.Proxy(), Now: now}
	for _, text := range o.Addresses {
		prefix, err := parsePrefix(text)
		if err != nil {
			return nil, lang.Errorf("%q is neither an address nor a prefix like 10.0.0.0/8", "%qはアドレスでも10.0.0.0/8のような範囲でもありません", text)
		}
		opt.AllowUnsafe = append(opt.AllowUnsafe, prefix)
	}
	if !o.NoCache {
		var err error
		if opt.Cache, err = openCache(cacheDir); err != nil {
			warn(lang.M("answers are not kept: %v", "応答を保存できません: %v", err))
		}
	}
	return online.New(opt)
}

func openCache(cacheDir func() (string, error)) (*online.Cache, error) {
	dir, err := cacheDir()
	if err != nil {
		return nil, err
	}
	return online.OpenCache(filepath.Join(dir, "jsign", "revocation"))
}

// parsePrefix takes an address for the network of it alone.
func parsePrefix(text string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	return netip.ParsePrefix(text)
}
