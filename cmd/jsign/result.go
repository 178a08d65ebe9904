package main

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/jsign-jp/jsign/sign"
)

// result is what was done with one file, as --json prints it.
type result struct {
	Input           string `json:"input"`
	Output          string `json:"output"`
	Kind            string `json:"kind"`              // "pdf" or "cms"
	Profile         string `json:"profile,omitempty"` // of a PDF
	Field           string `json:"field,omitempty"`   // of a PDF
	Format          string `json:"format,omitempty"`  // of a CMS
	DigestAlgorithm string `json:"digestAlgorithm"`   // "SHA-256" …
	SignedDigest    string `json:"signedDigest"`      // hex: what the key signed
	OutputSHA256    string `json:"outputSha256"`      // hex
	Error           string `json:"error,omitempty"`   // why there is no output
}

// report is the whole of --json.
type report struct {
	Version     int         `json:"version"` // 1; grows when a field changes its meaning
	Time        string      `json:"time"`    // RFC 3339, UTC
	Certificate certificate `json:"certificate"`
	Signed      []*result   `json:"signed"`
}

// certificate names the signer's certificate without telling who it is.
type certificate struct {
	SHA256   string `json:"sha256"` // hex, of the DER
	Serial   string `json:"serial"` // hex
	Issuer   string `json:"issuer"`
	NotAfter string `json:"notAfter"`
}

func (r *result) bound(t *sign.ToBeSigned) { r.SignedDigest = hex.EncodeToString(t.Digest) }

func describe(c *x509.Certificate) certificate {
	sum := sha256.Sum256(c.Raw)
	return certificate{
		SHA256: hex.EncodeToString(sum[:]), Serial: fmt.Sprintf("%X", c.SerialNumber),
		Issuer: c.Issuer.String(), NotAfter: c.NotAfter.UTC().Format(time.RFC3339),
	}
}

// tell prints what was done: one line a file, or JSON. When a signature itself
// goes to standard output the lines go to standard error.
func (a *app) tell(o *signOptions, chain []*x509.Certificate, jobs []*job) error {
	out := a.out
	for _, j := range jobs {
		if j.result.Output == standardOutput {
			out = a.err
		}
	}
	if o.json {
		return a.tellJSON(out, chain, jobs)
	}
	for _, j := range jobs {
		if j.result.Error == "" {
			fmt.Fprintf(out, "%s -> %s\n", j.in.name, j.result.Output)
		}
	}
	if o.identity {
		a.printIdentity(out, chain[0])
	}
	return nil
}

func (a *app) tellJSON(out *os.File, chain []*x509.Certificate, jobs []*job) error {
	r := report{Version: 1, Time: a.now().UTC().Format(time.RFC3339), Certificate: describe(chain[0])}
	for _, j := range jobs {
		r.Signed = append(r.Signed, &j.result)
	}
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
