package report

import "github.com/jsign-jp/jsign/verify"

type timestamp struct {
	Kind          string        `json:"kind"`
	Field         string        `json:"field,omitempty"`
	Time          string        `json:"time,omitempty"`
	Indication    string        `json:"indication"`
	SubIndication string        `json:"subIndication"`
	Revocation    string        `json:"revocation"`
	Authority     *certificate  `json:"authority,omitempty"`
	Chain         []certificate `json:"chain"`
	Evidence      []evidence    `json:"evidence"`
	Findings      []finding     `json:"findings"`
}

type evidence struct {
	Fingerprint string    `json:"fingerprint"`
	Serial      string    `json:"serial"`
	State       string    `json:"state"`
	RevokedAt   string    `json:"revokedAt,omitempty"`
	Reason      string    `json:"reason,omitempty"`
	FreshUntil  string    `json:"freshUntil,omitempty"`
	Sources     []source  `json:"sources"`
	Tried       []finding `json:"tried"`
}

type source struct {
	Kind        string `json:"kind"`
	Origin      string `json:"origin"`
	Location    string `json:"location,omitempty"`
	Fingerprint string `json:"fingerprint"`
	ThisUpdate  string `json:"thisUpdate,omitempty"`
	NextUpdate  string `json:"nextUpdate,omitempty"`
}

func timestamps(list []verify.Timestamp, opt Options) []timestamp {
	out := []timestamp{}
	for i := range list {
		t := &list[i]
		o := timestamp{
			Kind: string(t.Kind), Field: t.Field, Time: stamp(t.Time), Indication: word(string(t.Indication)), SubIndication: string(t.SubIndication),
			Revocation: word(string(t.Revocation)), Chain: []certificate{}, Evidence: evidences(t.Evidence, opt), Findings: findings(t.Findings, opt),
		}
		if t.Authority != nil {
			o.Authority = authority(t.Authority)
		}
		for j := range t.Chain {
			o.Chain = append(o.Chain, *authority(&t.Chain[j]))
		}
		out = append(out, o)
	}
	return out
}

// authority renders a certificate that belongs to no person.
func authority(c *verify.Certificate) *certificate {
	out := certificateOf(c, false)
	out.Subject = c.Subject
	return &out
}

func evidences(list []verify.Evidence, opt Options) []evidence {
	out := []evidence{}
	for i := range list {
		e := &list[i]
		o := evidence{
			Fingerprint: e.Certificate.Fingerprint, Serial: e.Certificate.Serial, State: word(string(e.State)),
			RevokedAt: stamp(e.RevokedAt), Reason: e.Reason, FreshUntil: stamp(e.FreshUntil), Sources: []source{}, Tried: findings(e.Tried, opt),
		}
		for _, s := range e.Sources {
			o.Sources = append(o.Sources, source{s.Kind, string(s.Origin), s.Location, s.Fingerprint, stamp(s.ThisUpdate), stamp(s.NextUpdate)})
		}
		out = append(out, o)
	}
	return out
}
