package verify

import (
	"bytes"
	"crypto"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/trust"
)

// certID is an ESSCertID or ESSCertIDv2 (RFC 5035, 4): a certificate by its hash.
type certID struct {
	hash   crypto.Hash // 0 when it is not known
	digest []byte
	issuer []byte   // encoded Name; nil without issuerSerial
	serial *big.Int // nil without issuerSerial
}

// checkSigningCertificate compares the signing-certificate attributes with the
// chain: the first identifier is of the signer's certificate, any further one of
// a certificate above it (RFC 5035, 5.4; EN 319 122-1, 5.2.2).
func checkSigningCertificate(s *cms.SignerInfo, chain []*trust.Certificate) Fault {
	v1, ok1 := certIDs(s.SignedAttrs, der.AttributeSigningCertificate, false)
	v2, ok2 := certIDs(s.SignedAttrs, der.AttributeSigningCertificateV2, true)
	switch {
	case !ok1 || !ok2:
		return Fault{Code: FaultESSMalformed}
	case v1 == nil && v2 == nil:
		return Fault{Code: FaultESSMissing}
	}
	for _, ids := range [][]certID{v1, v2} {
		for i, id := range ids {
			if f := id.find(i == 0, chain); !f.OK() {
				return f
			}
		}
	}
	return Fault{}
}

// namesSigner reports whether the signed attributes name the certificate by its
// hash: each of the attributes that are there, first of all.
func namesSigner(s *cms.SignerInfo, c *trust.Certificate) bool {
	v1, ok1 := certIDs(s.SignedAttrs, der.AttributeSigningCertificate, false)
	v2, ok2 := certIDs(s.SignedAttrs, der.AttributeSigningCertificateV2, true)
	if !ok1 || !ok2 || v1 == nil && v2 == nil {
		return false
	}
	for _, ids := range [][]certID{v1, v2} {
		if len(ids) > 0 && (ids[0].hash == 0 || !ids[0].names(c)) {
			return false
		}
	}
	return true
}

// find looks for the certificate among chain: as its first, or as a later one.
func (id certID) find(first bool, chain []*trust.Certificate) Fault {
	if id.hash == 0 {
		return Fault{Code: FaultESSUnknownDigest}
	}
	if len(id.digest) != id.hash.Size() {
		return Fault{Code: FaultESSDigestLength}
	}
	for i, c := range chain {
		if !id.names(c) {
			continue
		}
		if (i == 0) != first {
			return Fault{Code: FaultESSOrder}
		}
		return Fault{}
	}
	return Fault{Code: FaultESSNotFound}
}

func (id certID) names(c *trust.Certificate) bool {
	h := id.hash.New()
	h.Write(c.Raw)
	if !bytes.Equal(h.Sum(nil), id.digest) {
		return false
	}
	return id.serial == nil || id.serial.Cmp(c.Serial) == 0 && trust.EqualNames(id.issuer, c.RawIssuer)
}

// certIDs reads a signing-certificate attribute. The list is nil when the
// attribute is absent; ok is false when it cannot be read.
func certIDs(set *cms.AttributeSet, kind der.OID, v2 bool) (ids []certID, ok bool) {
	found := set.Get(kind)
	if len(found) == 0 {
		return nil, true
	}
	if len(found[0].Values) == 0 {
		return nil, false
	}
	value, err := der.ToDER(found[0].Values[0])
	if err != nil {
		return nil, false
	}
	in := cryptobyte.String(value)
	var seq, list cryptobyte.String
	if !in.ReadASN1(&seq, asn1.SEQUENCE) || !seq.ReadASN1(&list, asn1.SEQUENCE) || list.Empty() {
		return nil, false
	}
	for !list.Empty() {
		var id certID
		if !id.read(&list, v2) {
			return nil, false
		}
		ids = append(ids, id)
	}
	return ids, true
}

func (id *certID) read(list *cryptobyte.String, v2 bool) bool {
	var seq, digest cryptobyte.String
	if !list.ReadASN1(&seq, asn1.SEQUENCE) {
		return false
	}
	id.hash = crypto.SHA1
	if v2 {
		id.hash = crypto.SHA256
		if seq.PeekASN1Tag(asn1.SEQUENCE) && !id.readHash(&seq) {
			return false
		}
	}
	if !seq.ReadASN1(&digest, asn1.OCTET_STRING) {
		return false
	}
	id.digest = digest
	return seq.Empty() || id.readIssuerSerial(&seq)
}

// readHash reads the hashAlgorithm of an ESSCertIDv2, of whatever algorithm.
func (id *certID) readHash(seq *cryptobyte.String) bool {
	var algorithm, oid cryptobyte.String
	if !seq.ReadASN1(&algorithm, asn1.SEQUENCE) || !algorithm.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) {
		return false
	}
	id.hash = hashOf(der.OID(oid))
	return true
}

// readIssuerSerial reads IssuerSerial: GeneralNames with one directoryName, and
// the serial number.
func (id *certID) readIssuerSerial(seq *cryptobyte.String) bool {
	var both, names, name cryptobyte.String
	id.serial = new(big.Int)
	if !seq.ReadASN1(&both, asn1.SEQUENCE) || !both.ReadASN1(&names, asn1.SEQUENCE) || !both.ReadASN1Integer(id.serial) {
		return false
	}
	if !names.ReadASN1(&name, asn1.Tag(4).ContextSpecific().Constructed()) {
		return true // another kind of name: equal to no issuer
	}
	id.issuer = name
	return true
}
