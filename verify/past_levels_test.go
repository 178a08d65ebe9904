package verify_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

// chained is a holder with the certificates above it, to sign with.
type chained struct {
	crypto.Signer
	chain []*x509.Certificate
}

func (c chained) Chain() []*x509.Certificate { return c.chain }

// archive is a PDF that is signed and kept in the course of time.
type archive struct {
	t    *testing.T
	w    *town
	file []byte
}

// level says where its parts come from at a time: the authority, and CRLs that were
// issued then, all or none.
func (a *archive) level(level sign.Level, tsa *holder, when, crls string) sign.LevelOptions {
	return sign.LevelOptions{
		Level: level,
		Timestamp: func(_ context.Context, _ crypto.Hash, digest []byte) ([]byte, error) {
			return tsa.tokenFor(digest, when), nil
		},
		Validation: func(_ context.Context, q sign.ValidationQuery) (data sign.ValidationData, err error) {
			if crls == "" {
				return data, nil
			}
			if bytes.Equal(q.Certificate.Raw, a.w.signer.Raw) {
				data.Certificates = [][]byte{a.w.signer.Raw, a.w.ca.Raw, a.w.root.Raw}
				data.CRLs = [][]byte{a.w.ca.crl(crls), a.w.root.crl(crls)}
				return data, nil
			}
			data.Certificates = [][]byte{q.Certificate.Raw, a.w.stampRoot.Raw}
			data.CRLs = [][]byte{a.w.stampRoot.crl(crls)}
			return data, nil
		},
	}
}

func (w *town) signedPDF(t *testing.T, level sign.Level, when, crls string) *archive {
	t.Helper()
	a := &archive{t: t, w: w}
	var out bytes.Buffer
	key := chained{w.signer.key, []*x509.Certificate{w.signer.Certificate, w.ca.Certificate}}
	if err := sign.PDF(context.Background(), &out, bytes.NewReader(formPDF()), int64(len(formPDF())), key,
		sign.PDFOptions{Profile: sign.ProfilePAdES, Level: a.level(level, w.tsa, when, crls)}); err != nil {
		t.Fatal(err)
	}
	a.file = out.Bytes()
	return a
}

// extended lifts the signature, or adds another timestamp.
func (a *archive) extended(level sign.Level, tsa *holder, when, crls string) *archive {
	a.t.Helper()
	var out bytes.Buffer
	if _, err := sign.ExtendPDF(context.Background(), &out, bytes.NewReader(a.file), int64(len(a.file)), sign.ExtendOptions{Level: a.level(level, tsa, when, crls)}); err != nil {
		a.t.Fatal(err)
	}
	a.file = out.Bytes()
	return a
}

// TestPDFKept: PDFs of all levels after the end of the signer, of the authority, and of
// the CA.
func TestPDFKept(t *testing.T) {
	w := newTown()
	last := w.stampRoot.issue("Last TSA", "2040", "2059", withTimestamping)
	stampers := func(when string) [][]byte { return [][]byte{w.stampRoot.crl(when)} }
	revokedCA := func(when string) [][]byte {
		return [][]byte{w.stampRoot.crl("2022-10"), w.root.crl("2022-10", w.ca, when)}
	}
	lta := func() *archive { return w.signedPDF(t, sign.BLTA, "2022-05-20", "2022-05-10") }
	for _, tt := range []struct {
		name    string
		archive *archive
		files   [][]byte
		now     string
		want    verify.Indication
		sub     verify.SubIndication
		level   verify.Level
	}{
		{"B-T when all is in force", w.signedPDF(t, sign.BT, "2022-05-20", "2022-05-10"), append(stampers("2022-05-15"), w.ca.crl("2022-05-15"), w.root.crl("2022-05-15")), "2022-06", passed, "", verify.LevelT},
		{"B-LT after the signer's end", w.signedPDF(t, sign.BLT, "2022-05-20", "2022-05-10"), stampers("2023-12-20"), "2024", passed, "", verify.LevelLT},
		{"B-LTA when all is in force", lta(), nil, "2022-05-21", passed, "", verify.LevelLTA},
		{"B-LTA after the signer's end", lta(), stampers("2023-12-20"), "2024", passed, "", verify.LevelLTA},
		{"B-LTA after the authority's end", lta(), stampers("2029-12-20"), "2030", unclear, verify.OutOfBoundsNoPOE, verify.LevelB},
		{"B-LTA renewed, after the authority's end", lta().extended(sign.BLTA, w.younger, "2025", "2024-12-20"), stampers("2029-12-20"), "2030", passed, "", verify.LevelLTA},
		{"B-LTA renewed too late", lta().extended(sign.BLTA, w.younger, "2029", "2028-12-20"), stampers("2029-12-20"), "2030", unclear, verify.OutOfBoundsNoPOE, verify.LevelT},
		{"B-LTA renewed by a stranger", lta().extended(sign.BLTA, w.stranger, "2025", "2024-12-20"), stampers("2029-12-20"), "2030", unclear, verify.OutOfBoundsNoPOE, verify.LevelB},
		{"B-LTA renewed twice, after both ends", lta().extended(sign.BLTA, w.younger, "2025", "2024-12-20").extended(sign.BLTA, last, "2044", "2043-12-20"), stampers("2049-12-20"), "2050", passed, "", verify.LevelLTA},
		{"B-LT, and the CA was revoked", w.signedPDF(t, sign.BLT, "2022-05-20", "2022-05-10"), revokedCA("2022-09"), "2022-10-10", unclear, verify.RevokedCANoPOE, verify.LevelLT},
		{"B-LTA, and the CA was revoked", lta(), revokedCA("2022-09"), "2022-10-10", passed, "", verify.LevelLTA},
		{"data added behind the document timestamp, and the CA was revoked", w.signedPDF(t, sign.BLTA, "2022-05-20", "").extended(sign.BLT, w.tsa, "2022-05-20", "2022-05-10"), revokedCA("2022-09"), "2022-10-10", unclear, verify.RevokedCANoPOE, verify.LevelLT},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opt := verify.PDFOptions{Trust: trust.Options{Anchors: w.anchors, Purpose: trust.PurposeAny}, ReportOptions: verify.ReportOptions{Time: at(tt.now)}}
			for _, l := range tt.files {
				opt.Material.CRLs = append(opt.Material.CRLs, must(trust.ParseCRL(l)))
			}
			r := verifyPDFBy(t, tt.archive.file, opt)
			s := r.Signatures[0]
			if s.Indication != tt.want || s.SubIndication != tt.sub || s.Level != tt.level {
				t.Errorf("got %s/%s, level %q; want %s/%s, %q; %v", s.Indication, s.SubIndication, s.Level, tt.want, tt.sub, tt.level, s.Findings)
				for _, x := range s.Timestamps {
					t.Log(x.Kind, x.Time, x.Indication, x.SubIndication, x.Findings)
				}
			}
		})
	}
}

// stampedPDF has a document timestamp and no signature; change alters the range.
func (w *town) stampedPDF(t *testing.T, when string, change func(r *[4]int)) []byte {
	t.Helper()
	const room = 4000
	zeros := "<" + strings.Repeat("0", 2*room) + ">"
	file := wholePDF(map[int]string{
		1: "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] /SigFlags 3 >> >>", 2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		3: "<< /Type /Page /Parent 2 0 R /Annots [4 0 R] >>", 4: "<< /Type /Annot /Subtype /Widget /FT /Sig /T (stamp) /Rect [0 0 0 0] /P 3 0 R /V 5 0 R >>",
		5: "<< /Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161 /ByteRange [0 AAAAAAAAAA BBBBBBBBBB CCCCCCCCCC] /Contents " + zeros + " >>",
	})
	start := bytes.Index(file, []byte(zeros))
	r := [4]int{0, start, start + len(zeros), len(file) - start - len(zeros)}
	change(&r)
	for i, mark := range []string{"AAAAAAAAAA", "BBBBBBBBBB", "CCCCCCCCCC"} {
		file = bytes.Replace(file, []byte(mark), fmt.Appendf(nil, "%-10d", r[i+1]), 1)
	}
	digest := sha256.Sum256(append(bytes.Clone(file[r[0]:r[1]]), file[r[2]:r[2]+r[3]]...))
	copy(file[start+1:], fmt.Appendf(nil, "%x", w.tsa.tokenFor(digest[:], when)))
	return file
}

// TestPDFDocumentTimestampAlone: it is told from a signature, and one that leaves more
// out than /Contents is none.
func TestPDFDocumentTimestampAlone(t *testing.T) {
	w := newTown()
	for _, tt := range []struct {
		name   string
		change func(r *[4]int)
		want   verify.Integrity
	}{
		{"whole", func(*[4]int) {}, verify.Intact},
		{"a hole before", func(r *[4]int) { r[1] -= 9 }, verify.Broken},
		{"a hole behind", func(r *[4]int) { r[2], r[3] = r[2]+3, r[3]-3 }, verify.Broken},
		{"the end left out", func(r *[4]int) { r[3] -= 6 }, verify.Broken},
	} {
		opt := verify.PDFOptions{Trust: trust.Options{Anchors: w.anchors, Purpose: trust.PurposeAny}, ReportOptions: verify.ReportOptions{Time: at("2022-06"), RevocationOptional: true}}
		r := verifyPDFBy(t, w.stampedPDF(t, "2022-05-20", tt.change), opt)
		if len(r.Signatures) != 1 || r.Signatures[0].Integrity != tt.want {
			t.Errorf("%s: %s", tt.name, judged{report: r}.why())
		}
		if r.Valid() || r.Signed() || len(r.Findings) == 0 || r.Findings[0].Code != "no-signature" {
			t.Errorf("%s: called signed: %v", tt.name, r.Findings)
		}
	}
}
