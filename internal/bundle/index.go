package bundle

import (
	"encoding/json"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/trust"
)

// Version is the version of bundle.json.
const Version = 1

const indexName = "bundle.json"

// index is bundle.json.
type index struct {
	Version int       `json:"version"`
	File    Document  `json:"file"`
	Policy  Policy    `json:"policy"`
	Files   material  `json:"files"`
	Answers []answer  `json:"answers"`
	Used    []string  `json:"used"`
	Reports []string  `json:"reports"`
	Time    time.Time `json:"time"`
}

// Document is the file that was judged.
type Document struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Policy is how it was judged.
type Policy struct {
	Name              string    `json:"name"`
	Time              time.Time `json:"time"`
	RequireRevocation bool      `json:"requireRevocation"`
	Profile           string    `json:"profile,omitempty"`
	// Network tells that a Fetcher was asked: with the bundle it answers again.
	Network bool `json:"network"`
	// Anchors are the certificates that were trusted.
	Anchors []Anchor `json:"anchors"`
}

// Anchor is a certificate that was trusted.
type Anchor struct {
	File string `json:"file"` // of the bundle
	// EndsChain tells that it ends a chain though it is not self-signed.
	EndsChain   bool               `json:"endsChain,omitempty"`
	Certificate *trust.Certificate `json:"-"`
}

// material names certificates, CRLs and OCSP responses by their files.
type material struct {
	Certificates []string `json:"certificates,omitempty"`
	CRLs         []string `json:"crls,omitempty"`
	OCSPs        []string `json:"ocsps,omitempty"`
}

// answer is what a Fetcher said of one certificate.
type answer struct {
	Certificate string    `json:"certificate"` // SHA-256
	Issuer      string    `json:"issuer"`
	Material    material  `json:"material"`
	Attempts    []attempt `json:"attempts"`
}

// attempt is a revocation.Attempt.
type attempt struct {
	Location string `json:"location,omitempty"`
	Cached   bool   `json:"cached,omitempty"`
	CRL      string `json:"crl,omitempty"`
	OCSP     string `json:"ocsp,omitempty"`
	// Error is why nothing came, in both languages.
	Error *sentence `json:"error,omitempty"`
}

type sentence struct {
	EN string `json:"en"`
	JA string `json:"ja"`
}

// Error and Message make a sentence the error that it was.
func (s *sentence) Error() string { return s.EN }

// Message is the sentence in both languages.
func (s *sentence) Message() lang.Message { return lang.Message{EN: s.EN, JA: s.JA} }

func (x *index) marshal() ([]byte, error) {
	b, err := json.MarshalIndent(x, "", "  ")
	return append(b, '\n'), err
}
