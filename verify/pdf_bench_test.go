package verify_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	digitorus "github.com/digitorus/pdfsign/verify"

	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

const (
	benchNoise   = 50_000
	benchObjects = 900
	benchRounds  = 50
	benchBlock   = 5 // of one kind in a row: short, so that some are not interrupted
)

// plainPDF is a document with the bodies from object 4 on; 3 is its page, which
// shows 4.
func plainPDF(bodies ...string) []byte {
	all := map[int]string{1: "<< /Type /Catalog /Pages 2 0 R >>", 2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Used 5 0 R >> >>"}
	for i, body := range bodies {
		all[4+i] = body
	}
	return wholePDF(all)
}

// wholePDF is a file of one revision; object 1 is its catalog.
func wholePDF(all map[int]string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	offsets := writeBodies(&b, all)
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(all)+1)
	for n := 1; n <= len(all); n++ {
		fmt.Fprintf(&b, "%010d 00000 n \n", offsets[n])
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(all)+1, start)
	return b.Bytes()
}

// noisePDF has few objects and size bytes that do not compress.
func noisePDF(size int) []byte {
	noise := make([]byte, size)
	mathrand.NewChaCha8([32]byte{1}).Read(noise)
	return plainPDF(streamOf("", "BT ET"), streamOf("", string(noise)))
}

// objectsPDF has 900 objects in object streams, all of them in use.
func objectsPDF(b *testing.B) []byte {
	b.Helper()
	var list strings.Builder
	bodies := []string{streamOf("", "BT ET"), ""}
	for i := range benchObjects {
		fmt.Fprintf(&list, "%d 0 R ", 6+i)
		bodies = append(bodies, fmt.Sprintf("<< /Name (object %d) /Values [%d 0.5 /Some /Names] >>", i, i))
	}
	bodies[1] = "[" + list.String() + "]"
	path, err := exec.LookPath("qpdf")
	if err != nil {
		b.Skip("qpdf is not installed")
	}
	dir := b.TempDir()
	in, out := filepath.Join(dir, "in.pdf"), filepath.Join(dir, "out.pdf")
	if err := os.WriteFile(in, plainPDF(bodies...), 0o600); err != nil {
		b.Fatal(err)
	}
	if text, err := exec.Command(path, "--object-streams=generate", in, out).CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, text)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		b.Fatal(err)
	}
	return data
}

// cardSigned is signed as the card does: RSA-2048, by a CA of RSA-2048 that is
// trusted itself.
func cardSigned(b *testing.B, file []byte) []byte {
	b.Helper()
	key := pdfKey{ca.Key(ca.Sign), []*x509.Certificate{ca.Certificate(ca.Sign), ca.Certificate(ca.SignCA2)}}
	var out bytes.Buffer
	if err := sign.PDF(context.Background(), &out, bytes.NewReader(file), int64(len(file)), key, sign.PDFOptions{}); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

// BenchmarkPDFSideBySide verifies each document with jsign and with
// digitorus/pdfsign, in alternating blocks, and reports the best block of each as
// a multiple of the best of RSA-2048 verifications.
func BenchmarkPDFSideBySide(b *testing.B) {
	small := cardSigned(b, noisePDF(benchNoise))
	objects := cardSigned(b, objectsPDF(b))
	contenders := map[string][]byte{"50kB": small, "900 objects": objects, "900 objects, later revision": cardSigned(b, objects)}
	anchor, err := trust.ParseCertificate(ca.DER(ca.SignCA2))
	if err != nil {
		b.Fatal(err)
	}
	opt := pdfOptions(b)
	opt.Trust.Anchors = trust.NewStore()
	opt.Trust.Anchors.AddCertificate(anchor)
	key := ca.Certificate(ca.OrgRSA2048).PublicKey.(*rsa.PublicKey)
	digest := sha256.Sum256([]byte("measure"))
	value, err := rsa.SignPKCS1v15(rand.Reader, ca.Key(ca.OrgRSA2048).(*rsa.PrivateKey), crypto.SHA256, digest[:])
	if err != nil {
		b.Fatal(err)
	}
	for name, file := range contenders {
		b.Run(name, func(b *testing.B) {
			times := map[string]time.Duration{}
			measure := func(who string, count int, run func()) {
				begin := time.Now()
				for range count {
					run()
				}
				took := time.Since(begin) / time.Duration(count)
				if best, ok := times[who]; !ok || took < best {
					times[who] = took
				}
			}
			for b.Loop() {
				for range benchRounds {
					measure("rsa", benchBlock, func() {
						if rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], value) != nil {
							b.Fatal("the measure is wrong")
						}
					})
					measure("jsign", benchBlock, func() {
						r, err := verify.PDF(context.Background(), bytes.NewReader(file), int64(len(file)), opt)
						if err != nil || !r.Valid() {
							b.Fatal(err, judged{report: r}.why())
						}
					})
				}
				measure("pdfsign", 1, func() {
					if _, err := digitorus.Verify(bytes.NewReader(file), int64(len(file))); err != nil {
						b.Fatal(err)
					}
				})
			}
			b.ReportMetric(float64(times["jsign"])/float64(times["rsa"]), "jsign/rsa")
			b.ReportMetric(float64(times["pdfsign"])/float64(times["rsa"]), "pdfsign/rsa")
		})
	}
}

// BenchmarkPDFProgram runs the command and pdfsig, program start included.
func BenchmarkPDFProgram(b *testing.B) {
	dir := b.TempDir()
	file := filepath.Join(dir, "signed.pdf")
	if err := os.WriteFile(file, signedPDF(b, noisePDF(benchNoise), sign.PDFOptions{}), 0o600); err != nil {
		b.Fatal(err)
	}
	jverify := filepath.Join(dir, "jverify")
	if text, err := exec.Command("go", "build", "-o", jverify, "../cmd/jverify").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, text)
	}
	for name, args := range map[string][]string{"jverify": {jverify, file}, "pdfsig": {"pdfsig", "-nocert", file}} {
		b.Run(name, func(b *testing.B) {
			if _, err := exec.LookPath(args[0]); err != nil {
				b.Skip(args[0] + " is not installed")
			}
			for b.Loop() {
				text, _ := exec.Command(args[0], args[1:]...).CombinedOutput() // exits with 4: nothing is trusted
				if !strings.Contains(string(text), "ignature") {
					b.Fatalf("%s", text)
				}
			}
		})
	}
}

// hugePDF is the size of the document that must not be held in memory.
const hugePDF = 200 << 20

// BenchmarkPDFHuge verifies 200 MB beside openssl's digest of the same file.
func BenchmarkPDFHuge(b *testing.B) {
	file := filepath.Join(b.TempDir(), "huge.pdf")
	if err := os.WriteFile(file, signedPDF(b, noisePDF(hugePDF), sign.PDFOptions{}), 0o600); err != nil {
		b.Fatal(err)
	}
	opt := pdfOptions(b)
	b.Run("jsign", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f, err := os.Open(file)
			if err != nil {
				b.Fatal(err)
			}
			info, err := f.Stat()
			if err != nil {
				b.Fatal(err)
			}
			r, err := verify.PDF(context.Background(), f, info.Size(), opt)
			if err != nil || !r.Valid() {
				b.Fatal(err, judged{report: r}.why())
			}
			f.Close()
		}
	})
	b.Run("openssl dgst", func(b *testing.B) {
		for b.Loop() {
			if text, err := exec.Command("openssl", "dgst", "-sha256", file).CombinedOutput(); err != nil {
				b.Fatalf("%v: %s", err, text)
			}
		}
	})
}
