package tsp_test

import (
	"context"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/tsp"
	"github.com/jsign-jp/jsign/trust"

	"github.com/jsign-jp/jsign/testdata/ca"
)

// infoAt is a TSTInfo with a genTime of one's own.
func infoAt(genTime string) []byte {
	imprint := der.Sequence(der.DigestAlgorithm(crypto.SHA256).Marshal(), der.OctetString(sha(nil)))
	return der.Sequence(der.Integer(1), der.ObjectIdentifier(testPolicy), imprint, der.Integer(1), der.Element(der.TagGeneralizedTime, []byte(genTime)))
}

func TestGenTime(t *testing.T) {
	base := time.Date(2025, 4, 1, 9, 30, 5, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"20250401093005Z":      base,
		"20250401093005.25Z":   base.Add(250 * time.Millisecond),
		"20250401093005.250Z":  base.Add(250 * time.Millisecond),
		"20250401093005,25Z":   {},
		"202504010930Z":        {},
		"20250401093005":       {},
		"20250401093005+0900":  {},
		"20250431093005Z":      {},
		"250401093005Z":        {},
		"20250401093005Z junk": {},
	} {
		i, err := tsp.ParseInfo(infoAt(text))
		if want.IsZero() {
			if err == nil {
				t.Errorf("%s is taken as %v", text, i.Time)
			}
			continue
		}
		if err != nil || !i.Time.Equal(want) {
			t.Errorf("%s: %v, %v", text, i, err)
		}
	}
}

func TestParseInfoRefusesOtherVersionsAndTails(t *testing.T) {
	good := infoAt("20250401093005Z")
	if _, err := tsp.ParseInfo(good); err != nil {
		t.Fatal(err)
	}
	second := append([]byte(nil), good...)
	second[4] = 2 // the version's only octet
	for name, b := range map[string][]byte{"empty": nil, "cut": good[:len(good)-1], "tail": append(good[:len(good):len(good)], 0), "version 2": second} {
		if _, err := tsp.ParseInfo(b); err == nil {
			t.Errorf("%s goes through", name)
		}
	}
}

// tsa may be one of the certificate's alternative names.
func TestVerifyAlternativeName(t *testing.T) {
	name, other := der.Element(der.ContextPrimitive|2, []byte("tsa.invalid")), der.Element(der.ContextPrimitive|2, []byte("other.invalid"))
	cert := mint(t, func(c *x509.Certificate) {
		c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Value: der.Sequence(name)})
	})
	digest := sha([]byte("data"))
	for _, c := range []struct {
		name []byte
		want trust.Verdict
	}{{name, trust.Valid}, {other, trust.Invalid}} {
		f := right(digest, nil, moment())
		f.by(cert)
		f.tsa = c.name
		r := judge(t, f, tsp.Options{Digest: digest, Chain: trust.Options{Anchors: anchors(t, ca.TSACA)}})
		if r.Verdict != c.want {
			t.Errorf("%s: %v", c.name, r.Findings)
		}
	}
}

func TestParseResponseKeepsTheReason(t *testing.T) {
	for bit, want := range map[int]tsp.Failure{0: tsp.BadAlgorithm, 2: tsp.BadRequest, 5: tsp.BadDataFormat} {
		p, err := tsp.ParseResponse(refusal(byte(bit), "話"))
		must(t, err)
		if p.Failure != want || p.Status != 2 || len(p.Text) != 1 || p.Text[0] != "話" || p.Token != nil {
			t.Errorf("bit %d: %+v", bit, p)
		}
	}
	p, err := tsp.ParseResponse(der.Sequence(der.Sequence(der.Integer(2))))
	if err != nil || p.Failure != tsp.NoFailure {
		t.Errorf("%+v, %v", p, err)
	}
	for name, b := range map[string][]byte{
		"text not UTF-8": refusal(0, "\xff"),
		"bytes behind":   append(refusal(0, "no"), 0),
	} {
		if _, err := tsp.ParseResponse(b); err == nil {
			t.Errorf("%s goes through", name)
		}
	}
}

// A redirect that keeps the request and the scheme is followed; from https to http is
// not.
func TestRedirects(t *testing.T) {
	good := serve(t, answering(t, func(*forged) {}))
	_, err := stampAt(t, serve(t, redirect(http.StatusTemporaryRedirect, good.URL)).URL, tsp.ClientOptions{})
	must(t, err)
	down := httptest.NewTLSServer(redirect(http.StatusTemporaryRedirect, good.URL))
	t.Cleanup(down.Close)
	own := &tls.Config{RootCAs: x509.NewCertPool()}
	own.RootCAs.AddCert(down.Certificate())
	c := client(t, tsp.ClientOptions{Servers: []tsp.Server{{URL: down.URL, TLS: own}}})
	_, err = c.Stamp(context.Background(), crypto.SHA256, sha(nil))
	wantFault(t, err, tsp.BadRedirect, "another scheme (http)")
	if len(own.NextProtos) != 0 {
		t.Error("the configuration given was changed")
	}
}

func TestRequestMarshal(t *testing.T) {
	q := tsp.Request{Hash: crypto.SHA256, Digest: sha(nil), Policy: testPolicy, Nonce: big.NewInt(300), NoCertificate: true}
	b, err := q.Marshal()
	must(t, err)
	var back query
	if rest, err := asn1.Unmarshal(b, &back); err != nil || len(rest) > 0 {
		t.Fatal(err)
	}
	if back.Nonce.Int64() != 300 || back.CertReq || back.Policy.String() != "1.2.3.4.1" || string(back.Imprint.Digest) != string(q.Digest) {
		t.Errorf("%+v", back)
	}
}
