package main

import (
	"net/http"
	"net/netip"
	"path/filepath"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/revocation/online"
)

// fetcher asks OCSP responders and CRL servers; nil with --offline. The proxy of
// the environment is used, as for timestamps.
func (a *app) fetcher(o *levelOptions) (revocation.Fetcher, error) {
	if o.offline {
		return nil, nil
	}
	opt := online.Options{DirectoryServers: o.directories, Proxy: http.ProxyFromEnvironment, Now: a.now, Cache: a.cache()}
	for _, text := range o.addresses {
		prefix, err := parsePrefix(text)
		if err != nil {
			return nil, usageErrorf("%q is no address and no network", "%qはアドレスでもネットワークでもありません", text)
		}
		opt.AllowUnsafe = append(opt.AllowUnsafe, prefix)
	}
	client, err := online.New(opt)
	if err != nil {
		return nil, fail(exitUsage, lang.Errorf("--ldap-server: %w", "--ldap-server: %w", err))
	}
	return client, nil
}

// parsePrefix reads 10.0.0.0/8 or 10.1.2.3.
func parsePrefix(text string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	return netip.ParsePrefix(text)
}

// cache is the user's; without a folder for caches nothing is kept.
func (a *app) cache() *online.Cache {
	dir, err := a.cacheDir()
	if err != nil {
		return nil
	}
	cache, err := online.OpenCache(filepath.Join(dir, "jsign", "revocation"))
	if err != nil {
		return nil
	}
	return cache
}
