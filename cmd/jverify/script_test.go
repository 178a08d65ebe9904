package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/jsign-jp/jsign/internal/folder"
	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/testdata/ca"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"jverify": main})
}

// TestScripts runs testdata/*.txtar on the real main. The scripts have these
// commands beside testscript's own:
//
//	pki NAME…                       write files of the test PKI, in PEM
//	sign FILE OUT CERT [WORD…]      sign FILE with a key of the test PKI: attached pem smime bare time
//	signpdf OUT CERT [WORD…]        sign the demo's contract: pades certify=LEVEL in=FILE password=WORD
//	revise FILE KEY VALUE           append a revision: an entry of the page, or of the document information for title
//	encrypt IN OUT PASSWORD         encrypt a PDF with qpdf
//	patch FILE OFFSET TEXT          overwrite octets
//	replace FILE OLD NEW            replace text in a file, once
//	empty FILE                      fail unless FILE is there and empty
//	sums FOLDER                     list its files in FOLDER/SHA256SUMS
//	net start                       make a PKI whose servers are on loopback: root.pem, contract.pdf, letter.p7s of letter.txt
//	net revoke|no-ocsp|down         from now on the signer is revoked, the responder is gone, no server answers
//	net asked N                     fail unless the servers were asked N times since the last time
//	unzip FILE FOLDER               write the files of an archive
//	moment FILE                     set $AT to the time of a report for programs
//	mode FILE OCTAL                 fail unless FILE is regular and has the permissions
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Setenv("LC_ALL", "C.UTF-8")
			env.Setenv("TZ", "UTC")
			env.Values[networkKey{}] = new(*network)
			demo, err := filepath.Abs(filepath.Join("..", "..", "testdata", "demo", "contract.pdf"))
			env.Setenv("DEMO", demo)
			return err
		},
		Condition: func(word string) (bool, error) {
			if word != "ci" {
				return false, fmt.Errorf("unknown condition %q", word)
			}
			return os.Getenv("CI") == "true", nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"pki": pki, "sign": signFile, "signpdf": signPDF, "revise": revise, "encrypt": encrypt, "patch": patch, "replace": replace, "empty": empty, "mode": mode, "sums": sums,
			"net": netCommand, "unzip": unzip, "moment": moment,
		},
	})
}

func pki(ts *testscript.TestScript, _ bool, names []string) {
	for _, name := range names {
		data := ca.PEM(name)
		if strings.HasSuffix(name, ".crl") {
			data = pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: ca.DER(name)})
		}
		ts.Check(os.WriteFile(ts.MkAbs(name), data, 0o600))
	}
}

// testKey is a signer of the test PKI.
type testKey struct {
	crypto.Signer
	chain []*x509.Certificate
}

func (k testKey) Chain() []*x509.Certificate { return k.chain }

func newTestKey(cert string) testKey {
	issuer := ca.SignCA2
	if cert[:3] == "org" {
		issuer = ca.OrgCA
	}
	return testKey{ca.Key(cert), []*x509.Certificate{ca.Certificate(cert), ca.Certificate(issuer)}}
}

func signFile(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 3 {
		ts.Fatalf("usage: sign FILE OUT CERT [WORD…]")
	}
	words := args[3:]
	content := []byte(ts.ReadFile(args[0]))
	opt := sign.CMSOptions{Attached: slices.Contains(words, "attached"), NoSignedAttributes: slices.Contains(words, "bare")}
	if slices.Contains(words, "pem") {
		opt.Format = sign.PEM
	}
	if slices.Contains(words, "smime") {
		opt.Format = sign.SMIME
	}
	if slices.Contains(words, "time") {
		opt.SigningTime = time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)
	}
	var out bytes.Buffer
	ts.Check(sign.CMS(context.Background(), &out, bytes.NewReader(content), int64(len(content)), newTestKey(args[2]), opt))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), out.Bytes(), 0o600))
}

func patch(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: patch FILE OFFSET TEXT")
	}
	offset, err := strconv.Atoi(args[1])
	ts.Check(err)
	b := []byte(ts.ReadFile(args[0]))
	if offset < 0 || offset+len(args[2]) > len(b) {
		ts.Fatalf("%s has %d octets", args[0], len(b))
	}
	copy(b[offset:], args[2])
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b, 0o600))
}

func replace(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	before := ts.ReadFile(args[0])
	after := strings.Replace(before, args[1], args[2], 1)
	if before == after {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(after), 0o600))
}

func empty(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		if text := ts.ReadFile(name); text != "" {
			ts.Fatalf("%s has %d octets", name, len(text))
		}
	}
}

func mode(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: mode FILE OCTAL")
	}
	info, err := os.Lstat(ts.MkAbs(args[0]))
	ts.Check(err)
	if !info.Mode().IsRegular() || strconv.FormatUint(uint64(info.Mode().Perm()), 8) != args[1] {
		ts.Fatalf("%s: %v, want %s", args[0], info.Mode(), args[1])
	}
}

func sums(ts *testscript.TestScript, _ bool, args []string) {
	root := ts.MkAbs(args[0])
	list, err := os.Create(filepath.Join(root, "SHA256SUMS"))
	ts.Check(err)
	defer list.Close()
	ts.Check(folder.WriteSums(list, func(yield func(folder.Sum) bool) {
		for f := range folder.Walk(context.Background(), []string{root}, folder.Options{Exclude: []string{"SHA256SUMS"}}) {
			data, err := os.ReadFile(f.Path)
			ts.Check(err)
			if !yield(folder.Sum{Name: f.Name, SHA256: sha256.Sum256(data)}) {
				return
			}
		}
	}))
}
