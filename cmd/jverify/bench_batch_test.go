//go:build linux

package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/testdata/ca"
)

const benchFiles = 500

// BenchmarkBatchPDF: 500 signed PDFs beside a shell loop of pdfsig, which judges no
// chain.
func BenchmarkBatchPDF(b *testing.B) {
	jverify, dir := bench(b)
	document := signedDemo(b)
	fill(b, dir, benchFiles, func(int) (string, []byte) { return ".pdf", document })
	compareBatch(b, jverify, dir, `for f in files/*.pdf; do pdfsig -nocert "$f" || exit 1; done`)
}

// BenchmarkBatchCMS: 500 detached signatures beside a shell loop of openssl.
func BenchmarkBatchCMS(b *testing.B) {
	jverify, dir := bench(b)
	fillDetached(b, dir, benchFiles)
	compareBatch(b, jverify, dir,
		`for f in files/*.p7s; do openssl cms -verify -binary -inform DER -in "$f" -content "${f%.p7s}" -CAfile ca.pem -attime 1775001600 -out /dev/null || exit 1; done`)
}

func compareBatch(b *testing.B, jverify, dir, loop string) {
	compare(b, bigRounds,
		func() usage { return measure(b, dir, "sh", "-c", loop) },
		func() usage { return batchRun(b, jverify, dir) })
}

func batchRun(b *testing.B, jverify, dir string) usage {
	return measure(b, dir, jverify, "batch", "files", "--CAfile", "ca.pem", "--at", "1775001600")
}

// BenchmarkBatchMemory: the largest resident set for 500 and for 20,000 files.
func BenchmarkBatchMemory(b *testing.B) {
	for _, n := range []int{benchFiles, 20000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			jverify, dir := bench(b)
			fillDetached(b, dir, n/2)
			u := batchRun(b, jverify, dir)
			b.ReportMetric(float64(n/2)/u.wall.Seconds(), "signatures/s")
			b.ReportMetric(u.memory, "MiB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// fill writes n files into the folder files.
func fill(b *testing.B, dir string, n int, file func(i int) (suffix string, data []byte)) {
	b.Helper()
	if err := os.MkdirAll(filepath.Join(dir, "files"), 0o700); err != nil {
		b.Fatal(err)
	}
	for i := range n {
		suffix, data := file(i)
		if err := os.WriteFile(filepath.Join(dir, "files", fmt.Sprintf("%05d%s", i, suffix)), data, 0o600); err != nil {
			b.Fatal(err)
		}
	}
}

// fillDetached writes n files of 1 kB, each with its signature beside it.
func fillDetached(b *testing.B, dir string, n int) {
	b.Helper()
	key := newTestKey(ca.Sign)
	content := func(i int) []byte {
		sum := sha256.Sum256(fmt.Append(nil, i))
		return bytes.Repeat(sum[:], 32)
	}
	fill(b, dir, n, func(i int) (string, []byte) { return ".txt", content(i) })
	fill(b, dir, n, func(i int) (string, []byte) {
		var out bytes.Buffer
		opt := sign.CMSOptions{SigningTime: time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)}
		if err := sign.CMS(context.Background(), &out, bytes.NewReader(content(i)), int64(len(content(i))), key, opt); err != nil {
			b.Fatal(err)
		}
		return ".txt.p7s", out.Bytes()
	})
}

// signedDemo is the demo's contract with a signature.
func signedDemo(b *testing.B) []byte {
	b.Helper()
	document, err := os.ReadFile(filepath.Join("..", "..", "testdata", "demo", "contract.pdf"))
	if err != nil {
		b.Fatal(err)
	}
	var out bytes.Buffer
	if err := sign.PDF(context.Background(), &out, bytes.NewReader(document), int64(len(document)), newTestKey(ca.Sign), sign.PDFOptions{}); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}
