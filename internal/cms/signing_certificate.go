package cms

import (
	"bytes"
	"crypto"
	"math/big"

	"github.com/jsign-jp/jsign/internal/der"
)

// CertID identifies a certificate in an ESS attribute (RFC 5035, 5).
type CertID struct {
	HashAlgorithm der.OID
	Hash          []byte
	Issuer        []byte   // DER of the issuer's Name; nil without issuerSerial
	Serial        *big.Int // nil without issuerSerial
}

// maxCertIDs is how many certificates an ESS attribute may name: a chain.
const maxCertIDs = 64

// SigningCertificates returns what the ESS attribute names: the signer's
// certificate first, then perhaps its chain. signing-certificate-v2 is preferred
// to the older one (SHA-1). Errors are *VerifyError: NoSigningCertificate,
// BadSigningCertificate.
func (s *SignerInfo) SigningCertificates() ([]CertID, error) {
	value, v2 := s.SignedAttrs.Value(der.AttributeSigningCertificateV2)
	if !v2 {
		var v1 bool
		if value, v1 = s.SignedAttrs.Value(der.AttributeSigningCertificate); !v1 {
			return nil, failed(NoSigningCertificate)
		}
	}
	ids, err := parseSigningCertificate(value, v2)
	if err != nil || len(ids) == 0 {
		return nil, failed(BadSigningCertificate)
	}
	return ids, nil
}

// VerifySigningCertificate checks that the ESS attribute's first entry names a
// certificate, given in DER (RFC 5035, 5.4). Errors are *VerifyError.
func (s *SignerInfo) VerifySigningCertificate(certificate []byte) error {
	ids, err := s.SigningCertificates()
	if err != nil {
		return err
	}
	h := der.Hash(ids[0].HashAlgorithm)
	if h == 0 || !h.Available() {
		return &VerifyError{Reason: UnknownDigest, Algorithm: ids[0].HashAlgorithm}
	}
	if !bytes.Equal(der.Sum(h, certificate), ids[0].Hash) {
		return failed(OtherCertificateSigned)
	}
	return nil
}

// parseSigningCertificate reads SigningCertificate or SigningCertificateV2.
func parseSigningCertificate(value []byte, v2 bool) (ids []CertID, err error) {
	const where = "SigningCertificate"
	if value, err = der.ToDER(value); err != nil {
		return nil, err
	}
	r := der.NewBytesReader(value)
	if err := r.EnterTag(der.TagSequence, where); err != nil {
		return nil, err
	}
	if err := r.EnterTag(der.TagSequence, where); err != nil {
		return nil, err
	}
	for {
		_, more, err := r.Next()
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		if len(ids) == maxCertIDs {
			return nil, r.Fault(der.OverLimit, where)
		}
		id, err := parseCertID(r, v2)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	if err := leave(r, where); err != nil {
		return nil, err
	}
	return ids, skipRest(r, where) // policies are not used
}

// parseCertID reads ESSCertID or ESSCertIDv2.
func parseCertID(r *der.Reader, v2 bool) (id CertID, err error) {
	const where = "ESSCertID"
	if err := r.EnterTag(der.TagSequence, where); err != nil {
		return id, err
	}
	id.HashAlgorithm = der.DigestOID(crypto.SHA1)
	if v2 {
		id.HashAlgorithm = der.SHA256
		named, err := r.NextIs(der.TagSequence)
		if err != nil {
			return id, err
		}
		if named {
			a, err := r.AlgorithmIdentifier(where, maxAlgorithm)
			if err != nil {
				return id, err
			}
			id.HashAlgorithm = a.Algorithm
		}
	}
	if id.Hash, err = r.Octets(der.TagOctetString, where, maxAlgorithm); err != nil {
		return id, err
	}
	_, more, err := r.Next()
	if err != nil {
		return id, err
	}
	if more {
		if err := id.issuerSerial(r); err != nil {
			return id, err
		}
	}
	return id, leave(r, where)
}

// issuerSerial reads IssuerSerial: one directoryName and the serial number.
func (id *CertID) issuerSerial(r *der.Reader) (err error) {
	const where = "IssuerSerial"
	if err := r.EnterTag(der.TagSequence, where); err != nil {
		return err
	}
	if err := r.EnterTag(der.TagSequence, where); err != nil {
		return err
	}
	directory, err := r.NextIs(der.ContextConstructed | 4)
	if err != nil {
		return err
	}
	if directory {
		if err := r.Enter(); err != nil {
			return err
		}
		if id.Issuer, err = r.Raw(maxName); err != nil {
			return err
		}
		if err := leave(r, where); err != nil {
			return err
		}
	}
	if err := skipRest(r, where); err != nil {
		return err
	}
	if id.Serial, err = r.Integer(where, maxSerial); err != nil {
		return err
	}
	return skipRest(r, where) // issuerUID
}
