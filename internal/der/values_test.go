package der_test

import (
	"bytes"
	"crypto"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/der"
)

func TestOIDString(t *testing.T) {
	for _, dotted := range []asn1.ObjectIdentifier{
		{1, 2, 840, 113549, 1, 7, 2}, {2, 5, 29, 14}, {2, 16, 840, 1, 101, 3, 4, 2, 1}, {0, 9}, {1, 39}, {2, 999, 3}, {1, 3, 101, 112},
	} {
		b, err := asn1.Marshal(dotted)
		if err != nil {
			t.Fatal(err)
		}
		o, err := der.NewBytesReader(b).OID("")
		if err != nil || o.String() != dotted.String() || !bytes.Equal(der.ObjectIdentifier(o), b) {
			t.Errorf("%v: %v, %v", dotted, o, err)
		}
	}
	for _, bad := range []der.OID{"", "\x80\x01", "\x2a\x80\x01", "\x2a\x86", "\x2a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"} {
		if bad.String() != "invalid" {
			t.Errorf("%x is %v", string(bad), bad)
		}
	}
}

// TestOIDConstants spells the constants that matter most.
func TestOIDConstants(t *testing.T) {
	for o, want := range map[der.OID]string{
		der.Data: "1.2.840.113549.1.7.1", der.SignedData: "1.2.840.113549.1.7.2", der.TSTInfo: "1.2.840.113549.1.9.16.1.4",
		der.ASCIITextWithCRLF: "1.2.840.113549.1.9.16.1.27", der.AuthEnvelopedData: "1.2.840.113549.1.9.16.1.23",
		der.AttributeContentType: "1.2.840.113549.1.9.3", der.AttributeMessageDigest: "1.2.840.113549.1.9.4",
		der.AttributeSigningTime: "1.2.840.113549.1.9.5", der.AttributeCMSAlgorithmProtection: "1.2.840.113549.1.9.52",
		der.AttributeSigningCertificateV2: "1.2.840.113549.1.9.16.2.47", der.AttributeSigningCertificate: "1.2.840.113549.1.9.16.2.12",
		der.AttributeTimeStampToken: "1.2.840.113549.1.9.16.2.14", der.AttributeRevocationInfoArchival: "1.2.840.113583.1.1.8",
		der.SHA256: "2.16.840.1.101.3.4.2.1", der.SHA1: "1.3.14.3.2.26", der.MD5: "1.2.840.113549.2.5", der.RIPEMD160: "1.3.36.3.2.1",
		der.RSASSAPSS: "1.2.840.113549.1.1.10", der.SHA512WithRSA: "1.2.840.113549.1.1.13", der.ECDSAWithSHA384: "1.2.840.10045.4.3.3",
		der.Ed25519: "1.3.101.112", der.CurveP521: "1.3.132.0.35", der.CurveP256: "1.2.840.10045.3.1.7", der.ExtensionSubjectKeyID: "2.5.29.14",
		der.RevocationInfoOCSP: "1.3.6.1.5.5.7.16.2", der.OCSPBasicResponse: "1.3.6.1.5.5.7.48.1.1", der.RIPEMD160WithRSA: "1.3.36.3.3.1.2",
	} {
		if o.String() != want {
			t.Errorf("%s is %s", want, o)
		}
	}
}

func TestHashesGoBothWays(t *testing.T) {
	for h := crypto.MD4; h <= crypto.BLAKE2b_512; h++ {
		if o := der.DigestOID(h); o != "" && der.Hash(o) != h {
			t.Errorf("%v: %v", h, der.Hash(o))
		}
	}
	if der.Hash(der.Data) != 0 || der.Hash("") != 0 {
		t.Error("a hash for what is none")
	}
}

// TestAlgorithmIdentifiers compares with what encoding/asn1 makes of the RFCs'
// text.
func TestAlgorithmIdentifiers(t *testing.T) {
	null := asn1.NullRawValue
	id := func(params asn1.RawValue, arcs ...int) []byte {
		b, err := asn1.Marshal(pkix.AlgorithmIdentifier{Algorithm: arcs, Parameters: params})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	rsa, ok := der.RSAAlgorithm(crypto.SHA256)
	if !ok || !bytes.Equal(rsa.Marshal(), id(null, 1, 2, 840, 113549, 1, 1, 11)) {
		t.Errorf("RSA: %x", rsa.Marshal())
	}
	ecdsa, ok := der.ECDSAAlgorithm(crypto.SHA512)
	if !ok || !bytes.Equal(ecdsa.Marshal(), id(asn1.RawValue{}, 1, 2, 840, 10045, 4, 3, 4)) {
		t.Errorf("ECDSA: %x", ecdsa.Marshal())
	}
	if b := der.Ed25519Algorithm().Marshal(); !bytes.Equal(b, id(asn1.RawValue{}, 1, 3, 101, 112)) {
		t.Errorf("Ed25519: %x", b)
	}
	if b := der.DigestAlgorithm(crypto.SHA384).Marshal(); !bytes.Equal(b, id(asn1.RawValue{}, 2, 16, 840, 1, 101, 3, 4, 2, 2)) {
		t.Errorf("SHA-384: %x", b)
	}
	type params struct {
		Hash pkix.AlgorithmIdentifier `asn1:"explicit,tag:0"`
		MGF  pkix.AlgorithmIdentifier `asn1:"explicit,tag:1"`
		Salt int                      `asn1:"explicit,tag:2"`
	}
	hash := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}, Parameters: null}
	mgf := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8},
		Parameters: asn1.RawValue{FullBytes: id(null, 2, 16, 840, 1, 101, 3, 4, 2, 1)}}
	want, err := asn1.Marshal(params{hash, mgf, 32})
	if err != nil {
		t.Fatal(err)
	}
	pss, ok := der.PSSAlgorithm(crypto.SHA256)
	if !ok || pss.Algorithm != der.RSASSAPSS || !bytes.Equal(pss.Parameters, want) {
		t.Errorf("PSS: %x", pss.Parameters)
	}
	for name, refuse := range map[string]func(crypto.Hash) (der.AlgorithmIdentifier, bool){
		"RSA": der.RSAAlgorithm, "ECDSA": der.ECDSAAlgorithm, "PSS": der.PSSAlgorithm,
	} {
		if _, ok := refuse(crypto.SHA1); ok {
			t.Errorf("%s with SHA-1 is offered", name)
		}
	}
}

func TestIntegers(t *testing.T) {
	for _, n := range []int64{0, 1, -1, 127, 128, -128, -129, 255, 256, 65535, -65536, 1<<31 - 1, -1 << 31, 1 << 31, 1<<63 - 1, -1 << 63} {
		want, err := asn1.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}
		if got := der.Integer(n); !bytes.Equal(got, want) {
			t.Errorf("%d: %x, not %x", n, got, want)
		}
		back, err := der.NewBytesReader(want).Integer("", 100)
		if err != nil || back.Int64() != n {
			t.Errorf("%d is read as %v, %v", n, back, err)
		}
		small, err := der.NewBytesReader(want).Int32("")
		if fits := n >= -1<<31 && n < 1<<31; (err == nil) != fits || fits && int64(small) != n {
			t.Errorf("%d is read as %d, %v", n, small, err)
		}
	}
	big200 := new(big.Int).Lsh(big.NewInt(1), 200)
	if got, err := der.NewBytesReader(der.BigInteger(big200)).Integer("", 100); err != nil || got.Cmp(big200) != 0 {
		t.Error(got, err)
	}
	for _, bad := range []string{"0200", "02020001", "0202ffff", "2203020101"} {
		if _, err := der.NewBytesReader(unhex(t, bad)).Integer("", 100); err == nil {
			t.Errorf("%s is an integer", bad)
		}
	}
}

func TestTime(t *testing.T) {
	jst := time.FixedZone("JST", 9*3600)
	for _, c := range []struct {
		when time.Time
		want string
	}{
		{time.Date(2026, 1, 2, 3, 4, 5, 678, time.UTC), "\x17\x0d260102030405Z"},
		{time.Date(2026, 1, 2, 3, 4, 5, 0, jst), "\x17\x0d260101180405Z"},
		{time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC), "\x17\x0d500101000000Z"},
		{time.Date(2049, 12, 31, 23, 59, 59, 0, time.UTC), "\x17\x0d491231235959Z"},
		{time.Date(2050, 1, 1, 0, 0, 0, 0, time.UTC), "\x18\x0f20500101000000Z"},
		{time.Date(1949, 12, 31, 0, 0, 0, 0, time.UTC), "\x18\x0f19491231000000Z"},
	} {
		if got := der.Time(c.when); string(got) != c.want {
			t.Errorf("%v: %q", c.when, got)
		}
	}
}

func TestHeaderSizes(t *testing.T) {
	for _, n := range []int64{0, 1, 127, 128, 255, 256, 65535, 65536, 1 << 24, 1<<32 - 1, 1 << 32, 1 << 40} {
		h := der.AppendHeader(nil, der.TagOctetString, n)
		if int64(len(h)) != der.HeaderSize(n) {
			t.Errorf("%d: %x", n, h)
		}
		r := der.NewBytesReader(h)
		head, ok, err := r.Next()
		if err != nil || !ok || head.Length != n || head.NotMinimal {
			t.Errorf("%d: %+v %v", n, head, err)
		}
	}
}

func TestSetOfSorts(t *testing.T) {
	elements := [][]byte{{4, 2, 0, 1}, {4, 1, 9}, {2, 1, 1}}
	got := der.SetOf(der.TagSet, elements...)
	if want := unhex(t, "310a 020101 040109 04020001"); !bytes.Equal(got, want) {
		t.Errorf("%x", got)
	}
	if elements[0][1] != 2 {
		t.Error("the argument was sorted too")
	}
}

func TestAny(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"0500", "0500"},
		{"2480 0401aa 0401bb 0000", "0402aabb"},
		{"048101 aa", "0401aa"},
		{"3080 0401aa 0000", "30800401aa0000"}, // kept as on the wire
		{"a080 0000", "a0800000"},
		{"2c80 0c0161 0c0162 0000", "0c026162"},
		{"0101ff", "0101ff"},
		{"0100", ""}, {"0501aa", ""}, {"0200", ""}, {"02020001", ""}, {"0300", ""}, {"030108", ""}, {"030101", ""}, {"0600", ""},
		{"1e0161", ""}, {"1c0161", ""}, {"2203020101", ""}, {"0001aa", ""},
	} {
		got, err := der.NewBytesReader(unhex(t, c.in)).Any("", 1000)
		if (err != nil) != (c.want == "") || err == nil && !bytes.Equal(got, unhex(t, c.want)) {
			t.Errorf("%s: %x, %v", c.in, got, err)
		}
	}
}
