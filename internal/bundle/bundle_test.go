package bundle_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/bundle"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
)

func certificate(t testing.TB, name string) *trust.Certificate {
	t.Helper()
	c, err := trust.ParseCertificate(ca.DER(name))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// fetcher answers with a CRL for one certificate and fails for others.
type fetcher struct {
	leaf *trust.Certificate
	crl  *trust.CRL
	ocsp *revocation.OCSP
}

func (f fetcher) Fetch(_ context.Context, c, _ *trust.Certificate) (revocation.Material, error) {
	if !c.Equal(f.leaf) {
		return revocation.Material{}, lang.Errorf("%d%% unreachable", "%d%%到達できません", 100)
	}
	return revocation.Material{CRLs: []*trust.CRL{f.crl}, OCSPs: []*revocation.OCSP{f.ocsp}, Attempts: []revocation.Attempt{
		{Location: "http://ocsp.example/", OCSP: f.ocsp},
		{Location: "http://crl.example/", Cached: true, CRL: f.crl},
		{Location: "ldap://crl.example/", Err: errors.New("no answer: 50% lost")},
	}}, nil
}

// made is a bundle with everything that can be in one.
func made(t testing.TB) ([]byte, fetcher, *trust.Certificate) {
	t.Helper()
	crl, err := trust.ParseCRL(ca.DER("sign-ca-2.crl"))
	if err != nil {
		t.Fatal(err)
	}
	response, err := revocation.ParseOCSP(ca.DER("sign.ocsp"))
	if err != nil {
		t.Fatal(err)
	}
	f := fetcher{certificate(t, ca.Sign), crl, response}
	issuer := certificate(t, ca.SignCA2)
	r := bundle.NewRecorder(f)
	if _, err := r.Fetch(t.Context(), f.leaf, issuer); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Fetch(t.Context(), issuer, issuer); err == nil {
		t.Fatal("the fetcher's error is lost")
	}
	c := bundle.Contents{
		Document: bundle.Document{Name: "a.pdf", Size: 3, SHA256: strings.Repeat("ab", 32)},
		Policy:   bundle.Policy{Name: "jsign", Time: time.Unix(1e9, 0).UTC(), Network: true, Anchors: []bundle.Anchor{{Certificate: issuer, EndsChain: true}}},
		Files:    revocation.Material{CRLs: []*trust.CRL{crl}},
		Recorder: r, Reports: map[string][]byte{"report.json": []byte("{}\n")},
		Used: []bundle.Item{{Kind: bundle.Token, DER: []byte{0x30, 0}}},
	}
	c.Add(f.leaf, issuer, issuer)
	var b bytes.Buffer
	if err := bundle.Write(&b, c); err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := bundle.Write(&again, c); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Error("the same contents made other octets")
	}
	return b.Bytes(), f, issuer
}

func TestAnswersComeBack(t *testing.T) {
	octets, f, issuer := made(t)
	b, err := bundle.Read(bytes.NewReader(octets), int64(len(octets)))
	if err != nil {
		t.Fatal(err)
	}
	if text, ok := b.Report("report.json"); !ok || string(text) != "{}\n" || len(b.Files.CRLs) != 1 || b.Document.Size != 3 {
		t.Errorf("%q, %+v", text, b)
	}
	if a := b.Policy.Anchors; len(a) != 1 || !a[0].EndsChain || !a[0].Certificate.Equal(issuer) {
		t.Errorf("anchors: %+v", a)
	}
	want, _ := f.Fetch(t.Context(), f.leaf, issuer)
	got, err := b.Fetcher().Fetch(t.Context(), f.leaf, issuer)
	if err != nil || len(got.Attempts) != len(want.Attempts) || len(got.CRLs) != 1 || len(got.OCSPs) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	for i, a := range got.Attempts {
		w := want.Attempts[i]
		if a.Location != w.Location || a.Cached != w.Cached || (a.CRL != nil) != (w.CRL != nil) || (a.OCSP != nil) != (w.OCSP != nil) {
			t.Errorf("attempt %d: %+v, not %+v", i, a, w)
		}
	}
	for _, l := range []lang.Language{lang.English, lang.Japanese} {
		if got, want := lang.Explain(got.Attempts[2].Err, l), lang.Explain(want.Attempts[2].Err, l); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
	failed, err := b.Fetcher().Fetch(t.Context(), issuer, issuer)
	if err != nil || len(failed.Attempts) != 1 || lang.Explain(failed.Attempts[0].Err, lang.Japanese) != "100%到達できません" {
		t.Errorf("%+v, %v", failed, err)
	}
	if _, err := b.Fetcher().Fetch(t.Context(), issuer, f.leaf); err == nil {
		t.Error("an answer to a question that nobody asked")
	}
}

// TestForgedBundles: what was changed in a bundle is found, whatever it is.
func TestForgedBundles(t *testing.T) {
	octets, _, _ := made(t)
	for name, change := range map[string]func(file string, b []byte) (string, []byte){
		"content": func(file string, b []byte) (string, []byte) {
			if strings.HasPrefix(file, "crls/") {
				b[len(b)-1] ^= 1
			}
			return file, b
		},
		"missing": func(file string, b []byte) (string, []byte) {
			return strings.Replace(file, "ocsps/", "other/", 1), b
		},
		"twice": func(_ string, b []byte) (string, []byte) { return "same", b },
		"version": func(file string, b []byte) (string, []byte) {
			return file, bytes.Replace(b, []byte(`"version": 1`), []byte(`"version": 2`), 1)
		},
		"no index": func(file string, b []byte) (string, []byte) { return "x" + file, b },
	} {
		forged := rezip(t, octets, change)
		if _, err := bundle.Read(bytes.NewReader(forged), int64(len(forged))); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	same := rezip(t, octets, func(file string, b []byte) (string, []byte) { return file, b })
	if _, err := bundle.Read(bytes.NewReader(same), int64(len(same))); err != nil {
		t.Errorf("unchanged: %v", err)
	}
}

func rezip(t *testing.T, octets []byte, change func(string, []byte) (string, []byte)) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(octets), int64(len(octets)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		name, b := change(f.Name, b)
		to, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestZipBomb: a bundle that swells is refused before it fills the memory.
func TestZipBomb(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create("crls/bomb.crl")
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range 65 {
		if _, err := f.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := bundle.Read(bytes.NewReader(b.Bytes()), int64(b.Len())); err == nil {
		t.Error("taken")
	}
}

// FuzzReadNeverPanics: whatever is read answers what it holds, and nothing panics.
func FuzzReadNeverPanics(f *testing.F) {
	octets, _, _ := made(f)
	f.Add(octets)
	leaf := certificate(f, ca.Sign)
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := bundle.Read(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			if lang.Explain(err, lang.Japanese) == "" {
				t.Error("an error without words")
			}
			return
		}
		if b.Fetcher() != nil {
			if m, err := b.Fetcher().Fetch(t.Context(), leaf, leaf); err != nil && len(m.CRLs) > 0 {
				t.Error("an answer beside an error")
			}
		}
	})
}
