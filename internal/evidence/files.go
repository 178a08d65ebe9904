package evidence

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// MaxFile bounds a file of certificates or revocation data: the largest public CRLs
// have some tens of megabytes.
const MaxFile = 64 << 20

// Read returns a file's content, of MaxFile octets at most. Each command has its own:
// what it says of a file that cannot be read, and its exit code, are its own.
type Read func(name string) ([]byte, error)

// Material reads the files of --crl and --ocsp. Certificates that stand beside CRLs come
// with them.
func (o *Options) Material(read Read) (m revocation.Material, err error) {
	for _, name := range o.CRLs {
		c, err := Collection(name, read)
		if err != nil {
			return m, err
		}
		m.CRLs, m.Certificates = append(m.CRLs, c.CRLs...), append(m.Certificates, c.Certificates...)
	}
	for _, name := range o.OCSPs {
		r, err := response(name, read)
		if err != nil {
			return m, err
		}
		m.OCSPs = append(m.OCSPs, r)
	}
	return m, nil
}

// Collection reads the certificates and CRLs of a file, PEM or DER.
func Collection(name string, read Read) (*trust.Collection, error) {
	data, err := read(name)
	if err != nil {
		return nil, err
	}
	c, err := trust.Read(data)
	if err != nil {
		return nil, lang.Errorf("%s: %w", "%s: %w", lang.Display(name), err)
	}
	return c, nil
}

// response reads an OCSP response: DER, PEM of any label, or bare base64.
func response(name string, read Read) (*revocation.OCSP, error) {
	data, err := read(name)
	if err != nil {
		return nil, err
	}
	if block, _ := pem.Decode(data); block != nil {
		data = block.Bytes
	} else if text, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(data))); err == nil {
		data = text
	}
	r, err := revocation.ParseOCSP(data)
	if err != nil {
		return nil, lang.Errorf("%s: %w", "%s: %w", lang.Display(name), err)
	}
	return r, nil
}
