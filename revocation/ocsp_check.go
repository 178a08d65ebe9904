package revocation

import (
	"cmp"
	"slices"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/trust"
)

// answer is a response and what it says of the certificate.
type answer struct {
	*OCSP
	single *SingleResponse
}

// byOCSP judges all responses that name the certificate, the newest first, and joins
// what they say.
func (c *check) byOCSP() {
	for _, a := range c.answers() {
		source, refusal := c.weigh(a)
		if refusal.Code != trust.OK {
			c.concerned = true
			c.evidence.Refused = append(c.evidence.Refused, refusal)
			continue
		}
		e := Evidence{Certificate: c.Certificate, Status: a.single.Status, Reason: -1}
		if e.Status == Revoked {
			e.RevokedAt, e.Reason, e.Invalidity = a.single.RevokedAt, a.single.Reason, a.single.Invalidity
		}
		e.add(source)
		c.evidence = join(c.evidence, e)
	}
	if c.concerned && c.evidence.Status == NotChecked {
		c.evidence.Status = Unknown
	}
}

// answers lists what the responses say of the certificate, the newest first. A response
// for another certificate with the same serial number is refused, so that a mistaken
// issuer is seen.
func (c *check) answers() (list []answer) {
	if c.Issuer == nil {
		return nil
	}
	for _, o := range c.OCSPs {
		mistaken := false
		for i := range o.Responses {
			r := &o.Responses[i]
			switch {
			case string(r.ID.RawSerial) != string(c.Certificate.RawSerial):
			case !r.ID.names(c.Certificate, c.Issuer):
				mistaken = true
			case len(list) == maxResponses:
				c.evidence.limited = true
			default:
				list = append(list, answer{o, r})
			}
		}
		if mistaken && !slices.ContainsFunc(list, func(a answer) bool { return a.OCSP == o }) {
			c.concerned = true
			c.evidence.Refused = append(c.evidence.Refused, refuseOCSP(o, trust.CodeOCSPCertificateUnknown, "RFC 6960, 3.2 (1)",
				"the OCSP response is for a certificate of another issuer", "OCSP応答は別の発行者の証明書に対するものです"))
		}
	}
	slices.SortStableFunc(list, func(a, b answer) int {
		return cmp.Or(b.single.ThisUpdate.Compare(a.single.ThisUpdate), b.ProducedAt.Compare(a.ProducedAt))
	})
	return list
}

func refuseOCSP(o *OCSP, code trust.Code, clause, en, ja string, args ...any) Refusal {
	return Refusal{OCSP: o, Code: code, Clause: clause, Text: lang.M(en, ja, args...)}
}

// refuse makes the refusal that most faults of a response come to.
func (a answer) refuse(clause, en, ja string, args ...any) Refusal {
	return refuseOCSP(a.OCSP, trust.CodeOCSPVerifyFailed, clause, en, ja, args...)
}

// weigh is RFC 6960, 3.2: who signed, whether the signature holds, whether it is of its
// time, and whether it says anything.
func (c *check) weigh(a answer) (Source, Refusal) {
	if unknownCritical(a) {
		return Source{}, a.refuse("RFC 6960, 4.4", "a critical extension of the OCSP response is not known", "OCSP応答に未知の重要な拡張があります")
	}
	if refusal := c.timelyAnswer(a); refusal.Code != trust.OK {
		return Source{}, refusal
	}
	s := Source{OCSP: a.OCSP, ThisUpdate: a.single.ThisUpdate, NextUpdate: a.single.NextUpdate}
	var refusal Refusal
	if s.Issuer, s.IssuerStatus, refusal = c.findResponder(a); refusal.Code != trust.OK {
		return Source{}, refusal
	}
	if a.single.Status == Unknown {
		return Source{}, refuseOCSP(a.OCSP, trust.CodeOCSPCertificateUnknown, "RFC 6960, 2.2",
			"the OCSP responder does not know the certificate", "OCSPレスポンダーが証明書を認識していません")
	}
	if a.single.Status == Good && c.forgotten(a.single.ThisUpdate, a.single.ArchiveCutoff) {
		return Source{}, a.refuse("RFC 6960, 4.4.4", "the OCSP response was made after the certificate had expired", "OCSP応答は証明書の有効期限後に作成されています")
	}
	return s, Refusal{}
}

// unknownCritical reports a critical extension that nothing here processes.
func unknownCritical(a answer) bool {
	unknown := func(x trust.Extension) bool {
		return x.Critical && x.ID != oidNonce && x.ID != oidArchiveCutoff && x.ID != oidInvalidity
	}
	return slices.ContainsFunc(a.Extensions, unknown) || slices.ContainsFunc(a.single.Extensions, unknown)
}

// forgotten reports whether data of a time may have dropped the certificate since it
// expired; keptSince is the date from which expired ones are kept, zero when unsaid.
func (c *check) forgotten(thisUpdate, keptSince time.Time) bool {
	end := c.Certificate.NotAfter
	return thisUpdate.After(end) && (keptSince.IsZero() || keptSince.After(end))
}

// timelyAnswer is RFC 6960, 3.2 (5), (6) and 4.2.2.1.
func (c *check) timelyAnswer(a answer) Refusal {
	r, latest := a.single, c.now().Add(c.Skew)
	end := r.NextUpdate
	if end.IsZero() {
		end = r.ThisUpdate.Add(maxUndatedAge)
	}
	switch {
	case r.ThisUpdate.After(latest), a.ProducedAt.After(latest):
		return a.refuse("RFC 6960, 4.2.2.1", "the OCSP response is from the future (%s)", "OCSP応答の日時が未来です（%s）", stamp(r.ThisUpdate))
	case end.Before(r.ThisUpdate):
		return a.refuse("RFC 6960, 4.2.2.1", "the OCSP response ends before it begins", "OCSP応答の次回更新日時が今回更新日時より前です")
	case c.Time.After(end.Add(c.Skew)):
		return a.refuse("RFC 6960, 4.2.2.1", "the OCSP response is out of date since %s", "OCSP応答は%sに期限切れとなりました", stamp(end))
	}
	return Refusal{}
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
