package revocation_test

import (
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// ocspFolder holds OpenSSL's OCSP cases of old.
const ocspFolder = "../../shared/corpus/pkix/openssl-ocsp"

// ocspCase is one case of the corpus.
type ocspCase struct {
	Name   string
	Root   string
	Other  []string `json:"other_certs"`
	Cert   string
	OCSPs  []string
	Length int `json:"path_len"`
	Moment time.Time
	Error  *struct {
		Message string `json:"msg_regex"`
	}
}

// corpusFile reads a file of the corpus: PEM, or base64.
func corpusFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(ocspFolder, name))
	if err != nil {
		t.Fatal(err)
	}
	if block, _ := pem.Decode(data); block != nil {
		return block.Bytes
	}
	data, err = base64.StdEncoding.DecodeString(strings.ReplaceAll(string(data), "\n", ""))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func corpusCases(t testing.TB) (cases []ocspCase) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(ocspFolder, "openssl-ocsp.json"))
	if err != nil && os.Getenv("CI") != "true" {
		t.Skipf("the corpus is not here: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

func corpusCertificate(t testing.TB, name string) *trust.Certificate {
	t.Helper()
	c, err := trust.ParseCertificate(corpusFile(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// clauses says by which clause each of the corpus' errors is to be refused.
var clauses = map[string]string{
	"Unable to verify OCSP response signature":            "RFC 6960, 3.2 (2)",
	"response signing certificate could not be located":   "RFC 6960, 4.2.2.2",
	"response signing certificate could not be validated": "RFC 6960, 4.2.2.2",
	"OCSP response issuer name hash does not match":       "RFC 6960, 3.2 (1)",
	"OCSP response issuer key hash does not match":        "RFC 6960, 3.2 (1)",
	"OCSP response is not recent enough":                  "RFC 6960, 4.2.2.1",
}

// TestOpenSSLCorpus: each certificate that a good response is for is good, the faulty
// one is unknown, by the clause that its fault breaks.
func TestOpenSSLCorpus(t *testing.T) {
	cases := corpusCases(t)
	passed := 0
	for _, c := range cases {
		if t.Run(c.Name, func(t *testing.T) { judgeCase(t, c) }) {
			passed++
		}
	}
	const all = 29
	if passed != all {
		t.Errorf("%d of %d cases as expected", passed, all)
	}
}

func judgeCase(t *testing.T, c ocspCase) {
	opt := trust.Options{Anchors: trust.NewStore(), Time: c.Moment, PartialChain: true}
	opt.Anchors.AddCertificate(corpusCertificate(t, c.Root))
	for _, name := range c.Other {
		opt.Untrusted = append(opt.Untrusted, corpusCertificate(t, name))
	}
	r := trust.Verify(corpusCertificate(t, c.Cert), opt)
	if r.Verdict != trust.Valid || len(r.Chain) != c.Length {
		t.Fatalf("the path: %v %v, %d certificates", r.Verdict, r.Code, len(r.Chain))
	}
	var embedded revocation.Material
	for _, name := range c.OCSPs {
		o, err := revocation.ParseOCSP(corpusFile(t, name))
		if err != nil {
			t.Fatal(err)
		}
		embedded.OCSPs = append(embedded.OCSPs, o)
	}
	evidence, used := revocation.Gather(t.Context(), revocation.GatherOptions{Path: r.Path(opt), Embedded: embedded})
	good := 0
	for depth, e := range evidence {
		if e.Status == revocation.Good {
			good++
			continue
		}
		if depth < len(c.OCSPs) {
			wantRefusal(t, c, depth, e)
		}
	}
	want := len(c.OCSPs)
	if c.Error != nil {
		want--
	}
	if good != want || len(used.OCSPs) != want {
		t.Errorf("%d certificates are good by %d responses, want %d", good, len(used.OCSPs), want)
	}
}

// wantRefusal demands that the fault is found at its place for its reason.
func wantRefusal(t *testing.T, c ocspCase, depth int, e revocation.Evidence) {
	t.Helper()
	if c.Error == nil {
		t.Fatalf("depth %d: %v", depth, e.Explanation())
	}
	if place := strings.Contains(c.Error.Message, "intermediate certificate 1"); place != (depth == 1) {
		t.Errorf("the fault is at depth %d: %s", depth, c.Error.Message)
	}
	for text, clause := range clauses {
		if c.Name == "delegated_with_intermediate_invalid_wrong_key_in_signing_cert" {
			clause = "RFC 6960, 4.2.2.2" // the responder is named by its key, which no certificate has
		}
		if strings.HasSuffix(c.Error.Message, text) {
			if e.Status != revocation.Unknown || len(e.Refused) != 1 || e.Refused[0].Clause != clause {
				t.Errorf("%v, %+v; want %s", e.Status, e.Refused, clause)
			}
			return
		}
	}
	t.Errorf("no clause for %q", c.Error.Message)
}
