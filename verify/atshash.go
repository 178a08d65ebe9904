package verify

import (
	"crypto"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
)

// atsHashIndex lists by their hashes what an archive timestamp covers beside the
// signature (ETSI EN 319 122-1, 5.5.2).
type atsHashIndex struct {
	raw                          []byte // the value, which the imprint includes
	hash                         crypto.Hash
	certificates, crls, unsigned [][]byte
	// older is ATSHashIndex of TS 101 733, which hashes whole attributes.
	older bool
}

// hashIndexOf reads the index in a token's unsigned attributes; nil when there is
// not exactly one that can be read.
func hashIndexOf(unsigned *cms.AttributeSet) *atsHashIndex {
	if value, ok := unsigned.Value(der.AttributeATSHashIndexV3); ok {
		return parseHashIndex(value, false)
	}
	if value, ok := unsigned.Value(der.AttributeATSHashIndex); ok {
		return parseHashIndex(value, true)
	}
	return nil
}

func parseHashIndex(value []byte, older bool) *atsHashIndex {
	x := &atsHashIndex{raw: value, hash: crypto.SHA256, older: older}
	in := cryptobyte.String(value)
	var index cryptobyte.String
	if len(value) > maxATSHashIndex || !in.ReadASN1(&index, asn1.SEQUENCE) || !in.Empty() {
		return nil
	}
	algorithm := index
	var first, oid cryptobyte.String
	if algorithm.ReadASN1(&first, asn1.SEQUENCE) && first.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) {
		x.hash, index = der.Hash(der.OID(oid)), algorithm
	} else if !older { // which has a default
		return nil
	}
	for _, list := range []*[][]byte{&x.certificates, &x.crls, &x.unsigned} {
		var ok bool
		if *list, ok = octetStrings(&index); !ok {
			return nil
		}
	}
	if !index.Empty() || x.hash == 0 || !x.hash.Available() {
		return nil
	}
	return x
}

func octetStrings(in *cryptobyte.String) (list [][]byte, ok bool) {
	var seq cryptobyte.String
	if !in.ReadASN1(&seq, asn1.SEQUENCE) {
		return nil, false
	}
	for !seq.Empty() {
		var octets cryptobyte.String
		if !seq.ReadASN1(&octets, asn1.OCTET_STRING) {
			return nil, false
		}
		list = append(list, octets)
	}
	return list, true
}

// indexed is one thing that an index may list, and what its existence proves.
type indexed struct {
	octets []byte
	proves []objectID
}

// covered returns what is listed of a message's parts. Each hash must be that of
// a part: one that is of none means that something was removed.
func (x *atsHashIndex) covered(certificates, crls, unsigned []indexed) (ids []objectID, ok bool) {
	for _, list := range []struct {
		hashes [][]byte
		parts  []indexed
	}{{x.certificates, certificates}, {x.crls, crls}, {x.unsigned, unsigned}} {
		found := make(map[string][]objectID, len(list.parts))
		for _, part := range list.parts {
			hash := string(x.sum(part.octets))
			found[hash] = append(found[hash], part.proves...)
		}
		for _, hash := range list.hashes {
			proves, ok := found[string(hash)]
			if !ok {
				return nil, false
			}
			ids = append(ids, proves...)
		}
	}
	return ids, true
}

func (x *atsHashIndex) sum(octets []byte) []byte {
	h := x.hash.New()
	h.Write(octets)
	return h.Sum(nil)
}

// unsignedPart is what is hashed of one value of an unsigned attribute.
func (x *atsHashIndex) unsignedPart(a cms.Attribute, value []byte) []byte {
	if x.older {
		return a.Marshal()
	}
	return append(der.ObjectIdentifier(a.Type), value...)
}
