package cms

import (
	"bytes"
	"crypto/sha256"
	"testing"

	"github.com/jsign-jp/jsign/internal/der"
)

// TestCheckpoints: hashing on from a checkpoint gives what hashing all of it does,
// as often as it is used, and only where every hash was kept.
func TestCheckpoints(t *testing.T) {
	digests := func(list ...der.OID) *Digests {
		var algorithms []der.AlgorithmIdentifier
		for _, a := range list {
			algorithms = append(algorithms, der.AlgorithmIdentifier{Algorithm: a})
		}
		d, _ := NewDigests(algorithms)
		return d
	}
	var kept Checkpoints
	first := digests(der.SHA256)
	if kept.Resume(first, 5) {
		t.Fatal("resumed where nothing was kept")
	}
	first.Write([]byte("begin"))
	kept.Keep(first, 5)
	first.Write([]byte(" and something else"))
	for _, rest := range []string{" and end", "", " again"} {
		d := digests(der.SHA256)
		if !kept.Resume(d, 5) {
			t.Fatal("not resumed")
		}
		d.Write([]byte(rest))
		if want := sha256.Sum256([]byte("begin" + rest)); !bytes.Equal(d.Sum(der.SHA256), want[:]) {
			t.Errorf("another digest of %q", "begin"+rest)
		}
	}
	if kept.Resume(digests(der.SHA256), 6) || kept.Resume(digests(der.SHA256, der.SHA512), 5) {
		t.Error("resumed at another offset or without one of the hashes")
	}
}
