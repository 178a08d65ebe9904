package batch

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jsign-jp/jsign/internal/durable"
)

// sheet is a document that takes time and reports what is done with it.
type sheet struct {
	name                     string
	prepare, finish          time.Duration
	failIn                   Phase // with errBad; 0 when err is nil
	err                      error
	open, closed, onceOpened *atomic.Int32
}

func (s sheet) fails(p Phase) error {
	if s.err != nil && s.failIn == p {
		return s.err
	}
	return nil
}

func (s sheet) Prepare(ctx context.Context) (string, Digest, error) {
	if n := s.open.Add(1); n > s.onceOpened.Load() {
		s.onceOpened.Store(n)
	}
	select {
	case <-time.After(s.prepare):
	case <-ctx.Done():
		return "", Digest{}, ctx.Err()
	}
	return s.name, Digest{1}, s.fails(Preparing)
}

func (s sheet) Finish(context.Context, []byte) (Output, error) {
	time.Sleep(s.finish)
	return s, s.fails(Finishing)
}
func (s sheet) Settle(context.Context, Record) (bool, error) { return false, s.fails(Settling) }
func (s sheet) Close() error                                 { s.open.Add(-1); s.closed.Add(1); return nil }
func (s sheet) Name() string                                 { return "output of " + s.name }
func (s sheet) Unchanged(_ context.Context, last Record) (bool, error) {
	return s.failIn != Preparing || s.err == nil, nil
}
func (s sheet) Digest() Digest { return Digest{2} }
func (s sheet) Abort() error   { return nil }
func (s sheet) Commit() error {
	if s.failIn == Settling && s.err != nil {
		return s.err
	}
	return s.fails(Committing)
}

// pile is a run over sheets, on a simulated disk and with a simulated card.
type pile struct {
	n                        int
	card                     time.Duration
	edit                     func(i int, s *sheet)
	options                  Options[string]
	results                  []Result
	order                    []string
	open, closed, onceOpened atomic.Int32
	journal                  *Journal
}

func (p *pile) jobs() iter.Seq[Job[string]] {
	return func(yield func(Job[string]) bool) {
		for i := range p.n {
			s := sheet{name: fmt.Sprint("sheet ", i), open: &p.open, closed: &p.closed, onceOpened: &p.onceOpened}
			if p.edit != nil {
				p.edit(i, &s)
			}
			if !yield(Job[string]{s.name, s}) {
				return
			}
		}
	}
}

// finite are jobs that end without being told to.
func finite[T any](jobs iter.Seq[Job[T]]) func(context.Context) iter.Seq[Job[T]] {
	return func(context.Context) iter.Seq[Job[T]] { return jobs }
}

func (p *pile) run(t *testing.T, ctx context.Context) (Totals, error) {
	t.Helper()
	if p.journal == nil {
		j, err := Open("journal", JournalOptions{FS: newDisk()})
		if err != nil {
			t.Fatal(err)
		}
		p.journal = j
	}
	o := p.options
	ask := o.Sign
	o.Sign = func(ctx context.Context, tbs string) ([]byte, error) {
		time.Sleep(p.card)
		if ask != nil {
			if _, err := ask(ctx, tbs); err != nil {
				return nil, err
			}
		}
		p.order = append(p.order, tbs)
		return []byte(tbs), ctx.Err()
	}
	o.Report = func(r Result) { p.results = append(p.results, r) }
	totals, err := Run(ctx, p.journal, finite(p.jobs()), o)
	if p.open.Load() != 0 {
		t.Errorf("%d documents were not closed", p.open.Load())
	}
	for i, r := range p.results {
		if r.Index != i || r.State != Signed && r.Err == nil {
			t.Errorf("result %d: %+v", i, r)
		}
	}
	return totals, err
}

// states renders the results: S, F, P.
func (p *pile) states() string {
	var b strings.Builder
	for _, r := range p.results {
		b.WriteString(strings.ToUpper(r.State.String()[:1]))
	}
	return b.String()
}

// In simulated time, the card is the only limit at each of three speeds, though
// preparing and finishing take twice and four times as long.
func TestTheCardIsNeverIdle(t *testing.T) {
	for _, card := range []time.Duration{5, 20, 80} {
		card *= time.Millisecond
		synctest.Test(t, func(t *testing.T) {
			p := &pile{n: 200, card: card, options: Options[string]{Workers: 4, Finishers: 8}}
			p.edit = func(i int, s *sheet) {
				s.prepare, s.finish = 2*card, 4*card
				if i%20 == 0 {
					s.prepare = 10 * card // a large one
				}
			}
			totals, err := p.run(t, t.Context())
			if err != nil || totals.Signed != 200 || totals.Busy != 200*card {
				t.Fatalf("%+v, %v", totals, err)
			}
			if totals.Utilisation() < 0.99 || totals.Elapsed > 220*card {
				t.Errorf("utilisation %.4f, %v", totals.Utilisation(), totals.Elapsed)
			}
			if len(p.order) != 200 || !inOrder(p.order) {
				t.Errorf("signed in the order %q", p.order)
			}
			t.Logf("card %v: utilisation %.4f, %v for 200 documents", card, totals.Utilisation(), totals.Elapsed)
		})
	}
}

// A fault ends the run at once, also while nothing comes in.
func TestFaultWhileJobsAreWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j, err := Open("journal", JournalOptions{FS: newDisk()})
		if err != nil {
			t.Fatal(err)
		}
		p := &pile{n: 1}
		quiet := func(ctx context.Context) iter.Seq[Job[string]] {
			return func(yield func(Job[string]) bool) {
				p.jobs()(yield)
				<-ctx.Done() // a watched folder
			}
		}
		_, err = Run(t.Context(), j, quiet, Options[string]{Sign: func(context.Context, string) ([]byte, error) { return nil, errInjected }})
		if !errors.Is(err, errInjected) {
			t.Errorf("%v", err)
		}
	})
}

func inOrder(names []string) bool {
	for i, name := range names {
		if name != fmt.Sprint("sheet ", i) {
			return false
		}
	}
	return true
}

func TestDocumentsInMemoryAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &pile{n: 1000, card: time.Second, options: Options[string]{Workers: 2, Finishers: 3}}
		if totals, err := p.run(t, t.Context()); err != nil || totals.Signed != 1000 {
			t.Fatalf("%+v, %v", totals, err)
		}
		if most := p.onceOpened.Load(); most > perWorker*(2+3+1) || p.closed.Load() != 1000 {
			t.Errorf("%d documents at once, %d closed", most, p.closed.Load())
		}
	})
}

func TestABadDocumentStopsNoOther(t *testing.T) {
	for _, phase := range []Phase{Preparing, Finishing, Committing} {
		p := &pile{n: 30}
		p.edit = func(i int, s *sheet) {
			if i%10 == 3 {
				s.failIn, s.err = phase, errBad
			}
		}
		totals, err := p.run(t, t.Context())
		if want := strings.Repeat("SSSFSSSSSS", 3); err != nil || p.states() != want || totals.Failed != 3 {
			t.Errorf("phase %d: %s, %+v, %v", phase, p.states(), totals, err)
		}
		if s := p.journal.Summary(); s.Failed != 3 || s.Signed != 27 || s.Pending != 0 || !s.Ended {
			t.Errorf("phase %d: %+v", phase, s)
		}
	}
}

// Nothing of a run goes on after it.
func TestRunEndsWithItsStages(t *testing.T) {
	for _, n := range []int{0, 3} {
		synctest.Test(t, func(t *testing.T) {
			drained := false
			p := &pile{n: n}
			p.options.Drain = func() {
				time.Sleep(time.Minute)
				drained = true
			}
			if _, err := p.run(t, t.Context()); err != nil || !drained {
				t.Errorf("%d documents: drained %v, %v", n, drained, err)
			}
		})
	}
}

// After a failed sync of the folder a second one that succeeds proves nothing.
func TestAnUnsyncedOutputStopsTheRun(t *testing.T) {
	p := &pile{n: 100}
	p.edit = func(i int, s *sheet) {
		if i == 1 {
			s.failIn, s.err = Committing, errors.Join(durable.ErrUnsynced, errBad)
		}
	}
	_, err := p.run(t, t.Context())
	if !errors.Is(err, durable.ErrUnsynced) || !strings.HasPrefix(p.states(), "SP") {
		t.Errorf("%s, %v", p.states(), err)
	}
	if r, err := p.journal.recordOf("sheet 1"); err != nil || r.Kind != Sealed {
		t.Errorf("the journal has %v, %v", r.Kind, err)
	}
}

// An output of which nobody knows whether it stands is neither signed nor failed.
func TestDoubtIsKept(t *testing.T) {
	p := &pile{n: 3}
	p.edit = func(i int, s *sheet) {
		if i == 1 {
			s.failIn, s.err = Settling, errBad
		}
	}
	_, err := p.run(t, t.Context())
	if s := p.journal.Summary(); err != nil || p.states() != "SPS" || s.Pending != 1 {
		t.Errorf("%s, %+v, %v", p.states(), s, err)
	}
}

func TestACardFaultStopsAndMarksNothing(t *testing.T) {
	calls := 0
	p := &pile{n: 100}
	p.options.Sign = func(context.Context, string) ([]byte, error) {
		if calls++; calls > 5 {
			return nil, errCard
		}
		return nil, nil
	}
	totals, err := p.run(t, t.Context())
	if !errors.Is(err, errCard) || calls != 6 || totals.Signed != 5 || totals.Failed != 0 || totals.Pending == 0 {
		t.Errorf("%d calls, %+v, %v", calls, totals, err)
	}
	if s := p.journal.Summary(); s.Signed != 5 || s.Failed != 0 || s.Ended {
		t.Errorf("%+v", s)
	}
}

func TestARefusalByTheKeyCanBeTheDocumentsOwn(t *testing.T) {
	p := &pile{n: 3}
	p.options.Fault = func(Phase, error) bool { return false }
	p.options.Sign = func(_ context.Context, tbs string) ([]byte, error) {
		if tbs == "sheet 1" {
			return nil, errBad
		}
		return nil, nil
	}
	if _, err := p.run(t, t.Context()); err != nil || p.states() != "SFS" {
		t.Errorf("%s, %v", p.states(), err)
	}
}

func TestCancelFinishesTheSignatureInTheCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10500*time.Millisecond)
		defer cancel()
		p := &pile{n: 100, card: time.Second}
		p.edit = func(_ int, s *sheet) { s.finish = 3 * time.Second }
		totals, err := p.run(t, ctx)
		if !errors.Is(err, context.DeadlineExceeded) || totals.Signed != 11 || totals.Failed != 0 || totals.Elapsed != 14*time.Second {
			t.Errorf("%+v, %v", totals, err)
		}
		if s := p.journal.Summary(); s.Signed != 11 || s.Ended {
			t.Errorf("%+v", s)
		}
	})
}

func TestADocumentIsSignedOnceInARun(t *testing.T) {
	p := &pile{n: 4}
	p.edit = func(i int, s *sheet) {
		s.name = [...]string{"a", "b", "a", ""}[i]
	}
	_, err := p.run(t, t.Context())
	if err != nil || p.states() != "SSFF" || !errors.Is(p.results[2].Err, ErrClaimed) || len(p.order) != 2 {
		t.Errorf("%s, %v, %v", p.states(), p.results, err)
	}
	if s := p.journal.Summary(); s.Signed != 2 || s.Failed != 0 {
		t.Errorf("%+v", s)
	}
}

func TestEarlierResultsStand(t *testing.T) {
	d := newDisk()
	var earlier []string
	for _, retry := range []bool{false, false, true} {
		j, err := Open("journal", JournalOptions{FS: d})
		if err != nil {
			t.Fatal(err)
		}
		p := &pile{n: 3, journal: j, options: Options[string]{Retry: retry}}
		p.edit = func(i int, s *sheet) {
			if i == 1 && !retry {
				s.err = errBad
			}
		}
		totals, err := p.run(t, t.Context())
		if err != nil {
			t.Error(err)
		}
		earlier = append(earlier, fmt.Sprintf("%s %d %d", p.states(), totals.Earlier, len(p.order)))
		shut(t, j)
	}
	if want := []string{"SFS 0 2", "SFS 3 0", "SSS 2 1"}; !slices.Equal(earlier, want) {
		t.Errorf("%q, want %q", earlier, want)
	}
}

func TestSeveralSignersKeepTheOrderOfResults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j, err := Open("journal", JournalOptions{FS: newDisk()})
		if err != nil {
			t.Fatal(err)
		}
		p := &pile{n: 100}
		o := Options[string]{Signers: 4, Sign: func(_ context.Context, tbs string) ([]byte, error) {
			time.Sleep(time.Duration(len(tbs)%3+1) * time.Second)
			return nil, nil
		}}
		next := 0
		o.Report = func(r Result) {
			if r.Index != next || r.State != Signed {
				t.Errorf("result %d: %+v", next, r)
			}
			next++
		}
		totals, err := Run(t.Context(), j, finite(p.jobs()), o)
		if err != nil || next != 100 || totals.Busy < 3*totals.Span || totals.Utilisation() < 0.75 || totals.Utilisation() > 1 {
			t.Errorf("%d results, %+v, %v", next, totals, err)
		}
	})
}

// A document that was edited after it was signed is told, and a restart signs
// every document again, also when it is interrupted.
func TestEditedAndRestarted(t *testing.T) {
	d := newDisk()
	var states []string
	for round := range 5 {
		j, err := Open("journal", JournalOptions{FS: d})
		if err != nil {
			t.Fatal(err)
		}
		if round == 2 {
			if err := j.Restart("again"); err != nil {
				t.Fatal(err)
			}
		}
		p := &pile{n: 3, journal: j}
		p.options.Certificate = func() Digest { return Digest{9} }
		p.edit = func(i int, s *sheet) {
			if round == 1 && i == 1 {
				s.failIn, s.err = Preparing, errBad // edited
			}
		}
		if round == 2 {
			p.options.Sign = func(context.Context, string) ([]byte, error) {
				if len(p.order) == 1 {
					return nil, errCard
				}
				return nil, nil
			}
		}
		_, _ = p.run(t, t.Context()) // the interrupted round fails
		s := j.Summary()
		states = append(states, fmt.Sprintf("%s %d %v %v %d", p.states(), len(p.order), s.Replacing, s.Certificate == Digest{9}, s.Signed))
		for _, r := range p.results {
			if r.State == Signed && r.Output != "output of "+r.Name {
				t.Errorf("output %q", r.Output)
			}
			if round == 1 && r.State == Failed && !errors.Is(r.Err, errEdited) {
				t.Errorf("%v", r.Err)
			}
		}
		shut(t, j)
	}
	want := []string{"SSS 3 false false 3", "SFS 0 false false 3", "SPP 1 true true 1", "SSS 2 false false 3", "SSS 0 false false 3"}
	if !slices.Equal(states, want) {
		t.Errorf("%q, want %q", states, want)
	}
}

// recordOf returns the last record of a document.
func (j *Journal) recordOf(name string) (Record, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.at(j.index.places[keyOf(name)].at, name)
}
