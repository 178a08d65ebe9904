package main

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// judgedAt is when the generated chains are judged, in seconds since 1970 and as a
// moment.
const judgedAt = 1767225600

var judgedTime = time.Unix(judgedAt, 0)

// issued is a certificate and its key.
type issued struct {
	certificate *x509.Certificate
	key         crypto.Signer
}

// issue signs a certificate; a zero issuer is the certificate itself.
func issue(t *testing.T, issuer issued, template *x509.Certificate) issued {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if issuer.key == nil {
		issuer = issued{template, key}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer.certificate, key.Public(), issuer.key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return issued{certificate, key}
}

// chain is a generated case: files in a folder of their own, and options that openssl
// verify and jverify cert share.
type chain struct {
	dir  string
	rng  *mathrand.Rand
	args []string
	note string
}

// oneIn is true in one of n cases, and notes what is done then.
func (c *chain) oneIn(n int, what string) bool {
	if c.rng.IntN(n) != 0 {
		return false
	}
	c.note += " " + what
	return true
}

func (c *chain) write(t *testing.T, name, label string, ders ...[]byte) string {
	t.Helper()
	var text []byte
	for _, der := range ders {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der})...)
	}
	path := filepath.Join(c.dir, name)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// template is a certificate with a random fault or none.
func (c *chain) template(name string, ca bool) *x509.Certificate {
	x := &x509.Certificate{
		SerialNumber: big.NewInt(c.rng.Int64()), Subject: pkix.Name{CommonName: name, Organization: []string{"Example"}},
		NotBefore: judgedTime.AddDate(-1, 0, 0), NotAfter: judgedTime.AddDate(1, 0, 0),
		BasicConstraintsValid: true, IsCA: ca, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	if ca {
		x.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	}
	switch {
	case c.oneIn(14, name+":expired"):
		x.NotAfter = judgedTime.Add(-time.Second)
	case c.oneIn(14, name+":future"):
		x.NotBefore = judgedTime.Add(time.Second)
	case c.oneIn(14, name+":last-second"):
		x.NotAfter = judgedTime
	case c.oneIn(14, name+":first-second"):
		x.NotBefore = judgedTime
	}
	if c.oneIn(16, name+":unknown-critical") {
		x.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3, 4}, Critical: true, Value: []byte{5, 0}}}
	}
	if !c.oneIn(12, name+":no-policy") {
		x.Policies = []x509.OID{oid(c.rng.IntN(6) / 5)}
	}
	if ca {
		c.spoilCA(x, name)
	} else {
		c.spoilLeaf(x, name)
	}
	return x
}

// oid is one of the policies of the cases.
func oid(n int) x509.OID {
	id, err := x509.OIDFromInts([]uint64{1, 2, 392, 99, uint64(n)})
	if err != nil {
		panic(err) // the arcs are constant
	}
	return id
}

func (c *chain) spoilCA(x *x509.Certificate, name string) {
	switch {
	case c.oneIn(14, name+":no-CA"):
		x.IsCA = false
	case c.oneIn(14, name+":no-basic-constraints"):
		x.BasicConstraintsValid = false
	case c.oneIn(14, name+":pathlen-0"):
		x.MaxPathLenZero = true
	case c.oneIn(14, name+":no-keyCertSign"):
		x.KeyUsage = x509.KeyUsageCRLSign
	case c.oneIn(14, name+":EKU-timestamping"):
		x.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}
	case c.oneIn(10, name+":permits-example.jp"):
		x.PermittedDNSDomainsCritical, x.PermittedDNSDomains = true, []string{"example.jp"}
	case c.oneIn(10, name+":excludes-example.jp"):
		x.PermittedDNSDomainsCritical, x.ExcludedDNSDomains = true, []string{"example.jp"}
	}
}

func (c *chain) spoilLeaf(x *x509.Certificate, name string) {
	if c.oneIn(3, name+":dns") {
		x.DNSNames = []string{[]string{"a.example.jp", "example.jp", "notexample.jp", "example.com"}[c.rng.IntN(4)]}
	}
	switch {
	case c.oneIn(8, name+":EKU-email"):
		x.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}
	case c.oneIn(8, name+":EKU-server"):
		x.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	case c.oneIn(12, name+":keyAgreement"):
		x.KeyUsage = x509.KeyUsageKeyAgreement
	}
}

// build writes the files of one case: a root, up to two CAs below it, a certificate,
// their CRLs.
func (c *chain) build(t *testing.T) {
	t.Helper()
	path := []issued{issue(t, issued{}, c.template("root", true))}
	for i := range c.rng.IntN(3) {
		path = append(path, issue(t, path[len(path)-1], c.template(fmt.Sprintf("ca%d", i), true)))
	}
	leaf := issue(t, path[len(path)-1], c.template("leaf", false))
	anchor := path[0]
	if c.oneIn(14, "other-root") {
		anchor = issue(t, issued{}, c.template("root", true))
	}
	c.args = []string{"-CAfile", c.write(t, "root.pem", "CERTIFICATE", anchor.certificate.Raw)}
	var below [][]byte
	for _, a := range path[1:] {
		below = append(below, a.certificate.Raw)
	}
	if len(below) > 0 && !c.oneIn(14, "without-CAs") {
		c.args = append(c.args, "-untrusted", c.write(t, "cas.pem", "CERTIFICATE", below...))
	}
	if c.rng.IntN(2) == 0 {
		c.addCRLs(t, append(slices.Clone(path), leaf))
	}
	c.addOptions()
	c.args = append(c.args, c.write(t, "leaf.pem", "CERTIFICATE", leaf.certificate.Raw))
}

// addCRLs adds those of all CAs and asks for them.
func (c *chain) addCRLs(t *testing.T, path []issued) {
	t.Helper()
	var crls [][]byte
	for i, issuer := range path[:len(path)-1] {
		if c.oneIn(12, "CRL-missing") {
			continue
		}
		template := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: judgedTime.AddDate(0, 0, -1), NextUpdate: judgedTime.AddDate(0, 0, 1)}
		switch {
		case c.oneIn(12, "CRL-stale"):
			template.NextUpdate = judgedTime.Add(-time.Second)
		case c.oneIn(12, "CRL-future"):
			template.ThisUpdate = judgedTime.Add(time.Second)
		}
		if c.oneIn(8, "revoked") {
			template.RevokedCertificateEntries = []x509.RevocationListEntry{{SerialNumber: path[i+1].certificate.SerialNumber, RevocationTime: judgedTime.AddDate(0, 0, -2)}}
		}
		signer := issuer
		if c.oneIn(12, "CRL-of-another-key") {
			signer.key = path[len(path)-1].key
		}
		holder := *signer.certificate // CreateRevocationList wants the key usage and a subject key id
		holder.KeyUsage, holder.PublicKey = x509.KeyUsageCRLSign, signer.key.Public()
		if holder.SubjectKeyId == nil {
			holder.SubjectKeyId = []byte{1}
		}
		der, err := x509.CreateRevocationList(rand.Reader, template, &holder, signer.key)
		if err != nil {
			t.Fatal(err)
		}
		crls = append(crls, der)
	}
	if len(crls) > 0 {
		c.args = append(c.args, "-CRLfile", c.write(t, "crls.pem", "X509 CRL", crls...))
	}
	c.args = append(c.args, []string{"-crl_check", "-crl_check_all"}[c.rng.IntN(2)])
}

func (c *chain) addOptions() {
	c.args = append(c.args, "-attime", fmt.Sprint(judgedAt))
	if c.rng.IntN(2) == 0 {
		c.args = append(c.args, "-purpose", []string{"smimesign", "sslserver", "sslclient", "any", "crlsign", "timestampsign"}[c.rng.IntN(6)])
	}
	if c.rng.IntN(3) == 0 {
		c.args = append(c.args, "-policy", oid(0).String())
		c.args = append(c.args, []string{"-explicit_policy", "-inhibit_any", "-inhibit_map"}[c.rng.IntN(3)])
	}
}

// TestCertAgreesWithOpenSSL judges generated chains, most with a fault or two, with
// openssl verify and with jverify cert. openssl is given -partial_chain, which is
// jverify's rule.
func TestCertAgreesWithOpenSSL(t *testing.T) {
	need(t, "openssl")
	cases := 400
	if testing.Short() { // under the race detector
		cases = 60
	}
	valid := 0
	for i := range cases {
		c := chain{dir: t.TempDir(), rng: mathrand.New(mathrand.NewPCG(1, uint64(i)))}
		c.build(t)
		out, err := exec.Command("openssl", append([]string{"verify", "-partial_chain", "-policy_check"}, c.args...)...).CombinedOutput()
		theirs := err == nil
		ours := certVerdict(t, c.args)
		if theirs {
			valid++
		}
		if ours != theirs && !c.explained(ours) {
			t.Errorf("case %d (%s): openssl %v, jverify %v\n%q\n%s", i, c.note, theirs, ours, c.args, out)
		}
	}
	if valid < cases/20 || valid > cases*19/20 {
		t.Errorf("openssl finds %d of %d chains valid: the cases compare nothing", valid, cases)
	}
	t.Logf("openssl finds %d of %d chains valid", valid, cases)
}

// explained tells that jverify means to differ (docs/trust.md).
func (c *chain) explained(ours bool) bool {
	if ours {
		return strings.Contains(c.note, ":last-second") || // RFC 5280, 4.1.2.5: through notAfter, inclusive
			strings.Contains(c.note, "root:unknown-critical") // RFC 5280, 6.1.1 (d): an anchor is a name and a key
	}
	return slices.Contains(c.args, "-crl_check") && strings.Contains(c.note, "CRL-") || // bad data about any CA of the path speaks up
		slices.Contains(c.args, "-crl_check") && strings.Contains(c.note, "revoked") // and so does a revoked CA
}

// certVerdict tells whether jverify cert finds a certificate valid.
func certVerdict(t *testing.T, args []string) bool {
	t.Helper()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	code := run(context.Background(), append([]string{"cert"}, args...), environment{
		in: null, out: null, err: null, getenv: func(string) string { return "" }, now: time.Now,
		configDir: func() (string, error) { return t.TempDir(), nil }, cacheDir: func() (string, error) { return t.TempDir(), nil },
	})
	if code != 0 && code != 4 {
		t.Fatalf("jverify cert %q: exit code %d", args, code)
	}
	return code == 0
}
