package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// pkitsCase is one case of NIST's suite.
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

// args is the command line that a person would type for the case.
func (c *pkitsCase) args(dir string) []string {
	certs, crls := filepath.Join(dir, "certs"), filepath.Join(dir, "crls")
	args := []string{"cert", filepath.Join(certs, c.Cert), "--CAfile", filepath.Join(certs, "TrustAnchorRootCertificate.crt"),
		"--crl", filepath.Join(crls, "TrustAnchorRootCRL.crl"), "--at", "2015-01-01", "--crl-check-all"}
	for _, name := range c.OtherCerts {
		args = append(args, "--untrusted", filepath.Join(certs, name))
	}
	for _, name := range c.CRLs {
		args = append(args, "--crl", filepath.Join(crls, name))
	}
	for _, p := range c.Params.Policies {
		args = append(args, "--policy", p)
	}
	for flag, set := range map[string]bool{
		"--explicit-policy": c.Params.ExplicitPolicy, "--inhibit-mapping": c.Params.MappingInhibit, "--inhibit-any": c.Params.AnyPolicyInhibit,
	} {
		if set {
			args = append(args, flag)
		}
	}
	return args
}

// TestPKITS runs NIST's suite, judged at 2015-01-01, through jverify cert.
func TestPKITS(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "corpus", "pkix", "nist-pkits")
	data, err := os.ReadFile(filepath.Join(dir, "pkits.json"))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no corpus: %v", err)
		}
		t.Skipf("no corpus: %v", err)
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
		want := 4
		if c.Error == nil {
			want = 0
		}
		code, output := runCommand(t, c.args(dir)...)
		if code != want {
			t.Errorf("%s %s: exit code %d, want %d\n%s", c.ID, c.Name, code, want, output)
			continue
		}
		good++
	}
	t.Logf("%d of %d as expected", good, total)
}

// TestOpenSSLOCSP runs OpenSSL's OCSP cases through jverify cert: each at its own
// moment, with the responses it names.
func TestOpenSSLOCSP(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "corpus", "pkix", "openssl-ocsp")
	data, err := os.ReadFile(filepath.Join(dir, "openssl-ocsp.json"))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no corpus: %v", err)
		}
		t.Skipf("no corpus: %v", err)
	}
	var cases []struct {
		Name       string
		Root, Cert string
		OtherCerts []string `json:"other_certs"`
		OCSPs      []string
		Moment     string
		Error      any
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	const total = 29
	good := 0
	for _, c := range cases {
		args := []string{"cert", filepath.Join(dir, c.Cert), "--CAfile", filepath.Join(dir, c.Root), "--at", c.Moment}
		for _, name := range c.OtherCerts {
			args = append(args, "--untrusted", filepath.Join(dir, name))
		}
		for _, name := range c.OCSPs {
			args = append(args, "--ocsp", filepath.Join(dir, name))
		}
		want := 4
		if c.Error == nil {
			want = 0
		}
		code, output := runCommand(t, args...)
		if code != want {
			t.Errorf("%s: exit code %d, want %d\n%s", c.Name, code, want, output)
			continue
		}
		good++
	}
	if good != total {
		t.Errorf("%d of %d as expected", good, total)
	}
}

// runCommand runs jverify in this process and returns its exit code and output.
func runCommand(t *testing.T, args ...string) (int, string) {
	t.Helper()
	out, err := os.CreateTemp(t.TempDir(), "out")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	code := run(context.Background(), args, environment{
		in: null, out: out, err: out, getenv: func(string) string { return "" }, now: time.Now,
		configDir: func() (string, error) { return t.TempDir(), nil },
		cacheDir:  func() (string, error) { return t.TempDir(), nil },
	})
	if _, err := out.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(out)
	if err != nil {
		t.Fatal(err)
	}
	return code, string(text)
}
