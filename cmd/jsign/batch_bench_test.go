//go:build linux

package main

import (
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

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
	const n, rounds = 400, 5
	dir, jsign := shelf(b, n, pdfOf(50_000), ".pdf")
	key := bareKey(b, dir)
	var ratios, rates []float64
	for range rounds {
		bare := signBare(b, key, n)
		_, sum := batchRunOf(b, dir, jsign, "--key", "pem:"+filepath.Join(dir, "cert.pem")+","+filepath.Join(dir, "key.pem"))
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

func bareKey(b *testing.B, dir string) crypto.Signer {
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

// BenchmarkBatchOpenSSL: detached signatures over files of 50 kB, beside a shell
// loop of openssl cms -sign with the same key.
func BenchmarkBatchOpenSSL(b *testing.B) {
	const n, rounds = 100, 3
	dir, jsign := shelf(b, n, []byte(strings.Repeat("letter\n", 7000)), ".txt")
	loop := fmt.Sprintf(`mkdir -p %[1]s/ssl; for f in %[1]s/in/0/*; do openssl cms -sign -binary -in "$f" -signer %[1]s/cert.pem -inkey %[1]s/key.pem -outform DER -out %[1]s/ssl/$(basename $f).p7s || exit 1; done`, dir)
	var ratios []float64
	for range rounds {
		started := time.Now()
		if out, err := exec.Command("sh", "-c", loop).CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		peer := time.Since(started)
		u, _ := batchRunOf(b, dir, jsign, "--key", "pem:"+filepath.Join(dir, "cert.pem")+","+filepath.Join(dir, "key.pem"))
		ratios = append(ratios, peer.Seconds()/u.wall.Seconds())
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[rounds/2], "times-openssl")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkBatch100000 signs 100,000 small files and looks at memory, then opens
// the journal again.
func BenchmarkBatch100000(b *testing.B) {
	const n = 100_000
	dir, jsign := shelf(b, n, []byte("a small file\n"), ".txt")
	key := "pem:" + filepath.Join(dir, "cert.pem") + "," + filepath.Join(dir, "key.pem")
	out := filepath.Join(dir, "out")
	first := measure(b, "sh", "-c", `exec "$0" "$@" >/dev/null`, jsign, "batch", filepath.Join(dir, "in"), "-o", out, "--key", key)
	again := measure(b, "sh", "-c", `exec "$0" "$@" >/dev/null`, jsign, "batch", filepath.Join(dir, "in", "0"), "-o", out, "--key", key, "--resume", "--include", "none")
	b.ReportMetric(first.memory, "MiB")
	b.ReportMetric(n/first.wall.Seconds(), "documents/s")
	b.ReportMetric(again.wall.Seconds(), "s-to-open-the-journal")
	b.ReportMetric(again.memory, "MiB-to-open")
	b.ReportMetric(0, "ns/op")
}
