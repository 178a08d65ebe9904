package main

import (
	"github.com/jsign-jp/jsign/revocation"
)

// fetcher asks OCSP responders and CRL servers; nil with --offline.
func (a *app) fetcher(o *levelOptions) (revocation.Fetcher, error) {
	if o.offline {
		return nil, nil
	}
	client, err := o.evidence.Client(a.now, a.cacheDir, a.warn)
	if err != nil {
		return nil, usageError(err)
	}
	return client, nil
}
