package verify

import (
	"slices"

	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// level finds the baseline level of a signature that is intact and names its
// certificate: the highest whose demands are met by what the file itself holds.
func (h *history) level(s *subject) Level {
	p, proven := h.proofs[idOf(s.value)]
	if !s.bound || s.certificate == nil {
		return NoLevel
	}
	if !proven {
		return LevelB
	}
	own := *h
	own.opt.Material, own.fetched = revocation.Material{}, nil
	signer := own.examine(s, p.at)
	authority := own.examine(p.by.subject, p.by.Time)
	if !own.complete(signer) || !own.complete(authority) {
		return LevelT
	}
	used := append(sourcesOf(signer), sourcesOf(authority)...)
	if slices.ContainsFunc(h.stamps, func(t *stamp) bool { return t.archives(used) }) {
		return LevelLTA
	}
	return LevelLT
}

// complete reports whether the file holds the chain and settles its revocation.
func (h *history) complete(x *examination) bool {
	if !x.passes(true) {
		return false
	}
	for _, c := range x.chain.Chain[:len(x.chain.Chain)-1] {
		if !slices.ContainsFunc(h.pool.Certificates, func(o *trust.Certificate) bool { return c.Equal(o) }) {
			return false
		}
	}
	for i := range x.revocations {
		for _, s := range x.revocations[i].Sources {
			if !h.embeds(&s) {
				return false
			}
		}
	}
	return true
}

// sourcesOf lists the CRLs and responses that settle an examination.
func sourcesOf(x *examination) (ids []objectID) {
	for _, e := range x.revocations {
		for _, s := range e.Sources {
			switch {
			case s.OCSP != nil:
				ids = append(ids, idOf(s.OCSP.Raw))
			case s.CRL != nil:
				ids = append(ids, idOf(s.CRL.Raw))
			}
		}
	}
	return ids
}

// archives reports whether the timestamp holds and covers all of it.
func (s *stamp) archives(ids []objectID) bool {
	if s.Indication != TotalPassed || s.Kind != ArchiveTimestamp && s.Kind != DocumentTimestamp {
		return false
	}
	return !slices.ContainsFunc(ids, func(id objectID) bool { return !slices.Contains(s.covers, id) })
}
