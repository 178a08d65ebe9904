package trust_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// corpus returns a folder of the corpus beside the repository; without it the test
// skips, and fails when CI=true.
func corpus(t testing.TB, parts ...string) string {
	t.Helper()
	dir := filepath.Join(append([]string{"..", "..", "shared", "corpus"}, parts...)...)
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no corpus: %v", err)
		}
		t.Skipf("no corpus: %v", err)
	}
	return dir
}

type pkitsCase struct {
	ID         string
	Name       string
	Cert       string
	OtherCerts []string `json:"other_certs"`
	CRLs       []string
	Error      *struct {
		Message string `json:"msg_regex"`
	}
	Params struct {
		Policies         []string `json:"user_initial_policy_set"`
		ExplicitPolicy   bool     `json:"initial_explicit_policy"`
		MappingInhibit   bool     `json:"initial_policy_mapping_inhibit"`
		AnyPolicyInhibit bool     `json:"initial_any_policy_inhibit"`
	}
}

func readCert(t testing.TB, path string) *trust.Certificate {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := trust.ParseCertificate(data)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return c
}

func readCRL(t testing.TB, path string) *trust.CRL {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	l, err := trust.ParseCRL(data)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return l
}

// TestPKITS runs NIST's suite, judged at 2015-01-01, through Verify with full
// revocation checks.
func TestPKITS(t *testing.T) {
	dir := corpus(t, "pkix", "nist-pkits")
	data, err := os.ReadFile(filepath.Join(dir, "pkits.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []pkitsCase
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	const total = 247
	if len(cases) != total {
		t.Fatalf("%d cases, not %d", len(cases), total)
	}
	good := 0
	for _, c := range cases {
		r := trust.Verify(readCert(t, filepath.Join(dir, "certs", c.Cert)), c.options(t, dir))
		if (r.Verdict == trust.Valid) == (c.Error == nil) {
			good++
			continue
		}
		want := "valid"
		if c.Error != nil {
			want = c.Error.Message
		}
		t.Errorf("%s %s: %v at %d (%v), want %s", c.ID, c.Name, r.Code, r.Depth, r.Findings, want)
	}
	t.Logf("%d of %d as expected", good, total)
}

func (c *pkitsCase) options(t *testing.T, dir string) trust.Options {
	opt := trust.Options{
		Anchors: trust.NewStore(), Time: time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC),
		CRLCheckAll: true, Revocation: revocation.Strict{},
		ExplicitPolicy: c.Params.ExplicitPolicy, InhibitMap: c.Params.MappingInhibit, InhibitAny: c.Params.AnyPolicyInhibit,
	}
	opt.Anchors.AddCertificate(readCert(t, filepath.Join(dir, "certs", "TrustAnchorRootCertificate.crt")))
	opt.CRLs = append(opt.CRLs, readCRL(t, filepath.Join(dir, "crls", "TrustAnchorRootCRL.crl")))
	for _, name := range c.OtherCerts {
		opt.Untrusted = append(opt.Untrusted, readCert(t, filepath.Join(dir, "certs", name)))
	}
	for _, name := range c.CRLs {
		opt.CRLs = append(opt.CRLs, readCRL(t, filepath.Join(dir, "crls", name)))
	}
	for _, p := range c.Params.Policies {
		id, ok := trust.ParseOID(p)
		if !ok {
			t.Fatalf("policy %q", p)
		}
		opt.Policies = append(opt.Policies, id)
	}
	return opt
}

// TestPKITSAgreesWithOpenSSL compares VerifyOpenSSL with `openssl verify` on cases of
// the same suite, with every option that it needs; TRUST_PKITS_STEP=1 takes all.
func TestPKITSAgreesWithOpenSSL(t *testing.T) {
	program := openssl(t)
	dir := corpus(t, "pkix", "nist-pkits")
	data, err := os.ReadFile(filepath.Join(dir, "pkits.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []pkitsCase
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	scratch := t.TempDir()
	for i := 0; i < len(cases); i += envInt("TRUST_PKITS_STEP", 6) {
		c := cases[i]
		opt := c.options(t, dir)
		opt.CRLCheck, opt.ExtendedCRL, opt.UseDeltas, opt.PolicyCheck = true, true, true, true
		opt.Revocation = revocation.OpenSSL{}
		leaf := readCert(t, filepath.Join(dir, "certs", c.Cert))
		r := trust.VerifyOpenSSL(leaf, opt)
		code, depth, output := c.peer(t, program, scratch, leaf, opt)
		if r.Code != trust.Code(code) || code != 0 && r.Depth != depth {
			t.Errorf("%s %s: openssl %d at %d, ours %d (%s) at %d\n%s", c.ID, c.Name, code, depth, r.Code, r.Code, r.Depth, output)
		}
	}
}

func (c *pkitsCase) peer(t *testing.T, program, dir string, leaf *trust.Certificate, opt trust.Options) (code, depth int, output string) {
	w := &world{t: t, leaf: &node{der: leaf.Raw}}
	for _, a := range opt.Anchors.Anchors() {
		w.anchors = append(w.anchors, &node{der: a.Raw})
	}
	for _, u := range opt.Untrusted {
		w.untrusted = append(w.untrusted, &node{der: u.Raw})
	}
	for _, l := range opt.CRLs {
		w.crls = append(w.crls, l.Raw)
	}
	args := []string{"-attime", strconv.FormatInt(opt.Time.Unix(), 10), "-no-CApath", "-no-CAstore",
		"-crl_check_all", "-extended_crl", "-use_deltas", "-policy_check"}
	for _, p := range c.Params.Policies {
		args = append(args, "-policy", p)
	}
	for name, set := range map[string]bool{
		"-explicit_policy": opt.ExplicitPolicy, "-inhibit_map": opt.InhibitMap, "-inhibit_any": opt.InhibitAny,
	} {
		if set {
			args = append(args, name)
		}
	}
	for _, f := range []string{"untrusted.pem", "crls.pem"} {
		_ = os.Remove(filepath.Join(dir, f))
	}
	return w.peer(program, dir, args)
}
