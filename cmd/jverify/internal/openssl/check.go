package openssl

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/jsign-jp/jsign/trust"
)

// purposes are the names -purpose takes.
var purposes = map[string]trust.Purpose{
	"sslclient":     trust.PurposeSSLClient,
	"sslserver":     trust.PurposeSSLServer,
	"nssslserver":   trust.PurposeNSSSLServer,
	"smimesign":     trust.PurposeSMIMESign,
	"smimeencrypt":  trust.PurposeSMIMEEncrypt,
	"crlsign":       trust.PurposeCRLSign,
	"any":           trust.PurposeAnyExplicit,
	"ocsphelper":    trust.PurposeOCSPHelper,
	"timestampsign": trust.PurposeTimestampSign,
}

// Purpose returns the purpose that -purpose names.
func Purpose(name string) (p trust.Purpose, ok bool) {
	p, ok = purposes[name]
	return p, ok
}

// defaultSets are what -verify_name takes.
var defaultSets = []string{"default", "pkcs7", "smime_sign", "ssl_client", "ssl_server"}

func setPurpose(o *Options, value string) error {
	if _, ok := purposes[value]; !ok {
		return &UsageError{Lines: []string{"cms: Invalid purpose " + value}}
	}
	o.Check.Purpose = value
	return nil
}

func setName(o *Options, value string) error {
	if !slices.Contains(defaultSets, value) {
		return &UsageError{Lines: []string{"cms: Invalid verify name " + value}}
	}
	o.Check.Name = value
	return nil
}

func setIP(o *Options, value string) error {
	if ip, err := netip.ParseAddr(value); err != nil || ip.Zone() != "" {
		return &UsageError{} // openssl says nothing here
	}
	o.Check.IP = value
	return nil
}

func addPolicy(o *Options, value string) error {
	id, ok := parsePolicy(value)
	if !ok {
		return &UsageError{
			Lines: []string{fmt.Sprintf("cms: Invalid Policy %s", value)},
			Queue: []Entry{unknownObject()},
		}
	}
	o.Check.Policies = append(o.Check.Policies, id)
	return nil
}
