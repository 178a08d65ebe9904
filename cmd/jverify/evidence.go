package main

import (
	"github.com/spf13/pflag"

	"github.com/jsign-jp/jsign/internal/evidence"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// evidenceOptions say where revocation data is to be had. Without --online nothing
// leaves the machine.
type evidenceOptions struct {
	evidence.Options
	online bool
}

// addTo adds the flags that every command has.
func (o *evidenceOptions) addTo(f *pflag.FlagSet, a *app) {
	o.AddFlags(f, a.language)
	f.BoolVar(&o.online, "online", false, a.say("ask the servers that certificates name for revocation", "証明書に記載されたサーバーに失効情報を問い合わせる"))
}

// material reads the files.
func (o *evidenceOptions) material() (revocation.Material, error) {
	m, err := o.Material(readEvidence)
	return m, readError(err)
}

// fetcher makes what asks servers; nil without --online.
func (a *app) fetcher(o *evidenceOptions) (revocation.Fetcher, error) {
	if !o.online {
		return nil, nil
	}
	client, err := o.Client(a.now, a.cacheDir, a.warn)
	if err != nil {
		return nil, usageError(err)
	}
	return client, nil
}

// readCollection reads the certificates and CRLs of a file, PEM or DER.
func readCollection(name string) (*trust.Collection, error) {
	c, err := evidence.Collection(name, readEvidence)
	return c, readError(err)
}

func readEvidence(name string) ([]byte, error) { return readLimited(name, evidence.MaxFile) }
