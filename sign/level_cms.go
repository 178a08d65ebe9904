package sign

import (
	"bytes"
	"context"
	"crypto"
	"time"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/tsp"
	"github.com/jsign-jp/jsign/trust"
)

// cmsLevels lifts signers of one message.
type cmsLevels struct {
	*leveling
	message *cms.SignedData
	hash    crypto.Hash
	content []byte // digest of the content by hash
}

// timestamp adds a signature-time-stamp (EN 319 122-1, 5.3) to a signer.
func (l *cmsLevels) timestamp(ctx context.Context, s *cms.SignerInfo) error {
	raw, _, err := l.stamp(ctx, l.hash, digestOf(l.hash, s.Signature))
	if err != nil {
		return err
	}
	return addUnsigned(s, der.AttributeTimeStampToken, raw)
}

func addUnsigned(s *cms.SignerInfo, t der.OID, value []byte) (err error) {
	*s, err = s.WithUnsigned(cms.Attribute{Type: t, Values: [][]byte{value}})
	return err
}

// embed adds what validates a signer and its timestamps to the message, and
// reports whether anything was missing (EN 319 122-1, 6.3, B-LT).
func (l *cmsLevels) embed(ctx context.Context, s *cms.SignerInfo) (added bool, err error) {
	data, err := l.evidence(ctx, s)
	if err != nil {
		return false, err
	}
	n := l.message.AddCertificates(data.Certificates...)
	n += l.message.AddCRLs(data.CRLs...)
	n += l.message.AddOCSPs(data.OCSPs...)
	return n > 0, nil
}

// evidence obtains what validates a signer and its timestamps.
func (l *cmsLevels) evidence(ctx context.Context, s *cms.SignerInfo) (all ValidationData, err error) {
	signer := signerCertificate(l.message, s)
	if signer == nil {
		return all, lang.Errorf("the signer's certificate is not in the signature", "署名に署名者の証明書が含まれていません")
	}
	tokens, err := timestamps(s)
	if err != nil {
		return all, err
	}
	var at time.Time
	if len(tokens) > 0 {
		at = tokens[0].Info.Time
	}
	if all, err = l.validate(ctx, signer, at); err != nil {
		return all, err
	}
	for _, t := range tokens {
		data, err := l.validateToken(ctx, t)
		if err != nil {
			return all, err
		}
		all.add(data)
	}
	return all, nil
}

// archive adds an archive-time-stamp-v3 (EN 319 122-1, 5.5.3) to a signer.
func (l *cmsLevels) archive(ctx context.Context, s *cms.SignerInfo) error {
	x, err := cms.NewATSHashIndex(l.message, s, l.hash)
	if err != nil {
		return err
	}
	index := x.Marshal()
	imprint, err := cms.ArchiveImprint(l.message, s, l.hash, l.content, index)
	if err != nil {
		return err
	}
	raw, _, err := l.stamp(ctx, l.hash, imprint)
	if err != nil {
		return err
	}
	if raw, err = cms.WithATSHashIndex(raw, index); err != nil {
		return err
	}
	return addUnsigned(s, der.AttributeArchiveTimeStampV3, raw)
}

// timestampAttributes hold tokens whose certificates matter later.
func timestampAttributes() []der.OID {
	return []der.OID{der.AttributeTimeStampToken, der.AttributeArchiveTimeStampV3, der.AttributeArchiveTimeStampV2}
}

// timestamps reads the tokens among a signer's unsigned attributes.
func timestamps(s *cms.SignerInfo) (list []*tsp.Token, err error) {
	for _, t := range timestampAttributes() {
		for _, a := range s.UnsignedAttrs.Get(t) {
			for _, value := range a.Values {
				token, err := tsp.ParseToken(value)
				if err != nil {
					return nil, err
				}
				list = append(list, token)
			}
		}
	}
	return list, nil
}

// signerCertificate finds the certificate that a signer names; of several, the
// one whose digest it signed.
func signerCertificate(sd *cms.SignedData, s *cms.SignerInfo) (found *trust.Certificate) {
	for _, choice := range sd.Certificates {
		c, err := trust.ParseCertificate(choice.Raw)
		if err != nil || !c.IdentifiedBy(s.Issuer, s.Serial, s.SubjectKeyID) {
			continue
		}
		if found == nil || s.VerifySigningCertificate(c.Raw) == nil {
			found = c
		}
	}
	return found
}

// validationData returns what a message holds.
func validationData(sd *cms.SignedData) (data ValidationData) {
	for _, c := range sd.Certificates {
		if b, err := c.DER(); err == nil && c.Kind == cms.X509Certificate {
			data.Certificates = append(data.Certificates, b)
		}
	}
	for _, c := range sd.CRLs {
		b, err := c.DER()
		switch {
		case err != nil:
		case c.Format == "":
			data.CRLs = append(data.CRLs, b)
		case c.Format == der.RevocationInfoOCSP, c.Format == der.OCSPBasicResponse:
			if response, err := c.OCSPResponse(); err == nil {
				data.OCSPs = append(data.OCSPs, response)
			}
		}
	}
	return data
}

// signerOf returns the signer with a signature value.
func signerOf(sd *cms.SignedData, value []byte) *cms.SignerInfo {
	for i := range sd.Signers {
		if bytes.Equal(sd.Signers[i].Signature, value) {
			return &sd.Signers[i]
		}
	}
	return nil
}
