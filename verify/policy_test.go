package verify

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"testing"

	"github.com/jsign-jp/jsign/trust"
)

// The policies of JPKI's certificates, and of its test environment's.
var (
	policyCard  = asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 1, 1, 20}
	policyPhone = asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 1, 1, 40}
	policyAuth  = asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 1, 3, 30}
	policyTest  = asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 1, 0, 20}
)

// jpkiShaped makes an authority of JPKI's shape, and what it issues.
type jpkiShaped struct {
	t   *testing.T
	key *ecdsa.PrivateKey
	ca  *x509.Certificate
}

func newJPKIShaped(t *testing.T) *jpkiShaped {
	j := &jpkiShaped{t: t}
	name := pkix.Name{Country: []string{"JP"}, Organization: []string{"JPKI"}, OrganizationalUnit: []string{"JPKI for digital signature", "Japan Agency for Local Authority Information Systems"}}
	j.ca, j.key = j.make(&x509.Certificate{Subject: name, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, SubjectKeyId: []byte{1}})
	return j
}

func (j *jpkiShaped) make(c *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	j.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		j.t.Fatal(err)
	}
	c.SerialNumber, c.NotBefore, c.NotAfter = big.NewInt(0x5fee2), signingTime.AddDate(-1, 0, 0), signingTime.AddDate(4, 0, 0)
	parent, by := j.ca, j.key
	if parent == nil {
		parent, by = c, key
	}
	raw, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, by)
	if err != nil {
		j.t.Fatal(err)
	}
	c, err = x509.ParseCertificate(raw)
	if err != nil {
		j.t.Fatal(err)
	}
	return c, key
}

// leaf makes a signer's certificate with critical certificatePolicies, as JPKI's are; nil
// for none.
func (j *jpkiShaped) leaf(policy asn1.ObjectIdentifier) *trust.Certificate {
	c := &x509.Certificate{
		Subject:  pkix.Name{Country: []string{"JP"}, Locality: []string{"Tokyo-to"}, CommonName: "997794E9AGCIEG13221003A"},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
	}
	if policy != nil {
		type qualifier struct {
			ID  asn1.ObjectIdentifier
			CPS string `asn1:"ia5"`
		}
		type information struct {
			Policy     asn1.ObjectIdentifier
			Qualifiers []qualifier
		}
		value, err := asn1.Marshal([]information{{policy, []qualifier{{asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 2, 1}, "http://www.jpki.go.jp/cps.html"}}}})
		if err != nil {
			j.t.Fatal(err)
		}
		c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 32}, Critical: true, Value: value}}
	}
	made, _ := j.make(c)
	return parse(j.t, made)
}

func parse(t *testing.T, c *x509.Certificate) *trust.Certificate {
	t.Helper()
	p, err := trust.ParseCertificate(c.Raw)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestJPKIPolicy: under one of JPKI's authorities a signer's certificate must assert the
// policy of its kind; under another authority of that name, which somebody trusts, none
// is asked for.
func TestJPKIPolicy(t *testing.T) {
	j := newJPKIShaped(t)
	anchors := trust.NewStore()
	anchors.AddCertificate(parse(t, j.ca))
	pinnedFor := func(use trust.JPKIUse) func(*trust.Certificate) (trust.PinnedAnchor, bool) {
		return func(c *trust.Certificate) (trust.PinnedAnchor, bool) {
			return trust.PinnedAnchor{Use: use}, c.Equal(parse(t, j.ca))
		}
	}
	for _, tt := range []struct {
		name   string
		policy asn1.ObjectIdentifier
		pinned func(*trust.Certificate) (trust.PinnedAnchor, bool)
		want   Indication
	}{
		{"card", policyCard, pinnedFor(trust.JPKISign), TotalPassed},
		{"phone", policyPhone, pinnedFor(trust.JPKISign), TotalPassed},
		{"test environment", policyTest, pinnedFor(trust.JPKISign), Indeterminate},
		{"user authentication", policyAuth, pinnedFor(trust.JPKISign), Indeterminate},
		{"any policy", asn1.ObjectIdentifier{2, 5, 29, 32, 0}, pinnedFor(trust.JPKISign), TotalPassed},
		{"none", nil, pinnedFor(trust.JPKISign), Indeterminate},
		{"authentication under its CA", policyAuth, pinnedFor(trust.JPKIAuth), TotalPassed},
		{"card under the other CA", policyCard, pinnedFor(trust.JPKIAuth), Indeterminate},
		{"none, not JPKI", nil, trust.Pinned, TotalPassed},
		{"test environment, not JPKI", policyTest, trust.Pinned, TotalPassed},
	} {
		h := newHistory(context.Background(), trust.Options{Anchors: anchors, Time: signingTime}, ReportOptions{RevocationOptional: true})
		h.pinned = tt.pinned
		v := h.judge(&subject{certificate: j.leaf(tt.policy), value: []byte{1}, bound: true, signer: true})
		if v.indication != tt.want {
			t.Errorf("%s: %s/%s %v, want %s", tt.name, v.indication, v.sub, v.findings, tt.want)
		}
		if v.indication != TotalPassed && v.sub != ChainConstraintsFailure {
			t.Errorf("%s: %s", tt.name, v.sub)
		}
	}
}
