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
	needed := slices.Concat([]objectID{idOf(s.value)}, signer.rests(), authority.rests())
	if slices.ContainsFunc(h.stamps, func(t *stamp) bool { return t.archives(needed, p.by) }) {
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

// rests lists what an examination rests on: the chain below the anchor, and the CRLs
// and responses that settle its revocation.
func (x *examination) rests() (ids []objectID) {
	for _, c := range x.chain.Chain[:len(x.chain.Chain)-1] {
		ids = append(ids, idOf(c.Raw))
	}
	for i := range x.revocations {
		for _, octets := range restsOn(&x.revocations[i]) {
			ids = append(ids, idOf(octets))
		}
	}
	return ids
}

// archives reports whether the timestamp holds and covers all of it, and the timestamp
// that proves the time, unless it is that itself.
func (s *stamp) archives(ids []objectID, proof *stamp) bool {
	if s.Indication != TotalPassed || s.Kind != ArchiveTimestamp && s.Kind != DocumentTimestamp {
		return false
	}
	if s != proof && !slices.Contains(s.covers, idOf(proof.value())) {
		return false
	}
	return !slices.ContainsFunc(ids, func(id objectID) bool { return !slices.Contains(s.covers, id) })
}
