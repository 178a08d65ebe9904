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
		e := &x.revocations[i]
		out := Evidence{Certificate: describeOf(e.Certificate, chain), State: stateOf(e), FreshUntil: e.FreshUntil}
		if e.Status == revocation.Revoked {
			out.RevokedAt, out.Reason = e.RevokedAt, reasonWord(e.Reason)
		}
		for _, s := range e.Sources {
			out.Sources = append(out.Sources, h.source(&s))
		}
		for _, r := range e.Refused {
			out.Tried = append(out.Tried, Finding{Code: "revocation-refused", Severity: Info, Clause: r.Clause, Message: refusalText(&r)})
		}
		for _, a := range e.Attempts {
			if a.Err != nil {
				out.Tried = append(out.Tried, Finding{Code: "revocation-fetch", Severity: Info, Message: lang.M("%v", "%v", a.Err)})
			}
		}
		list = append(list, out)
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

func (h *history) source(s *revocation.Source) EvidenceSource {
	out := EvidenceSource{Kind: "crl", Location: s.Location, ThisUpdate: s.ThisUpdate, NextUpdate: s.NextUpdate}
	octets := []byte(nil)
	if s.OCSP != nil {
		out.Kind, octets = "ocsp", s.OCSP.Raw
	} else {
		octets = s.CRL.Raw
	}
	if s.Delta != nil {
		out.Delta = s.Delta.Raw
	}
	if s.Issuer != nil {
		out.Issuer = s.Issuer.Raw
	}
	out.Raw = octets
	sum := idOf(octets)
	out.Fingerprint = hex.EncodeToString(sum[:])
	switch {
	case s.Origin == revocation.Network:
		out.Origin = OriginNetwork
	case s.Origin == revocation.Cache:
		out.Origin = OriginCache
	case h.embeds(s):
		out.Origin = OriginEmbedded
	default:
		out.Origin = OriginFile
	}
	return out
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

// revokedEarlier looks whether data that is out of date tells of a revocation:
// that stands, however old the data.
func (h *history) revokedEarlier(e *revocation.Evidence, path *trust.Path, depth int) {
	for i, refused := range e.Refused {
		if i == maxRefused {
			return
		}
		for _, at := range issuedAt(&refused, e.Certificate) {
			q := revocation.QueryFor(path, depth)
			q.Time, q.Now, q.CRLs, q.OCSPs = at, h.now, nil, nil
			q.Candidates = append(q.Candidates, h.pool.Certificates...)
			if refused.CRL != nil {
				q.CRLs = []*trust.CRL{refused.CRL}
			} else {
				q.OCSPs = []*revocation.OCSP{refused.OCSP}
			}
			if old := revocation.Check(q); old.Status == revocation.Revoked && old.Reason != trust.ReasonCertificateHold {
				*e = old
				return
			}
		}
	}
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
