package cms_test

import (
	"bytes"
	"crypto"
	"crypto/elliptic"
	"crypto/x509"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/trust"
)

// signers is one of each kind of key.
func signers(t testing.TB) map[string]signer {
	return map[string]signer{
		"RSA-2048": testSigner("org-rsa2048.pem"), "RSA-4096": testSigner("org-rsa4096.pem"),
		"P-256": testSigner("org-p256.pem"), "P-384": testSigner("org-p384.pem"), "P-521": newECSigner(t, elliptic.P521()),
		"Ed25519": testSigner("org-ed25519.pem"),
	}
}

// TestEncodeDecode: what is encoded decodes, verifies, is DER and has no
// findings, for every kind of key, digest, name and attribute.
func TestEncodeDecode(t *testing.T) {
	t.Parallel()
	for name, s := range signers(t) {
		for _, digest := range []crypto.Hash{0, crypto.SHA256, crypto.SHA384, crypto.SHA512} {
			for flags := range 8 {
				opt := cms.SignatureOptions{Digest: digest, BySubjectKeyID: flags&1 != 0, NoSignedAttributes: flags&2 != 0, NoSigningCertificate: flags&4 != 0}
				if name == "Ed25519" && (digest == crypto.SHA256 || digest == crypto.SHA384 || opt.NoSignedAttributes) {
					continue
				}
				if !opt.NoSignedAttributes && flags&4 == 0 {
					opt.SigningTime = time.Unix(1700000000, 0)
				}
				for _, attached := range []bool{false, true} {
					b := s.message(t, attached, opt)
					sd, err := check(b)
					if err != nil {
						t.Fatalf("%s %+v: %v", name, opt, err)
					}
					assertClean(t, name, sd, s, b)
				}
			}
		}
	}
}

func assertClean(t *testing.T, name string, sd *cms.SignedData, s signer, b []byte) {
	t.Helper()
	if _, ok, err := der.Check(b); !ok || err != nil {
		t.Errorf("%s: not DER, %v", name, err)
	}
	findings := sd.Audit()
	key, err := trust.ParsePublicKey(s.cert.RawSubjectPublicKeyInfo)
	if err != nil {
		t.Fatal(err)
	}
	fields := cms.CertificateFields{Raw: s.cert.Raw, Serial: s.cert.SerialNumber, Issuer: s.cert.RawIssuer}
	for i := range sd.Signers {
		findings = append(findings, sd.Signers[i].AuditKey(i, key.Identifier())...)
		findings = append(findings, sd.Signers[i].AuditCertificate(i, fields)...)
	}
	if len(findings) != 0 {
		t.Errorf("%s: %v", name, findings)
	}
}

// TestMaxSizeIsExact for keys with values of a fixed length, and an upper bound
// within a few octets for ECDSA; with timestamps of many sizes still to come.
func TestMaxSizeIsExact(t *testing.T) {
	t.Parallel()
	for name, s := range signers(t) {
		for _, token := range []int{-1, 0, 1, 100, 127, 128, 200, 255, 256, 1000, 5000, 65000, 70000} {
			opt := cms.SignatureOptions{Certificate: s.cert, SigningTime: time.Unix(1700000000, 0)}
			sig, err := cms.NewSignature(opt)
			if err != nil {
				t.Fatal(err)
			}
			m := &cms.Message{ContentType: der.Data, Certificates: []*x509.Certificate{s.cert}, Signatures: []*cms.Signature{sig}}
			value := der.OctetString(make([]byte, max(token, 0)))
			var unsigned []int
			if token >= 0 {
				unsigned = []int{cms.AttributeSize(der.AttributeTimeStampToken, len(value))}
			}
			want, err := m.MaxSize(unsigned)
			if err != nil {
				t.Fatal(err)
			}
			s.finish(t, sig, der.Data, []byte(testContent))
			if token >= 0 {
				sig.AddUnsigned(cms.Attribute{Type: der.AttributeTimeStampToken, Values: [][]byte{value}})
			}
			got := len(marshal(t, m, false))
			missing := sig.MaxValueSize() - len(sig.Value())
			// Up to one octet of each length around the value may go with it.
			if got > want || got < want-missing-5*min(missing, 1) {
				t.Errorf("%s, token %d: %d octets, predicted %d, value short by %d", name, token, got, want, missing)
			}
		}
	}
}

func TestMaxSizeCountsExistingSigners(t *testing.T) {
	t.Parallel()
	first := testSigner("org-rsa2048.pem")
	sd, err := check(first.message(t, false, cms.SignatureOptions{}))
	if err != nil {
		t.Fatal(err)
	}
	second := testSigner("org-rsa4096.pem")
	sig := second.sign(t, []byte(testContent), cms.SignatureOptions{Digest: crypto.SHA512})
	m := &cms.Message{ContentType: der.Data, Certificates: []*x509.Certificate{second.cert}, Signatures: []*cms.Signature{sig}, Existing: sd}
	want, err := m.MaxSize()
	if err != nil {
		t.Fatal(err)
	}
	if got := len(marshal(t, m, false)); got != want {
		t.Errorf("%d octets, predicted %d", got, want)
	}
}

// TestVersions: RFC 5652, 5.1 and 5.3.
func TestVersions(t *testing.T) {
	t.Parallel()
	s := testSigner("org-p256.pem")
	for _, c := range []struct {
		contentType     der.OID
		byKeyID         bool
		message, signer int
	}{
		{der.Data, false, 1, 1}, {der.Data, true, 3, 3}, {der.TSTInfo, false, 3, 1}, {der.TSTInfo, true, 3, 3},
	} {
		sig, err := cms.NewSignature(cms.SignatureOptions{Certificate: s.cert, BySubjectKeyID: c.byKeyID})
		if err != nil {
			t.Fatal(err)
		}
		s.finish(t, sig, c.contentType, []byte(testContent))
		sd, err := check(marshal(t, &cms.Message{ContentType: c.contentType, Certificates: []*x509.Certificate{s.cert}, Signatures: []*cms.Signature{sig}}, true))
		if err != nil || sd.Version != c.message || sd.Signers[0].Version != c.signer || len(sd.Audit()) != 0 {
			t.Errorf("%+v: %+v, %v", c, sd, err)
		}
	}
}

// TestSigningCertificateAttribute: RFC 5035, 5: no hash algorithm for SHA-256.
func TestSigningCertificateAttribute(t *testing.T) {
	t.Parallel()
	s := testSigner("org-p256.pem")
	for digest, named := range map[crypto.Hash]bool{crypto.SHA256: false, crypto.SHA512: true} {
		sd, err := check(s.message(t, false, cms.SignatureOptions{Digest: digest}))
		if err != nil {
			t.Fatal(err)
		}
		value, ok := sd.Signers[0].SignedAttrs.Value(der.AttributeSigningCertificateV2)
		if !ok || bytes.Contains(value, der.ObjectIdentifier(der.DigestOID(digest))) != named {
			t.Errorf("%v: %x", digest, value)
		}
		ids, err := sd.Signers[0].SigningCertificates()
		if err != nil || len(ids) != 1 || !bytes.Equal(ids[0].Issuer, s.cert.RawIssuer) || ids[0].Serial.Cmp(s.cert.SerialNumber) != 0 {
			t.Errorf("%v: %+v, %v", digest, ids, err)
		}
		other := testSigner("org-p384.pem")
		if err := sd.Signers[0].VerifySigningCertificate(other.cert.Raw); reasonOf(err) != cms.OtherCertificateSigned {
			t.Error(err)
		}
	}
}

func TestFurtherAttributes(t *testing.T) {
	t.Parallel()
	s := testSigner("org-p256.pem")
	extra := cms.Attribute{Type: der.AttributeCommitmentType, Values: [][]byte{der.Sequence(der.ObjectIdentifier(der.Data))}}
	sd, err := check(s.message(t, false, cms.SignatureOptions{Attributes: []cms.Attribute{extra}}))
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := sd.Signers[0].SignedAttrs.Value(der.AttributeCommitmentType); !ok || !bytes.Equal(v, extra.Values[0]) {
		t.Errorf("%x", v)
	}
}

func TestSignatureRefusals(t *testing.T) {
	t.Parallel()
	p256, rsa, p224 := testSigner("org-p256.pem"), testSigner("org-rsa2048.pem"), newECSigner(t, elliptic.P224())
	noKeyID := *p256.cert
	noKeyID.SubjectKeyId = nil
	noKey := *p256.cert
	noKey.PublicKey = nil
	short := shortRSA(t)
	for name, opt := range map[string]cms.SignatureOptions{
		"no certificate":       {},
		"SHA-1":                {Certificate: p256.cert, Digest: crypto.SHA1},
		"PSS with EC":          {Certificate: p256.cert, PSS: true},
		"no key identifier":    {Certificate: &noKeyID, BySubjectKeyID: true},
		"unknown key":          {Certificate: &noKey},
		"P-224":                {Certificate: p224.cert},
		"time, no attributes":  {Certificate: rsa.cert, NoSignedAttributes: true, SigningTime: time.Unix(1, 0)},
		"short key, long hash": {Certificate: short, Digest: crypto.SHA512, PSS: true},
	} {
		if _, err := cms.NewSignature(opt); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	for name, c := range map[string]struct {
		opt         cms.SignatureOptions
		contentType der.OID
		digest      int
	}{
		"short digest":           {cms.SignatureOptions{}, der.Data, 31},
		"no attributes, TSTInfo": {cms.SignatureOptions{NoSignedAttributes: true}, der.TSTInfo, 32},
		"content-type twice":     {cms.SignatureOptions{Attributes: []cms.Attribute{{Type: der.AttributeContentType, Values: [][]byte{der.Null()}}}}, der.Data, 32},
		"no value":               {cms.SignatureOptions{Attributes: []cms.Attribute{{Type: der.AttributeCommitmentType}}}, der.Data, 32},
	} {
		c.opt.Certificate = rsa.cert
		sig, err := cms.NewSignature(c.opt)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := sig.Bind(c.contentType, make([]byte, c.digest)); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

// TestSetValueChecks: a wrong value never gets into a message.
func TestSetValueChecks(t *testing.T) {
	t.Parallel()
	for name, s := range signers(t) {
		sig := s.sign(t, []byte(testContent), cms.SignatureOptions{})
		value := bytes.Clone(sig.Value())
		value[len(value)-1] ^= 1
		if err := sig.SetValue(value); err == nil {
			t.Errorf("%s: a damaged value is accepted", name)
		}
		if err := sig.SetValue(nil); err == nil {
			t.Errorf("%s: no value is accepted", name)
		}
	}
}

func TestMessageRefusals(t *testing.T) {
	t.Parallel()
	s := testSigner("org-p256.pem")
	unsigned, err := cms.NewSignature(cms.SignatureOptions{Certificate: s.cert})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := unsigned.Bind(der.Data, make([]byte, 32)); err != nil {
		t.Fatal(err)
	}
	bound := s.sign(t, []byte(testContent), cms.SignatureOptions{})
	sd, err := check(s.message(t, false, cms.SignatureOptions{}))
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range map[string]*cms.Message{
		"no value":            {ContentType: der.Data, Signatures: []*cms.Signature{unsigned}},
		"other content type":  {ContentType: der.TSTInfo, Signatures: []*cms.Signature{bound}},
		"other existing type": {ContentType: der.TSTInfo, Existing: sd},
	} {
		if _, err := m.Marshal(); err == nil {
			t.Errorf("%s is written", name)
		}
	}
	m := &cms.Message{ContentType: der.Data, Signatures: []*cms.Signature{bound}}
	for _, size := range []int64{0, int64(len(testContent)) - 1, int64(len(testContent)) + 1} {
		err := m.WriteAttached(io.Discard, size, func(w io.Writer) error { _, err := io.WriteString(w, testContent); return err })
		if err == nil || !strings.Contains(err.Error(), "size") {
			t.Errorf("content of %d octets for %d: %v", len(testContent), size, err)
		}
	}
}

// TestAttachedSizes writes content around every change of a length's size.
func TestAttachedSizes(t *testing.T) {
	t.Parallel()
	s := testSigner("org-p256.pem")
	for _, size := range []int{0, 1, 127, 128, 255, 256, 1000, 65535, 65536, 1 << 20} {
		content := bytes.Repeat([]byte("x"), size)
		m := &cms.Message{ContentType: der.Data, Certificates: []*x509.Certificate{s.cert}, Signatures: []*cms.Signature{s.sign(t, content, cms.SignatureOptions{})}}
		var out bytes.Buffer
		if err := m.WriteAttached(&out, int64(size), func(w io.Writer) error { _, err := w.Write(content); return err }); err != nil {
			t.Fatal(err)
		}
		sd, err := check(out.Bytes())
		if err != nil || sd.ContentSize != int64(size) || sd.NotDER != -1 {
			t.Errorf("%d octets: %v", size, err)
		}
		if _, ok, err := der.Check(out.Bytes()); !ok || err != nil {
			t.Errorf("%d octets: not DER, %v", size, err)
		}
	}
}
