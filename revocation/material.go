package revocation

import (
	"context"
	"slices"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/trust"
)

// Material is revocation data and the certificates it needs: those of CRL issuers and
// OCSP responders. What is in it twice, counts once.
type Material struct {
	Certificates []*trust.Certificate
	CRLs         []*trust.CRL
	OCSPs        []*OCSP
	// Attempts are what a Fetcher tried for it, in order.
	Attempts []Attempt
}

// Attempt is one try to get revocation data.
type Attempt struct {
	// Location is whom was asked: a URL without user name and password, or a file.
	Location string
	// Cached says that an answer kept from before was taken; nobody was asked.
	Cached bool
	// CRL or OCSP is what came; both are nil when nothing did.
	CRL  *trust.CRL
	OCSP *OCSP
	// Err says in both languages why nothing came; nil when something did.
	Err error
}

// Fetcher gets revocation data about one certificate from elsewhere: package online has
// one. It judges nothing; what it brings is judged as all else is. Fetch returns what
// was found and what was tried, and an error when there is nothing. It must be safe for
// concurrent use.
type Fetcher interface {
	Fetch(ctx context.Context, certificate, issuer *trust.Certificate) (Material, error)
}

// add adds what is not there yet.
func (m *Material) add(o Material) {
	for _, c := range o.Certificates {
		if !slices.ContainsFunc(m.Certificates, c.Equal) {
			m.Certificates = append(m.Certificates, c)
		}
	}
	for _, l := range o.CRLs {
		if !slices.ContainsFunc(m.CRLs, func(x *trust.CRL) bool { return x == l || string(x.Raw) == string(l.Raw) }) {
			m.CRLs = append(m.CRLs, l)
		}
	}
	for _, r := range o.OCSPs {
		if !slices.ContainsFunc(m.OCSPs, func(x *OCSP) bool { return x == r || string(x.Raw) == string(r.Raw) }) {
			m.OCSPs = append(m.OCSPs, r)
		}
	}
	m.Attempts = append(m.Attempts, o.Attempts...)
}

// Origin is where revocation data came from. The zero value is Given.
type Origin int

// The origins, in the order Gather asks them.
const (
	Given    Origin = iota // with the query
	Embedded               // in the signature or the document
	File
	Cache // kept on disk from an earlier fetch
	Network
)

// Message returns the origin in both languages.
func (o Origin) Message() lang.Message {
	switch o {
	case Embedded:
		return lang.M("embedded", "署名に同梱")
	case File:
		return lang.M("file", "ファイル")
	case Cache:
		return lang.M("cache", "キャッシュ")
	case Network:
		return lang.M("network", "ネットワーク")
	}
	return lang.M("given", "指定")
}
