package verify

import (
	"sync"

	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// Cache keeps CRLs and OCSP responses that were read, and with them which
// signatures on them were verified: many files by one CA share its CRLs. The zero
// value is ready; it may be shared by any number of goroutines.
type Cache struct {
	mu    sync.Mutex
	size  int
	crls  map[objectID]func() (*trust.CRL, error)
	ocsps map[objectID]func() (*revocation.OCSP, error)
}

// crl reads a CRL, or returns the one that was read from the same octets.
func (c *Cache) crl(id objectID, octets []byte) (*trust.CRL, error) {
	return kept(c, &c.crls, id, octets, trust.ParseCRL)()
}

func (c *Cache) ocsp(octets []byte) (*revocation.OCSP, error) {
	return kept(c, &c.ocsps, idOf(octets), octets, revocation.ParseOCSP)()
}

// kept returns what parses octets once. When the cache is full, it is emptied:
// what is used still comes back soon.
func kept[T any](c *Cache, list *map[objectID]func() (T, error), id objectID, octets []byte, parse func([]byte) (T, error)) func() (T, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f, ok := (*list)[id]; ok {
		return f
	}
	if c.size += len(octets); c.size > maxCache {
		c.crls, c.ocsps, c.size = nil, nil, len(octets)
	}
	if *list == nil {
		*list = make(map[objectID]func() (T, error))
	}
	f := sync.OnceValues(func() (T, error) { return parse(octets) })
	(*list)[id] = f
	return f
}
