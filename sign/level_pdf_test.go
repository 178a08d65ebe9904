package sign_test

import (
	"bytes"
	"context"
	"crypto"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/pades"
	"github.com/jsign-jp/jsign/internal/pdf"
	"github.com/jsign-jp/jsign/internal/tsp"
	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/testdata/ca"
)

func signLevel(t testing.TB, file []byte, key sign.Signer, opt sign.PDFOptions) []byte {
	t.Helper()
	opt.Profile = sign.ProfilePAdES
	var out bytes.Buffer
	if err := sign.PDF(context.Background(), &out, bytes.NewReader(file), int64(len(file)), key, opt); err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(out.Bytes(), file) {
		t.Error("the old file is no prefix of the new one")
	}
	return out.Bytes()
}

func openPDF(t testing.TB, file []byte, password string) *pdf.File {
	t.Helper()
	f, err := pdf.Open(bytes.NewReader(file), int64(len(file)), pdf.Options{Password: []byte(password)})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func findSignatures(t testing.TB, file []byte, password string) []pades.Signature {
	t.Helper()
	d, err := pades.Find(openPDF(t, file, password))
	if err != nil {
		t.Fatal(err)
	}
	return d.Signatures
}

// TestPDFLevels: each level has what EN 319 142-1, 6.3 wants of it, in every kind
// of ordinary file, and other programs read it.
func TestPDFLevels(t *testing.T) {
	t.Parallel()
	d, j, f := newDesk(t), newJudges(t), newForge(t)
	for _, kind := range []string{"qpdf plain", "qpdf linearized object streams", "encrypted R4 AES-128", "encrypted R6 password", "hybrid", "wrong startxref", "form Japanese names"} {
		for _, x := range fixtures() {
			if x.name != kind {
				continue
			}
			file := x.make(f)
			for _, level := range levels() {
				if level != sign.BLTA && kind != "qpdf plain" {
					continue
				}
				t.Run(fmt.Sprintf("%s %s", kind, level), func(t *testing.T) {
					signed := signLevel(t, file, rsaKey(), sign.PDFOptions{Level: d.options(level), Password: []byte(x.password)})
					checkPDFLevel(t, signed, x.password, level)
					path := j.in(t).put("levels.pdf", signed)
					if out, err := j.run(tool(t, "qpdf"), "--password="+x.password, "--check", path); err != nil && kind != "wrong startxref" {
						t.Errorf("qpdf: %v\n%s", err, out)
					}
					if results := j.pdfsig(path, x.password); len(results) == 0 || !results[0].valid {
						t.Errorf("pdfsig: %+v", results)
					}
				})
			}
		}
	}
}

func checkPDFLevel(t *testing.T, file []byte, password string, level sign.Level) {
	t.Helper()
	list := findSignatures(t, file, password)
	want := 1
	if level == sign.BLTA {
		want = 2
	}
	if len(list) != want {
		t.Fatalf("%d signatures, want %d", len(list), want)
	}
	contents := list[0].Dict.Get("Contents").(pdf.String).Bytes
	checkSignatureTimestamp(t, contents)
	store, err := pades.ReadDSS(openPDF(t, file, password).Revision)
	if err != nil {
		t.Fatal(err)
	}
	if level < sign.BLT {
		if len(store.Certificates)+len(store.CRLs)+len(store.OCSPs) > 0 {
			t.Error("there is validation data")
		}
		return
	}
	if len(store.Certificates) != 6 || len(store.CRLs) != 2 || len(store.OCSPs) != 1 {
		t.Errorf("%d certificates, %d CRLs, %d OCSP responses", len(store.Certificates), len(store.CRLs), len(store.OCSPs))
	}
	checkVRI(t, openPDF(t, file, password), contents)
	if level == sign.BLTA {
		checkDocumentTimestamp(t, file, list[1])
	}
}

func checkSignatureTimestamp(t *testing.T, contents []byte) {
	t.Helper()
	sd, err := cms.DecodeBytes(unpadded(t, contents), cms.DecodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	value, ok := sd.Signers[0].UnsignedAttrs.Value(der.AttributeTimeStampToken)
	if !ok {
		t.Fatal("there is no signature timestamp")
	}
	checkToken(t, value, sd.Signers[0].Signature)
}

// checkToken: the token stamps data.
func checkToken(t *testing.T, raw, data []byte) {
	t.Helper()
	token, err := tsp.ParseToken(raw)
	if err != nil {
		t.Fatal(err)
	}
	h := token.Info.Hash.New()
	h.Write(data)
	if _, found := token.CheckSigner(tsp.Options{Digest: h.Sum(nil)}); len(found) > 0 {
		t.Errorf("the token: %v", found)
	}
}

func checkVRI(t *testing.T, f *pdf.File, contents []byte) {
	t.Helper()
	_, catalog, err := f.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	store, _, _ := f.Dict(catalog.Get("DSS"))
	vri, _, _ := f.Dict(store.Get("VRI"))
	sum := crypto.SHA1.New()
	sum.Write(contents)
	entry, ok, err := f.Dict(vri.Get(pdf.Name(bytes.ToUpper([]byte(hex.EncodeToString(sum.Sum(nil)))))))
	if !ok || err != nil || !entry.Has("Cert") || !entry.Has("CRL") || !entry.Has("OCSP") {
		t.Errorf("/VRI of the signature: %v, %v", entry, err)
	}
}

func checkDocumentTimestamp(t *testing.T, file []byte, s pades.Signature) {
	t.Helper()
	if s.Dict.Name("Type") != "DocTimeStamp" || s.Dict.Name("SubFilter") != "ETSI.RFC3161" || s.Dict.Has("M") {
		t.Errorf("document timestamp %v", s.Dict)
	}
	var r [4]int
	for i, o := range s.Dict.Get("ByteRange").(pdf.Array) {
		r[i] = int(o.(pdf.Integer))
	}
	if r[0] != 0 || r[2]+r[3] != len(file) {
		t.Errorf("byte range %v of %d bytes", r, len(file))
	}
	covered := append(bytes.Clone(file[:r[1]]), file[r[2]:]...)
	checkToken(t, s.Dict.Get("Contents").(pdf.String).Bytes, covered)
}

// TestPDFLevelBeforeTheKey: what is missing is told before a signature is asked
// for; with best effort the level is lower, and said.
func TestPDFLevelBeforeTheKey(t *testing.T) {
	t.Parallel()
	file := plain()
	prepare := func(opt sign.LevelOptions) (*sign.PDFDocument, error) {
		return preparePDF(file, sign.PDFOptions{Profile: sign.ProfilePAdES, Level: opt})
	}
	d := newDesk(t)
	d.failAfter = 1
	if _, err := prepare(d.options(sign.BT)); !errors.Is(err, errNoTSA) {
		t.Errorf("no authority: %v", err)
	}
	d.failAfter, d.missing = 0, true
	if _, err := prepare(d.options(sign.BLT)); !errors.Is(err, errNoData) {
		t.Errorf("no revocation data: %v", err)
	}
	opt := d.options(sign.BLTA)
	opt.BestEffort = true
	doc, err := prepare(opt)
	if err != nil {
		t.Fatal(err)
	}
	finished(t, doc, rsaKey())
	if level, why := doc.Level(); level != sign.BT || !errors.Is(why, errNoData) {
		t.Errorf("level %v, %v", level, why)
	}
	if _, err := prepare(sign.LevelOptions{Level: sign.BT}); err == nil {
		t.Error("a timestamp without an authority")
	}
	if _, err := preparePDF(file, sign.PDFOptions{Level: d.options(sign.BT)}); err == nil {
		t.Error("the profile moj has a timestamp")
	}
}

// TestPDFLevelSigner: the data about the signer is there before the key signs.
func TestPDFLevelSigner(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	doc, err := preparePDF(plain(), sign.PDFOptions{Profile: sign.ProfilePAdES, Level: d.options(sign.BLT)})
	if err != nil {
		t.Fatal(err)
	}
	d.missing = true
	if _, err := doc.Bind(context.Background(), rsaKey().Chain()); !errors.Is(err, errNoData) {
		t.Errorf("Bind: %v", err)
	}
}

// TestPDFLevelWritesNothing: a fault behind the signature leaves no output.
func TestPDFLevelWritesNothing(t *testing.T) {
	t.Parallel()
	for _, failAfter := range []int{2, 3} { // signature timestamp, document timestamp
		d := newDesk(t)
		d.failAfter = failAfter
		var out bytes.Buffer
		file := plain()
		err := sign.PDF(context.Background(), &out, bytes.NewReader(file), int64(len(file)), rsaKey(),
			sign.PDFOptions{Profile: sign.ProfilePAdES, Level: d.options(sign.BLTA)})
		if !errors.Is(err, errNoTSA) || out.Len() > 0 {
			t.Errorf("token %d: %v, %d bytes written", failAfter, err, out.Len())
		}
	}
}

// TestPDFLevelTwice: a second signature of level B-LTA keeps the first, and stores
// nothing twice; a certification that forbids changes permits timestamps.
func TestPDFLevelTwice(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	once := signLevel(t, plain(), rsaKey(), sign.PDFOptions{Level: d.options(sign.BLTA)})
	twice := signLevel(t, once, keyOf(ca.OrgP256, ca.OrgCA), sign.PDFOptions{Level: d.options(sign.BLTA)})
	store, err := pades.ReadDSS(openPDF(t, twice, "").Revision)
	if err != nil {
		t.Fatal(err)
	}
	// One certificate and one CRL more; the authority's and the CAs' are there.
	if len(store.Certificates) != 7 || len(store.CRLs) != 3 || len(store.OCSPs) != 1 {
		t.Errorf("%d certificates, %d CRLs, %d OCSP responses", len(store.Certificates), len(store.CRLs), len(store.OCSPs))
	}
	if n := bytes.Count(twice, ca.DER("tsa-ca.crl")); n != 1 {
		t.Errorf("the authority's CRL is stored %d times", n)
	}
	if n := len(findSignatures(t, twice, "")); n != 4 {
		t.Errorf("%d signatures", n)
	}
	certified := signLevel(t, plain(), rsaKey(), sign.PDFOptions{Level: d.options(sign.BLTA), Certify: 1})
	if n := len(findSignatures(t, certified, "")); n != 2 {
		t.Errorf("certified: %d signatures", n)
	}
}
