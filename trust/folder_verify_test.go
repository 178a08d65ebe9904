package trust

import (
	"testing"

	"github.com/jsign-jp/jsign/testdata/ca"
)

// TestFolderAnchors: what an owner put into the folder ends a chain, self-signed
// or not, by both judgements; what was merely added to a store does only if it is
// self-signed.
func TestFolderAnchors(t *testing.T) {
	leaf := folderCertificate(t, "org-rsa2048.pem")
	between := folderCertificate(t, "org-ca.pem")
	root := folderCertificate(t, "org-root.pem")
	for _, test := range []struct {
		name   string
		anchor *Certificate
		chosen bool
		length int // of the chain; 0: refused
	}{
		{"chosen intermediate", between, true, 2},
		{"intermediate", between, false, 0},
		{"chosen root", root, true, 3},
		{"root", root, false, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			store := NewStore()
			if test.chosen {
				folder := Folder{t.TempDir()}
				if _, err := folder.Add(t.Context(), test.anchor); err != nil {
					t.Fatal(err)
				}
				if n, err := folder.AddTo(store); n != 1 || err != nil {
					t.Fatalf("AddTo: %d, %v", n, err)
				}
			} else {
				store.AddCertificate(test.anchor)
			}
			opt := Options{Anchors: store, Untrusted: []*Certificate{between}, Time: leaf.NotBefore.AddDate(0, 1, 0), Trust: TrustEmail}
			for name, judge := range map[string]func(*Certificate, Options) *Result{"OpenSSL": VerifyOpenSSL, "RFC 5280": Verify} {
				r := judge(leaf, opt)
				if valid := r.Verdict == Valid; valid != (test.length > 0) || valid && len(r.Chain) != test.length {
					t.Errorf("%s: verdict %v (%v), chain of %d; want %d", name, r.Verdict, r.Code, len(r.Chain), test.length)
				}
			}
		})
	}
}

func folderCertificate(t *testing.T, name string) *Certificate {
	t.Helper()
	c, err := ParseCertificate(ca.DER(name))
	if err != nil {
		t.Fatal(err)
	}
	return c
}
