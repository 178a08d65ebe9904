package verify_test

import (
	"crypto/sha1"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/verify"
)

// orgFiles writes an organisation's leaf, its key, the chain and the content.
func orgFiles(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "content", gridContent)
	write(t, dir, "leaf.pem", ca.PEM(ca.OrgRSA2048))
	write(t, dir, "key.pem", ca.PEM(ca.KeyFile(ca.OrgRSA2048)))
	write(t, dir, "chain.pem", append(append([]byte{}, ca.PEM(ca.OrgRSA2048)...), ca.PEM(ca.OrgCA)...))
	write(t, dir, "ca.pem", ca.PEM(ca.OrgCA))
	write(t, dir, "root.pem", ca.PEM(ca.OrgRoot))
	return dir
}

func TestGnuTLS(t *testing.T) {
	certtool := tool(t, "certtool")
	dir := orgFiles(t)
	for name, args := range map[string][]string{
		"attached":           {"--p7-sign"},
		"attached with time": {"--p7-sign", "--p7-time"},
		"detached":           {"--p7-detached-sign"},
		"detached with time": {"--p7-detached-sign", "--p7-time"},
	} {
		t.Run(name, func(t *testing.T) {
			args = append(args, "--load-certificate", "chain.pem", "--load-privkey", "key.pem", "--infile", "content", "--outder", "--p7-include-cert")
			intact(t, output(t, dir, certtool, args...))
		})
	}
}

func TestNSS(t *testing.T) {
	certutil, cmsutil := tool(t, "certutil"), tool(t, "cmsutil")
	dir := orgFiles(t)
	db := "sql:" + filepath.Join(dir, "db")
	if err := os.Mkdir(filepath.Join(dir, "db"), 0o700); err != nil {
		t.Fatal(err)
	}
	// cmsutil signs only with a certificate that one could also encrypt for, which
	// those of the test PKI are not.
	write(t, dir, "noise", []byte("not random: the key is thrown away with the test"))
	output(t, dir, certutil, "-N", "-d", db, "--empty-password")
	output(t, dir, certutil, "-S", "-d", db, "-n", "leaf", "-s", "CN=NSS signer", "-x", "-t", "C,C,C", "-z", "noise", "-v", "12", "-g", "2048")
	for name, more := range map[string][]string{"attached": nil, "detached": {"-T"}, "with time": {"-G"}, "SHA-512": {"-H", "SHA512"}} {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"-S", "-d", db, "-N", "leaf", "-i", "content"}, more...)
			intact(t, output(t, dir, cmsutil, args...))
		})
	}
}

// intact wants one signature that is right for gridContent.
func intact(t *testing.T, message []byte) {
	t.Helper()
	report := reportOn(t, message, cms.FormDER, gridContent)
	if len(report.Signatures) != 1 || report.Signatures[0].Integrity != verify.Intact {
		t.Errorf("%+v %+v", report.Findings, report.Signatures)
	}
}

func TestGPGSM(t *testing.T) {
	gpgsm, openssl := tool(t, "gpgsm"), tool(t, "openssl")
	dir := orgFiles(t)
	home, err := os.MkdirTemp("/tmp", "gpgsm") // the agent's sockets need a short path
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GNUPGHOME", home)
	t.Cleanup(func() {
		output(t, dir, "gpgconf", "--kill", "all")
		if err := os.RemoveAll(home); err != nil {
			t.Error(err)
		}
	})
	root := sha1.Sum(ca.DER(ca.OrgRoot))
	write(t, home, "trustlist.txt", fmt.Appendf(nil, "%X S relax\n", root))
	write(t, home, "gpg-agent.conf", []byte("allow-loopback-pinentry\n"))
	write(t, home, "gpgsm.conf", []byte("batch\npinentry-mode loopback\ndisable-crl-checks\ndisable-policy-checks\n"))
	output(t, dir, openssl, "pkcs12", "-export", "-in", "leaf.pem", "-inkey", "key.pem", "-passout", "pass:x",
		"-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1", "-out", "leaf.p12")
	launchAgent(t)
	output(t, dir, gpgsm, "--import", "ca.pem", "root.pem")
	feed(t, dir, "x", gpgsm, "--passphrase-fd", "0", "--import", "leaf.p12")
	for name, mode := range map[string]string{"attached": "--sign", "detached": "--detach-sign"} {
		t.Run(name, func(t *testing.T) {
			message := feed(t, dir, "x", gpgsm, "--passphrase-fd", "0", "-u", "Test Signer RSA-2048", mode, "--output", "-", "content")
			report := reportOn(t, message, cms.FormDER, gridContent)
			if !report.Valid() {
				t.Errorf("%+v %+v", report.Findings, report.Signatures)
			}
		})
	}
}

// launchAgent starts gpg-agent before gpgsm would: gpgsm waits some seconds for it
// and fails then, which on a busy machine is too short.
func launchAgent(t *testing.T) {
	t.Helper()
	gpgconf := tool(t, "gpgconf")
	var out []byte
	var err error
	for range 10 {
		if out, err = exec.Command(gpgconf, "--launch", "gpg-agent").CombinedOutput(); err == nil {
			return
		}
		time.Sleep(time.Second)
	}
	t.Fatalf("gpgconf --launch gpg-agent: %v\n%s", err, out)
}
