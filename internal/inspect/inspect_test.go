package inspect_test

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/folder"
	"github.com/jsign-jp/jsign/internal/inspect"
	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

// signer is a sign.Signer of the test PKI.
type signer struct{ crypto.Signer }

func (signer) Chain() []*x509.Certificate {
	return []*x509.Certificate{ca.Certificate("org-p256.pem"), ca.Certificate("org-ca.pem")}
}

func signed(t *testing.T, content string, attached bool) string {
	t.Helper()
	var out bytes.Buffer
	key := signer{ca.Key("org-p256.pem")}
	if err := sign.CMS(t.Context(), &out, strings.NewReader(content), int64(len(content)), key, sign.CMSOptions{Attached: attached}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// plant makes a folder with files.
func plant(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func inspector(t *testing.T) *inspect.Inspector {
	t.Helper()
	root, err := trust.ParseCertificate(ca.DER("org-root.pem"))
	if err != nil {
		t.Fatal(err)
	}
	return &inspect.Inspector{Anchors: []*trust.Certificate{root}, Options: verify.PDFOptions{
		ReportOptions: verify.ReportOptions{Time: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), RevocationOptional: true},
	}}
}

// found renders what each file of a folder was found to be.
func found(t *testing.T, i *inspect.Inspector, root string) map[string]string {
	t.Helper()
	states := map[string]string{}
	for r := range i.Folder(t.Context(), 2, folder.Walk(t.Context(), []string{root}, folder.Options{})) {
		state := map[inspect.State]string{
			inspect.Unreadable: "unreadable", inspect.Judged: "not valid", inspect.Content: "content", inspect.Unsigned: "unsigned",
		}[r.State]
		if r.Valid() {
			state = "valid"
		}
		if r.Differs != nil {
			state += ", differs"
		}
		if (r.State == inspect.Unreadable) != (r.Err != nil) || (r.State == inspect.Judged) != (r.Report != nil) {
			t.Errorf("%s: %s with error %v and report %v", r.File.Name, state, r.Err, r.Report)
		}
		states[r.File.Name] = state
	}
	return states
}

func expect(t *testing.T, got, want map[string]string) {
	t.Helper()
	if maps.Equal(got, want) {
		return
	}
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s: %q, want %q", name, got[name], want[name])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d files, want %d: %v", len(got), len(want), got)
	}
}

func TestWhatFilesAre(t *testing.T) {
	i := inspector(t)
	i.Content = plant(t, map[string]string{"elsewhere": "c", "named": "the right one"})
	root := plant(t, map[string]string{
		"beside": "a", "beside.p7s": signed(t, "a", false),
		"altered": "A", "altered.p7s": signed(t, "a", false),
		"itself": "b", "itself.p7s": signed(t, "b", true),
		"elsewhere.p7s": signed(t, "c", false),
		"named":         "the wrong one", "named.p7s": signed(t, "the right one", false),
		"lost.p7s":        signed(t, "d", false),
		"overwritten.p7s": "no signature", "overwritten.PDF": "no document",
		"sub/plain": "plain",
	})
	expect(t, found(t, i, root), map[string]string{
		"beside": "content", "beside.p7s": "valid",
		"altered": "content", "altered.p7s": "not valid",
		"itself": "unsigned", "itself.p7s": "valid", // an attached message needs no file beside it
		"elsewhere.p7s": "valid",
		"named":         "unsigned", "named.p7s": "valid", // the tree that was named goes first
		"lost.p7s":        "unreadable",
		"overwritten.p7s": "unreadable", "overwritten.PDF": "unreadable",
		"sub/plain": "unsigned",
	})
}

func TestNothingIsTrustedByDefault(t *testing.T) {
	i := inspector(t)
	i.Anchors = nil
	root := plant(t, map[string]string{"itself.p7s": signed(t, "b", true)})
	expect(t, found(t, i, root), map[string]string{"itself.p7s": "not valid"})
}

// Sums of "a", "b" and "c".
const sums = `ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  a
3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d  sub/b
2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6  c
`

func TestManifest(t *testing.T) {
	i := inspector(t)
	var err error
	if i.Manifest, err = inspect.ReadManifest(strings.NewReader(sums)); err != nil {
		t.Fatal(err)
	}
	root := plant(t, map[string]string{"a": "a", "sub/b": "changed", "b": "b"})
	expect(t, found(t, i, root), map[string]string{"a": "unsigned", "sub/b": "unsigned, differs", "b": "unsigned, differs"})
	if missing := i.Manifest.Missing(); len(missing) != 1 || missing[0] != "c" {
		t.Errorf("missing: %q", missing)
	}
}

func TestManifestFaults(t *testing.T) {
	line, _, _ := strings.Cut(sums, "\n")
	for name, list := range map[string]string{"twice": line + "\n" + line + "\n", "no sum": "a\n"} {
		if _, err := inspect.ReadManifest(strings.NewReader(list)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// TestDetached: only a detached signature vouches for the octets in hand.
func TestDetached(t *testing.T) {
	i := inspector(t)
	root := plant(t, map[string]string{"detached": signed(t, sums, false), "attached": signed(t, sums, true)})
	for content, valid := range map[string]bool{sums: true, sums + " ": false} {
		report, err := i.Detached(t.Context(), filepath.Join(root, "detached"), []byte(content))
		if err != nil || report.Valid() != valid {
			t.Errorf("%d octets: %v, want valid %v", len(content), err, valid)
		}
	}
	for _, name := range []string{"attached", "none", "."} {
		if _, err := i.Detached(t.Context(), filepath.Join(root, name), []byte(sums)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
