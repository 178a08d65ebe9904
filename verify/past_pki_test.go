package verify_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"io"
	"math/big"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/revocation/ocsptest"
	"github.com/jsign-jp/jsign/trust"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// at is a moment on the tests' time line: "2022", "2022-06" or "2022-06-01 12:00".
func at(s string) time.Time {
	layout := "2006-01-02 15:04"[:len(s)]
	return must(time.Parse(layout, s))
}

// holder is a certificate and its key.
type holder struct {
	*x509.Certificate
	key crypto.Signer
}

func newKey() crypto.Signer { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) }

func (h *holder) parsed() *trust.Certificate { return must(trust.ParseCertificate(h.Raw)) }

// root makes a CA that lasts.
func root(name string) *holder { return (*holder)(nil).issue(name, "2010", "2060", withCA) }

// issue makes a certificate under h, or a self-signed one.
func (h *holder) issue(name, from, to string, change func(*x509.Certificate)) *holder {
	return h.issueTo(newKey(), name, from, to, change)
}

func (h *holder) issueTo(key crypto.Signer, name, from, to string, change func(*x509.Certificate)) *holder {
	template := &x509.Certificate{
		SerialNumber: must(rand.Int(rand.Reader, big.NewInt(1<<60))), Subject: pkix.Name{CommonName: name},
		NotBefore: at(from), NotAfter: at(to), KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true,
	}
	change(template)
	parent, signer := template, key
	if h != nil {
		parent, signer = h.Certificate, h.key
	}
	raw := must(x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer))
	return &holder{must(x509.ParseCertificate(raw)), key}
}

func asLeaf(*x509.Certificate) {}

func withCA(c *x509.Certificate) {
	c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
}

func withTimestamping(c *x509.Certificate) {
	purpose := must(asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}}))
	c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: purpose})
}

// crl makes a CRL of h that is good for a month; revoked are certificates and when
// each was revoked.
func (h *holder) crl(issued string, revoked ...any) []byte {
	template := &x509.RevocationList{Number: big.NewInt(at(issued).Unix()), ThisUpdate: at(issued), NextUpdate: at(issued).AddDate(0, 1, 0)}
	for i := 0; i < len(revoked); i += 2 {
		template.RevokedCertificateEntries = append(template.RevokedCertificateEntries, x509.RevocationListEntry{
			SerialNumber: revoked[i].(*holder).SerialNumber, RevocationTime: at(revoked[i+1].(string)), ReasonCode: 1,
		})
	}
	return h.list(template)
}

func (h *holder) list(template *x509.RevocationList) []byte {
	return must(x509.CreateRevocationList(rand.Reader, template, h.Certificate, h.key))
}

func extension(value []byte, id ...int) pkix.Extension {
	return pkix.Extension{Id: id, Value: value}
}

// ocsp makes a response of h itself that is good for a week.
func (h *holder) ocsp(of *holder, issued string) []byte {
	id, _ := revocation.NewCertID(crypto.SHA1, of.parsed(), h.parsed())
	return must(ocsptest.Response{
		Responder: h.parsed(), Key: h.key, ProducedAt: at(issued),
		Singles: []ocsptest.Single{{ID: id, Status: revocation.Good, ThisUpdate: at(issued), NextUpdate: at(issued).AddDate(0, 0, 7)}},
	}.Marshal())
}

// write makes a CMS message with one signer.
func (h *holder) write(contentType der.OID, content []byte, attached bool, opt cms.SignatureOptions, further ...*holder) []byte {
	opt.Certificate = h.Certificate
	s := must(cms.NewSignature(opt))
	d := s.Digest().New()
	d.Write(content)
	tbs := must(s.Bind(contentType, d.Sum(nil)))
	if err := s.SetValue(must(h.key.Sign(rand.Reader, tbs.Digest, tbs.Options))); err != nil {
		panic(err)
	}
	m := cms.Message{ContentType: contentType, Certificates: []*x509.Certificate{h.Certificate}, Signatures: []*cms.Signature{s}}
	for _, f := range further {
		m.Certificates = append(m.Certificates, f.Certificate)
	}
	if !attached {
		return must(m.Marshal())
	}
	var out bytes.Buffer
	if err := m.WriteAttached(&out, int64(len(content)), func(w io.Writer) error { _, err := w.Write(content); return err }); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// token makes a timestamp token for the digest of octets.
func (h *holder) token(octets []byte, when string) []byte {
	digest := sha256.Sum256(octets)
	return h.tokenFor(digest[:], when)
}

func (h *holder) tokenFor(digest []byte, when string, further ...*holder) []byte {
	info := der.Sequence(der.Integer(1), der.ObjectIdentifier("\x2a\x03\x04"),
		der.Sequence(der.DigestAlgorithm(crypto.SHA256).Marshal(), der.OctetString(digest)),
		der.Integer(7), der.Element(der.TagGeneralizedTime, []byte(at(when).UTC().Format("20060102150405Z"))))
	return h.write(der.TSTInfo, info, true, cms.SignatureOptions{}, further...)
}

// letter is a signed message that grows.
type letter struct {
	*cms.SignedData
}

var letterText = []byte("the content")

// signed makes a detached signature over letterText.
func (h *holder) signed(opt cms.SignatureOptions, further ...*holder) *letter {
	return &letter{must(cms.DecodeBytes(h.write(der.Data, letterText, false, opt, further...), cms.DecodeOptions{}))}
}

func (l *letter) value() []byte { return l.Signers[0].Signature }

func (l *letter) attribute(kind der.OID, value []byte) {
	l.Signers[0] = must(l.Signers[0].WithUnsigned(cms.Attribute{Type: kind, Values: [][]byte{value}}))
}

// stamp adds a signature timestamp.
func (l *letter) stamp(tsa *holder, when string) *letter {
	l.attribute(der.AttributeTimeStampToken, tsa.token(l.value(), when))
	return l
}

// archive adds an archive timestamp of all that is there.
func (l *letter) archive(tsa *holder, when string) *letter {
	return l.archiveBy(crypto.SHA256, tsa, when)
}

// archiveBy adds one that lists what is there by a hash.
func (l *letter) archiveBy(hash crypto.Hash, tsa *holder, when string) *letter {
	index := must(cms.NewATSHashIndex(l.SignedData, &l.Signers[0], hash)).Marshal()
	content := sha256.Sum256(letterText)
	imprint := must(cms.ArchiveImprint(l.SignedData, &l.Signers[0], crypto.SHA256, content[:], index))
	l.attribute(der.AttributeArchiveTimeStampV3, must(cms.WithATSHashIndex(tsa.tokenFor(imprint, when), index)))
	return l
}

// crls embeds CRLs.
func (l *letter) crls(list ...[]byte) *letter {
	l.AddCRLs(list...)
	return l
}

func (l *letter) bytes(t testing.TB) []byte {
	t.Helper()
	m := cms.Message{ContentType: der.Data, Existing: l.SignedData}
	return must(m.Marshal())
}

func weakKey() crypto.Signer { return must(rsa.GenerateKey(rand.Reader, 1024)) }
