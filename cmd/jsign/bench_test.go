//go:build linux

package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// bigFile is the size of the large documents: 1 GiB.
const bigFile = 1 << 30

// usage is what one run of a command took.
type usage struct {
	wall   time.Duration
	memory float64 // largest resident set, MiB
}

func measure(b *testing.B, name string, args ...string) usage {
	b.Helper()
	cmd := exec.Command(name, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	if err := cmd.Run(); err != nil {
		b.Fatalf("%s %v: %v\n%s", name, args, err, out.Bytes())
	}
	rusage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return usage{time.Since(start), float64(rusage.Maxrss) / 1024}
}

// compare runs ours and the peer's in turn and reports the median ratio.
func compare(b *testing.B, peer, ours func() usage) {
	b.Helper()
	const rounds = 5
	var ratios, memory, seconds []float64
	peer() // warms the page cache
	for range rounds {
		p, o := peer(), ours()
		ratios = append(ratios, o.wall.Seconds()/p.wall.Seconds())
		seconds = append(seconds, o.wall.Seconds())
		memory = append(memory, o.memory)
	}
	slices.Sort(ratios)
	slices.Sort(seconds)
	b.ReportMetric(ratios[rounds/2], "ratio")
	b.ReportMetric(seconds[rounds/2], "s")
	b.ReportMetric(slices.Max(memory), "MiB")
	b.ReportMetric(0, "ns/op")
}

// noise writes n bytes that do not compress and are the same in every run.
func noise(b *testing.B, w io.Writer, n int64) {
	b.Helper()
	if _, err := io.CopyN(w, rand.NewChaCha8([32]byte{}), n); err != nil {
		b.Fatal(err)
	}
}

// bench is one folder with the commands, a PIN and a document of 1 GiB.
func bench(b *testing.B, name string, head, tail []byte) (jsign, folder, file string) {
	b.Helper()
	folder = b.TempDir()
	out, err := exec.Command("go", "build", "-trimpath", "-o", folder, "github.com/jsign-jp/jsign/cmd/jsign").CombinedOutput()
	if err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(folder, "pin"), []byte("PASSWORD1"), 0o600); err != nil {
		b.Fatal(err)
	}
	file = filepath.Join(folder, name)
	f, err := os.Create(file)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	f.Write(head)
	noise(b, f, bigFile)
	if _, err := f.Write(tail); err != nil {
		b.Fatal(err)
	}
	return filepath.Join(folder, "jsign"), folder, file
}

// signing returns a run of jsign on a file, as a user without a card would.
func signing(b *testing.B, jsign, folder, file string, args ...string) func() usage {
	out := filepath.Join(folder, "out")
	args = append([]string{file, "-o", out, "--force", "--key", "emulator:", "--pin-file", filepath.Join(folder, "pin")}, args...)
	return func() usage { return measure(b, jsign, args...) }
}

// BenchmarkDetached1GiB: a detached signature, as a process, beside openssl's
// digest of the same file.
func BenchmarkDetached1GiB(b *testing.B) {
	jsign, folder, file := bench(b, "big.bin", nil, nil)
	compare(b, func() usage { return measure(b, "openssl", "dgst", "-sha256", file) }, signing(b, jsign, folder, file))
}

// BenchmarkAttached1GiB writes the document too: beside digest and copy.
func BenchmarkAttached1GiB(b *testing.B) {
	jsign, folder, file := bench(b, "big.bin", nil, nil)
	peer := func() usage {
		return measure(b, "sh", "-c", "openssl dgst -sha256 "+file+" && cp "+file+" "+filepath.Join(folder, "copy"))
	}
	compare(b, peer, signing(b, jsign, folder, file, "--attached"))
}

// BenchmarkPDF1GiB signs a PDF that holds one stream of 1 GiB: beside digest and
// copy.
func BenchmarkPDF1GiB(b *testing.B) {
	head := fmt.Sprintf("%%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"+
		"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"+
		"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>\nendobj\n"+
		"4 0 obj\n<</Length %d>>\nstream\n", bigFile)
	offsets := make([]int, 5)
	for i := 1; i <= 4; i++ {
		offsets[i] = strings.Index(head, fmt.Sprintf("%d 0 obj", i))
	}
	end := "\nendstream\nendobj\n"
	var tail strings.Builder
	fmt.Fprintf(&tail, "%sxref\n0 5\n0000000000 65535 f \n", end)
	for _, offset := range offsets[1:] {
		fmt.Fprintf(&tail, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&tail, "trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(head)+bigFile+len(end))
	jsign, folder, file := bench(b, "big.pdf", []byte(head), []byte(tail.String()))
	peer := func() usage {
		return measure(b, "sh", "-c", "openssl dgst -sha256 "+file+" && cp "+file+" "+filepath.Join(folder, "copy"))
	}
	compare(b, peer, signing(b, jsign, folder, file))
}
