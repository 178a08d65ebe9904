package der_test

import (
	"bytes"
	"crypto/x509"
	"errors"
	"testing"
	"testing/iotest"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/testdata/ca"
)

func TestToDER(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"3003020105", "3003020105"},
		{"3080 020105 0000", "3003020105"},
		{"308103 020105", "3003020105"},
		{"3080 a080 2480 0401aa 2403 0401bb 0000 0000 0000", "3006 a004 0402aabb"},
		{"3006 2480 0401aa 0000", ""},
		{"3007 2480 0401aa 0000", "30030401aa"},
		{"2480 0000", "0400"},
		{"bf8c 1f 80 0401aa 0000", "bf8c1f 03 0401aa"},
		{"a080 04820001aa 0000", "a0030401aa"},
		{"1f80 0c 01aa", "0c01aa"},
		{"3080", ""}, {"3003", ""}, {"3000 00", ""}, {"3080 0000 0000", ""},
	} {
		got, err := der.ToDER(unhex(t, c.in))
		if (err != nil) != (c.want == "") || err == nil && !bytes.Equal(got, unhex(t, c.want)) {
			t.Errorf("%s: %x, %v", c.in, got, err)
		}
	}
}

func TestCheck(t *testing.T) {
	for in, want := range map[string]int64{
		"3003020105": -1, "3080 0000": 0, "3005 3080 0000 00": -2, "3006 0401aa 048100": 5, "3005 2403 0401aa": 2, "0101ff": -1, "010101": 0,
		"03020780": -1, "03020781": 0,
	} {
		at, ok, err := der.Check(unhex(t, in))
		if (err != nil) != (want == -2) || err == nil && (at != want || ok != (want < 0)) {
			t.Errorf("%s: %d %v %v", in, at, ok, err)
		}
	}
}

// indefinite re-encodes DER with indefinite lengths and strings in pieces.
func indefinite(t testing.TB, b []byte) []byte {
	t.Helper()
	r := der.NewBytesReader(b)
	var out []byte
	for {
		h, ok, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return out
		}
		raw, err := r.Raw(1 << 30)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case h.Constructed():
			out = append(append(append(out, h.Tag, 0x80), indefinite(t, raw[h.Size:])...), 0, 0)
		case h.Tag == der.TagOctetString && h.Length > 1:
			half := raw[h.Size : h.Size+int(h.Length/2)]
			rest := raw[h.Size+int(h.Length/2):]
			out = append(append(append(append(out, 0x24, 0x80), der.OctetString(half)...), der.OctetString(rest)...), 0, 0)
		default:
			out = append(out, raw...)
		}
	}
}

// TestTranscodeRestores: DER made BER comes back, from memory and from streams.
func TestTranscodeRestores(t *testing.T) {
	for _, name := range []string{"sign.pem", "org-ca.pem", "sign-p384.pem", "org-ed25519.pem", "sign-ca-2.crl", "sign.ocsp"} {
		want := ca.DER(name)
		ber := indefinite(t, want)
		if _, ok, err := der.Check(ber); ok || err != nil {
			t.Fatalf("%s: the BER made of it is DER (%v)", name, err)
		}
		got, err := der.ToDER(ber)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: differs, %v", name, err)
		}
		var out bytes.Buffer
		err = der.Transcode(&out, func() *der.Reader { return der.NewReader(iotest.HalfReader(bytes.NewReader(ber)), 1) })
		if err != nil || !bytes.Equal(out.Bytes(), want) {
			t.Errorf("%s as a stream: differs, %v", name, err)
		}
	}
	if _, err := x509.ParseCertificate(ca.DER("sign.pem")); err != nil {
		t.Fatal(err)
	}
}

func TestTranscodeFaults(t *testing.T) {
	for _, in := range []string{"", "3080", "3080 0401", "3080 2480 0000"} {
		err := der.Transcode(&bytes.Buffer{}, func() *der.Reader { return der.NewBytesReader(unhex(t, in)) })
		if err == nil {
			t.Errorf("%q is transcoded", in)
		}
	}
	b := unhex(t, "3080 0401aa 0000")
	for n := range 5 {
		err := der.Transcode(&limitedWriter{n}, func() *der.Reader { return der.NewBytesReader(b) })
		if !errors.Is(err, errFull) {
			t.Errorf("a writer full after %d octets: %v", n, err)
		}
	}
}

var errFull = errors.New("full")

type limitedWriter struct{ left int }

func (w *limitedWriter) Write(b []byte) (int, error) {
	if len(b) > w.left {
		return 0, errFull
	}
	w.left -= len(b)
	return len(b), nil
}

// seeds are DER and BER of many shapes.
func seeds(t testing.TB) [][]byte {
	names := []string{"sign.pem", "org-p256.pem", "org-ed25519.pem", "sign-ca-2.crl", "sign.ocsp"}
	var out [][]byte
	for _, name := range names {
		out = append(out, ca.DER(name), indefinite(t, ca.DER(name)))
	}
	for _, h := range []string{"", "3080", "308030800000", "24800401aa0000", "1f8101020000", "3088ffffffffffffffff"} {
		out = append(out, unhex(t, h))
	}
	return out
}

// FuzzDER: every way of reading agrees, nothing panics, and ToDER's result is
// DER that ToDER leaves alone.
func FuzzDER(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		inMemory, errA := walk(der.NewBytesReader(b))
		streamed, errB := walk(der.NewReader(iotest.OneByteReader(bytes.NewReader(b)), 1))
		if inMemory != streamed || (errA == nil) != (errB == nil) {
			t.Fatalf("memory %q %v, stream %q %v", inMemory, errA, streamed, errB)
		}
		out, err := der.ToDER(b)
		if err != nil {
			return
		}
		if _, err := walk(der.NewBytesReader(b)); err != nil {
			t.Fatalf("re-encoded, yet not readable: %v", err)
		}
		if len(out) > len(b) {
			t.Fatalf("DER is longer: %d octets, %d before", len(out), len(b))
		}
		again, err := der.ToDER(out)
		if err != nil || !bytes.Equal(again, out) {
			t.Fatalf("not a fixed point: %x, %x, %v", out, again, err)
		}
		for _, max := range []int64{0, 10, 1000} {
			for _, r := range readers(b) {
				raw, err := r.Raw(max)
				if err == nil && int64(len(raw)) > max {
					t.Fatalf("%d octets, limit %d", len(raw), max)
				}
			}
		}
	})
}
