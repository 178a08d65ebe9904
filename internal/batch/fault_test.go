package batch

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"
)

var errCard = errors.New("the card was removed")

// trial is one history of a folder: runs with faults, then one without.
type trial struct {
	*testing.T
	rng    *rand.Rand
	d      *disk
	signed map[string]bool // reported as signed, so never to be lost
	asked  int             // signatures of the card
}

// run goes on with the batch on the disk as it is.
func (t *trial) run(cardFails bool) error {
	j, err := Open("journal", JournalOptions{FS: t.d, Gather: time.Duration(t.rng.IntN(2)) * time.Microsecond})
	if err != nil {
		return err
	}
	calls, last := 0, t.rng.IntN(25)
	_, err = Run(context.Background(), j, finite(papers(t.d, names())), Options[string]{
		Workers: 2, Finishers: 3, Retry: true,
		Sign: func(_ context.Context, tbs string) ([]byte, error) {
			if calls++; cardFails && calls > last {
				return nil, errCard
			}
			if _, there := t.d.content((paper{t.d, tbs}).public()); there {
				t.Errorf("%q is signed though its output stands", tbs)
			}
			t.asked++
			return signature(tbs), nil
		},
		Fault: func(p Phase, err error) bool { return p == Signing || errors.Is(err, errDead) },
		Report: func(r Result) {
			if r.State == Signed {
				t.signed[r.Name] = true
			}
			if r.State == Failed && errors.Is(r.Err, errCard) {
				t.Errorf("%q is marked bad by a fault of the card", r.Name)
			}
		},
	})
	return errors.Join(err, j.Close())
}

// kept checks that nothing reported as signed was lost, neither the output nor the
// record of it.
func (t *trial) kept() {
	journal, _ := t.d.content("journal")
	last := map[string]Kind{}
	for r := range Read(bytes.NewReader(journal)) { // up to a torn end
		last[r.Name] = r.Kind
	}
	for name := range t.signed {
		if last[name] != Signed {
			t.Errorf("%q was reported as signed, and is %v in the journal", name, last[name])
		}
		p := paper{t.d, name}
		if data, _ := t.d.content(p.public()); !bytes.Equal(data, p.output()) {
			t.Errorf("%q was reported as signed, and its output is %x", name, data)
		}
	}
}

// end runs without faults and compares with an undisturbed run, also after a
// power loss at the very end.
func (t *trial) end() {
	t.d.plan = func(int) fault { return works }
	if err := t.run(false); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		t.kept()
		if err := complete(t.d, names()); err != nil {
			t.Error(err)
		}
		journal, _ := t.d.content("journal")
		s, err := Verify(bytes.NewReader(journal))
		if err != nil || s.Signed != 19 || s.Failed != 2 || s.Pending != 0 || !s.Ended {
			t.Errorf("the journal: %+v, %v", s, err)
		}
		t.d = t.d.reboot(t.rng, true)
	}
}

func newTrial(t *testing.T, seed uint64) *trial {
	return &trial{T: t, rng: rand.New(rand.NewPCG(seed, 6)), d: newDisk(), signed: map[string]bool{}}
}

func TestKilledAnywhere(t *testing.T) {
	kills, torn, signatures := 0, 0, 0
	for seed := range uint64(500) {
		tr := newTrial(t, seed)
		for range 1 + tr.rng.IntN(3) {
			at := 1 + tr.rng.IntN(150)
			tr.d.plan = func(step int) fault {
				if step == at {
					return crashes
				}
				return works
			}
			if err := tr.run(tr.rng.IntN(4) == 0); errors.Is(err, errDead) {
				kills++
			} else if errors.Is(err, ErrDamaged) {
				t.Fatalf("seed %d: %v", seed, err)
			}
			tr.d = tr.d.reboot(tr.rng, tr.rng.IntN(3) > 0)
			tr.kept()
			journal, _ := tr.d.content("journal")
			if _, err := Verify(bytes.NewReader(journal)); err != nil {
				torn++
			}
		}
		tr.end()
		signatures += tr.asked
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	if kills < 500 || torn < 15 { // about 850 and 50; which step comes when is the scheduler's
		t.Errorf("only %d kills, %d torn journals", kills, torn)
	}
	t.Logf("%d kills, %d torn journals, %d signatures for %d documents", kills, torn, signatures, 500*19)
}

// Every step of a whole run fails once in each way, and the batch goes on.
func TestEachStepFails(t *testing.T) {
	for _, kind := range []fault{fails, failsButDone} {
		at := 0
		for reached := true; reached; {
			at++
			tr := newTrial(t, uint64(at))
			reached = false
			tr.d.plan = func(step int) fault {
				if step == at {
					reached = true
					return kind
				}
				return works
			}
			_ = tr.run(false) // an error or a failed document: both are fine
			tr.kept()
			if errors.Is(tr.d.journalDamage(), ErrDamaged) {
				t.Errorf("step %d: the journal is damaged", at)
			}
			tr.end()
			if t.Failed() {
				t.Fatalf("fault %d at step %d", kind, at)
			}
		}
		if at < 100 {
			t.Errorf("only %d steps", at)
		}
		t.Logf("%d steps", at)
	}
}

func (d *disk) journalDamage() error {
	journal, _ := d.content("journal")
	if len(journal) == 0 {
		return nil
	}
	_, err := Verify(bytes.NewReader(journal))
	return err
}

// Faults at random, several in a run, with cuts of power between.
func TestFlakyDisk(t *testing.T) {
	for seed := range uint64(100) {
		tr := newTrial(t, seed)
		for range 3 {
			dice := rand.New(rand.NewPCG(seed, 7))
			tr.d.plan = func(int) fault {
				if n := dice.IntN(60); n == 0 {
					return fault(1 + dice.IntN(2))
				}
				return works
			}
			_ = tr.run(false)
			tr.d = tr.d.reboot(tr.rng, tr.rng.IntN(2) == 0)
			tr.kept()
		}
		tr.end()
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}
