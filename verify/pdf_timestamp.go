package verify

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"time"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/pades"
)

// tstInfo is the beginning of TSTInfo (RFC 3161, 2.4.2); what follows genTime is
// left in place.
type tstInfo struct {
	Version        int
	Policy         asn1.ObjectIdentifier
	MessageImprint struct {
		HashAlgorithm struct {
			Algorithm  asn1.RawValue
			Parameters asn1.RawValue `asn1:"optional"`
		}
		HashedMessage []byte
	}
	SerialNumber asn1.RawValue
	GenTime      time.Time `asn1:"generalized"`
}

// imprintMatches: the token's imprint is the digest of the byte range.
func (c *pdfCase) imprintMatches(p *pades.Proof, content []byte, out *Signature) (bool, error) {
	info, err := parseTSTInfo(content)
	if err != nil {
		return false, nil
	}
	h := hashOf(der.OID(info.MessageImprint.HashAlgorithm.Algorithm.Bytes))
	if h == 0 {
		out.Integrity, out.Indication, out.SubIndication = IntegrityUnknown, Indeterminate, CryptoConstraintsFailure
		return true, nil
	}
	out.ClaimedTime = info.GenTime
	digest, err := c.digest(p, h)
	return bytes.Equal(digest, info.MessageImprint.HashedMessage), err
}

func parseTSTInfo(content []byte) (info tstInfo, err error) {
	var outer asn1.RawValue
	if _, err = asn1.Unmarshal(content, &outer); err != nil {
		return info, err
	}
	if outer.Tag != asn1.TagSequence || !outer.IsCompound {
		return info, errors.New("no SEQUENCE")
	}
	rest := outer.Bytes
	for _, field := range []struct {
		to     any
		params string
	}{{&info.Version, ""}, {&info.Policy, ""}, {&info.MessageImprint, ""}, {&info.SerialNumber, ""}, {&info.GenTime, "generalized"}} {
		if rest, err = asn1.UnmarshalWithParams(rest, field.to, field.params); err != nil {
			return info, err
		}
	}
	return info, nil
}
