package ca_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/jsign-jp/jsign/testdata/ca"
)

func asError[T error](err error, target *T) bool { return errors.As(err, target) }

// extensions renders OIDs in order, critical ones with a star.
func extensions(c *x509.Certificate) string {
	var list []string
	for _, e := range c.Extensions {
		s := e.Id.String()
		if e.Critical {
			s += "*"
		}
		list = append(list, s)
	}
	return strings.Join(list, " ")
}

func TestExtensionOrder(t *testing.T) {
	const (
		authority = "2.5.29.15* 2.5.29.17 2.5.29.19* 2.5.29.31 2.5.29.14"
		sign      = "2.5.29.15* 2.5.29.17 2.5.29.32* 2.5.29.18 2.5.29.31 1.3.6.1.5.5.7.1.1 2.5.29.35 2.5.29.14"
		auth      = "2.5.29.15* 2.5.29.37 2.5.29.32* 2.5.29.18 2.5.29.31 1.3.6.1.5.5.7.1.1 2.5.29.35 2.5.29.14"
	)
	for want, names := range map[string][]string{
		authority: {ca.SignCA0, ca.SignCA1, ca.SignCA2, ca.SignCA3, ca.SignCAImpostor, ca.AuthCA1, ca.AuthCA2, ca.AuthCA3},
		sign:      {ca.Sign, ca.SignGen1, ca.SignP384, ca.AndroidSign, ca.SignRevoked, ca.SignSubstitute},
		auth:      {ca.Auth, ca.AuthGen1, ca.AuthP384, ca.AndroidAuth},
	} {
		for _, name := range names {
			if got := extensions(ca.Certificate(name)); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
	}
}

// Only country is a PrintableString, and each attribute has an RDN of its own.
func TestStringTypes(t *testing.T) {
	for _, name := range ca.Certificates() {
		c := ca.Certificate(name)
		for _, raw := range [][]byte{c.RawSubject, c.RawIssuer} {
			if err := checkName(raw); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func checkName(raw []byte) error {
	type attribute struct {
		Type  asn1.ObjectIdentifier
		Value asn1.RawValue
	}
	var rdns []asn1.RawValue
	if _, err := asn1.Unmarshal(raw, &rdns); err != nil {
		return err
	}
	for _, rdn := range rdns {
		var set []attribute
		if _, err := asn1.UnmarshalWithParams(rdn.FullBytes, &set, "set"); err != nil || len(set) != 1 {
			return fmt.Errorf("RDN of %d attributes, %v", len(set), err)
		}
		want := asn1.TagUTF8String
		if set[0].Type.Equal(asn1.ObjectIdentifier{2, 5, 4, 6}) {
			want = asn1.TagPrintableString
		}
		if set[0].Value.Tag != want {
			return fmt.Errorf("%v has string type %d", set[0].Type, set[0].Value.Tag)
		}
	}
	return nil
}

func TestGenerationsShareOneName(t *testing.T) {
	for _, service := range [][]string{{ca.SignCA0, ca.SignCA1, ca.SignCA2, ca.SignCA3}, {ca.AuthCA1, ca.AuthCA2, ca.AuthCA3}} {
		var ids []string
		for _, name := range service {
			c := ca.Certificate(name)
			if string(c.RawSubject) != string(ca.Certificate(service[0]).RawSubject) || slices.Contains(ids, string(c.SubjectKeyId)) {
				t.Errorf("%s: another name, or the same key identifier", name)
			}
			ids = append(ids, string(c.SubjectKeyId))
		}
	}
	genuine, impostor := ca.Certificate(ca.SignCA2), ca.Certificate(ca.SignCAImpostor)
	if string(genuine.SubjectKeyId) != string(impostor.SubjectKeyId) || genuine.SerialNumber.Cmp(impostor.SerialNumber) != 0 {
		t.Error("the impostor is told apart without its key")
	}
}

// The SAN carries the six attributes in the order of real certificates, and a
// flag for every character.
func TestHolderAttributes(t *testing.T) {
	for _, name := range []string{ca.Sign, ca.SignSubstitute} {
		values, order := otherNames(t, ca.Certificate(name))
		if order != "143526" {
			t.Errorf("%s: order %s", name, order)
		}
		for text, flags := range map[byte]byte{'1': '2', '5': '6'} {
			if utf8.RuneCountInString(values[text]) != len(values[flags]) {
				t.Errorf("%s: .%c has %q for %q", name, flags, values[flags], values[text])
			}
		}
	}
	if _, order := otherNames(t, ca.Certificate(ca.Auth)); order != "" {
		t.Errorf("auth.pem tells %s of its holder", order)
	}
}

func otherNames(t *testing.T, c *x509.Certificate) (values map[byte]string, order string) {
	t.Helper()
	values = map[byte]string{}
	i := slices.IndexFunc(c.Extensions, func(e pkix.Extension) bool { return e.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 17}) })
	if i < 0 {
		return values, ""
	}
	var names []asn1.RawValue
	if _, err := asn1.Unmarshal(c.Extensions[i].Value, &names); err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		var other struct {
			ID    asn1.ObjectIdentifier
			Value string `asn1:"explicit,tag:0,utf8"`
		}
		if _, err := asn1.UnmarshalWithParams(n.FullBytes, &other, "tag:0"); err != nil {
			t.Fatal(err)
		}
		last := byte('0' + other.ID[len(other.ID)-1])
		values[last] = other.Value
		order += string(last)
	}
	return values, order
}

func TestPolicies(t *testing.T) {
	for name, want := range map[string]string{
		ca.Sign: "1.2.392.200149.8.5.1.0.20", ca.Auth: "1.2.392.200149.8.5.1.0.30",
		ca.AndroidSign: "1.2.392.200149.8.5.1.0.40", ca.AndroidAuth: "1.2.392.200149.8.5.1.0.50",
	} {
		if p := ca.Certificate(name).Policies; len(p) != 1 || p[0].String() != want {
			t.Errorf("%s: %v, want %s", name, p, want)
		}
	}
}

// Our CAs have the structure of the published ones: every tag, in order.
func TestShapeOfRealCAs(t *testing.T) {
	const folder = "../../../shared/trust"
	files, err := filepath.Glob(folder + "/*_ca_*.pem")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("the published CA certificates are not beside the repository")
		}
		t.Skip("the published CA certificates are not beside the repository")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(text)
		if block == nil {
			t.Fatalf("%s: no PEM block", file)
		}
		for _, name := range []string{ca.SignCA1, ca.SignCA2, ca.AuthCA1, ca.AuthCA2} {
			want, got := skeleton(block.Bytes), skeleton(ca.DER(name))
			if got != want {
				t.Errorf("%s and %s differ:\n%s\n%s", name, filepath.Base(file), got, want)
			}
		}
	}
}

// skeleton renders the tags of nested DER, also inside OCTET STRINGs, and the
// object identifiers; not the values.
func skeleton(der []byte) string {
	var b strings.Builder
	for len(der) > 0 {
		var v asn1.RawValue
		rest, err := asn1.Unmarshal(der, &v)
		if err != nil {
			return "?"
		}
		fmt.Fprintf(&b, "%d.%d", v.Class, v.Tag)
		switch {
		case v.Class == asn1.ClassUniversal && v.Tag == asn1.TagOID:
			fmt.Fprintf(&b, "=%x", v.Bytes)
		case v.IsCompound:
			b.WriteString("{" + skeleton(v.Bytes) + "}")
		case v.Tag == asn1.TagOctetString && len(v.Bytes) > 0 && v.Bytes[0] == 0x30:
			b.WriteString("<" + skeleton(v.Bytes) + ">")
		}
		b.WriteByte(' ')
		der = rest
	}
	return b.String()
}
