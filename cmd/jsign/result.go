package main

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/jsign-jp/jsign/internal/identity"
	"github.com/jsign-jp/jsign/internal/lang"
)

// result is what was done with one file, as --json prints it.
type result struct {
	Input           string `json:"input"`
	Output          string `json:"output"`
	Kind            string `json:"kind"`                      // "pdf" or "cms"
	Profile         string `json:"profile,omitempty"`         // of a PDF
	Field           string `json:"field,omitempty"`           // of a PDF
	Format          string `json:"format,omitempty"`          // of a CMS
	Level           string `json:"level,omitempty"`           // "b-b" …, what was reached
	LevelMissed     string `json:"levelMissed,omitempty"`     // why it is not the one asked for
	DigestAlgorithm string `json:"digestAlgorithm,omitempty"` // "SHA-256" …
	OutputSHA256    string `json:"outputSha256,omitempty"`    // hex
	Error           string `json:"error,omitempty"`           // why there is no output
}

// report is the whole of --json.
type report struct {
	Version     int           `json:"version"` // 1; grows when a field changes its meaning
	Time        string        `json:"time"`    // RFC 3339, UTC
	Certificate certificate   `json:"certificate"`
	Identity    *identityJSON `json:"identity,omitempty"` // with --show-identity
	Signed      []*result     `json:"signed"`
}

// certificate names the signer's certificate without telling who it is.
type certificate struct {
	SHA256   string `json:"sha256"` // hex, of the DER
	Serial   string `json:"serial"` // hex
	Issuer   string `json:"issuer"`
	NotAfter string `json:"notAfter"`
}

// identityJSON are the holder's four attributes.
type identityJSON struct {
	Name      string `json:"name"`
	Address   string `json:"address"`
	BirthDate string `json:"birthDate"` // ISO 8601, unknown digits as question marks
	Sex       string `json:"sex"`
}

// finished notes what is true once the output is there.
func (r *result) finished(sum hash.Hash) {
	if sum != nil {
		r.OutputSHA256 = hex.EncodeToString(sum.Sum(nil))
	}
}

func describe(c *x509.Certificate) certificate {
	sum := sha256.Sum256(c.Raw)
	return certificate{
		SHA256: hex.EncodeToString(sum[:]), Serial: fmt.Sprintf("%X", c.SerialNumber),
		Issuer: c.Issuer.String(), NotAfter: c.NotAfter.UTC().Format(time.RFC3339),
	}
}

// tell prints what was done: one line a file, or JSON. When a signature itself
// goes to standard output the words go to standard error.
func (a *app) tell(o *signOptions, chain []*x509.Certificate, jobs []*job) error {
	var out io.Writer = a.out
	for _, j := range jobs {
		if hashed, ok := j.document.(interface{ Digest() crypto.Hash }); ok {
			j.result.DigestAlgorithm = hashed.Digest().String()
		}
		if j.out.shown {
			out = a.err
		}
	}
	write := a.tellLines
	if o.json {
		write = a.tellJSON
	}
	if err := write(out, o, chain, jobs); err != nil {
		return fileError(lang.Errorf("the documents are signed, but the report could not be written: %v", "署名は完了しましたが、結果を出力できません: %v", err))
	}
	return nil
}

func (a *app) tellLines(out io.Writer, o *signOptions, chain []*x509.Certificate, jobs []*job) error {
	for _, j := range jobs {
		if j.result.Error != "" {
			continue
		}
		if _, err := fmt.Fprintf(out, "%s -> %s%s\n", lang.Display(j.in.name), lang.Display(j.result.Output), a.levelNote(o, &j.result)); err != nil {
			return err
		}
	}
	if o.identity {
		a.printIdentity(out, chain[0])
	}
	return nil
}

func (a *app) tellJSON(out io.Writer, o *signOptions, chain []*x509.Certificate, jobs []*job) error {
	r := report{Version: 1, Time: a.now().UTC().Format(time.RFC3339), Certificate: describe(chain[0])}
	if id, ok := identity.FromCertificate(chain[0]); o.identity && ok {
		r.Identity = &identityJSON{
			Name: id.Name, Address: id.Address, BirthDate: id.BirthDate.String(), Sex: id.Sex.Message().In(lang.English),
		}
	}
	for _, j := range jobs {
		r.Signed = append(r.Signed, &j.result)
	}
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
