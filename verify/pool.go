package verify

import (
	"crypto/sha256"

	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// objectID tells things apart whose existence is proven: the SHA-256 of a
// signature value, a certificate, a CRL or an OCSP response.
type objectID [sha256.Size]byte

func idOf(octets []byte) objectID { return sha256.Sum256(octets) }

// pool holds what a file carries for judging its certificates, each thing once.
// What cannot be read is of no use and is left out.
type pool struct {
	read *revocation.Pool // shared with other files; nil for none
	seen map[objectID]bool
	revocation.Material
}

func newPool(read *revocation.Pool) *pool { return &pool{read: read, seen: make(map[objectID]bool)} }

// room reports whether the thing is new and there is space for it.
func (p *pool) room(id objectID) bool {
	if p.seen[id] || len(p.seen) >= maxPool {
		return false
	}
	p.seen[id] = true
	return true
}

// certificate adds an encoded certificate and returns what identifies it.
func (p *pool) certificate(octets []byte) objectID {
	id := idOf(octets)
	if p.room(id) {
		if c, err := p.read.Certificate(octets); err == nil {
			p.Certificates = append(p.Certificates, c)
		}
	}
	return id
}

// parsed adds a certificate that was read already.
func (p *pool) parsed(list ...*trust.Certificate) {
	for _, c := range list {
		if p.room(idOf(c.Raw)) {
			p.Certificates = append(p.Certificates, c)
		}
	}
}

// crl adds an encoded CRL.
func (p *pool) crl(octets []byte) objectID {
	id := idOf(octets)
	if p.room(id) {
		if l, err := p.read.CRL(octets); err == nil {
			p.CRLs = append(p.CRLs, l)
		}
	}
	return id
}

// ocsp adds an encoded OCSPResponse, with the certificates in it.
func (p *pool) ocsp(octets []byte) objectID {
	return p.response(p.read.OCSP(octets))
}

// basicOCSP adds an encoded BasicOCSPResponse.
func (p *pool) basicOCSP(octets []byte) objectID {
	return p.response(revocation.ParseBasicOCSP(octets))
}

func (p *pool) response(o *revocation.OCSP, err error) objectID {
	if err != nil {
		return objectID{}
	}
	id := idOf(o.Raw)
	if p.room(id) {
		p.OCSPs = append(p.OCSPs, o)
	}
	return id
}
