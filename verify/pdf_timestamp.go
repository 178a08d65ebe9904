package verify

import (
	"bytes"
)

// imprintMatches: the token's imprint is the digest of the byte range.
func (c *pdfCase) imprintMatches(i int, _ []byte, out *Signature) (bool, error) {
	s := c.stamps[i]
	if s == nil || s.token == nil {
		return false, nil
	}
	info := &s.token.Info
	out.ClaimedTime = info.Time
	if info.Hash == 0 {
		out.Integrity, out.Indication, out.SubIndication = IntegrityUnknown, Indeterminate, CryptoConstraintsFailure
		return true, nil
	}
	digest, err := c.digest(c.proofs[i], info.Hash)
	return bytes.Equal(digest, info.Digest), err
}

// judgeAuthority gives the judgement of a document timestamp, which was made with
// the history.
func (c *pdfCase) judgeAuthority(i int) certificateSide {
	return func(_ *SignerResult, out *Signature) verdict {
		s := c.stamps[i]
		if s == nil || s.token == nil {
			return verdict{indication: TotalFailed, sub: FormatFailure}
		}
		v := verdict{indication: s.Indication, sub: s.SubIndication, chain: s.Chain, revocation: s.Revocation, evidence: s.Evidence, findings: s.Findings}
		if s.Indication == TotalPassed {
			v.proven = s.Time
		} else if p, ok := c.history.proofs[idOf(s.value())]; ok {
			v.proven = p.at
		}
		out.Timestamps = c.history.stampsOf(s.value(), nil)
		return v
	}
}
