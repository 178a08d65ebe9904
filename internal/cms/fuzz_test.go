package cms_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"testing/iotest"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
)

// messageSeeds are messages of all kinds made here, and their BER.
func messageSeeds(t testing.TB) [][]byte {
	var out [][]byte
	for _, s := range signers(t) {
		for _, opt := range []cms.SignatureOptions{{}, {BySubjectKeyID: true, NoSigningCertificate: true}} {
			out = append(out, s.message(t, true, opt), s.message(t, false, opt))
			for _, b := range berForms(parseNode(t, s.message(t, true, opt))) {
				out = append(out, b)
			}
		}
	}
	for name, b := range hostile() {
		if len(b) > 1<<16 {
			b = b[:200]
		}
		if len(b) == 0 {
			t.Fatalf("seed %s is empty", name)
		}
		out = append(out, b)
	}
	if len(out) < 20 {
		t.Fatalf("only %d seeds", len(out))
	}
	return out
}

// FuzzDecode: the stream and the memory reader agree, what is read can be
// verified and audited without panic, and the wire octets kept are the input's.
func FuzzDecode(f *testing.F) {
	for _, s := range messageSeeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var a, c bytes.Buffer
		inMemory, errA := cms.DecodeBytes(b, intoBuffer(&a))
		streamed, errB := cms.Decode(iotest.OneByteReader(bytes.NewReader(b)), intoBuffer(&c))
		if (errA == nil) != (errB == nil) {
			t.Fatalf("memory %v, stream %v", errA, errB)
		}
		if errA != nil {
			return
		}
		if !reflect.DeepEqual(inMemory, streamed) || !bytes.Equal(a.Bytes(), c.Bytes()) {
			t.Fatalf("memory %+v, stream %+v", inMemory, streamed)
		}
		if int64(a.Len()) != inMemory.ContentSize || a.Len() > len(b) {
			t.Fatalf("content of %d octets, said to be %d", a.Len(), inMemory.ContentSize)
		}
		for _, s := range inMemory.Signers {
			if !bytes.Contains(b, s.Raw) {
				t.Fatal("a signer is not as on the wire")
			}
		}
		inMemory.Audit()
		_ = verifyAll(inMemory, a.Bytes()) // any verdict will do
	})
}

func intoBuffer(b *bytes.Buffer) cms.DecodeOptions {
	return cms.DecodeOptions{Content: func(*cms.SignedData) (io.Writer, error) { return b, nil }}
}

// FuzzEncodeDecode: a message with all of a decoded one in it decodes to the
// same parts, and once more to the same octets.
func FuzzEncodeDecode(f *testing.F) {
	for _, s := range messageSeeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var content bytes.Buffer
		before, err := cms.DecodeBytes(b, intoBuffer(&content))
		if err != nil {
			return
		}
		once := reencode(t, before, content.Bytes())
		var again bytes.Buffer
		after, err := cms.DecodeBytes(once, intoBuffer(&again))
		if err != nil {
			t.Fatalf("what was encoded cannot be read: %v", err)
		}
		if after.ContentType != before.ContentType || !bytes.Equal(again.Bytes(), content.Bytes()) || len(after.Signers) != len(before.Signers) {
			t.Fatalf("%+v became %+v", before, after)
		}
		for _, s := range before.Signers {
			if !bytes.Contains(once, s.Raw) {
				t.Fatal("a signer changed")
			}
		}
		if twice := reencode(t, after, again.Bytes()); !bytes.Equal(once, twice) {
			t.Fatalf("not a fixed point:\n%x\n%x", once, twice)
		}
	})
}

func reencode(t *testing.T, sd *cms.SignedData, content []byte) []byte {
	m := &cms.Message{ContentType: sd.ContentType, Existing: sd}
	var out bytes.Buffer
	err := m.WriteAttached(&out, int64(len(content)), func(w io.Writer) error { _, err := w.Write(content); return err })
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// formSeeds are PEM and S/MIME messages: those of the case collection where it
// is at hand, and small ones.
func formSeeds(t testing.TB) [][]byte {
	out := [][]byte{
		[]byte("-----BEGIN CMS-----\nMAA=\n-----END CMS-----\n"),
		[]byte("Content-Type: multipart/signed; boundary=\"b\"\n\n--b\ntext\n--b\nContent-Type: application/pkcs7-signature\n\nMAA=\n--b--\n"),
		[]byte("Content-Type: application/pkcs7-mime; x=(y)\n\nMAA=\n"),
	}
	names, err := filepath.Glob(filepath.Join("..", "..", "testdata", "ca", "*.pem"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no PEM files: %v", err)
	}
	for _, name := range names[:5] {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b)
	}
	return out
}

// FuzzForms: PEM and S/MIME readers neither panic nor depend on how their input
// comes in parts, and give no more than there is.
func FuzzForms(f *testing.F) {
	for _, s := range formSeeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		whole, errA := io.ReadAll(cms.NewPEMReader(bytes.NewReader(b)))
		parts, errB := io.ReadAll(cms.NewPEMReader(iotest.OneByteReader(bytes.NewReader(b))))
		if !bytes.Equal(whole, parts) || (errA == nil) != (errB == nil) || len(whole) > len(b) {
			t.Fatalf("PEM: %x %v, %x %v", whole, errA, parts, errB)
		}
		cms.DetectForm(b)
		m, err := cms.OpenSMIME(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		var content bytes.Buffer
		if err := m.CopyContent(&content, cms.PartOptions{}); err != nil || content.Len() > 2*len(b) {
			t.Fatalf("%d octets of content, %v", content.Len(), err)
		}
		if der, _ := io.ReadAll(m.Message()); len(der) > len(b) {
			t.Fatalf("%d octets of message", len(der))
		}
	})
}

// FuzzParsers: the parsers of parts neither panic nor accept more than one
// element's worth.
func FuzzParsers(f *testing.F) {
	id, _ := der.PSSAlgorithm(5)
	f.Add(id.Parameters)
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := der.ParsePSSParameters(b); err == nil && (p.SaltLength < 0 || p.Hash == 0 || p.MGF1Hash == 0) {
			t.Fatalf("%+v", p)
		}
		_, _ = cms.ParseTime(b)
	})
}
