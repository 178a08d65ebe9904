package online

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// answer is what came for a question: CRLs, or a response.
type answer struct {
	crls       []*trust.CRL
	ocsp       *revocation.OCSP
	nextUpdate time.Time // the earliest; zero when one has none
}

func (a answer) fresh(now time.Time) bool { return now.Before(a.nextUpdate) }

// read reads an answer's octets.
func read(pool *revocation.Pool, kind byte, data []byte) (a answer, err error) {
	if kind == 'O' {
		a.ocsp, err = pool.OCSP(data)
		if err != nil {
			return a, failure(Unreadable, "%w", "%w", err)
		}
		for i, r := range a.ocsp.Responses {
			a.note(i == 0, r.NextUpdate)
		}
		return a, nil
	}
	for in := cryptobyte.String(data); len(a.crls) == 0 || !in.Empty(); {
		var element cryptobyte.String
		if !in.ReadAnyASN1Element(&element, new(asn1.Tag)) || len(a.crls) == maxCRLs {
			return a, failure(Unreadable, "the answer is no CRL", "応答がCRLではありません")
		}
		crl, err := pool.CRL(element)
		if err != nil {
			return a, failure(Unreadable, "%w", "%w", err)
		}
		a.note(len(a.crls) == 0, crl.NextUpdate)
		a.crls = append(a.crls, crl)
	}
	return a, nil
}

// note takes a nextUpdate into account.
func (a *answer) note(first bool, next time.Time) {
	if first || next.Before(a.nextUpdate) {
		a.nextUpdate = next
	}
}

// memory is what a Client has learnt: answers, and which servers failed.
type memory struct {
	mu    sync.Mutex
	slots map[string]*slot
	down  map[string]down // by scheme and host
}

// down is a server that could not be reached.
type down struct {
	err   error
	until time.Time
}

// slot holds one question's answer. Who holds the token may use it, so that a question
// is asked once however many wait for its answer.
type slot struct {
	token  chan struct{}
	answer answer
	asked  time.Time // when the answer came from the network; zero when from disk
	down   down
}

func (m *memory) slot(key string) *slot {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.slots[key]
	if s == nil {
		if m.slots == nil || len(m.slots) >= maxSlots {
			m.slots, m.down = make(map[string]*slot), make(map[string]down)
		}
		s = &slot{token: make(chan struct{}, 1)}
		m.slots[key] = s
	}
	return s
}

// serverDown returns why a server is left alone for now, nil when it is not.
func (m *memory) serverDown(location string, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if d := m.down[server(location)]; now.Before(d.until) {
		return d.err
	}
	return nil
}

// noteDown remembers a server that could not be reached: the next question would wait as
// long.
func (m *memory) noteDown(location string, d down) {
	var f *Failure
	if !errors.As(d.err, &f) || f.Reason != Unreachable && f.Reason != TooSlow && f.Reason != ForbiddenAddress {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.down[server(location)] = d
}

func server(location string) string {
	u, err := url.Parse(location)
	if err != nil {
		return location
	}
	return u.Scheme + "://" + u.Host
}

// kept returns an answer from memory or disk that is still fresh, without waiting.
func (c *Client) kept(q question) (answer, bool) {
	now := c.opt.Now()
	s := c.memory.slot(string(q.kind) + q.key)
	select {
	case s.token <- struct{}{}:
		defer func() { <-s.token }()
	default:
		return answer{}, false // being asked: answer waits
	}
	if s.answer.fresh(now) {
		return s.answer, true
	}
	s.asked = time.Time{}
	if a, ok := c.opt.Cache.get(c.opt.Pool, q, now); ok {
		s.answer = a
		return a, true
	}
	return answer{}, false
}

// answer asks, unless another did just now; asked is false when nobody needed to.
func (c *Client) answer(ctx context.Context, q question) (a answer, asked bool, err error) {
	s := c.memory.slot(string(q.kind) + q.key)
	select {
	case s.token <- struct{}{}:
		defer func() { <-s.token }()
	case <-ctx.Done():
		return answer{}, false, explain(ctx, ctx.Err())
	}
	now := c.opt.Now()
	switch {
	case s.answer.fresh(now) && now.Sub(s.asked) < retryAfter:
		return s.answer, false, nil
	case now.Before(s.down.until):
		return answer{}, false, s.down.err
	}
	if err := c.memory.serverDown(q.location, now); err != nil {
		return answer{}, false, err
	}
	if a, err = c.put(ctx, q); err == nil {
		s.answer, s.asked = a, now
		return a, true, nil
	}
	if ctx.Err() == nil { // not because the caller gave up
		s.down = down{err, now.Add(retryAfter)}
		c.memory.noteDown(q.location, s.down)
	}
	return answer{}, false, err
}

// put puts the question, and keeps an answer on disk.
func (c *Client) put(ctx context.Context, q question) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.opt.Timeout)
	defer cancel()
	data, err := q.ask(ctx)
	if err != nil {
		return answer{}, err
	}
	a, err := read(c.opt.Pool, q.kind, data)
	if err != nil {
		return answer{}, err
	}
	c.opt.Cache.put(ctx, q, data, a, c.opt.Now())
	return a, nil
}
