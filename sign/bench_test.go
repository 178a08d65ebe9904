package sign_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	digitoruspdf "github.com/digitorus/pdf"
	digitorus "github.com/digitorus/pdfsign/sign"

	"github.com/jsign-jp/jsign/internal/durable"
	"github.com/jsign-jp/jsign/sign"
)

const (
	benchDocuments = 500
	benchSize      = 50_000
	benchBlock     = 25 // documents of one kind in a row, so that a change of load meets all
	benchWriters   = 8  // they wait for the disk, not for the processor
	benchGather    = 2 * time.Millisecond
)

// benchPDF is a document of 6 objects and about 50 kB that does not compress.
func benchPDF() []byte {
	noise := make([]byte, benchSize)
	mathrand.NewChaCha8([32]byte{1}).Read(noise)
	bodies := onePage("", "", streamBody("", string(noise)))
	return handmade{bodies: bodies}.bytes()
}

// bareRSA is the measure: one RSA-2048 signature over a digest, nothing else.
func bareRSA(b *testing.B, key crypto.Signer) {
	digest := sha256.Sum256([]byte("measure"))
	if _, err := key.Sign(rand.Reader, digest[:], crypto.SHA256); err != nil {
		b.Fatal(err)
	}
}

func digitorusSign(b *testing.B, dst io.Writer, file []byte, key testKey) {
	reader := bytes.NewReader(file)
	parsed, err := digitoruspdf.NewReader(reader, reader.Size())
	if err != nil {
		b.Fatal(err)
	}
	err = digitorus.Sign(reader, dst, parsed, reader.Size(), digitorus.SignData{
		Signature: digitorus.SignDataSignature{
			Info:     digitorus.SignDataSignatureInfo{Name: "Yamada", Date: signedAt},
			CertType: digitorus.ApprovalSignature,
		},
		Signer:            key,
		DigestAlgorithm:   crypto.SHA256,
		Certificate:       key.chain[0],
		CertificateChains: [][]*x509.Certificate{key.chain},
	})
	if err != nil {
		b.Fatal(err)
	}
}

// stopwatch adds up the time of each contender, in alternating blocks. Each block
// begins with a collected heap, so that none pays for another's garbage.
type stopwatch map[string]time.Duration

func (s stopwatch) race(contenders map[string]func()) {
	for range benchDocuments / benchBlock {
		for name, run := range contenders {
			runtime.GC()
			start := time.Now()
			for range benchBlock {
				run()
			}
			s[name] += time.Since(start)
		}
	}
}

func (s stopwatch) report(b *testing.B, measure string) {
	for name, took := range s {
		b.ReportMetric(float64(took.Microseconds())/float64(b.N*benchDocuments), name+"-µs/doc")
		if name != measure {
			b.ReportMetric(float64(took)/float64(s[measure]), name+"/"+measure)
		}
	}
}

// BenchmarkPDFMemory signs 500 PDFs of 50 kB in memory, beside the bare RSA
// signature and digitorus/pdfsign.
func BenchmarkPDFMemory(b *testing.B) {
	file, key, watch := benchPDF(), rsaKey(), stopwatch{}
	var out bytes.Buffer
	for b.Loop() {
		watch.race(map[string]func(){
			"RSA": func() { bareRSA(b, key) },
			"jsign": func() {
				out.Reset()
				if err := sign.PDF(b.Context(), &out, bytes.NewReader(file), int64(len(file)), key, sign.PDFOptions{Now: clock}); err != nil {
					b.Fatal(err)
				}
			},
			"pdfsign": func() { out.Reset(); digitorusSign(b, &out, file, key) },
		})
	}
	watch.report(b, "RSA")
}

// BenchmarkPDFOverhead is what jsign adds to the RSA signature: everything but
// key.Sign, which costs nothing here.
func BenchmarkPDFOverhead(b *testing.B) {
	file, key := benchPDF(), rsaKey()
	var out bytes.Buffer
	replay := &replayKey{testKey: key}
	b.ReportAllocs()
	for b.Loop() {
		out.Reset()
		if err := sign.PDF(b.Context(), &out, bytes.NewReader(file), int64(len(file)), replay, sign.PDFOptions{Now: clock}); err != nil {
			b.Fatal(err)
		}
	}
}

// replayKey signs once and returns that signature again: the document and the
// clock stand still, so it stays right.
type replayKey struct {
	testKey
	value []byte
}

func (k *replayKey) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if k.value == nil {
		value, err := k.testKey.Sign(random, digest, opts)
		k.value = value
		return value, err
	}
	return k.value, nil
}

// BenchmarkPDFFiles signs 500 PDFs of 50 kB from file to file, each synced to
// the disk; jsign prepares and writes while the key signs. A goroutine that waits
// for the disk holds its processor until the runtime notices, which can take
// longer than the wait: there is one more for each of those. Otherwise the key
// waits too. Garbage is collected as rarely as in a batch.
func BenchmarkPDFFiles(b *testing.B) {
	cores := runtime.GOMAXPROCS(0)
	runtime.GOMAXPROCS(cores + benchWriters)
	defer runtime.GOMAXPROCS(cores)
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	key, watch := rsaKey(), stopwatch{}
	folder, names := benchFolder(b)
	for b.Loop() {
		for name, run := range map[string]func(out string){
			"RSA":     func(string) { timesEach(names, func(string) { bareRSA(b, key) }) },
			"jsign":   func(out string) { signFolder(b, folder, out, names, key) },
			"pdfsign": func(out string) { timesEach(names, func(name string) { digitorusFile(b, folder, out, name, key) }) },
		} {
			// A folder of its own: ext4 is slow to make files where some were just removed.
			out, err := os.MkdirTemp(folder, name)
			if err != nil {
				b.Fatal(err)
			}
			runtime.GC()
			start := time.Now()
			run(out)
			watch[name] += time.Since(start)
		}
	}
	watch.report(b, "RSA")
}

func benchFolder(b *testing.B) (folder string, names []string) {
	folder, file := b.TempDir(), benchPDF()
	for i := range benchDocuments {
		name := fmt.Sprintf("%03d.pdf", i)
		if err := os.WriteFile(filepath.Join(folder, name), file, 0o600); err != nil {
			b.Fatal(err)
		}
		names = append(names, name)
	}
	return folder, names
}

func timesEach(names []string, f func(string)) {
	for _, name := range names {
		f(name)
	}
}

func digitorusFile(b *testing.B, folder, to, name string, key testKey) {
	file, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		b.Fatal(err)
	}
	out, err := os.Create(filepath.Join(to, name))
	if err != nil {
		b.Fatal(err)
	}
	digitorusSign(b, out, file, key)
	if err := out.Sync(); err != nil {
		b.Fatal(err)
	}
	if err := out.Close(); err != nil {
		b.Fatal(err)
	}
}

// job is a document between two stages.
type job struct {
	name     string
	document *sign.PDFDocument
	value    []byte
}

// signFolder is a pipeline of three stages, as a batch with one card runs it:
// read and bind, sign, write.
func signFolder(b *testing.B, folder, to string, names []string, key testKey) {
	type prepared struct {
		job
		tbs *sign.ToBeSigned
	}
	group := &durable.Group{Gather: benchGather}
	ready, signed, done := make(chan prepared, 4), make(chan job, 4), make(chan error)
	go func() {
		defer close(ready)
		for _, name := range names {
			file, err := os.ReadFile(filepath.Join(folder, name))
			if err != nil {
				b.Error(err)
				return
			}
			d, tbs, err := prepareAndBind(b.Context(), file, key)
			if err != nil {
				b.Error(err)
				return
			}
			ready <- prepared{job{name: name, document: d}, tbs}
		}
	}()
	for range benchWriters {
		go func() {
			var failed error
			for j := range signed {
				if err := writeSigned(b.Context(), filepath.Join(to, j.name), group, j); err != nil {
					failed = err
				}
			}
			done <- failed
		}()
	}
	for p := range ready {
		value, err := p.tbs.SignWith(key)
		if err != nil {
			b.Error(err)
		}
		p.value = value
		signed <- p.job
	}
	close(signed)
	for range benchWriters {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
}

func prepareAndBind(ctx context.Context, file []byte, key testKey) (*sign.PDFDocument, *sign.ToBeSigned, error) {
	d, err := sign.PreparePDF(ctx, bytes.NewReader(file), int64(len(file)), sign.PDFOptions{Now: clock})
	if err != nil {
		return nil, nil, err
	}
	tbs, err := d.Bind(ctx, key.Chain())
	return d, tbs, err
}

func writeSigned(ctx context.Context, path string, group *durable.Group, j job) error {
	out, err := durable.Create(ctx, path, durable.Options{Group: group})
	if err != nil {
		return err
	}
	defer out.Abort()
	if err := j.document.Finish(ctx, out, j.value); err != nil {
		return err
	}
	return out.Commit()
}
