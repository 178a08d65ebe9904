package cardtest

import (
	"os"
	"os/exec"
	"testing"
)

// RequireTools skips the test when one of the programs is not installed, and
// fails it in CI.
func RequireTools(t testing.TB, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			unavailable(t, "%s is not installed", name)
		}
	}
}

// unavailable skips the test, or fails it in CI, where nothing may be missing.
func unavailable(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}
