package online_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/revocation/ocsptest"
	"github.com/jsign-jp/jsign/revocation/online"
	"github.com/jsign-jp/jsign/trust"
)

func openCache(t testing.TB, dir string) *online.Cache {
	t.Helper()
	c, err := online.OpenCache(dir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// fetchWith makes a new Client, as another run of a program does, and fetches.
func fetchWith(t testing.TB, a *authority, c *trust.Certificate, dir string, at time.Time) (revocation.Material, error) {
	t.Helper()
	client := newClient(t, online.Options{AllowUnsafe: loopback(), Cache: openCache(t, dir), Now: func() time.Time { return at }})
	return client.Fetch(t.Context(), c, a.issuer)
}

// TestCacheKeeps: what came once is there for the next run, until its nextUpdate.
func TestCacheKeeps(t *testing.T) {
	a := newAuthority(t)
	responder, publisher := newSite(t, a.responder(nil)), newSite(t, publisher(a.crl()))
	for _, test := range []struct {
		name string
		site *site
		c    *trust.Certificate
		end  time.Time
	}{
		{"OCSP", responder, a.issue(namingOCSP(responder.URL)), now.Add(time.Hour)},
		{"CRL", publisher, a.issue(namingCRL(publisher.URL)), now.Add(24 * time.Hour)},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "jsign", "cache")
			for i, step := range []struct {
				at     time.Time
				cached bool
				asked  int
			}{{now, false, 1}, {now, true, 1}, {test.end.Add(-time.Second), true, 1}, {test.end, false, 2}} {
				m, err := fetchWith(t, a, test.c, dir, step.at)
				if err != nil || len(m.Attempts) != 1 {
					t.Fatalf("step %d: %v, %+v", i, err, m.Attempts)
				}
				if m.Attempts[0].Cached != step.cached || len(test.site.asked) != step.asked {
					t.Errorf("step %d: cached %v, %d requests", i, m.Attempts[0].Cached, len(test.site.asked))
				}
			}
			if names := cacheFiles(t, dir); len(names) != 0 {
				t.Errorf("what is out of date is still there: %v", names)
			}
		})
	}
}

// cacheFiles lists all that is in a folder.
func cacheFiles(t testing.TB, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, filepath.Join(dir, e.Name()))
	}
	return names
}

// TestCacheDamaged: what is broken is fetched anew and replaced, whatever became of it.
func TestCacheDamaged(t *testing.T) {
	a := newAuthority(t)
	s := newSite(t, publisher(a.crl()))
	c := a.issue(namingCRL(s.URL))
	for name, damage := range map[string]func([]byte) []byte{
		"empty":             func([]byte) []byte { return nil },
		"cut off":           func(b []byte) []byte { return b[:len(b)/2] },
		"one bit":           func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
		"one bit of digest": func(b []byte) []byte { b[0] ^= 1; return b },
		"longer":            func(b []byte) []byte { return append(b, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			fetch := func(cached bool) {
				t.Helper()
				m, err := fetchWith(t, a, c, dir, now)
				if err != nil || m.Attempts[0].Cached != cached || a.status(c, m).Status != revocation.Good {
					t.Errorf("%v, %+v", err, m.Attempts)
				}
			}
			fetch(false)
			names := cacheFiles(t, dir)
			if len(names) != 1 {
				t.Fatalf("%v", names)
			}
			data, err := os.ReadFile(names[0])
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(names[0], damage(data), 0o600); err != nil {
				t.Fatal(err)
			}
			fetch(false)
			fetch(true)
		})
	}
}

// TestCacheDamagedOffline: what is broken is removed and never stands for a status.
func TestCacheDamagedOffline(t *testing.T) {
	a := newAuthority(t)
	s := newSite(t, publisher(a.crl()))
	c, dir := a.issue(namingCRL(s.URL)), t.TempDir()
	if _, err := fetchWith(t, a, c, dir, now); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(cacheFiles(t, dir)[0], []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Close()
	_, err := fetchWith(t, a, c, dir, now)
	wantFailure(t, err, online.Unreachable)
	if names := cacheFiles(t, dir); len(names) != 0 {
		t.Errorf("%v", names)
	}
}

// TestCacheIsJudged: an answer that somebody put into the folder counts for nothing
// without its signature.
func TestCacheIsJudged(t *testing.T) {
	a, stranger := newAuthority(t), newAuthority(t)
	forged := newSite(t, a.responder(func(r *ocsptest.Response) { r.Key = stranger.key }))
	c, dir := a.issue(namingOCSP(forged.URL)), t.TempDir()
	for range 2 {
		m, err := fetchWith(t, a, c, dir, now)
		if err != nil || a.status(c, m).Status != revocation.Unknown {
			t.Errorf("%v, %v", err, a.status(c, m).Status)
		}
	}
}

// TestCacheShared: many runs at the same time, of one folder.
func TestCacheShared(t *testing.T) {
	a := newAuthority(t)
	s := newSite(t, publisher(a.crl()))
	dir := t.TempDir()
	var wg sync.WaitGroup
	for range 8 {
		c := a.issue(namingCRL(s.URL))
		wg.Go(func() {
			for range 4 {
				if m, err := fetchWith(t, a, c, dir, now); err != nil || a.status(c, m).Status != revocation.Good {
					t.Errorf("%v, %v", err, a.status(c, m).Status)
				}
			}
		})
	}
	wg.Wait()
	if names := cacheFiles(t, dir); len(names) != 1 {
		t.Errorf("%v", names)
	}
}

// TestCacheWithoutDisk: a folder that cannot be written costs nothing but requests.
func TestCacheWithoutDisk(t *testing.T) {
	a := newAuthority(t)
	s := newSite(t, publisher(a.crl()))
	dir := filepath.Join(t.TempDir(), "cache")
	client := newClient(t, online.Options{AllowUnsafe: loopback(), Cache: openCache(t, dir)})
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Fetch(t.Context(), a.issue(namingCRL(s.URL)), a.issuer); err != nil {
		t.Error(err)
	}
	if _, err := online.OpenCache(dir); err == nil {
		t.Error("a file was opened as a folder")
	}
}

// TestCacheFolder: whom somebody verified is nobody else's business.
func TestCacheFolder(t *testing.T) {
	a := newAuthority(t)
	s := newSite(t, publisher(a.crl()))
	dir := filepath.Join(t.TempDir(), "cache")
	if _, err := fetchWith(t, a, a.issue(namingCRL(s.URL)), dir, now); err != nil {
		t.Fatal(err)
	}
	for _, name := range append(cacheFiles(t, dir), dir) {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s can be read by others: %v", name, info.Mode())
		}
	}
}

// TestForgeryDoesNotStay: what was forged on its way, with a nextUpdate far ahead, is kept
// like anything else, and yet the server is asked again by the next run.
func TestForgeryDoesNotStay(t *testing.T) {
	a, stranger := newAuthority(t), newAuthority(t)
	forged := true
	s := newSite(t, a.responder(func(r *ocsptest.Response) {
		r.Singles[0].NextUpdate = now.AddDate(50, 0, 0)
		if forged {
			r.Key = stranger.key
		}
	}))
	c, dir := a.issue(namingOCSP(s.URL)), t.TempDir()
	for i, want := range []revocation.Status{revocation.Unknown, revocation.Good, revocation.Good} {
		m, err := fetchWith(t, a, c, dir, now)
		if err != nil || a.status(c, m).Status != want {
			t.Errorf("run %d: %v, %v, want %v", i, err, a.status(c, m).Status, want)
		}
		forged = false
	}
	if len(s.asked) != 2 {
		t.Errorf("%d requests: the third run has a good answer", len(s.asked))
	}
}
