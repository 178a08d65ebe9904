package cardtest_test

import (
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/cardio/cardtest"
)

// listReaders returns what opensc-tool sees on a stack.
func listReaders(t *testing.T, s *cardtest.Stack) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "opensc-tool", "--list-readers")
	cmd.Env = s.Env()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("opensc-tool: %v\n%s", err, out)
	}
	return string(out)
}

// holdsCard says whether the list has a card in the reader.
func holdsCard(list, reader string) bool {
	for line := range strings.Lines(list) {
		if strings.Contains(line, reader) {
			return strings.Contains(line, "Yes")
		}
	}
	return false
}

// TestStacksSideBySide: each pcscd shows its own cards from the first moment.
func TestStacksSideBySide(t *testing.T) {
	cardtest.RequireTools(t, "opensc-tool")
	for range 3 {
		t.Run("stack", func(t *testing.T) {
			t.Parallel()
			s := cardtest.StartPCSC(t, newCard(t))
			list := listReaders(t, s)
			if !holdsCard(list, s.Reader) || !holdsCard(list, s.Second) {
				t.Errorf("want cards in %q and %q, have\n%s", s.Reader, s.Second, list)
			}
		})
	}
}

func TestRemovable(t *testing.T) {
	cardtest.RequireTools(t, "opensc-tool")
	if !cardtest.InNamespace(t) {
		return
	}
	s := cardtest.StartRemovable(t, newCard(t))
	if list := listReaders(t, s); !holdsCard(list, s.Reader) || holdsCard(list, s.Second) {
		t.Errorf("want a card in %q only, have\n%s", s.Reader, list)
	}
	s.Remove(t)
	deadline := time.Now().Add(2 * time.Minute)
	for holdsCard(listReaders(t, s), s.Reader) {
		if time.Now().After(deadline) {
			t.Fatal("pcscd still shows the card")
		}
	}
	s.Insert(t)
	if list := listReaders(t, s); !holdsCard(list, s.Reader) {
		t.Errorf("the card is back, but\n%s", list)
	}
}
