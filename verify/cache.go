package verify

import (
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// Cache keeps CRLs and OCSP responses that were read, and with them which
// signatures on them were verified: many files by one CA share its CRLs. The zero
// value is ready; it may be shared by any number of goroutines.
type Cache struct{ pool revocation.Pool }

// crl reads a CRL, or returns the one that was read from the same octets.
func (c *Cache) crl(octets []byte) (*trust.CRL, error) { return c.pool.CRL(octets) }

func (c *Cache) ocsp(octets []byte) (*revocation.OCSP, error) { return c.pool.OCSP(octets) }
