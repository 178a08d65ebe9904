package online

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestSweep: the oldest go when there are too many or too large ones; what a dead process
// left goes; what is not the cache's stays.
func TestSweep(t *testing.T) {
	now := time.Now()
	write := func(t *testing.T, dir, name string, age time.Duration) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, make([]byte, 100), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now, now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name       string
		maxSize    int64
		maxEntries int
		want       string
	}{
		{"room for all", 1000, 10, "a b c"},
		{"too many", 1000, 2, "a b"},
		{"too large", 250, 10, "a b"},
		{"room for none", 50, 10, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			c := &Cache{dir: dir, maxSize: test.maxSize, maxEntries: test.maxEntries}
			write(t, dir, "b"+suffix, 2*time.Minute)
			write(t, dir, "c"+suffix, 3*time.Minute)
			write(t, dir, "a"+suffix, time.Minute)
			write(t, dir, "letter.txt", time.Hour*1000)
			write(t, dir, ".x"+suffix+".jsign-00000001", 2*abandonedAfter)
			write(t, dir, ".y"+suffix+".jsign-00000002", time.Minute)
			c.sweep(now)
			var left []string
			entries, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				left = append(left, strings.TrimSuffix(e.Name(), suffix))
			}
			want := strings.TrimSpace(".y" + suffix + ".jsign-00000002 " + test.want + " letter.txt")
			if got := strings.Join(left, " "); strings.Join(strings.Fields(want), " ") != got {
				t.Errorf("%s\nwant %s", got, want)
			}
		})
	}
}
