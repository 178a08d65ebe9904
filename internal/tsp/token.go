package tsp

import (
	"bytes"
	"io"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/trust"
)

// Token is a TimeStampToken that was read (RFC 3161, 2.4.2). It is read only and
// safe for concurrent use.
type Token struct {
	Raw  []byte // the ContentInfo as it was given
	Info Info   // claimed, until Verify says otherwise
	// Certificates are those in the token that can be read, in its order.
	Certificates []*trust.Certificate
	// SignedData is the token as a message, for what else stands in it.
	SignedData *cms.SignedData

	signer  *cms.SignerInfo
	digests *cms.Digests
}

func errToken(err error) error {
	return lang.Errorf("the timestamp cannot be read: %w", "タイムスタンプを読み取れません: %w", err)
}

// ParseToken reads a token, DER or BER: a SignedData with a TSTInfo in it and one
// signer. Zero octets may follow, as in a PDF. The bytes are kept, not copied.
func ParseToken(raw []byte) (*Token, error) {
	if len(raw) > maxToken {
		return nil, errToken(lang.Errorf("it is too large", "大きすぎます"))
	}
	t := &Token{Raw: raw}
	var content bytes.Buffer
	sd, err := cms.DecodeBytes(raw, cms.DecodeOptions{Content: func(sd *cms.SignedData) (io.Writer, error) {
		t.digests, _ = cms.NewDigests(sd.DigestAlgorithms) // an unknown one fails at the signature
		return io.MultiWriter(&content, t.digests), nil
	}})
	if err != nil {
		return nil, errToken(err)
	}
	if err := checkForm(sd); err != nil {
		return nil, errToken(err)
	}
	info, err := ParseInfo(content.Bytes())
	if err != nil {
		return nil, err
	}
	t.Info, t.SignedData, t.signer = *info, sd, &sd.Signers[0]
	t.Certificates = certificates(sd)
	return t, nil
}

// checkForm is RFC 3161, 2.4.2: id-ct-TSTInfo inside, one signature.
func checkForm(sd *cms.SignedData) error {
	switch {
	case sd.ContentType != der.TSTInfo || !sd.HasContent:
		return lang.Errorf("it holds no timestamp", "タイムスタンプの内容が含まれていません")
	case len(sd.Signers) != 1:
		return lang.Errorf("it has %d signers instead of one", "署名者が1者ではなく%d者です", len(sd.Signers))
	case sd.Trailing == cms.TrailingData:
		return lang.Errorf("other data follows it", "後ろに別のデータがあります")
	}
	return nil
}

// certificates returns those that can be read: others are of no use to a chain.
func certificates(sd *cms.SignedData) (list []*trust.Certificate) {
	for _, choice := range sd.Certificates {
		if choice.Kind != cms.X509Certificate {
			continue
		}
		if c, err := trust.ParseCertificate(choice.Raw); err == nil {
			list = append(list, c)
		}
	}
	return list
}

// find returns the signer's certificate among the token's and further ones, nil when
// it is not there. Of several that fit, the one that the ESS identifier names counts.
func (t *Token) find(further []*trust.Certificate) (found *trust.Certificate) {
	for _, list := range [][]*trust.Certificate{t.Certificates, further} {
		for _, c := range list {
			if !c.IdentifiedBy(t.signer.Issuer, t.signer.Serial, t.signer.SubjectKeyID) {
				continue
			}
			if t.signer.VerifySigningCertificate(c.Raw) == nil {
				return c
			}
			if found == nil {
				found = c
			}
		}
	}
	return found
}

// Signer returns the certificate of the token's signer, which the token claims to
// be signed with; nil when it is not in the token.
func (t *Token) Signer() *trust.Certificate { return t.find(nil) }
