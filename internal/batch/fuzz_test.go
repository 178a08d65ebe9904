package batch

import (
	"bytes"
	"errors"
	"io"
	"testing"
)

// rewrite encodes what was read once more, as it was written.
func rewrite(t *testing.T, content []byte) (b []byte, err error) {
	s := newScanner(bytes.NewReader(content))
	for prev := (Digest{}); ; prev = s.last.prev {
		r, _, err := s.next()
		if errors.Is(err, io.EOF) {
			return b, nil
		}
		if err != nil {
			return b, err
		}
		b, _, err = appendRecord(b, link{s.last.synced, prev}, r)
		if err != nil {
			t.Fatalf("read and cannot be written: %+v", r)
		}
	}
}

// Whatever is read, is read in one form only.
func FuzzReadIsCanonical(f *testing.F) {
	_, content := sample(f)
	records := split(f, content)
	if len(records) < 10 {
		f.Fatal("no seeds")
	}
	f.Add(content)
	for _, r := range records {
		f.Add(r)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		b, err := rewrite(t, content)
		if !bytes.HasPrefix(content, b) || err == nil && len(b) != len(content) {
			t.Errorf("%d bytes were read and %d written, %v", len(content), len(b), err)
		}
		provedDurable(content, 0)
	})
}

// A journal that was changed anywhere is not accepted, but for whole records
// missing at the end.
func FuzzAChangeIsFound(f *testing.F) {
	_, content := sample(f)
	f.Add(uint32(0), uint32(1), []byte("x"))
	f.Add(uint32(100), uint32(0), content[:200])
	f.Add(uint32(len(content)-1), uint32(1), []byte(nil))
	f.Fuzz(func(t *testing.T, at, remove uint32, insert []byte) {
		from := int(at) % len(content)
		to := from + int(remove)%(len(content)-from+1)
		changed := append(append(bytes.Clone(content[:from]), insert...), content[to:]...)
		if bytes.HasPrefix(content, changed) {
			return
		}
		if _, err := Verify(bytes.NewReader(changed)); err == nil && !bytes.HasPrefix(changed, content) {
			t.Errorf("bytes %d to %d became %x: accepted", from, to, insert)
		}
	})
}

// The bodies of records, which the sums of the whole keep the fuzzer from.
func FuzzBodyRoundTrip(f *testing.F) {
	_, content := sample(f)
	for _, r := range split(f, content) {
		f.Add(r[headerSize : len(r)-len(Digest{})])
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) < fixedBody {
			return // frame refuses it
		}
		r, err := parseBody(body)
		if err == nil && !bytes.Equal(appendBody(nil, r), body) {
			t.Errorf("%x was read as %+v", body, r)
		}
	})
}
