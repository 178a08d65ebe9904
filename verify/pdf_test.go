package verify_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"encoding/asn1"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/verify"
)

// TestPDFReport: what is reported of one ordinary signature, with and without
// trust and revocation.
func TestPDFReport(t *testing.T) {
	file := signedPDF(t, formPDF(), sign.PDFOptions{Reason: "agreed"})
	r := verifyPDF(t, file)
	if len(r.Signatures) != 1 || strings.Join(r.EmptyFields, " ") != "later locking" {
		t.Fatalf("%d signatures, empty fields %q", len(r.Signatures), r.EmptyFields)
	}
	s := r.Signatures[0]
	if s.Integrity != verify.Intact || s.Coverage != verify.CoversFile || s.Changes != verify.ChangesNone ||
		s.Indication != verify.TotalPassed || s.Revocation != verify.RevocationNotChecked || s.ClaimedTime.IsZero() || s.Signer == nil {
		t.Errorf("%+v", s)
	}
	for name, c := range map[string]struct {
		change func(*verify.PDFOptions)
		sub    verify.SubIndication
	}{
		"no anchors":          {func(o *verify.PDFOptions) { o.Trust.Anchors = nil }, verify.NoCertificateChainFound},
		"revocation demanded": {func(o *verify.PDFOptions) { o.RevocationOptional = false }, verify.TryLater},
	} {
		opt := pdfOptions(t)
		c.change(&opt)
		r, err := verify.PDF(context.Background(), bytes.NewReader(file), int64(len(file)), opt)
		if err != nil {
			t.Fatal(err)
		}
		s := r.Signatures[0]
		if s.Integrity != verify.Intact || s.Changes != verify.ChangesNone || s.Indication != verify.Indeterminate || s.SubIndication != c.sub {
			t.Errorf("%s: %s %s %s %s", name, s.Integrity, s.Changes, s.Indication, s.SubIndication)
		}
	}
}

// TestPDFUnsigned: a file without signatures is no success.
func TestPDFUnsigned(t *testing.T) {
	r := verifyPDF(t, formPDF())
	if r.Valid() || len(r.Signatures) != 0 || len(r.Findings) == 0 || r.Findings[0].Code != "no-signature" {
		t.Errorf("%+v", r)
	}
}

// TestPDFOrphan: what looks like a signature and is none is told, and is no
// signature.
func TestPDFOrphan(t *testing.T) {
	m := made{t, signedPDF(t, formPDF(), sign.PDFOptions{})}
	r := verifyPDF(t, m.later(map[int]string{100: fakeSig, objInfo: "<< /Orphan 100 0 R >>"}))
	found := false
	for _, f := range r.Findings {
		found = found || f.Code == "orphan-signature"
	}
	if !found || len(r.Signatures) != 1 {
		t.Errorf("%d signatures, findings %v", len(r.Signatures), r.Findings)
	}
}

// TestPDFOrphanInObjectStream: so is one that is compressed.
func TestPDFOrphanInObjectStream(t *testing.T) {
	m := made{t, signedPDF(t, richPDF(), sign.PDFOptions{})}
	r := verifyPDF(t, compressed(m, 120, fakeSig))
	if !slices.ContainsFunc(r.Findings, func(f verify.Finding) bool { return f.Code == "orphan-signature" }) {
		t.Errorf("findings %v", r.Findings)
	}
}

// TestPDFCancelled: the context ends the work.
func TestPDFCancelled(t *testing.T) {
	file := signedPDF(t, formPDF(), sign.PDFOptions{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := verify.PDF(ctx, bytes.NewReader(file), int64(len(file)), pdfOptions(t)); err != context.Canceled {
		t.Errorf("error %v", err)
	}
}

// TestPDFEncrypted: without the password integrity and coverage are judged all
// the same, also where the form is in an object stream that is encrypted.
func TestPDFEncrypted(t *testing.T) {
	path, err := exec.LookPath("qpdf")
	if err != nil {
		missing(t, "qpdf")
	}
	for name, option := range map[string]string{"objects": "--object-streams=disable", "object streams": "--object-streams=generate"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			in, out := filepath.Join(dir, "in.pdf"), filepath.Join(dir, "out.pdf")
			putFile(t, in, formPDF())
			if text, err := exec.Command(path, "--encrypt", "secret", "owner", "256", "--", option, in, out).CombinedOutput(); err != nil && len(text) == 0 {
				t.Fatal(err)
			}
			once := signedPDF(t, getFile(t, out), sign.PDFOptions{Password: []byte("secret")})
			twice := signedPDF(t, once, sign.PDFOptions{Password: []byte("secret")})
			for _, password := range []string{"secret", ""} {
				checkEncrypted(t, once, password, verify.CoversFile, verify.ChangesNone)
			}
			checkEncrypted(t, twice, "secret", verify.CoversRevision, verify.ChangesPermitted)
			broken := bytes.Clone(once)
			broken[bytes.Index(broken, []byte("stream"))+20] ^= 1
			if r := verifyEncrypted(t, broken, ""); r.Valid() || r.Signatures[0].Integrity != verify.Broken {
				t.Errorf("a changed byte: %s", judged{report: r}.why())
			}
		})
	}
}

func verifyEncrypted(t *testing.T, file []byte, password string) *verify.Report {
	t.Helper()
	opt := pdfOptions(t)
	opt.Password = []byte(password)
	r, err := verify.PDF(context.Background(), bytes.NewReader(file), int64(len(file)), opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func checkEncrypted(t *testing.T, file []byte, password string, coverage verify.Coverage, changes verify.Changes) {
	t.Helper()
	r := verifyEncrypted(t, file, password)
	if len(r.Signatures) == 0 {
		t.Fatalf("password %q: no signature", password)
	}
	if s := r.Signatures[0]; s.Integrity != verify.Intact || s.Coverage != coverage || s.Changes != changes {
		t.Errorf("password %q: %s", password, judged{report: r}.why())
	}
}

// TestPDFOldForms: adbe.pkcs7.sha1 and adbe.x509.rsa_sha1, each right and with
// one byte changed.
func TestPDFOldForms(t *testing.T) {
	for name, value := range map[string]func(digest [20]byte) []byte{
		"adbe.x509.rsa_sha1": func(digest [20]byte) []byte {
			signature, err := rsa.SignPKCS1v15(rand.Reader, ca.Key(ca.OrgRSA2048).(*rsa.PrivateKey), crypto.SHA1, digest[:])
			if err != nil {
				t.Fatal(err)
			}
			encoded, err := asn1.Marshal(signature)
			if err != nil {
				t.Fatal(err)
			}
			return encoded
		},
		"adbe.pkcs7.sha1": func(digest [20]byte) []byte {
			var out bytes.Buffer
			if err := sign.CMS(context.Background(), &out, bytes.NewReader(digest[:]), int64(len(digest)), pdfOrgKey(), sign.CMSOptions{Attached: true}); err != nil {
				t.Fatal(err)
			}
			return out.Bytes()
		},
	} {
		t.Run(name, func(t *testing.T) {
			file := oldForm(t, name, value)
			opt := pdfOptions(t)
			opt.Trust.Algorithms = anyAlgorithm()
			if r := verifyPDFBy(t, file, opt); !r.Valid() {
				t.Errorf("not valid: %s", judged{report: r}.why())
			}
			if s := verifyPDF(t, file).Signatures[0]; s.Integrity != verify.Intact || s.SubIndication != verify.CryptoConstraintsNoPOE {
				t.Errorf("SHA-1 today: %s, %s / %s", s.Integrity, s.Indication, s.SubIndication)
			}
			file[bytes.Index(file, []byte("Pay 100"))+4] = '9'
			if r := verifyPDF(t, file); r.Valid() || r.Signatures[0].Integrity != verify.Broken {
				t.Errorf("valid when changed: %s", judged{report: r}.why())
			}
		})
	}
}

// oldForm signs the form document in one of the forms that sign does not make.
func oldForm(t *testing.T, subFilter string, value func([20]byte) []byte) []byte {
	t.Helper()
	const room = 4000
	cert := fmt.Sprintf("/Cert <%x>", ca.DER(ca.OrgRSA2048))
	if subFilter == "adbe.x509.rsa_sha1" {
		cert = fmt.Sprintf("/Cert [<%x> <%x>]", ca.DER(ca.OrgRSA2048), ca.DER(ca.OrgCA))
	}
	m := made{t, formPDF()}
	file := m.later(map[int]string{
		objEmpty: m.with(objEmpty, "/FT /Sig", "/FT /Sig /V 100 0 R"),
		100:      "<< /Type /Sig /SubFilter /" + subFilter + " " + cert + " /ByteRange [0 AAAAAAAAAA BBBBBBBBBB CCCCCCCCCC] /Contents <" + strings.Repeat("0", 2*room) + "> >>",
	})
	start := bytes.Index(file, []byte("<"+strings.Repeat("0", 2*room)))
	end := start + 2*room + 2
	for mark, n := range map[string]int{"AAAAAAAAAA": start, "BBBBBBBBBB": end, "CCCCCCCCCC": len(file) - end} {
		file = bytes.Replace(file, []byte(mark), fmt.Appendf(nil, "%-10d", n), 1)
	}
	h := sha1.New()
	h.Write(file[:start])
	h.Write(file[end:])
	copy(file[start+1:], fmt.Appendf(nil, "%x", value([20]byte(h.Sum(nil)))))
	return file
}

// TestPDFProfileMOJ: what the registry profile signs meets its rules; each
// departure is told under its id.
func TestPDFProfileMOJ(t *testing.T) {
	opt := pdfOptions(t)
	opt.Profile = verify.ProfileMOJ
	moj := made{t, signedPDF(t, formPDF(), sign.PDFOptions{Name: "見本 花子"})}
	for name, c := range map[string]struct {
		file  []byte
		unmet string
	}{
		"moj":           {moj.file, ""},
		"two signers":   {signedPDF(t, moj.file, sign.PDFOptions{Name: "a"}), ""},
		"pades":         {signedPDF(t, formPDF(), sign.PDFOptions{Profile: sign.ProfilePAdES, Name: "a"}), "C2"},
		"later changes": {moj.later(map[int]string{objInfo: "<< >>"}), "C5"},
	} {
		r, err := verify.PDF(context.Background(), bytes.NewReader(c.file), int64(len(c.file)), opt)
		if err != nil {
			t.Fatal(err)
		}
		var unmet []string
		for _, rule := range r.Rules {
			if rule.State == verify.RuleUnmet {
				unmet = append(unmet, rule.ID)
			}
			if strings.Contains(rule.Value.In(lang.Japanese)+rule.Value.In(lang.English), "花子") {
				t.Errorf("%s: %s shows the name", name, rule.ID)
			}
		}
		if strings.Join(unmet, " ") != c.unmet || len(r.Rules) != 9*len(r.Signatures) || r.Conforms() != (c.unmet == "") {
			t.Errorf("%s: unmet %v of %d rules, want %q", name, unmet, len(r.Rules), c.unmet)
		}
	}
}

// TestSignedRevision: what is extracted is the file as it was.
func TestSignedRevision(t *testing.T) {
	first := signedPDF(t, formPDF(), sign.PDFOptions{Field: "later"})
	second := signedPDF(t, first, sign.PDFOptions{})
	for n, want := range map[int]int{1: len(first), 2: len(second)} {
		got, err := verify.SignedRevision(bytes.NewReader(second), int64(len(second)), nil, n)
		if err != nil || got != int64(want) {
			t.Errorf("signature %d: %d bytes, want %d (%v)", n, got, want, err)
		}
	}
	if _, err := verify.SignedRevision(bytes.NewReader(second), int64(len(second)), nil, 3); err == nil {
		t.Error("there is no third signature")
	}
}
