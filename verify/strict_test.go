package verify

import (
	"bytes"
	"context"
	"math/big"
	"testing"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// judge opens, checks and reports a message.
func judge(t *testing.T, message, content []byte) (*Result, *Report) {
	t.Helper()
	m, err := Open(Input{At: bytes.NewReader(message), Size: int64(len(message))}, OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if content != nil {
		if err := m.SetContent(Input{Stream: bytes.NewReader(content)}.Copy); err != nil {
			t.Fatal(err)
		}
	}
	r := m.Check(CheckOptions{Trust: orgAnchors(t)})
	return r, m.Report(context.Background(), r, ReportOptions{Time: signingTime, RevocationOptional: true})
}

const (
	rsaLeaf = "org-rsa2048.pem"
	ecLeaf  = "org-p256.pem"
)

// essV2 makes a signing-certificate-v2 value for a certificate.
func essV2(cert string, serial int64) []byte {
	id := [][]byte{der.OctetString(sha256Of(ca.DER(cert)))}
	if serial != 0 {
		issuer := der.Element(der.ContextConstructed|4, ca.Certificate(cert).RawIssuer)
		id = append(id, der.Sequence(der.Sequence(issuer), der.BigInteger(big.NewInt(serial))))
	}
	return der.Sequence(der.Sequence(der.Sequence(id...)))
}

// TestStrict holds every departure that OpenSSL passes over: openssl's checks
// find no fault, and the report refuses the signature, intact as it is.
func TestStrict(t *testing.T) {
	tests := []struct {
		name  string
		cert  string
		code  string
		spoil func(c *craft)
	}{
		{"content type of another kind", rsaLeaf, "content-type-differs", func(c *craft) {
			c.set(der.AttributeContentType, der.ObjectIdentifier(der.TSTInfo))
		}},
		{"content type changed after signing", rsaLeaf, "content-type-differs", func(c *craft) { c.contentType, c.version = der.TSTInfo, 3 }},
		{"signing time as text", rsaLeaf, "signing-time-malformed", func(c *craft) {
			c.set(der.AttributeSigningTime, der.Element(der.TagUTF8String, []byte("yesterday")))
		}},
		{"signing time as GeneralizedTime before 2050", rsaLeaf, "signing-time-malformed", func(c *craft) {
			c.set(der.AttributeSigningTime, der.Element(der.TagGeneralizedTime, []byte("20260401090000Z")))
		}},
		{"signing time without seconds", rsaLeaf, "signing-time-malformed", func(c *craft) {
			c.set(der.AttributeSigningTime, der.Element(der.TagUTCTime, []byte("2604010900Z")))
		}},
		{"attributes not sorted", rsaLeaf, "signed-attrs-not-der", func(c *craft) {
			sorted := der.Sorted(c.attributes)
			c.attributes, c.asTheyStand = [][]byte{sorted[2], sorted[0], sorted[1]}, true
		}},
		{"an unknown attribute twice", rsaLeaf, "attribute-repeated", func(c *craft) {
			c.attributes = append(c.attributes, attribute("\x2a\x03\x04", der.Null()), attribute("\x2a\x03\x04", der.Integer(1)))
		}},
		{"signature algorithm of another hash", rsaLeaf, "signature-algorithm", func(c *craft) {
			c.algorithm = der.AlgorithmIdentifier{Algorithm: der.SHA512WithRSA, Parameters: der.Null()}.Marshal()
		}},
		{"signature algorithm of another hash, ECDSA", ecLeaf, "signature-algorithm", func(c *craft) {
			c.algorithm = der.AlgorithmIdentifier{Algorithm: der.ECDSAWithSHA384}.Marshal()
		}},
		{"signature algorithm of another key", ecLeaf, "signature-algorithm", func(c *craft) {
			c.algorithm = der.AlgorithmIdentifier{Algorithm: der.SHA256WithRSA, Parameters: der.Null()}.Marshal()
		}},
		{"signature algorithm that is a key's", ecLeaf, "signature-algorithm", func(c *craft) {
			c.algorithm = der.AlgorithmIdentifier{Algorithm: der.ECPublicKey}.Marshal()
		}},
		{"signature algorithm unknown", ecLeaf, "signature-algorithm", func(c *craft) {
			c.algorithm = der.AlgorithmIdentifier{Algorithm: "\x2a\x03\x04"}.Marshal()
		}},
		{"ECDSA with parameters", ecLeaf, "signature-parameters", func(c *craft) {
			c.algorithm = der.AlgorithmIdentifier{Algorithm: der.ECDSAWithSHA256, Parameters: der.Null()}.Marshal()
		}},
		{"digest algorithm with odd parameters", rsaLeaf, "digest-parameters", func(c *craft) {
			c.digest = der.AlgorithmIdentifier{Algorithm: der.SHA256, Parameters: der.Integer(1)}.Marshal()
		}},
		{"digest algorithm named by a signature algorithm", rsaLeaf, "digest-algorithm", func(c *craft) {
			c.digest = der.AlgorithmIdentifier{Algorithm: der.SHA256WithRSA, Parameters: der.Null()}.Marshal()
			c.digests = [][]byte{c.digest}
		}},
		{"protected algorithms differ", rsaLeaf, "algorithm-protection", func(c *craft) {
			c.set(der.AttributeCMSAlgorithmProtection, der.Sequence(der.DigestAlgorithm(0x7).Marshal()))
		}},
		{"certificate identifier of another certificate", rsaLeaf, "signing-certificate", func(c *craft) {
			c.set(der.AttributeSigningCertificateV2, essV2("org-rsa3072.pem", 0))
		}},
		{"certificate identifier with another serial number", rsaLeaf, "signing-certificate", func(c *craft) {
			c.set(der.AttributeSigningCertificateV2, essV2(rsaLeaf, 4711))
		}},
		{"certificate identifier that cannot be read", rsaLeaf, "signing-certificate", func(c *craft) {
			c.set(der.AttributeSigningCertificateV2, der.Integer(1))
		}},
		{"version of SignedData", rsaLeaf, "message-version", func(c *craft) { c.version = 4 }},
		{"version of SignedData too low", rsaLeaf, "message-version", func(c *craft) { c.version = 0 }},
		{"version of SignerInfo", rsaLeaf, "signer-version", func(c *craft) { c.signerVersion = 2 }},
		{"no attributes where the type needs them", rsaLeaf, "signed-attrs-missing", func(c *craft) {
			c.attributes, c.contentType, c.version = nil, der.TSTInfo, 3
		}},
		{"another signature's attributes as content", rsaLeaf, "attributes-as-content", func(c *craft) {
			c.content = der.SetOf(der.TagSet, c.attributes...)
			c.attributes = nil
		}},
		{"no unsigned attribute in the set", rsaLeaf, "unsigned-attrs-empty", func(c *craft) { c.unsigned = [][]byte{} }},
		{"octets after the message", rsaLeaf, "trailing-octets", func(c *craft) { c.trailing = []byte("more") }},
		{"a certificate in BER", rsaLeaf, "certificate-not-der", func(c *craft) {
			c.certificates[1] = indefinite(c.certificates[1])
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCraft(tt.cert)
			tt.spoil(c)
			result, report := judge(t, c.marshal(t), nil)
			s := result.Signers[0]
			if s.Certificate == nil || s.Chain == nil || !s.Attributes.OK() || !s.Content.OK() || !result.Digests.OK() || s.Chain.Code != 0 {
				t.Fatalf("openssl's checks are to find no fault: %+v, chain %v", s, s.Chain)
			}
			signature := report.Signatures[0]
			if report.Valid() || signature.Indication == TotalPassed || signature.Indication == IndicationUnknown {
				t.Errorf("indication %s, want a refusal", signature.Indication)
			}
			if signature.Integrity != Intact {
				t.Errorf("integrity %q, want intact", signature.Integrity)
			}
			if !hasFault(report, tt.code) {
				t.Errorf("no finding %q in %v %v", tt.code, report.Findings, signature.Findings)
			}
		})
	}
}

// indefinite gives the outermost element an indefinite length.
func indefinite(b []byte) []byte {
	content := b[4:] // a certificate's header has four octets
	return append(append([]byte{b[0], 0x80}, content...), 0, 0)
}

func hasFault(r *Report, code string) bool {
	for _, f := range append(append([]Finding{}, r.Findings...), r.Signatures[0].Findings...) {
		if f.Code == code && f.Severity != Info {
			return true
		}
	}
	return false
}

// TestStrictAccepts holds what RFC 5652, 8933 and 5035 allow.
func TestStrictAccepts(t *testing.T) {
	tests := []struct {
		name string
		cert string
		make func(c *craft)
	}{
		{"RSA", rsaLeaf, func(*craft) {}},
		{"ECDSA", ecLeaf, func(*craft) {}},
		{"rsaEncryption", rsaLeaf, func(c *craft) {
			c.algorithm = der.AlgorithmIdentifier{Algorithm: der.RSAEncryption, Parameters: der.Null()}.Marshal()
		}},
		{"RSA without NULL", rsaLeaf, func(c *craft) { c.algorithm = der.AlgorithmIdentifier{Algorithm: der.SHA256WithRSA}.Marshal() }},
		{"digest algorithm with NULL", rsaLeaf, func(c *craft) {
			c.digest = der.AlgorithmIdentifier{Algorithm: der.SHA256, Parameters: der.Null()}.Marshal()
			c.digests = [][]byte{c.digest}
		}},
		{"two digest algorithms", rsaLeaf, func(c *craft) { c.digests = append(c.digests, der.DigestAlgorithm(0x7).Marshal()) }},
		{"no attributes", rsaLeaf, func(c *craft) { c.attributes = nil }},
		{"no signing time", rsaLeaf, func(c *craft) { c.set(der.AttributeSigningTime) }},
		{"content of another type", rsaLeaf, func(c *craft) {
			c.contentType, c.version = der.TSTInfo, 3
			c.set(der.AttributeContentType, der.ObjectIdentifier(der.TSTInfo))
		}},
		{"signing certificate", rsaLeaf, func(c *craft) { c.set(der.AttributeSigningCertificateV2, essV2(rsaLeaf, 0)) }},
		{"an unknown attribute", rsaLeaf, func(c *craft) { c.set("\x2a\x03\x04", der.Null()) }},
		{"an unsigned attribute", rsaLeaf, func(c *craft) { c.unsigned = [][]byte{attribute("\x2a\x03\x04", der.Null())} }},
		{"content in pieces, indefinite lengths", rsaLeaf, func(c *craft) {
			pieces := append([]byte{0x24, 0x80}, der.OctetString(c.content[:5])...)
			pieces = append(append(pieces, der.OctetString(c.content[5:])...), 0, 0)
			c.encap = der.Sequence(der.ObjectIdentifier(der.Data), append(append([]byte{0xa0, 0x80}, pieces...), 0, 0))
		}},
		{"zeros after the message", rsaLeaf, func(c *craft) { c.trailing = make([]byte, 16) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCraft(tt.cert)
			tt.make(c)
			_, report := judge(t, c.marshal(t), nil)
			if !report.Valid() {
				t.Errorf("refused: %+v %v", report.Signatures, report.Findings)
			}
		})
	}
}
