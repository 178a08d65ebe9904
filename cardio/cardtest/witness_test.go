package cardtest_test

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/cardtest"
)

// probe is a testing.TB whose failure is a result.
type probe struct {
	testing.TB
	failed bool
}

func (p *probe) Helper()               {}
func (p *probe) Fatal(...any)          { p.failed = true; runtime.Goexit() }
func (p *probe) Fatalf(string, ...any) { p.Fatal() }

// fails runs a function that takes a testing.TB and says whether it failed.
func fails(t *testing.T, f func(testing.TB)) bool {
	t.Helper()
	p, done := &probe{TB: t}, make(chan struct{})
	go func() { defer close(done); f(p) }()
	<-done
	return p.failed
}

// removed is a card that has gone.
type removed struct{}

func (removed) Transmit([]byte) ([]byte, error) { return nil, errors.New("gone") }

// TestRequireOwnReader: only the card behind the witness is let through, and
// nothing that could harm another one has been sent to that.
func TestRequireOwnReader(t *testing.T) {
	own, other := cardtest.NewWitness(newCard(t)), newCard(t)
	var sent cardtest.Trace
	for name, test := range map[string]struct {
		card cardio.Card
		want bool
	}{
		"own":     {own, false},
		"other":   {sent.Record(other), true},
		"removed": {removed{}, true},
	} {
		if got := fails(t, func(tb testing.TB) { cardtest.RequireOwnReader(tb, test.card, own) }); got != test.want {
			t.Errorf("%s: fails: %v", name, got)
		}
	}
	for _, e := range sent.Exchanges {
		if !strings.HasPrefix(e.Command, "00A4040C10") || e.Response != "6A82" {
			t.Errorf("the foreign card was sent %s and answered %s", e.Command, e.Response)
		}
	}
	if len(sent.Exchanges) != 1 || other.VerifyCount() != 0 {
		t.Errorf("%d commands to the foreign card", len(sent.Exchanges))
	}
}
