package cms

import (
	"time"

	"github.com/jsign-jp/jsign/internal/der"
)

// ParseTime reads a Time element: UTCTime until 2049 and GeneralizedTime after,
// with seconds, in UTC, no fraction (RFC 5652, 11.3). Anything else is a
// *der.SyntaxError.
func ParseTime(element []byte) (time.Time, error) {
	r := der.NewBytesReader(element)
	if ok, err := r.NextIs(der.TagUTCTime); err == nil && ok {
		return parseUTCTime(r)
	}
	b, err := r.Primitive(der.TagGeneralizedTime, "Time", 32)
	if err != nil {
		return time.Time{}, err
	}
	t, err := time.Parse("20060102150405Z", string(b))
	if err != nil || len(b) != 15 || t.Year() >= 1950 && t.Year() < 2050 {
		return time.Time{}, r.Fault(der.BadValue, "Time")
	}
	return t, nil
}

func parseUTCTime(r *der.Reader) (time.Time, error) {
	b, err := r.Primitive(der.TagUTCTime, "Time", 32)
	if err != nil {
		return time.Time{}, err
	}
	t, err := time.Parse("060102150405Z", string(b))
	if err != nil || len(b) != 13 {
		return time.Time{}, r.Fault(der.BadValue, "Time")
	}
	// time.Parse puts 69-99 before 2000; X.509 puts 50-68 there too (RFC 5280, 4.1.2.5.1).
	if t.Year() >= 2050 {
		t = t.AddDate(-100, 0, 0)
	}
	return t, nil
}

// SigningTime returns the signing-time attribute's value, the signer's claim.
// ok is false when it is absent or malformed.
func (s *SignerInfo) SigningTime() (t time.Time, ok bool) {
	v, ok := s.SignedAttrs.Value(der.AttributeSigningTime)
	if !ok {
		return t, false
	}
	t, err := ParseTime(v)
	return t, err == nil
}
