package trust_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	mathrand "math/rand/v2"
	"net"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// openssl returns the program; without it the test skips, and fails when CI=true.
func openssl(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("openssl")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("no openssl")
		}
		t.Skip("no openssl")
	}
	return path
}

var moment = time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)

// world is a random set of certificates and CRLs with faults.
type world struct {
	t         *testing.T
	r         *mathrand.Rand
	keys      []crypto.Signer
	serial    int64
	leaf      *node
	anchors   []*node
	untrusted []*node
	crls      [][]byte
}

type node struct {
	der    []byte
	cert   *x509.Certificate
	key    crypto.Signer
	name   pkix.Name
	parent *node
}

func (w *world) chance(percent int) bool { return w.r.IntN(100) < percent }

func pick[T any](w *world, list ...T) T { return list[w.r.IntN(len(list))] }

var (
	oidPolicies    = asn1.ObjectIdentifier{2, 5, 29, 32}
	oidMappings    = asn1.ObjectIdentifier{2, 5, 29, 33}
	oidConstraints = asn1.ObjectIdentifier{2, 5, 29, 36}
	oidInhibitAny  = asn1.ObjectIdentifier{2, 5, 29, 54}
	anyPolicy      = asn1.ObjectIdentifier{2, 5, 29, 32, 0}
)

func (w *world) policyOID() asn1.ObjectIdentifier {
	if w.chance(20) {
		return anyPolicy
	}
	return asn1.ObjectIdentifier{1, 2, 3, w.r.IntN(3)}
}

func (w *world) marshal(v any) []byte {
	b, err := asn1.Marshal(v)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

type policyInformation struct{ ID asn1.ObjectIdentifier }

type policyMapping struct{ From, To asn1.ObjectIdentifier }

type policyConstraints struct {
	Explicit int `asn1:"optional,tag:0,default:-1"`
	Mapping  int `asn1:"optional,tag:1,default:-1"`
}

func (w *world) policyExtensions() (list []pkix.Extension) {
	add := func(id asn1.ObjectIdentifier, v any) {
		list = append(list, pkix.Extension{Id: id, Critical: w.chance(30), Value: w.marshal(v)})
	}
	if w.chance(70) {
		var policies []policyInformation
		for range 1 + w.r.IntN(3) {
			policies = append(policies, policyInformation{w.policyOID()})
		}
		add(oidPolicies, policies)
	}
	if w.chance(25) {
		var maps []policyMapping
		for range 1 + w.r.IntN(2) {
			maps = append(maps, policyMapping{w.policyOID(), w.policyOID()})
		}
		add(oidMappings, maps)
	}
	if w.chance(20) {
		add(oidConstraints, policyConstraints{pick(w, -1, 0, 1, 2), pick(w, 0, 1, 2)})
	}
	if w.chance(15) {
		add(oidInhibitAny, w.r.IntN(3))
	}
	return list
}

// template makes a certificate that is right, or with a few faults.
func (w *world) template(name pkix.Name, ca bool) *x509.Certificate {
	w.serial++
	c := &x509.Certificate{
		SerialNumber: big.NewInt(w.serial), Subject: name,
		NotBefore: moment.AddDate(-1, 0, 0), NotAfter: moment.AddDate(1, 0, 0),
		BasicConstraintsValid: ca || w.chance(30), IsCA: ca, MaxPathLen: -1,
	}
	if ca {
		c.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	} else if w.chance(60) {
		c.KeyUsage = pick(w, x509.KeyUsageDigitalSignature, x509.KeyUsageContentCommitment, x509.KeyUsageKeyEncipherment, x509.KeyUsageKeyAgreement)
	}
	w.faults(c, ca)
	return c
}

func (w *world) faults(c *x509.Certificate, ca bool) {
	if w.chance(6) {
		c.NotAfter = moment.AddDate(0, -1, 0)
	}
	if w.chance(4) {
		c.NotBefore = moment.AddDate(0, 1, 0)
	}
	if w.chance(3) {
		c.NotAfter = moment
	}
	if w.chance(20) {
		c.ExtKeyUsage = []x509.ExtKeyUsage{pick(w, x509.ExtKeyUsageEmailProtection, x509.ExtKeyUsageServerAuth,
			x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageTimeStamping, x509.ExtKeyUsageAny, x509.ExtKeyUsageCodeSigning)}
	}
	if w.chance(3) {
		c.UnknownExtKeyUsage = []asn1.ObjectIdentifier{{1, 2, 3, 4}}
	}
	if w.chance(3) {
		c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{1, 2, 3, 99}, Critical: true, Value: []byte{5, 0}})
	}
	c.ExtraExtensions = append(c.ExtraExtensions, w.policyExtensions()...)
	if ca {
		w.caFaults(c)
	}
	w.altNames(c)
}

func (w *world) caFaults(c *x509.Certificate) {
	if w.chance(5) {
		c.IsCA = false
	}
	if w.chance(4) {
		c.BasicConstraintsValid, c.IsCA = false, false
	}
	if w.chance(6) {
		c.KeyUsage = pick(w, x509.KeyUsageCRLSign, x509.KeyUsageCertSign, x509.KeyUsageDigitalSignature, 0)
	}
	if w.chance(12) && c.IsCA {
		c.MaxPathLen = w.r.IntN(2)
		c.MaxPathLenZero = true
	}
	if w.chance(15) {
		w.nameConstraints(c)
	}
}

func (w *world) nameConstraints(c *x509.Certificate) {
	c.PermittedDNSDomainsCritical = w.chance(50)
	switch w.r.IntN(6) {
	case 0:
		c.PermittedDNSDomains = []string{pick(w, "example.jp", ".example.jp", "other.jp")}
	case 1:
		c.ExcludedDNSDomains = []string{pick(w, "example.jp", "a.example.jp")}
	case 2:
		c.PermittedEmailAddresses = []string{pick(w, "example.jp", ".example.jp", "taro@example.jp")}
	case 3:
		c.ExcludedEmailAddresses = []string{pick(w, "example.jp", "taro@example.jp")}
	case 4:
		_, network, _ := net.ParseCIDR(pick(w, "192.0.2.0/24", "198.51.100.0/24", "2001:db8::/32"))
		c.PermittedIPRanges = []*net.IPNet{network}
	case 5:
		c.PermittedURIDomains = []string{pick(w, "example.jp", ".example.jp")}
	}
}

func (w *world) altNames(c *x509.Certificate) {
	if w.chance(40) {
		c.DNSNames = append(c.DNSNames, pick(w, "a.example.jp", "*.example.jp", "example.jp", "b.other.jp", "a*.example.jp"))
	}
	if w.chance(30) {
		c.EmailAddresses = append(c.EmailAddresses, pick(w, "taro@example.jp", "Taro@EXAMPLE.jp", "hanako@sub.example.jp"))
	}
	if w.chance(20) {
		c.IPAddresses = append(c.IPAddresses, net.ParseIP(pick(w, "192.0.2.7", "2001:db8::1")))
	}
	if w.chance(10) {
		u, _ := url.Parse(pick(w, "http://www.example.jp/x", "urn:isbn:1", "ldap://example.jp:389/"))
		c.URIs = append(c.URIs, u)
	}
}

func (w *world) marshalKey(key crypto.Signer) []byte {
	b, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

func (w *world) issue(c *x509.Certificate, key crypto.Signer, parent *node) *node {
	n := &node{key: key, name: c.Subject, parent: parent}
	if c.IsCA || w.chance(50) {
		id := sha1.Sum(w.marshalKey(key))
		c.SubjectKeyId = id[:]
	}
	issuer, signer := c, key
	if parent != nil {
		issuer, signer = parent.cert, parent.key
		if w.chance(3) { // a signature by a stranger
			signer = pick(w, w.keys...)
		}
		if w.chance(3) {
			clone := *issuer
			clone.SubjectKeyId = []byte{1, 2, 3}
			issuer = &clone
		}
	}
	clone := *issuer
	clone.PublicKey = nil // the builder would refuse a stranger's signature
	der, err := x509.CreateCertificate(rand.Reader, c, &clone, key.Public(), signer)
	if err != nil {
		w.t.Fatal(err)
	}
	n.der, n.cert = der, c
	return n
}

func (w *world) name(kind string, i int) pkix.Name {
	cn := fmt.Sprintf("%s %d", kind, i)
	if kind == "leaf" && w.chance(40) {
		cn = pick(w, "a.example.jp", "taro", "x.other.jp", "*.example.jp")
	}
	n := pkix.Name{Country: []string{"JP"}, CommonName: cn}
	if kind == "leaf" && w.chance(15) {
		n.ExtraNames = []pkix.AttributeTypeAndValue{{
			Type:  asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1},
			Value: asn1.RawValue{Tag: pick(w, 22, 12), Bytes: []byte("taro@example.jp")},
		}}
	}
	return n
}

// build makes a chain, with further certificates that may mislead.
func (w *world) build() {
	root := w.issue(w.template(w.name("root", 0), true), w.keys[0], nil)
	w.anchors = []*node{root}
	if w.chance(10) { // another root of the same name
		w.anchors = append(w.anchors, w.issue(w.template(root.name, true), pick(w, w.keys...), nil))
	}
	parent := root
	for i := range w.r.IntN(4) {
		name, key := w.name("CA", i), w.keys[1+i%(len(w.keys)-1)]
		if w.chance(5) {
			name = parent.name // self-issued
		}
		ca := w.issue(w.template(name, true), key, parent)
		w.untrusted = append(w.untrusted, ca)
		if w.chance(10) { // a twin
			w.untrusted = append(w.untrusted, w.issue(w.template(name, true), pick(w, key, w.keys[0]), parent))
		}
		parent = ca
	}
	w.leaf = w.issue(w.template(w.name("leaf", 0), w.chance(5)), w.keys[len(w.keys)-1], parent)
	w.r.Shuffle(len(w.untrusted), func(i, j int) { w.untrusted[i], w.untrusted[j] = w.untrusted[j], w.untrusted[i] })
	switch w.r.IntN(20) {
	case 0:
		w.anchors = append(w.anchors, parent)
	case 1:
		w.anchors = []*node{parent}
	case 2:
		w.untrusted = append(w.untrusted, root)
	case 3:
		w.anchors, w.untrusted = []*node{w.leaf}, append(w.untrusted, root)
	case 4:
		if len(w.untrusted) > 0 {
			w.untrusted = w.untrusted[1:]
		}
	}
	for n := w.leaf; n != nil; n = n.parent {
		w.crl(n)
	}
}

// crl makes a CRL by the issuer of n, or none, or two.
func (w *world) crl(n *node) {
	issuer := n.parent
	if issuer == nil {
		issuer = n
	}
	for range pick(w, 1, 1, 1, 1, 0, 2) {
		l := &x509.RevocationList{Number: big.NewInt(w.r.Int64N(100)), ThisUpdate: moment.AddDate(0, -1, 0), NextUpdate: moment.AddDate(0, 1, 0)}
		if w.chance(10) {
			l.NextUpdate = moment.AddDate(0, 0, -1)
		}
		if w.chance(5) {
			l.ThisUpdate, l.NextUpdate = moment.AddDate(0, 0, 1), moment.AddDate(0, 0, 2)
		}
		if w.chance(15) {
			l.RevokedCertificateEntries = []x509.RevocationListEntry{{
				SerialNumber: n.cert.SerialNumber, RevocationTime: moment.AddDate(0, -2, 0), ReasonCode: pick(w, 0, 1, 6, 8),
			}}
		}
		if w.chance(15) {
			l.ExtraExtensions = append(l.ExtraExtensions, w.scope())
		}
		if w.chance(4) {
			l.ExtraExtensions = append(l.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{1, 2, 3, 98}, Critical: true, Value: []byte{5, 0}})
		}
		signer := issuer.key
		if w.chance(4) {
			signer = pick(w, w.keys...)
		}
		clone := *issuer.cert
		clone.PublicKey = signer.Public()
		clone.KeyUsage |= x509.KeyUsageCRLSign
		if clone.SubjectKeyId == nil {
			clone.SubjectKeyId = []byte{0}
		}
		der, err := x509.CreateRevocationList(rand.Reader, l, &clone, signer)
		if err != nil {
			w.t.Fatal(err)
		}
		w.crls = append(w.crls, der)
	}
}

func (w *world) scope() pkix.Extension {
	field := func(tag int, b ...byte) asn1.RawValue {
		return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: tag, Bytes: b}
	}
	scope := []asn1.RawValue{pick(w, field(1, 0xff), field(2, 0xff), field(5, 0xff), field(4, 0xff), field(3, 1, 0x60))}
	return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 28}, Critical: true, Value: w.marshal(scope)}
}

// options draws options for both sides.
func (w *world) options() (o trust.Options, args []string) {
	o.Time = moment
	args = []string{"-attime", strconv.FormatInt(moment.Unix(), 10), "-no-CApath", "-no-CAstore"}
	flag := func(percent int, set *bool, name string) {
		if w.chance(percent) {
			*set = true
			args = append(args, name)
		}
	}
	flag(15, &o.PartialChain, "-partial_chain")
	flag(15, &o.X509Strict, "-x509_strict")
	flag(10, &o.IgnoreCritical, "-ignore_critical")
	flag(10, &o.CheckSSSig, "-check_ss_sig")
	flag(10, &o.NoCheckTime, "-no_check_time")
	flag(30, &o.PolicyCheck, "-policy_check")
	flag(10, &o.ExplicitPolicy, "-explicit_policy")
	flag(10, &o.InhibitAny, "-inhibit_any")
	flag(10, &o.InhibitMap, "-inhibit_map")
	flag(20, &o.CRLCheck, "-crl_check")
	flag(20, &o.CRLCheckAll, "-crl_check_all")
	flag(20, &o.ExtendedCRL, "-extended_crl")
	flag(10, &o.UseDeltas, "-use_deltas")
	flag(3, &o.SuiteB128, "-suiteB_128")
	w.valueOptions(&o, &args)
	if o.CRLCheckAll { // the command line's -crl_check_all includes -crl_check
		o.CRLCheck = true
	}
	return o, args
}

func (w *world) valueOptions(o *trust.Options, args *[]string) {
	if w.chance(50) {
		names := []string{"sslclient", "sslserver", "nssslserver", "smimesign", "smimeencrypt", "crlsign", "any", "ocsphelper", "timestampsign"}
		i := w.r.IntN(len(names))
		o.Purpose = trust.Purpose(i + 1)
		*args = append(*args, "-purpose", names[i])
	}
	for w.chance(25) {
		p := w.policyOID().String()
		id, ok := trust.ParseOID(p)
		if !ok {
			w.t.Fatal(p)
		}
		o.Policies = append(o.Policies, id)
		*args = append(*args, "-policy", p)
	}
	if w.chance(10) {
		depth := w.r.IntN(4)
		o.VerifyDepth = &depth
		*args = append(*args, "-verify_depth", strconv.Itoa(depth))
	}
	if w.chance(10) {
		o.AuthLevel = 1 + w.r.IntN(5)
		*args = append(*args, "-auth_level", strconv.Itoa(o.AuthLevel))
	}
	if w.chance(10) {
		o.Emails = []string{pick(w, "taro@example.jp", "TARO@example.jp", "taro@EXAMPLE.JP")}
		*args = append(*args, "-verify_email", o.Emails[0])
	}
	if w.chance(15) {
		host := pick(w, "a.example.jp", "A.Example.JP", "example.jp", ".example.jp", "ab.example.jp", "b.a.example.jp", "taro")
		o.Hostnames = []string{host}
		*args = append(*args, "-verify_hostname", host)
	}
	if w.chance(8) {
		ip := pick(w, "192.0.2.7", "2001:db8::1", "192.0.2.8")
		o.IPs = []netip.Addr{netip.MustParseAddr(ip)}
		*args = append(*args, "-verify_ip", ip)
	}
}

func writePEM(t *testing.T, path, label string, blocks ...[]byte) {
	t.Helper()
	var out bytes.Buffer
	for _, b := range blocks {
		if err := pem.Encode(&out, &pem.Block{Type: label, Bytes: b}); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func ders(nodes []*node) (list [][]byte) {
	for _, n := range nodes {
		list = append(list, n.der)
	}
	return list
}

var firstError = regexp.MustCompile(`error (\d+) at (\d+) depth lookup`)

// peer asks openssl verify: the first error's number and depth.
func (w *world) peer(program, dir string, args []string) (code, depth int, output string) {
	writePEM(w.t, filepath.Join(dir, "leaf.pem"), "CERTIFICATE", w.leaf.der)
	writePEM(w.t, filepath.Join(dir, "anchors.pem"), "CERTIFICATE", ders(w.anchors)...)
	args = append([]string{"verify"}, append(args, "-CAfile", "anchors.pem")...)
	if len(w.untrusted) > 0 {
		writePEM(w.t, filepath.Join(dir, "untrusted.pem"), "CERTIFICATE", ders(w.untrusted)...)
		args = append(args, "-untrusted", "untrusted.pem")
	}
	if len(w.crls) > 0 {
		writePEM(w.t, filepath.Join(dir, "crls.pem"), "X509 CRL", w.crls...)
		args = append(args, "-CRLfile", "crls.pem")
	}
	cmd := exec.Command(program, append(args, "leaf.pem")...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	m := firstError.FindSubmatch(out)
	if m == nil {
		if err != nil {
			w.t.Fatalf("openssl %v: %v\n%s", args, err, out)
		}
		return 0, 0, string(out)
	}
	code, _ = strconv.Atoi(string(m[1]))
	depth, _ = strconv.Atoi(string(m[2]))
	return code, depth, string(out)
}

func (w *world) parse(b []byte) *trust.Certificate {
	c, err := trust.ParseCertificate(b)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *world) ours(o trust.Options) *trust.Result {
	o.Anchors = trust.NewStore()
	for _, n := range w.anchors {
		o.Anchors.AddCertificate(w.parse(n.der))
	}
	for _, n := range w.untrusted {
		o.Untrusted = append(o.Untrusted, w.parse(n.der))
	}
	for _, b := range w.crls {
		l, err := trust.ParseCRL(b)
		if err != nil {
			w.t.Fatal(err)
		}
		o.CRLs = append(o.CRLs, l)
	}
	o.Revocation = revocation.OpenSSL{}
	return trust.VerifyOpenSSL(w.parse(w.leaf.der), o)
}

// TestAgreesWithOpenSSL draws chains with faults and options, and compares the first
// error with that of `openssl verify`: number and depth. TRUST_DIFF_CASES and
// TRUST_DIFF_SEED ask for more or other cases.
func TestAgreesWithOpenSSL(t *testing.T) {
	program := openssl(t)
	cases, seed := envInt("TRUST_DIFF_CASES", 80), envInt("TRUST_DIFF_SEED", 1)
	var keys []crypto.Signer
	for range 5 {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key)
	}
	dir := t.TempDir()
	seen := make(map[trust.Code]int)
	for i := range cases {
		w := &world{t: t, r: mathrand.New(mathrand.NewPCG(uint64(seed), uint64(i))), keys: keys}
		w.build()
		o, args := w.options()
		code, depth, output := w.peer(program, dir, args)
		r := w.ours(o)
		seen[r.Code]++
		if r.Code != trust.Code(code) || code != 0 && r.Depth != depth {
			t.Errorf("seed %d case %d: openssl %d (%s) at %d, ours %d (%s) at %d; args %v\n%s",
				seed, i, code, trust.Code(code), depth, r.Code, r.Code, r.Depth, args, output)
			if os.Getenv("TRUST_DIFF_KEEP") != "" {
				_ = os.CopyFS(filepath.Join(os.Getenv("TRUST_DIFF_KEEP"), fmt.Sprint(i)), os.DirFS(dir))
			}
		}
		clear := []string{"untrusted.pem", "crls.pem"}
		for _, f := range clear {
			_ = os.Remove(filepath.Join(dir, f))
		}
	}
	const variety = 10
	if len(seen) < variety {
		t.Errorf("only %d different outcomes: %v", len(seen), seen)
	}
	t.Logf("outcomes: %v", seen)
}

func envInt(name string, standard int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return standard
}
