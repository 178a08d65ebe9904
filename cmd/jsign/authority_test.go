package main

import (
	"crypto/tls"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/jsign-jp/jsign/internal/tsp/tsptest"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// The credentials that a private authority asks for.
const (
	tsaUser     = "user"
	tsaPassword = "timestamp password"
)

// authority returns the script command tsa, which starts a time-stamping authority
// and names it in $TSA. With the argument private it speaks https, with the
// certificate in server.pem, and asks for the credentials and a certificate.
func authority(t *testing.T) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, _ bool, args []string) {
		var handler http.Handler = tsptest.New(t, tsptest.Options{})
		if !slices.Equal(args, []string{"private"}) {
			server := httptest.NewServer(handler)
			ts.Defer(server.Close)
			ts.Setenv("TSA", server.URL)
			return
		}
		server := httptest.NewUnstartedServer(private(handler))
		server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
		server.StartTLS()
		ts.Defer(server.Close)
		ts.Setenv("TSA", server.URL)
		block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
		ts.Check(os.WriteFile(ts.MkAbs("server.pem"), block, 0o600))
	}
}

func private(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, ok := r.BasicAuth(); !ok || user != tsaUser || password != tsaPassword {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// responder serves what the certificates of the test PKI point to. Their hosts do not
// exist: it is a proxy for them.
func responder(ts *testscript.TestScript, _ bool, _ []string) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := path.Base(r.URL.Path)
		switch {
		case r.Method == http.MethodPost && r.Host == "ocsp.organisation.invalid":
			w.Header().Set("Content-Type", "application/ocsp-response")
			name = "org-rsa2048.ocsp"
		case !strings.HasSuffix(name, ".crl"):
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(ca.DER(name))
	}))
	ts.Defer(server.Close)
	ts.Setenv("RESPONDER", server.URL)
}
