package pemkey_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/keys/pemkey"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/testdata/ca"
)

func openssl(t *testing.T, args ...string) {
	t.Helper()
	program, err := exec.LookPath("openssl")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("openssl is not installed")
		}
		t.Skip("openssl is not installed")
	}
	if out, err := exec.Command(program, args...).CombinedOutput(); err != nil {
		t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// What openssl writes is read, or its hint's command makes it so.
func TestKeysOfOpenSSL(t *testing.T) {
	dir := folder(t)
	const passphrase = "日本語 の passphrase"
	in, out := filepath.Join(dir, "org-rsa2048.key.pem"), filepath.Join(dir, "made.pem")
	pkcs8 := func(args ...string) []string {
		return append([]string{"pkcs8", "-topk8", "-in", in, "-out", out, "-passout", "pass:" + passphrase}, args...)
	}
	for name, c := range map[string]struct {
		args    []string
		convert bool
	}{
		"default":     {pkcs8(), false},
		"aes-128":     {pkcs8("-v2", "aes-128-cbc"), false},
		"aes-192":     {pkcs8("-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA384"), false},
		"des3":        {pkcs8("-v2", "des3", "-v2prf", "hmacWithSHA1"), false},
		"iterations":  {pkcs8("-iter", "100000", "-v2prf", "hmacWithSHA512"), false},
		"genpkey":     {[]string{"pkey", "-in", in, "-out", out, "-aes256", "-passout", "pass:" + passphrase}, false},
		"traditional": {[]string{"rsa", "-in", in, "-out", out, "-traditional", "-aes128", "-passout", "pass:" + passphrase}, true},
		"scrypt":      {pkcs8("-scrypt"), true},
		"PBES1":       {pkcs8("-v1", "PBE-SHA1-3DES"), true},
	} {
		openssl(t, c.args...)
		asked := 0
		o := pemkey.Options{Passphrase: answer(passphrase, &asked, nil)}
		certificate := filepath.Join(dir, ca.OrgRSA2048)
		_, err := unlock(t, certificate, out, o)
		if c.convert {
			if err == nil {
				t.Errorf("%s: needs no conversion", name)
				continue
			}
			_, command, _ := strings.Cut(lang.Hint(err, lang.English), ": openssl ")
			args := append(strings.Fields(command), "-passin", "pass:"+passphrase, "-passout", "pass:"+passphrase)
			converted := filepath.Join(dir, "converted.pem")
			for i := range args {
				args[i] = strings.ReplaceAll(args[i], "NEW.pem", converted)
			}
			openssl(t, args...)
			_, err = unlock(t, certificate, converted, o)
		}
		if err != nil || asked != 1 {
			t.Errorf("%s: %v, asked %d times", name, err, asked)
		}
		if _, err := unlock(t, certificate, out, pemkey.Options{Passphrase: answer("wrong", &asked, nil)}); !c.convert && !errors.Is(err, keys.ErrPassphrase) {
			t.Errorf("%s, wrong passphrase: %v", name, err)
		}
	}
}
