//go:build linux

package main

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	digitoruspdf "github.com/digitorus/pdf"
	digitorus "github.com/digitorus/pdfsign/sign"

	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/keys/pemkey"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// pdfOf is a PDF of about size bytes.
func pdfOf(size int) []byte {
	head := "%PDF-1.7\n"
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
		fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", size, strings.Repeat("0 0 m\n", size/6)+strings.Repeat(" ", size%6)),
	}
	body, offsets := head, ""
	for i, o := range objects {
		offsets += fmt.Sprintf("%010d 00000 n \n", len(body))
		body += fmt.Sprintf("%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	return fmt.Appendf(nil, "%sxref\n0 5\n0000000000 65535 f \n%strailer\n<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", body, offsets, len(body))
}

// shelf is a folder of n documents, and what signs them.
func shelf(b *testing.B, n int, content []byte, ext string) (dir, jsign string) {
	b.Helper()
	dir = b.TempDir()
	jsign = filepath.Join(os.Getenv(binariesVariable), "jsign")
	for name, text := range map[string][]byte{
		"pin": []byte("PASSWORD1"), "cert.pem": ca.PEM("org-rsa2048.chain.pem"), "key.pem": ca.PEM("org-rsa2048.key.pem"),
		"p256.pem": ca.PEM("org-p256.chain.pem"), "p256.key.pem": ca.PEM("org-p256.key.pem"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	for i := range n {
		folder := filepath.Join(dir, "in", fmt.Sprint(i/1000))
		if i%1000 == 0 {
			if err := os.MkdirAll(folder, 0o700); err != nil {
				b.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprint(i, ext)), content, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	return dir, jsign
}

// batchRunOf signs the shelf into a new folder and returns what it took and told.
func batchRunOf(b *testing.B, dir, jsign string, args ...string) (usage, totals) {
	b.Helper()
	out, err := os.MkdirTemp(dir, "out")
	if err != nil {
		b.Fatal(err)
	}
	log := filepath.Join(out, "..", "log")
	line := append([]string{"-c", `exec "$0" batch "$@" >` + log + ` 2>&1`, jsign, filepath.Join(dir, "in"), "-o", out, "--json"}, args...)
	u := measure(b, "sh", line...)
	text, err := os.ReadFile(log)
	if err != nil {
		b.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	var last event
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || last.Totals == nil {
		b.Fatalf("%v: %s", err, lines[len(lines)-1])
	}
	return u, *last.Totals
}

// BenchmarkBatchCard: 200 PDFs of 50 kB with a card of three speeds, as a process,
// journal and syncs included. bar is 1.01 x 200 x the card's time + 0.2 s; on a
// machine with other work the emulated card is slower than it should be, and
// bar-at-work takes the time that it did need.
func BenchmarkBatchCard(b *testing.B) {
	for _, card := range []time.Duration{50 * time.Millisecond, 200 * time.Millisecond, 800 * time.Millisecond} {
		b.Run(card.String(), func(b *testing.B) {
			const n = 200
			dir, jsign := shelf(b, n, pdfOf(50_000), ".pdf")
			for b.Loop() {
				u, sum := batchRunOf(b, dir, jsign, "--key", "emulator:?delay="+card.String(), "--pin-file", filepath.Join(dir, "pin"))
				if sum.Signed != n {
					b.Fatalf("%+v", sum)
				}
				b.ReportMetric(u.wall.Seconds(), "s")
				b.ReportMetric(1.01*sum.Busy+0.2, "bar-at-work-s")
				b.ReportMetric(1.01*n*card.Seconds()+0.2, "bar-s")
				b.ReportMetric(sum.Utilisation, "utilisation")
				b.ReportMetric(u.memory, "MiB")
			}
		})
	}
}

// BenchmarkBatchSoftware: PDFs of 50 kB with an RSA-2048 key on all cores, beside
// bare RSA signatures on as many, in alternating blocks.
func BenchmarkBatchSoftware(b *testing.B) {
	const n, rounds = 3000, 5
	dir, jsign := shelf(b, n, pdfOf(50_000), ".pdf")
	key := bareKey(b, dir)
	var ratios, rates []float64
	for range rounds {
		bare := signBare(b, key, n)
		_, sum := batchRunOf(b, dir, jsign, "--key", pemKey(dir))
		again := signBare(b, key, n)
		ratios = append(ratios, (bare+again).Seconds()/2/sum.Seconds)
		rates = append(rates, n/sum.Seconds)
	}
	slices.Sort(ratios)
	slices.Sort(rates)
	b.ReportMetric(ratios[rounds/2], "of-bare-RSA")
	b.ReportMetric(ratios[rounds-1], "best")
	b.ReportMetric(rates[rounds/2], "documents/s")
	b.ReportMetric(0, "ns/op")
}

// pemKey is the RSA key of a shelf.
func pemKey(dir string) string {
	return "pem:" + filepath.Join(dir, "cert.pem") + "," + filepath.Join(dir, "key.pem")
}

func bareKey(b *testing.B, dir string) keys.Session {
	b.Helper()
	k, err := pemkey.Open(filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"), pemkey.Options{})
	if err != nil {
		b.Fatal(err)
	}
	var s keys.Session
	if s, err = k.Unlock(b.Context()); err != nil {
		b.Fatal(err)
	}
	return s
}

// signBare makes n signatures on all cores.
func signBare(b *testing.B, key crypto.Signer, n int) time.Duration {
	b.Helper()
	digest := sha256.Sum256(nil)
	started := time.Now()
	var group sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for range workers {
		group.Go(func() {
			for range n / workers {
				if _, err := key.Sign(rand.Reader, digest[:], crypto.SHA256); err != nil {
					b.Error(err)
				}
			}
		})
	}
	group.Wait()
	return time.Since(started)
}

// BenchmarkBatchPeers: files of 50 kB with one RSA-2048 key. Detached signatures
// beside a shell loop of openssl cms -sign, and PDFs beside digitorus/pdfsign from
// file to file on all cores, each synced, in alternating rounds.
func BenchmarkBatchPeers(b *testing.B) {
	const n, rounds = 200, 5
	texts, jsign := shelf(b, n, []byte(strings.Repeat("letter\n", 7000)), ".txt")
	pdfs, _ := shelf(b, n, pdfOf(50_000), ".pdf")
	key := bareKey(b, pdfs)
	rates := map[string][]float64{}
	for range rounds {
		for name, took := range map[string]time.Duration{
			"openssl":   opensslLoop(b, texts),
			"jsign-cms": wallOf(b, texts, jsign),
			"pdfsign":   pdfsignAll(b, pdfs, key),
			"jsign-pdf": wallOf(b, pdfs, jsign),
		} {
			rates[name] = append(rates[name], n/took.Seconds())
		}
	}
	for name, all := range rates {
		slices.Sort(all)
		b.ReportMetric(all[rounds/2], name+"-documents/s")
	}
	b.ReportMetric(0, "ns/op")
}

// wallOf is a batch as a process, starting included.
func wallOf(b *testing.B, dir, jsign string) time.Duration {
	u, _ := batchRunOf(b, dir, jsign, "--key", pemKey(dir))
	return u.wall
}

func opensslLoop(b *testing.B, dir string) time.Duration {
	loop := fmt.Sprintf(`mkdir -p %[1]s/ssl; for f in %[1]s/in/0/*; do openssl cms -sign -binary -in "$f" -signer %[1]s/cert.pem -inkey %[1]s/key.pem -outform DER -out %[1]s/ssl/$(basename $f).p7s || exit 1; done`, dir)
	return measure(b, "sh", "-c", loop).wall
}

// pdfsignAll signs the shelf with digitorus/pdfsign on all cores.
func pdfsignAll(b *testing.B, dir string, key keys.Session) time.Duration {
	names, err := filepath.Glob(filepath.Join(dir, "in", "*", "*"))
	if err != nil {
		b.Fatal(err)
	}
	out, err := os.MkdirTemp(dir, "pdfsign")
	if err != nil {
		b.Fatal(err)
	}
	started := time.Now()
	next := make(chan string)
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for name := range next {
				if err := pdfsignFile(name, filepath.Join(out, filepath.Base(name)), key); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for _, name := range names {
		next <- name
	}
	close(next)
	group.Wait()
	return time.Since(started)
}

func pdfsignFile(name, output string, key keys.Session) error {
	file, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	out, err := os.Create(output)
	if err != nil {
		return err
	}
	defer out.Close()
	reader := bytes.NewReader(file)
	parsed, err := digitoruspdf.NewReader(reader, reader.Size())
	if err != nil {
		return err
	}
	chain := key.Chain()
	err = digitorus.Sign(reader, out, parsed, reader.Size(), digitorus.SignData{
		Signature: digitorus.SignDataSignature{
			Info:     digitorus.SignDataSignatureInfo{Name: "Yamada", Date: time.Now()},
			CertType: digitorus.ApprovalSignature,
		},
		Signer: key, DigestAlgorithm: crypto.SHA256, Certificate: chain[0], CertificateChains: [][]*x509.Certificate{chain},
	})
	return errors.Join(err, out.Sync())
}

// BenchmarkBatch100000 signs 100,000 small files with a fast key (ECDSA on P-256: it
// is about memory) and looks at memory, then opens the journal again.
func BenchmarkBatch100000(b *testing.B) {
	const n = 100_000
	dir, jsign := shelf(b, n, []byte("a small file\n"), ".txt")
	key := "pem:" + filepath.Join(dir, "p256.pem") + "," + filepath.Join(dir, "p256.key.pem")
	out := filepath.Join(dir, "out")
	first := measure(b, "sh", "-c", `exec "$0" "$@" >/dev/null`, jsign, "batch", filepath.Join(dir, "in"), "-o", out, "--key", key)
	again := measure(b, "sh", "-c", `exec "$0" "$@" >/dev/null`, jsign, "batch", filepath.Join(dir, "in"), "-o", out, "--key", key, "--resume", "--exclude", "*")
	b.ReportMetric(first.memory, "MiB")
	b.ReportMetric(n/first.wall.Seconds(), "documents/s")
	b.ReportMetric(again.wall.Seconds(), "s-to-open-the-journal")
	b.ReportMetric(again.memory, "MiB-to-open")
	b.ReportMetric(0, "ns/op")
}
