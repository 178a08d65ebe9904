package trust_test

import (
	"bytes"
	"crypto"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// seeds adds the files of a corpus folder; none is a failure.
func seeds(f *testing.F, pattern string, limit int) {
	f.Helper()
	files, err := filepath.Glob(filepath.Join(corpus(f, "pkix", "nist-pkits"), pattern))
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	step := max(1, len(files)/limit)
	for i := 0; i < len(files); i += step {
		data, err := os.ReadFile(files[i])
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}

// FuzzCertificate: reading and judging never panics, the raw parts lie in the
// input, and reading Raw again gives the same certificate.
func FuzzCertificate(f *testing.F) {
	seeds(f, "certs/*.crt", 60)
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := trust.ParseCertificate(data)
		if err != nil {
			return
		}
		again, err := trust.ParseCertificate(c.Raw)
		if err != nil || again.Serial.Cmp(c.Serial) != 0 || !bytes.Equal(again.RawTBSCertificate, c.RawTBSCertificate) {
			t.Fatalf("read again: %v", err)
		}
		if !bytes.Contains(c.Raw, c.RawTBSCertificate) || !bytes.Contains(c.RawTBSCertificate, c.RawSubject) {
			t.Fatal("a raw part is not in the whole")
		}
		anchors := trust.NewStore()
		anchors.AddCertificate(c)
		for _, partial := range []bool{false, true} {
			opt := trust.Options{
				Anchors: anchors, Untrusted: []*trust.Certificate{c}, Time: time.Unix(1.4e9, 0), PartialChain: partial,
				Purpose: trust.PurposeSMIMESign, PolicyCheck: true, X509Strict: partial, AuthLevel: 1, Findings: true,
				CRLCheckAll: true, Revocation: revocation.Strict{}, Hostnames: []string{"a.example.jp"},
			}
			trust.VerifyOpenSSL(c, opt)
			trust.Verify(c, opt)
		}
	})
}

// FuzzCRL: reading and looking up never panics, and every entry that is there is
// found by its serial.
func FuzzCRL(f *testing.F) {
	seeds(f, "crls/*.crl", 60)
	issuer := readCert(f, filepath.Join(corpus(f, "pkix", "nist-pkits"), "certs", "GoodCACert.crt"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := trust.ParseCRL(data)
		if err != nil {
			return
		}
		if _, err := trust.ParseCRL(l.Raw); err != nil {
			t.Fatal(err)
		}
		l.Info()
		l.EntriesReadable()
		e := revocation.Check(revocation.Query{Certificate: issuer, Issuer: issuer, Time: time.Unix(1.4e9, 0), CRLs: []*trust.CRL{l}})
		if e.Status == revocation.Good && len(e.Sources) == 0 {
			t.Fatal("good without a source")
		}
	})
}

// FuzzName: the canonical form is the same for a name and its canonical rewriting,
// and equality is symmetric.
func FuzzName(f *testing.F) {
	dir := corpus(f, "pkix", "nist-pkits")
	for _, name := range []string{"GoodCACert.crt", "ValidRFC3280MandatoryAttributeTypesTest7EE.crt", "ValidUTF8StringEncodedNamesTest9EE.crt"} {
		c := readCert(f, filepath.Join(dir, "certs", name))
		f.Add(c.RawSubject, c.RawIssuer)
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		if trust.EqualNames(a, b) != trust.EqualNames(b, a) || !trust.EqualNames(a, a) {
			t.Fatal("equality is not symmetric or not reflexive")
		}
		trust.CanonicalName(a)
	})
}

// FuzzPEM: reading text never panics, and each certificate found can be read alone.
func FuzzPEM(f *testing.F) {
	f.Add([]byte("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"))
	f.Add([]byte("text\n-----BEGIN X509 CRL-----\nProc-Type: x\n\nMAA=\n-----END X509 CRL-----"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, _ := trust.ReadPEM(data)
		for _, cert := range c.Certificates {
			if _, err := trust.ParseCertificate(cert.Raw); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// FuzzPublicKey: neither reading a key nor verifying with it panics.
func FuzzPublicKey(f *testing.F) {
	dir := corpus(f, "pkix", "nist-pkits")
	for _, name := range []string{"GoodCACert.crt", "DSACACert.crt", "ValidDSASignaturesTest4EE.crt"} {
		c := readCert(f, filepath.Join(dir, "certs", name))
		f.Add(c.RawSubjectPublicKeyInfo, []byte{0x30, 6, 2, 1, 1, 2, 1, 1})
	}
	pss, _ := der.PSSAlgorithm(crypto.SHA256)
	digest := make([]byte, 32)
	f.Fuzz(func(t *testing.T, spki, signature []byte) {
		k, err := trust.ParsePublicKey(spki)
		if err != nil || k.Bits > 4096 || len(signature) > 1024 {
			return
		}
		for _, a := range []der.AlgorithmIdentifier{pss, {Algorithm: der.RSAEncryption}, {Algorithm: der.RSASSAPSS, Parameters: signature}} {
			_ = k.VerifyValue(a, crypto.SHA256, nil, digest, signature)
			_ = k.VerifyValue(a, crypto.SHA256, digest, digest, signature)
		}
		_ = k.Crypto()
	})
}
