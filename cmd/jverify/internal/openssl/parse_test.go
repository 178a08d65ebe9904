package openssl

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/trust"
)

func TestParse(t *testing.T) {
	tests := []struct {
		args string
		want func(o *Options) bool
	}{
		{"-in a -out b", func(o *Options) bool { return o.In == File{"a", true} && o.Out == File{"b", true} }},
		{"--in=a -out=", func(o *Options) bool { return o.In.Name == "a" && o.Out == File{"", true} }},
		{"-in a -in b", func(o *Options) bool { return o.In.Name == "b" }},
		{"-in a=b", func(o *Options) bool { return o.In.Name == "a=b" }},
		{"-inform der", func(o *Options) bool { return o.Form == DER }},
		{"-inform P", func(o *Options) bool { return o.Form == PEM }},
		{"-crl-check-all --no_CAfile", func(o *Options) bool { return o.Check.CRLCheckAll && o.NoCAFile }},
		{"-nosigs", func(o *Options) bool { return o.NoAttrVerify && o.NoContentVerify && !o.NoVerify }},
		{"-attime -5", func(o *Options) bool { return o.Check.AtTime == Number{-5, true} }},
		{"-verify_depth 0x10", func(o *Options) bool { return o.Check.Depth.Value == 16 }},
		{"-policy 1.2.3 -policy 1.2.4", policies("1.2.3", "1.2.4")},
		{"-policy anyPolicy -policy set-policy-root -policy emailProtection", policies("2.5.29.32.0", "2.23.42.5.0", "1.3.6.1.5.5.7.3.4")},
		{"-policy 1.2.3. -policy 1..2 -policy 1.2.03", policies("1.2.3", "1.0.2", "1.2.3")},
		{"-aes256 -md sha256", func(o *Options) bool { return true }},
		{"-in a x -out b", func(o *Options) bool { return slices.Equal(o.Operands, []string{"x", "-out", "b"}) && !o.Out.Given }},
		{"-in a -- -x", func(o *Options) bool { return slices.Equal(o.Operands, []string{"-x"}) }},
		{"-in -", func(o *Options) bool { return o.In.Name == "-" }},
	}
	for _, tt := range tests {
		o, err := Parse(strings.Fields(tt.args), false)
		if err != nil || !tt.want(o) {
			t.Errorf("%s: %+v, %v", tt.args, o, err)
		}
	}
}

func TestParseMixed(t *testing.T) {
	o, err := Parse([]string{"a.p7s", "-CAfile", "ca.pem", "b"}, true)
	if err != nil || !o.Plain() || !slices.Equal(o.Operands, []string{"a.p7s", "b"}) || o.CAFile.Name != "ca.pem" {
		t.Errorf("%+v, %v", o, err)
	}
	for _, args := range [][]string{{"a", "-in", "b"}, {"-content", "b", "a"}, {"-CAfile", "c"}} {
		if o, _ := Parse(args, true); o.Plain() {
			t.Errorf("%v is openssl's form", args)
		}
	}
}

func TestParseFaults(t *testing.T) {
	tests := []struct {
		args  string
		first string
		lines int
	}{
		{"-bogus", "cms: Unknown cipher: bogus", 1},
		{"-in", "cms: Option -in needs a value", 2},
		{"-binary=1", "cms: Option -binary does not take a value", 2},
		{"-inform XML", `cms: Bad format "XML"`, 3},
		{"-inform P12", `cms: Bad format "P12"; must be one of:`, 5},
		{"-attime x", `cms: Can't parse "x" as a number`, 2},
		{"-verify_depth 99999999999", `cms: Value "99999999999" outside integer range`, 2},
		{"-purpose bogus", "cms: Invalid purpose bogus", 1},
		{"-verify_name bogus", "cms: Invalid verify name bogus", 1},
		{"-policy x", "cms: Invalid Policy x", 1},
		{"-CApath nowhere", "cms: Not a directory: nowhere", 2},
		{"-signer a -signer b", "Multiple signers or keys not allowed", 2},
		{"-cades -noverify", "Incompatible options: CAdES validation requires certs and signed attributes validations", 2},
		{"-noattr -cades", "Incompatible options: CAdES requires signed attributes", 2},
		{"-receipt_request_all", "No Signed Receipts Recipients", 2},
		{"-md bogus", "cms: Unknown option or message digest: bogus", 1},
		{"-verify_ip 1.2.3", "the command line cannot be used", 0},
	}
	for _, tt := range tests {
		_, err := Parse(strings.Fields(tt.args), false)
		var fault *UsageError
		if !errors.As(err, &fault) || fault.Error() != tt.first || len(fault.Lines) != tt.lines {
			t.Errorf("%s: %v", tt.args, err)
		}
	}
}

func TestOtherOperations(t *testing.T) {
	for _, name := range []string{"sign", "encrypt", "verify_receipt=x", "cmsout"} {
		_, err := Parse([]string{"-" + name}, false)
		var fault *UsageError
		if !errors.As(err, &fault) || fault.Own == nil {
			t.Errorf("-%s: %v", name, err)
		}
	}
}

func TestEveryOptionIsThereOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, o := range table {
		folded := strings.ReplaceAll(o.name, "-", "_")
		if seen[folded] {
			t.Errorf("-%s twice", o.name)
		}
		seen[folded] = true
	}
	if len(seen) < 110 {
		t.Errorf("%d options", len(seen))
	}
}

func TestEntryForm(t *testing.T) {
	got := fetchFailed("x").String()
	want := "error:0308010C:digital envelope routines:inner_evp_generic_fetch:unsupported::0:" +
		"Global default library context, Algorithm (x : 0), Properties (<null>)"
	if got != want {
		t.Errorf("got %s", got)
	}
}

func TestUse(t *testing.T) {
	tests := []struct {
		check   Check
		purpose trust.Purpose
		use     trust.TrustUse
	}{
		{Check{}, trust.PurposeSMIMESign, trust.TrustEmail},
		{Check{Purpose: "any"}, trust.PurposeAnyExplicit, trust.TrustEmail},
		{Check{Name: "ssl_server"}, trust.PurposeSSLServer, trust.TrustSSLServer},
		{Check{Name: "ssl_client", Purpose: "smimesign"}, trust.PurposeSMIMESign, trust.TrustSSLClient},
	}
	for _, tt := range tests {
		if purpose, use := tt.check.use(); purpose != tt.purpose || use != tt.use {
			t.Errorf("%+v: %v %v", tt.check, purpose, use)
		}
	}
}

func policies(dotted ...string) func(*Options) bool {
	return func(o *Options) bool {
		return slices.EqualFunc(o.Check.Policies, dotted, func(id trust.OID, s string) bool { return id.String() == s })
	}
}

// TestPolicyNames asks openssl about each name and number: both take it or neither.
func TestPolicyNames(t *testing.T) {
	program, err := exec.LookPath("openssl")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("openssl is missing")
		}
		t.Skip("openssl is missing")
	}
	values := []string{
		"", ".", "1", "1.", "1..", "1..2", "1 2 3", "1.2 3.", "1.2.3  ", " 1.2.3", "1.2.3a", "1.40.1", "2.99", "3.1", "01.2.3", "1.02.3", "0x1.2",
		"1.2.99999999999999999999999", "anypolicy", "E-mail protection", "-1.2",
	}
	for _, o := range objects {
		values = append(values, o.short)
		if o.long != "" {
			values = append(values, o.long)
		}
	}
	for _, v := range values {
		out, err := exec.Command(program, "cms", "-verify", "-policy", v, "-in", os.DevNull).CombinedOutput()
		if err == nil {
			t.Fatalf("openssl verifies nothing: %s", out)
		}
		refused := bytes.Contains(out, []byte("Invalid Policy"))
		if _, ok := parsePolicy(v); ok == refused {
			t.Errorf("%q: taken %v, openssl: %s", v, ok, bytes.SplitN(out, []byte("\n"), 2)[0])
		}
	}
}
