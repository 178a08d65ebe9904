package evidence_test

import (
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/jsign-jp/jsign/internal/evidence"
	"github.com/jsign-jp/jsign/internal/lang"
)

func TestFlagsSafeByDefault(t *testing.T) {
	var o evidence.Options
	f := pflag.NewFlagSet("test", pflag.ContinueOnError)
	o.AddFlags(f, lang.English)
	if err := f.Parse(nil); err != nil {
		t.Fatal(err)
	}
	if o.Proxy() != nil || o.FilesGiven() || len(o.Addresses) > 0 {
		t.Errorf("without flags: %+v", o)
	}
	if err := f.Parse([]string{"--use-proxy", "--crl", "a", "--ocsp", "b", "--ocsp", "c"}); err != nil {
		t.Fatal(err)
	}
	if o.Proxy() == nil || strings.Join(o.Files(), " ") != "a b c" {
		t.Errorf("with flags: %+v", o)
	}
}

func TestClientAddresses(t *testing.T) {
	for text, good := range map[string]bool{"10.0.0.0/8": true, "10.1.2.3": true, "fd00::/8": true, "home": false, "10.0.0.0/33": false, "": false} {
		o := evidence.Options{Addresses: []string{text}, NoCache: true}
		if _, err := o.Client(time.Now, nil, nil); (err == nil) != good {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestClientWithoutCacheFolder(t *testing.T) {
	warned := 0
	missing := func() (string, error) { return "", fs.ErrNotExist }
	c, err := new(evidence.Options).Client(time.Now, missing, func(lang.Message) { warned++ })
	if err != nil || c == nil || warned != 1 {
		t.Errorf("client %v, error %v, %d warnings", c, err, warned)
	}
}

func TestMaterialForms(t *testing.T) {
	der := []byte{0x30, 0x03, 0x0a, 0x01, 0x03} // OCSPResponse tryLater
	for name, data := range map[string][]byte{
		"der": der, "pem": pem.EncodeToMemory(&pem.Block{Type: "OCSP RESPONSE", Bytes: der}), "base64": []byte(base64.StdEncoding.EncodeToString(der) + "\n"),
	} {
		o := evidence.Options{OCSPs: []string{name}}
		m, err := o.Material(func(string) ([]byte, error) { return data, nil })
		want, wantErr := o.Material(func(string) ([]byte, error) { return der, nil })
		if len(m.OCSPs) != len(want.OCSPs) || (err == nil) != (wantErr == nil) || err != nil && strings.ReplaceAll(err.Error(), name, "") != strings.ReplaceAll(wantErr.Error(), name, "") {
			t.Errorf("%s: %v, %v; DER: %v, %v", name, m, err, want, wantErr)
		}
	}
	o := evidence.Options{CRLs: []string{"gone"}}
	if _, err := o.Material(func(string) ([]byte, error) { return nil, fs.ErrNotExist }); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is gone: %v", err)
	}
}
