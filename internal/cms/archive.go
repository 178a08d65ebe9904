package cms

import (
	"crypto"

	"github.com/jsign-jp/jsign/internal/der"
)

// ATSHashIndex is ATSHashIndexV3 (ETSI EN 319 122-1, 5.5.2): digests of the
// parts of a message that an archive timestamp protects beside content and signer.
// What is added to the message later is not listed and disturbs nothing.
type ATSHashIndex struct {
	Algorithm    der.AlgorithmIdentifier
	Certificates [][]byte // of each element of SignedData.certificates
	CRLs         [][]byte // of each element of SignedData.crls
	Unsigned     [][]byte // of type and value of each unsigned attribute's values
}

// NewATSHashIndex lists what a message and one of its signers hold now.
func NewATSHashIndex(sd *SignedData, s *SignerInfo, h crypto.Hash) (*ATSHashIndex, error) {
	x := &ATSHashIndex{Algorithm: der.DigestAlgorithm(h)}
	for _, c := range sd.Certificates {
		if err := indexDER(&x.Certificates, h, nil, c.Raw); err != nil {
			return nil, err
		}
	}
	for _, c := range sd.CRLs {
		if err := indexDER(&x.CRLs, h, nil, c.Raw); err != nil {
			return nil, err
		}
	}
	if s.UnsignedAttrs == nil {
		return x, nil
	}
	for _, a := range s.UnsignedAttrs.Attributes {
		for _, value := range a.Values {
			if err := indexDER(&x.Unsigned, h, der.ObjectIdentifier(a.Type), value); err != nil {
				return nil, err
			}
		}
	}
	return x, nil
}

// indexDER appends the digest of prefix and the element raw in DER.
func indexDER(list *[][]byte, h crypto.Hash, prefix, raw []byte) error {
	b, err := der.ToDER(raw)
	if err != nil {
		return err
	}
	d := h.New()
	d.Write(prefix)
	d.Write(b)
	*list = append(*list, d.Sum(nil))
	return nil
}

// Marshal returns the index in DER.
func (x *ATSHashIndex) Marshal() []byte {
	parts := [][]byte{x.Algorithm.Marshal()}
	for _, list := range [][][]byte{x.Certificates, x.CRLs, x.Unsigned} {
		digests := make([][]byte, len(list))
		for i, d := range list {
			digests[i] = der.OctetString(d)
		}
		parts = append(parts, der.Sequence(digests...))
	}
	return der.Sequence(parts...)
}

// ArchiveImprint returns the digest that an archive-time-stamp-v3 stamps
// (ETSI EN 319 122-1, 5.5.3): content type, digest of the content, the signer's
// fields up to its signature, and index, an ATSHashIndexV3 in DER. contentDigest is
// made with h, of the content's octets.
func ArchiveImprint(sd *SignedData, s *SignerInfo, h crypto.Hash, contentDigest, index []byte) ([]byte, error) {
	fields, _, err := splitSignerInfo(s.Raw)
	if err != nil {
		return nil, err
	}
	d := h.New()
	d.Write(der.ObjectIdentifier(sd.ContentType))
	d.Write(contentDigest)
	for _, f := range fields {
		b, err := der.ToDER(f)
		if err != nil {
			return nil, err
		}
		d.Write(b)
	}
	d.Write(index)
	return d.Sum(nil), nil
}

// WithATSHashIndex returns a timestamp token with index, an ATSHashIndexV3 in
// DER, among the unsigned attributes of its signer: an archive-time-stamp-v3.
func WithATSHashIndex(token, index []byte) ([]byte, error) {
	return withUnsignedAttribute(token, Attribute{Type: der.AttributeATSHashIndexV3, Values: [][]byte{index}})
}
