//go:build interop

package sign_test

import (
	"bytes"
	"context"
	"crypto"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/tsp"
	"github.com/jsign-jp/jsign/sign"
)

// sigstoreAuthority is what is built and started; it is no dependency of the module.
const sigstoreAuthority = "github.com/sigstore/timestamp-authority/cmd/timestamp-server@v1.2.9"

// startSigstore returns the address of sigstore's authority with a key of its own, and
// its certificates in PEM.
func startSigstore(t *testing.T) (url string, chain []byte) {
	t.Helper()
	dir := t.TempDir()
	program := os.Getenv("TIMESTAMP_SERVER") // one that is built already
	if program == "" {
		build := exec.Command("go", "install", sigstoreAuthority)
		build.Dir, build.Env = dir, append(os.Environ(), "GOBIN="+dir, "GOFLAGS=")
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		program = filepath.Join(dir, "timestamp-server")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	free.Close()
	var log bytes.Buffer
	server := exec.Command(program, "serve", "--host", "127.0.0.1", "--port", fmt.Sprint(port), "--timestamp-signer", "memory", "--disable-ntp-monitoring")
	server.Dir, server.Stdout, server.Stderr = dir, &log, &log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = server.Process.Kill(), server.Wait() })
	url = fmt.Sprintf("http://127.0.0.1:%d/api/v1/timestamp", port)
	for range 300 {
		answer, err := http.Get(url + "/certchain")
		if err != nil {
			time.Sleep(100 * time.Millisecond)
			continue
		}
		defer answer.Body.Close()
		if chain, err = io.ReadAll(answer.Body); err != nil {
			t.Fatal(err)
		}
		return url, chain
	}
	t.Fatal("the authority does not start")
	return "", nil
}

// TestInteropSigstore: the tokens of sigstore's authority make B-T, and openssl
// verifies them where they stand.
func TestInteropSigstore(t *testing.T) {
	url, chain := startSigstore(t)
	client, err := tsp.NewClient(tsp.ClientOptions{Servers: []tsp.Server{{URL: url}}})
	if err != nil {
		t.Fatal(err)
	}
	level := sign.LevelOptions{Level: sign.BT, Timestamp: func(ctx context.Context, h crypto.Hash, digest []byte) ([]byte, error) {
		stamp, err := client.Stamp(ctx, h, digest)
		if err != nil {
			return nil, err
		}
		return stamp.Token, nil
	}}
	dir, content := t.TempDir(), []byte(cmsText)
	cmsWrite(t, dir, "chain.pem", chain)
	for _, hash := range []crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512} {
		sd := cmsDecode(t, cmsSign(t, newCMSKey("org-rsa2048.pem"), content, sign.CMSOptions{Digest: hash, Level: level}), content, "org-rsa2048.pem")
		token, _ := sd.Signers[0].UnsignedAttrs.Value(der.AttributeTimeStampToken)
		cmsWrite(t, dir, "token", token)
		cmsWrite(t, dir, "value", sd.Signers[0].Signature)
		if _, text, err := openssl(t, dir, "ts", "-verify", "-data", "value", "-in", "token", "-token_in", "-CAfile", "chain.pem"); err != nil {
			t.Errorf("%v: openssl ts -verify: %s", hash, text)
		}
	}
	signed := signLevel(t, plain(), rsaKey(), sign.PDFOptions{Level: level})
	extended, _ := extendPDF(t, signLevel(t, plain(), rsaKey(), sign.PDFOptions{}), sign.ExtendOptions{Level: level})
	checkPDFLevel(t, signed, "", sign.BT)
	list := findSignatures(t, extended, "")
	checkDocumentTimestamp(t, extended, list[len(list)-1])
}
