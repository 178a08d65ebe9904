package online

import (
	"context"
	"encoding/pem"
	"net/url"
	"strings"

	"github.com/jsign-jp/jsign/trust"
)

// crlQuestions asks for CRLs at the certificate's distribution points: by URL, and by
// directory name at the configured servers. A certificate that names none is looked up
// under its issuer's name there (RFC 5280, 6.3.3).
func (c *Client) crlQuestions(certificate *trust.Certificate) (list []question) {
	points := certificate.CRLDistributionPoints()
	if len(points) == 0 {
		points = []trust.DistributionPoint{certificate.IssuerPoint()}
	}
	for _, p := range points {
		for _, name := range pointNames(p) {
			switch name.Kind {
			case trust.URIName:
				list = append(list, c.crlByURL(string(name.Value))...)
			case trust.DirectoryName:
				list = append(list, c.crlByName(name.Value)...)
			}
		}
	}
	return list
}

// pointNames are the names that a CRL of the point is published under: its own, or
// those of its issuer when it has none.
func pointNames(p trust.DistributionPoint) []trust.GeneralName {
	switch {
	case p.Relative != nil:
		return []trust.GeneralName{{Kind: trust.DirectoryName, Value: p.Relative}}
	case p.FullName != nil:
		return p.FullName
	}
	return p.CRLIssuer
}

func (c *Client) crlByURL(location string) []question {
	q := question{kind: 'L', location: location, key: location}
	u, err := checkLocation(location, "http", "https", "ldap", "ldaps")
	switch {
	case err != nil:
		q.ask = func(context.Context) ([]byte, error) { return nil, err }
	case strings.EqualFold(u.Scheme, "http"), strings.EqualFold(u.Scheme, "https"):
		q.ask = func(ctx context.Context) ([]byte, error) { return c.download(ctx, location) }
	case u.Host == "": // wherever the directory is
		return c.crlByPath(u)
	default:
		q.ask = func(ctx context.Context) ([]byte, error) { return c.lookUp(ctx, c.guarded, u) }
	}
	return []question{q}
}

// crlByName asks each configured directory for a directory name's CRL.
func (c *Client) crlByName(name []byte) []question {
	dn, ok := distinguishedName(name)
	if !ok {
		return nil
	}
	return c.crlByPath(&url.URL{Path: "/" + dn})
}

// crlByPath asks each configured directory for what an LDAP URL names without a host.
// The user chose them: they may have any address.
func (c *Client) crlByPath(u *url.URL) (list []question) {
	for _, server := range c.directories {
		at := *u
		at.Scheme, at.Host = server.Scheme, server.Host
		list = append(list, question{
			kind: 'L', location: at.String(), key: at.String(),
			ask: func(ctx context.Context) ([]byte, error) { return c.lookUp(ctx, c.chosen, &at) },
		})
	}
	return list
}

// download gets a CRL over HTTP (RFC 2585). Many servers do not know its media type, and
// some send PEM.
func (c *Client) download(ctx context.Context, location string) ([]byte, error) {
	data, err := c.do(ctx, exchange{url: location, accept: "application/pkix-crl", limit: maxCRL})
	if err != nil {
		return nil, err
	}
	if block, _ := pem.Decode(data); block != nil && block.Type == "X509 CRL" {
		return block.Bytes, nil
	}
	return data, nil
}
