package trust

import (
	"bytes"
	"crypto/x509/pkix"
	"encoding/asn1"
	"reflect"
	"testing"

	"github.com/jsign-jp/jsign/testdata/ca"
)

func plainNames(t testing.TB) (names [][]byte) {
	t.Helper()
	for _, der := range [][]byte{ca.DER(ca.OrgRoot), ca.DER(ca.OrgRSA2048), ca.DER(ca.Sign), ca.DER(ca.Auth)} {
		c, err := ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, c.RawIssuer, c.RawSubject)
	}
	return names
}

// checkPlain asks that what plainName accepts encoding/asn1 reads alike.
func checkPlain(t *testing.T, name []byte) bool {
	t.Helper()
	got, ok := plainName(name)
	if !ok {
		return false
	}
	var want pkix.RDNSequence
	rest, err := asn1.Unmarshal(name, &want)
	if err != nil || len(rest) > 0 || len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
		t.Fatalf("%x is read as %v; encoding/asn1 reads %v, %v", name, got, want, err)
	}
	return true
}

// Names of certificates are read in the short way, and none is when one of its
// bytes makes it another.
func TestPlainName(t *testing.T) {
	for _, name := range plainNames(t) {
		if !checkPlain(t, name) {
			t.Errorf("%s is not read in the short way", NameString(name))
		}
		for i := range name {
			for _, b := range []byte{0, 1, 3, 0x0c, 0x13, 0x16, 0x1e, '*', '&', 0x7f, 0x80, 0x81, 0xff, name[i] + 1, name[i] - 1} {
				changed := bytes.Clone(name)
				changed[i] = b
				checkPlain(t, changed)
			}
		}
	}
}

// FuzzPlainName: what is read in the short way encoding/asn1 reads alike.
func FuzzPlainName(f *testing.F) {
	for _, name := range plainNames(f) {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name []byte) { checkPlain(t, name) })
}
