package keeper

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jsign-jp/jsign/internal/keys"
)

var (
	errGone  = errors.New("gone")
	errWrong = errors.New("wrong PIN")
)

// desk is a key on a card that tests take away and bring back.
type desk struct {
	mu          sync.Mutex
	certificate byte
	unlock      []error // answers of Unlock, in turn; then nil
	sign        []error // answers of Sign
	alive       error
	log         []string
	busy, most  int
}

// enter counts a caller until it calls leave.
func (d *desk) enter() (leave func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.busy++
	d.most = max(d.most, d.busy)
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.busy--
	}
}

func (d *desk) note(event string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.log = append(d.log, event)
}

func (d *desk) next(answers *[]error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(*answers) == 0 {
		return nil
	}
	err := (*answers)[0]
	*answers = (*answers)[1:]
	return err
}

func (d *desk) Unlock(ctx context.Context) (keys.Session, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := d.next(&d.unlock); err != nil {
		d.note("no")
		return nil, err
	}
	d.note("unlock")
	return &session{d: d, ctx: ctx, certificate: d.certificate}, nil
}

type session struct {
	d           *desk
	ctx         context.Context
	certificate byte
}

func (s *session) Public() crypto.PublicKey { return nil }
func (s *session) Chain() []*x509.Certificate {
	return []*x509.Certificate{{Raw: []byte{s.certificate}}}
}
func (s *session) Close() error     { s.d.note("close"); return nil }
func (s *session) KeepAlive() error { s.d.note("alive"); return s.d.alive }
func (s *session) Sign(_ io.Reader, digest []byte, _ crypto.SignerOpts) ([]byte, error) {
	defer s.d.enter()()
	time.Sleep(100 * time.Millisecond)
	if err := s.ctx.Err(); err != nil {
		return nil, err
	}
	if err := s.d.next(&s.d.sign); err != nil {
		s.d.note("lost")
		return nil, err
	}
	s.d.note("sign")
	return digest, nil
}

func (d *desk) expect(t *testing.T, want string) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if got := strings.Join(d.log, " "); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func lost(err error) bool { return errors.Is(err, errGone) }

func once(s crypto.Signer) ([]byte, error) { return s.Sign(nil, []byte{7}, crypto.SHA256) }

// What is asked for each document waits for no signature, and a certificate is known
// after a fault too.
func TestAskedDuringSignature(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, parallel := range []bool{false, true} {
			k := New(t.Context(), &desk{}, Options{Parallel: parallel})
			if k.Certificate() != nil {
				t.Error("a certificate before the key was unlocked")
			}
			if _, err := k.Chain(); err != nil {
				t.Fatal(err)
			}
			_, err := k.Sign(func(crypto.Signer) ([]byte, error) {
				begun := time.Now()
				if chain, err := k.Chain(); err != nil || chain[0] != k.Certificate() || time.Since(begun) > 0 {
					t.Errorf("%v after %v", err, time.Since(begun))
				}
				return nil, errWrong
			})
			if !errors.Is(err, errWrong) || k.Certificate() == nil {
				t.Errorf("%v, certificate %v", err, k.Certificate())
			}
			if _, err := k.Chain(); !errors.Is(err, errWrong) {
				t.Errorf("after the fault: %v", err)
			}
			k.Close()
		}
	})
}

func TestUnlockedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		k := New(t.Context(), d, Options{Lost: lost})
		for range 3 {
			if chain, err := k.Chain(); err != nil || len(chain) != 1 {
				t.Error(err)
			}
			if value, err := k.Sign(once); err != nil || !slices.Equal(value, []byte{7}) {
				t.Errorf("%v, %v", value, err)
			}
		}
		for range 2 {
			if err := k.Close(); err != nil {
				t.Error(err)
			}
		}
		d.expect(t, "unlock sign sign sign close")
		if _, err := k.Sign(once); !errors.Is(err, keys.ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	})
}

func TestNothingToDoAsksForNothing(t *testing.T) {
	d := &desk{}
	if err := New(t.Context(), d, Options{}).Close(); err != nil {
		t.Error(err)
	}
	d.expect(t, "")
}

// A card that goes away is waited for, and its signature is made anew.
func TestTheCardComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{sign: []error{nil, errGone}, unlock: []error{nil, errGone, errGone}}
		waiting, back := 0, 0
		k := New(t.Context(), d, Options{Lost: lost, Waiting: func(error) { waiting++ }, Back: func() { back++ }})
		defer k.Close()
		for range 2 {
			if _, err := k.Sign(once); err != nil {
				t.Error(err)
			}
		}
		d.expect(t, "unlock sign lost close no no unlock sign")
		if waiting != 1 || back != 1 {
			t.Errorf("told %d times of waiting, %d of going on", waiting, back)
		}
	})
}

func TestFaultsAreFinal(t *testing.T) {
	for name, c := range map[string]struct {
		d    *desk
		want error
		log  string
	}{
		"no card at first":        {&desk{unlock: []error{errGone}}, errGone, "no"},
		"wrong PIN":               {&desk{unlock: []error{errWrong}}, errWrong, "no"},
		"wrong PIN after removal": {&desk{sign: []error{errGone}, unlock: []error{nil, errWrong}}, errWrong, "unlock lost close no"},
		"fault of the key":        {&desk{sign: []error{errWrong}}, errWrong, "unlock lost close"},
		"lost without end": {&desk{sign: []error{errGone, errGone, errGone, errGone, errGone}}, errGone,
			"unlock lost close unlock lost close unlock lost close unlock lost close"},
	} {
		synctest.Test(t, func(t *testing.T) {
			k := New(t.Context(), c.d, Options{Lost: lost})
			defer k.Close()
			for range 2 {
				_, err := k.Sign(once)
				if fault := new(Fault); !errors.Is(err, c.want) || !errors.As(err, &fault) {
					t.Errorf("%s: %v", name, err)
				}
			}
			if _, err := k.Chain(); !errors.Is(err, c.want) {
				t.Errorf("%s: Chain: %v", name, err)
			}
			c.d.expect(t, c.log)
		})
	}
}

func TestAnotherCertificateStopsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{sign: []error{nil, errGone}}
		k := New(t.Context(), d, Options{Lost: lost})
		defer k.Close()
		if _, err := k.Sign(once); err != nil {
			t.Fatal(err)
		}
		d.certificate = 1
		if _, err := k.Sign(once); !errors.Is(err, ErrOtherCertificate) {
			t.Error(err)
		}
		d.expect(t, "unlock sign lost close unlock close")
	})
}

func TestCheckedBeforeUse(t *testing.T) {
	d := &desk{}
	k := New(t.Context(), d, Options{Check: func(*x509.Certificate) error { return errWrong }})
	defer k.Close()
	if _, err := k.Chain(); !errors.Is(err, errWrong) {
		t.Error(err)
	}
	d.expect(t, "unlock close")
}

func TestTheEndOfTheRunEndsTheWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		d := &desk{sign: []error{errGone}, unlock: append([]error{nil}, slices.Repeat([]error{errGone}, 1000)...)}
		k := New(ctx, d, Options{Lost: lost})
		defer k.Close()
		if _, err := k.Sign(once); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}

// A signature in the card is finished though the run was ended meanwhile.
func TestASignatureIsNotDisturbed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		k := New(ctx, &desk{}, Options{Lost: lost})
		defer k.Close()
		if _, err := k.Chain(); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(50*time.Millisecond, cancel)
		if _, err := k.Sign(once); err != nil {
			t.Error(err)
		}
	})
}

func TestAnIdleCardIsKeptAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		k := New(t.Context(), d, Options{Lost: lost, Idle: 5500 * time.Millisecond})
		defer k.Close()
		if _, err := k.Sign(once); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		d.expect(t, "unlock sign alive alive")
		time.Sleep(5 * time.Second)
		synctest.Wait()
		d.expect(t, "unlock sign alive alive close")
		if _, err := k.Sign(once); err != nil {
			t.Fatal(err)
		}
		d.expect(t, "unlock sign alive alive close unlock sign")
	})
}

// While the machine sleeps only the clock on the wall goes on.
func TestSleepCountsAsIdle(t *testing.T) {
	for _, parallel := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			d := &desk{}
			k := New(t.Context(), d, Options{Lost: lost, Idle: time.Hour, Parallel: parallel})
			defer k.Close()
			sleep := func() {
				k.usedMu.Lock()
				defer k.usedMu.Unlock()
				k.usedWall = k.usedWall.Add(-time.Hour)
			}
			for range 2 {
				if _, err := k.Sign(once); err != nil {
					t.Fatal(err)
				}
				sleep()
			}
			d.expect(t, "unlock sign close unlock sign")
			time.Sleep(2 * keepAlive)
			synctest.Wait()
			d.expect(t, "unlock sign close unlock sign close")
		})
	}
}

func TestALostIdleCardIsNoticed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{alive: errGone}
		k := New(t.Context(), d, Options{Lost: lost})
		defer k.Close()
		if _, err := k.Chain(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Second)
		synctest.Wait()
		d.expect(t, "unlock alive close")
	})
}

// In real time: simulated time stands still while a mutex is waited for.
func TestParallelSignatures(t *testing.T) {
	for _, parallel := range []bool{false, true} {
		d := &desk{}
		k := New(t.Context(), d, Options{Parallel: parallel})
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				for range 2 {
					if _, err := k.Sign(once); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		if (d.most > 1) != parallel {
			t.Errorf("parallel %v: %d at once", parallel, d.most)
		}
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	}
}
