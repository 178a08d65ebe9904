package cms_test

import (
	"bytes"
	"crypto"
	"testing"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
)

// FuzzWithUnsigned: whatever signer is read, with one attribute more it is read
// again, everything else as it was, and what an archive timestamp covers of it is the same.
func FuzzWithUnsigned(f *testing.F) {
	for _, seed := range messageSeeds(f) {
		f.Add(seed)
	}
	added := cms.Attribute{Type: der.AttributeTimeStampToken, Values: [][]byte{der.Sequence(der.Integer(1))}}
	f.Fuzz(func(t *testing.T, message []byte) {
		sd, err := cms.DecodeBytes(message, cms.DecodeOptions{})
		if err != nil {
			return
		}
		for i := range sd.Signers {
			old := &sd.Signers[i]
			lifted, err := old.WithUnsigned(added)
			if err != nil {
				continue // over the limit of attributes
			}
			if !bytes.Equal(old.Signature, lifted.Signature) || (old.SignedAttrs == nil) != (lifted.SignedAttrs == nil) ||
				old.SignedAttrs != nil && !bytes.Equal(old.SignedAttrs.Raw, lifted.SignedAttrs.Raw) {
				t.Fatal("what is signed was changed")
			}
			count := 1
			if old.UnsignedAttrs != nil {
				count += len(old.UnsignedAttrs.Attributes)
			}
			if len(lifted.UnsignedAttrs.Attributes) != count {
				t.Fatalf("%d attributes, want %d", len(lifted.UnsignedAttrs.Attributes), count)
			}
			before, err1 := cms.ArchiveImprint(sd, old, crypto.SHA256, nil, nil)
			after, err2 := cms.ArchiveImprint(sd, &lifted, crypto.SHA256, nil, nil)
			if (err1 == nil) != (err2 == nil) || !bytes.Equal(before, after) {
				t.Fatalf("the imprint changed: %v, %v", err1, err2)
			}
			x, err := cms.NewATSHashIndex(sd, &lifted, crypto.SHA256)
			if err == nil && len(x.Certificates) != len(sd.Certificates) {
				t.Fatal("the index lacks a certificate")
			}
		}
	})
}
