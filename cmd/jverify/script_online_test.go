package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/crypto/ocsp"

	"github.com/jsign-jp/jsign/sign"
)

// network is a root, a CA and a signer whose certificates name servers on loopback: an
// OCSP responder for the signer, CRLs for both.
type network struct {
	server           *httptest.Server
	root, ca, signer *x509.Certificate
	rootKey, caKey   *ecdsa.PrivateKey
	revoked          atomic.Bool // the signer
	down             atomic.Bool // all is answered with 503
	noOCSP           atomic.Bool // the responder is not there
	asked            atomic.Int32
}

// networkKey is where a script's network is kept.
type networkKey struct{}

// netCommand is the command of scripts for servers; see TestScripts.
func netCommand(ts *testscript.TestScript, _ bool, args []string) {
	if args[0] == "start" {
		n := startNetwork(ts)
		*ts.Value(networkKey{}).(**network) = n
		ts.Defer(n.server.Close)
		return
	}
	n := *ts.Value(networkKey{}).(**network)
	if n == nil {
		ts.Fatalf("net start comes first")
	}
	switch args[0] {
	case "revoke":
		n.revoked.Store(true)
	case "down":
		n.down.Store(true)
	case "no-ocsp":
		n.noOCSP.Store(true)
	case "asked": // since the last time
		want, err := strconv.Atoi(args[1])
		ts.Check(err)
		if got := int(n.asked.Swap(0)); got != want {
			ts.Fatalf("asked %d times, not %d", got, want)
		}
	default:
		ts.Fatalf("unknown word %q", args[0])
	}
}

// startNetwork makes the PKI and its servers, and writes root.pem, contract.pdf and
// letter.p7s, the signature of letter.txt.
func startNetwork(ts *testscript.TestScript) *network {
	n := &network{}
	n.server = httptest.NewServer(n)
	serial := int64(0)
	issue := func(name string, parent *x509.Certificate, by *ecdsa.PrivateKey, change func(*x509.Certificate)) (*x509.Certificate, *ecdsa.PrivateKey) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		ts.Check(err)
		serial++
		c := &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().AddDate(0, 0, -1), NotAfter: time.Now().AddDate(0, 0, 1),
			IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		}
		change(c)
		if parent == nil {
			parent, by = c, key
		}
		der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, by)
		ts.Check(err)
		c, err = x509.ParseCertificate(der)
		ts.Check(err)
		return c, key
	}
	n.root, n.rootKey = issue("Root", nil, nil, func(*x509.Certificate) {})
	n.ca, n.caKey = issue("CA", n.root, n.rootKey, func(c *x509.Certificate) { c.CRLDistributionPoints = []string{n.server.URL + "/root.crl"} })
	var key *ecdsa.PrivateKey
	n.signer, key = issue("Signer", n.ca, n.caKey, func(c *x509.Certificate) {
		c.IsCA, c.KeyUsage = false, x509.KeyUsageDigitalSignature
		c.CRLDistributionPoints, c.OCSPServer = []string{n.server.URL + "/ca.crl"}, []string{n.server.URL + "/ocsp"}
	})
	ts.Check(os.WriteFile(ts.MkAbs("root.pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: n.root.Raw}), 0o600))
	n.sign(ts, testKey{key, []*x509.Certificate{n.signer, n.ca}})
	return n
}

func (n *network) sign(ts *testscript.TestScript, key testKey) {
	source, err := os.ReadFile(filepath.Join("..", "..", "testdata", "demo", "contract.pdf"))
	ts.Check(err)
	var contract, letter bytes.Buffer
	ts.Check(sign.PDF(context.Background(), &contract, bytes.NewReader(source), int64(len(source)), key, sign.PDFOptions{}))
	text := []byte(ts.ReadFile("letter.txt"))
	ts.Check(sign.CMS(context.Background(), &letter, bytes.NewReader(text), int64(len(text)), key, sign.CMSOptions{}))
	ts.Check(os.WriteFile(ts.MkAbs("contract.pdf"), contract.Bytes(), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs("letter.p7s"), letter.Bytes(), 0o600))
}

func (n *network) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.asked.Add(1)
	if n.down.Load() || n.noOCSP.Load() && r.URL.Path == "/ocsp" {
		http.Error(w, "later", http.StatusServiceUnavailable)
		return
	}
	body, err := n.answer(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", map[string]string{"/ocsp": "application/ocsp-response"}[r.URL.Path])
	_, _ = w.Write(body) // the client tells
}

func (n *network) answer(r *http.Request) ([]byte, error) {
	from, to := time.Now().Add(-time.Minute), time.Now().Add(time.Hour)
	list := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: from, NextUpdate: to}
	status := ocsp.Good
	if n.revoked.Load() {
		status = ocsp.Revoked
		list.RevokedCertificateEntries = []x509.RevocationListEntry{{SerialNumber: n.signer.SerialNumber, RevocationTime: from, ReasonCode: ocsp.KeyCompromise}}
	}
	switch r.URL.Path {
	case "/root.crl":
		list.RevokedCertificateEntries = nil
		return x509.CreateRevocationList(rand.Reader, list, n.root, n.rootKey)
	case "/ca.crl":
		return x509.CreateRevocationList(rand.Reader, list, n.ca, n.caKey)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	if err != nil {
		return nil, err
	}
	q, err := ocsp.ParseRequest(body)
	if err != nil {
		return nil, err
	}
	return ocsp.CreateResponse(n.ca, n.ca, ocsp.Response{
		Status: status, SerialNumber: q.SerialNumber, IssuerHash: crypto.SHA1, ThisUpdate: from, NextUpdate: to,
		RevokedAt: from, RevocationReason: ocsp.KeyCompromise,
	}, n.caKey)
}

// unzip writes the files of an archive into a folder.
func unzip(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: unzip FILE FOLDER")
	}
	z, err := zip.OpenReader(ts.MkAbs(args[0]))
	ts.Check(err)
	defer z.Close()
	for _, f := range z.File {
		name := filepath.Join(ts.MkAbs(args[1]), filepath.FromSlash(f.Name))
		if !filepath.IsLocal(f.Name) || strings.HasSuffix(f.Name, "/") {
			ts.Fatalf("entry %q", f.Name)
		}
		ts.Check(os.MkdirAll(filepath.Dir(name), 0o700))
		r, err := f.Open()
		ts.Check(err)
		data, err := io.ReadAll(r)
		ts.Check(err)
		ts.Check(os.WriteFile(name, data, 0o600))
	}
}

// moment sets $AT to the moment that a report for programs was made for.
func moment(ts *testscript.TestScript, _ bool, args []string) {
	var report struct{ Time string }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &report))
	if report.Time == "" {
		ts.Fatalf("%s has no time", args[0])
	}
	ts.Setenv("AT", report.Time)
}
