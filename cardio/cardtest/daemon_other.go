//go:build !linux

package cardtest

import "testing"

const vpcdDriver = ""

// daemon stands for pcscd where it is not run in tests.
type daemon struct{}

func requirePCSCD(t testing.TB) {
	t.Helper()
	t.Skip("a private pcscd is run on Linux only")
}

func startDaemon(t testing.TB, _, _ string) *daemon {
	requirePCSCD(t)
	return nil
}

func (*daemon) awaitCards(testing.TB, int) {}

func (*daemon) seen() int { return 0 }
