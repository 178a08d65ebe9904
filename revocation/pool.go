package revocation

import (
	"bytes"
	"cmp"
	"hash/maphash"
	"sync"

	"github.com/jsign-jp/jsign/trust"
)

// Pool reads each CRL, OCSP response and certificate once, however often it is met:
// who verifies many documents holds one for all. What comes out for equal octets is one
// value, so that its entries are indexed and its signature is verified once, too. The
// zero value is ready; a Pool is safe for concurrent use and must not be copied. The
// octets handed in must not change afterwards. When it holds more than a fixed number of
// octets, the oldest are forgotten.
type Pool struct {
	mu      sync.Mutex
	seed    maphash.Seed // made with entries
	entries map[poolKey]poolEntry
	order   []poolKey // oldest first
	size    int
	limit   int // 0 is maxPool
}

// poolKey finds a content; the octets are compared besides. A cryptographic hash would
// cost more than the comparison.
type poolKey struct {
	kind byte
	hash uint64
}

type poolEntry struct {
	data []byte
	read func() (any, error) // reads the first time
}

// CRL is trust.ParseCRL. A nil Pool reads anew.
func (p *Pool) CRL(data []byte) (*trust.CRL, error) { return pooled(p, 'L', data, trust.ParseCRL) }

// OCSP is ParseOCSP. A nil Pool reads anew.
func (p *Pool) OCSP(data []byte) (*OCSP, error) { return pooled(p, 'O', data, ParseOCSP) }

// Certificate is trust.ParseCertificate. A nil Pool reads anew.
func (p *Pool) Certificate(data []byte) (*trust.Certificate, error) {
	return pooled(p, 'C', data, trust.ParseCertificate)
}

func pooled[T any](p *Pool, kind byte, data []byte, parse func([]byte) (*T, error)) (*T, error) {
	if p == nil {
		return parse(data)
	}
	v, err := p.entry(kind, data, func() (any, error) { return parse(data) })()
	if err != nil {
		return nil, err
	}
	return v.(*T), nil
}

// entry returns the reader of one content; only the first one's ever reads.
func (p *Pool) entry(kind byte, data []byte, read func() (any, error)) func() (any, error) {
	key := poolKey{kind, maphash.Bytes(p.start(), data)}
	p.mu.Lock()
	defer p.mu.Unlock()
	if e, ok := p.entries[key]; ok {
		if bytes.Equal(e.data, data) {
			return e.read
		}
		return read // two contents of one hash: the first keeps its place
	}
	e := poolEntry{data, sync.OnceValues(read)}
	p.entries[key], p.order, p.size = e, append(p.order, key), p.size+e.size()
	for p.size > cmp.Or(p.limit, maxPool) && len(p.order) > 1 {
		p.size -= p.entries[p.order[0]].size()
		delete(p.entries, p.order[0])
		p.order = p.order[1:]
	}
	return e.read
}

// start makes the seed the first time.
func (p *Pool) start() maphash.Seed {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.entries == nil {
		p.seed, p.entries = maphash.MakeSeed(), make(map[poolKey]poolEntry)
	}
	return p.seed
}

func (e poolEntry) size() int { return len(e.data) + poolOverhead }
