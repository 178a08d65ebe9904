package verify

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strconv"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// evidence makes the report of what is known of revocation. chain describes the
// certificates of the path.
func (h *history) evidence(x *examination, chain []Certificate) (list []Evidence) {
	for i := range x.revocations {
		list = append(list, describeEvidence(&x.revocations[i], chain, h.origin))
	}
	return list
}

// describeOf describes a certificate that is most likely one of those described.
func describeOf(c *trust.Certificate, described []Certificate) Certificate {
	for _, d := range described {
		if bytes.Equal(d.Raw, c.Raw) {
			return d
		}
	}
	return describe(c)
}

// describeEvidence makes the report of what is known of one certificate.
func describeEvidence(e *revocation.Evidence, chain []Certificate, origin func(*revocation.Source) Origin) Evidence {
	out := Evidence{Certificate: describeOf(e.Certificate, chain), State: stateOf(e), FreshUntil: e.FreshUntil}
	if e.Status == revocation.Revoked {
		out.RevokedAt, out.Reason = e.RevokedAt, reasonWord(e.Reason)
	}
	for i := range e.Sources {
		out.Sources = append(out.Sources, describeSource(&e.Sources[i], origin))
	}
	for _, r := range e.Refused {
		out.Tried = append(out.Tried, Finding{Code: "revocation-refused", Severity: Info, Clause: r.Clause, Message: refusalText(&r)})
	}
	for _, a := range e.Attempts {
		if a.Err != nil {
			out.Tried = append(out.Tried, Finding{Code: "revocation-fetch", Severity: Info, Message: lang.M("%v", "%v", a.Err)})
		}
	}
	return out
}

func refusalText(r *revocation.Refusal) lang.Message {
	if text := r.Text.In(lang.English); text != "" {
		return r.Text
	}
	return r.Code.Message()
}

func stateOf(e *revocation.Evidence) Revocation {
	switch e.Status {
	case revocation.Good:
		return RevocationGood
	case revocation.Revoked:
		return RevocationRevoked
	case revocation.Unknown:
		return RevocationMissing
	}
	return RevocationNotChecked
}

func describeSource(s *revocation.Source, origin func(*revocation.Source) Origin) EvidenceSource {
	out := EvidenceSource{Kind: "crl", Origin: origin(s), Location: s.Location, ThisUpdate: s.ThisUpdate, NextUpdate: s.NextUpdate}
	if s.OCSP != nil {
		out.Kind, out.Raw = "ocsp", s.OCSP.Raw
	} else {
		out.Raw = s.CRL.Raw
	}
	if s.Delta != nil {
		out.Delta = s.Delta.Raw
	}
	if s.Issuer != nil {
		out.Issuer = s.Issuer.Raw
	}
	sum := idOf(out.Raw)
	out.Fingerprint = hex.EncodeToString(sum[:])
	return out
}

// origin tells where revocation data came from.
func (h *history) origin(s *revocation.Source) Origin {
	if s.Origin != revocation.Network && s.Origin != revocation.Cache && h.embeds(s) {
		return OriginEmbedded
	}
	return originOf(s)
}

// originOf tells where data came from that no document carried.
func originOf(s *revocation.Source) Origin {
	switch s.Origin {
	case revocation.Network:
		return OriginNetwork
	case revocation.Cache:
		return OriginCache
	}
	return OriginFile
}

// embeds reports whether the file itself holds what was used.
func (h *history) embeds(s *revocation.Source) bool {
	if s.OCSP != nil {
		return slices.Contains(h.pool.OCSPs, s.OCSP)
	}
	return slices.Contains(h.pool.CRLs, s.CRL) && (s.Delta == nil || slices.Contains(h.pool.CRLs, s.Delta))
}

// reasonWord is a CRLReason as RFC 5280, 5.3.1 writes it.
func reasonWord(reason int) string {
	words := []string{"unspecified", "keyCompromise", "cACompromise", "affiliationChanged", "superseded", "cessationOfOperation",
		"certificateHold", "", "removeFromCRL", "privilegeWithdrawn", "aACompromise"}
	switch {
	case reason < 0:
		return ""
	case reason < len(words) && words[reason] != "":
		return words[reason]
	}
	return strconv.Itoa(reason)
}

// revokedEarlier looks whether data that is out of date tells of a revocation: that
// stands, however old the data. A hold stands unless newer data is good.
func (h *history) revokedEarlier(e *revocation.Evidence, path *trust.Path, depth int) {
	var hold *revocation.Evidence
	var held, good time.Time
	for i, refused := range h.filesFirst(e.Refused) {
		if i == maxRefused {
			break
		}
		for _, at := range issuedAt(&refused, e.Certificate) {
			old := h.checkThen(&refused, path, depth, at)
			switch {
			case old.Status == revocation.Good && at.After(good):
				good = at
			case old.Status == revocation.Revoked && old.Reason != trust.ReasonCertificateHold:
				*e = old
				return
			case old.Status == revocation.Revoked && at.After(held):
				hold, held = &old, at
			}
		}
	}
	if hold != nil && !good.After(held) {
		*e = *hold
	}
}

// checkThen asks data that was refused as of a time when it was right.
func (h *history) checkThen(refused *revocation.Refusal, path *trust.Path, depth int, at time.Time) revocation.Evidence {
	q := revocation.QueryFor(path, depth)
	q.Time, q.Now, q.CRLs, q.OCSPs = at, h.now, nil, nil
	q.Candidates = slices.Concat(h.opt.Material.Certificates, q.Candidates, h.pool.Certificates)
	if refused.CRL != nil {
		q.CRLs = []*trust.CRL{refused.CRL}
	} else {
		q.OCSPs = []*revocation.OCSP{refused.OCSP}
	}
	return revocation.Check(q)
}

// filesFirst puts data that the caller gave before what the file carries, which must not
// use up a limit.
func (h *history) filesFirst(list []revocation.Refusal) []revocation.Refusal {
	carried := func(r revocation.Refusal) int {
		if slices.Contains(h.opt.Material.CRLs, r.CRL) || slices.Contains(h.opt.Material.OCSPs, r.OCSP) {
			return 0
		}
		return 1
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b revocation.Refusal) int { return carried(a) - carried(b) })
	return list
}

// issuedAt is when data that was refused was right.
func issuedAt(r *revocation.Refusal, c *trust.Certificate) (list []time.Time) {
	if r.CRL != nil {
		return []time.Time{r.CRL.ThisUpdate}
	}
	if r.OCSP == nil {
		return nil
	}
	for _, single := range r.OCSP.Responses {
		if string(single.ID.RawSerial) == string(c.RawSerial) && len(list) < maxRefused {
			list = append(list, single.ThisUpdate)
		}
	}
	return list
}
