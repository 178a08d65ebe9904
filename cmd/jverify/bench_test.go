//go:build linux

package main

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// bigFile is the size of the large documents: 1 GiB.
const bigFile = 1 << 30

// usage is what one run of a command took.
type usage struct {
	wall   time.Duration
	cpu    time.Duration
	memory float64 // largest resident set, MiB; never less than this test's own when it forks
}

func measure(b *testing.B, dir, name string, args ...string) usage {
	b.Helper()
	cmd := exec.Command(name, args...)
	var stderr bytes.Buffer
	cmd.Dir, cmd.Stderr = dir, &stderr // standard output is the null device
	start := time.Now()
	if err := cmd.Run(); err != nil {
		b.Fatalf("%s %v: %v\n%s", name, args, err, stderr.Bytes())
	}
	s := cmd.ProcessState
	return usage{time.Since(start), s.UserTime() + s.SystemTime(), float64(s.SysUsage().(*syscall.Rusage).Maxrss) / 1024}
}

// compare runs the peer and jverify in turn and reports the medians: the ratio of
// the wall time and of the CPU time, jverify's seconds, and its largest memory.
func compare(b *testing.B, rounds int, peer, ours func() usage) {
	b.Helper()
	var wall, cpu, seconds, memory, peers []float64
	peer() // warms the page cache
	for range rounds {
		p, o := peer(), ours()
		wall = append(wall, o.wall.Seconds()/p.wall.Seconds())
		cpu = append(cpu, o.cpu.Seconds()/p.cpu.Seconds())
		seconds = append(seconds, o.wall.Seconds())
		memory = append(memory, o.memory)
		peers = append(peers, p.memory)
	}
	for unit, list := range map[string][]float64{"ratio": wall, "cpu-ratio": cpu, "s": seconds} {
		slices.Sort(list)
		b.ReportMetric(list[len(list)/2], unit)
	}
	b.ReportMetric(slices.Max(memory), "MiB")
	b.ReportMetric(slices.Max(peers), "peer-MiB")
	b.ReportMetric(0, "ns/op")
}

// bench builds jverify in a folder with the CA that signs the messages.
func bench(b *testing.B) (jverify, dir string) {
	b.Helper()
	dir = b.TempDir()
	jverify = filepath.Join(dir, "jverify")
	build := exec.Command("go", "build", "-trimpath", "-o", jverify, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(dir, "ca.pem"), ca.PEM(ca.SignCA2), 0o600); err != nil {
		b.Fatal(err)
	}
	return jverify, dir
}

// content writes n bytes that do not compress and are the same in every run.
func content(b *testing.B, dir string, n int64) *os.File {
	b.Helper()
	f, err := os.Create(filepath.Join(dir, "content"))
	if err == nil {
		_, err = io.CopyN(f, rand.NewChaCha8([32]byte{}), n)
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	return f
}

// message signs n bytes into the file message, in DER.
func message(b *testing.B, dir string, n int64, attached bool) {
	b.Helper()
	src := content(b, dir, n)
	dst, err := os.Create(filepath.Join(dir, "message"))
	if err == nil {
		opt := sign.CMSOptions{Attached: attached, SigningTime: time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)}
		err = sign.CMS(context.Background(), dst, src, n, newTestKey(ca.Sign), opt)
	}
	if err == nil {
		err = dst.Close()
	}
	if err != nil {
		b.Fatal(err)
	}
}

// messageBER signs the content as a stream, with indefinite lengths and the
// content in pieces: openssl does.
func messageBER(b *testing.B, dir string) {
	b.Helper()
	content(b, dir, bigFile)
	for _, name := range []string{ca.Sign, ca.KeyFile(ca.Sign)} {
		if err := os.WriteFile(filepath.Join(dir, name), ca.PEM(name), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	measure(b, dir, "openssl", "cms", "-sign", "-binary", "-nodetach", "-stream", "-in", "content", "-signer", ca.Sign,
		"-inkey", ca.KeyFile(ca.Sign), "-outform", "DER", "-out", "message")
}

// verifying is the command line that openssl and jverify share.
func verifying(more ...string) []string {
	return append([]string{"-verify", "-inform", "DER", "-in", "message", "-binary", "-CAfile", "ca.pem", "-attime", "1775001600"}, more...)
}

const bigRounds = 3

// BenchmarkDetached1GiB: beside openssl's digest of the same file.
func BenchmarkDetached1GiB(b *testing.B) {
	jverify, dir := bench(b)
	message(b, dir, bigFile, false)
	compare(b, bigRounds, digest(b, dir), func() usage {
		return measure(b, dir, jverify, verifying("-content", "content", "-out", os.DevNull)...)
	})
}

func digest(b *testing.B, dir string) func() usage {
	return func() usage { return measure(b, dir, "openssl", "dgst", "-sha256", "content") }
}

// BenchmarkAttached1GiB: the content inside, given to nobody or written out, in
// DER and in BER, beside openssl's digest of the content (and a copy of it).
func BenchmarkAttached1GiB(b *testing.B) {
	jverify, dir := bench(b)
	discard := func() usage { return measure(b, dir, jverify, verifying("-out", os.DevNull)...) }
	write := func() usage { return measure(b, dir, jverify, verifying("-out", "out")...) }
	copied := func() usage { return measure(b, dir, "sh", "-c", "openssl dgst -sha256 content && cp content copy") }
	message(b, dir, bigFile, true)
	b.Run("DER", func(b *testing.B) { compare(b, bigRounds, digest(b, dir), discard) })
	b.Run("DER-out", func(b *testing.B) { compare(b, bigRounds, copied, write) })
	messageBER(b, dir)
	b.Run("BER", func(b *testing.B) { compare(b, bigRounds, digest(b, dir), discard) })
	b.Run("BER-out", func(b *testing.B) { compare(b, bigRounds, copied, write) })
}

// BenchmarkOpenSSL1GiB: jverify beside openssl on the same attached message.
func BenchmarkOpenSSL1GiB(b *testing.B) {
	jverify, dir := bench(b)
	message(b, dir, bigFile, true)
	compare(b, 1,
		func() usage {
			return measure(b, dir, "openssl", append([]string{"cms"}, verifying("-out", os.DevNull)...)...)
		},
		func() usage { return measure(b, dir, jverify, verifying("-out", os.DevNull)...) })
}

// BenchmarkProcess: a message of 1 kB, the whole process beside openssl's.
func BenchmarkProcess(b *testing.B) {
	jverify, dir := bench(b)
	message(b, dir, 1000, true)
	compare(b, 101,
		func() usage { return measure(b, dir, "openssl", append([]string{"cms"}, verifying()...)...) },
		func() usage { return measure(b, dir, jverify, verifying()...) })
}
