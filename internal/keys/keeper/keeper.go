package keeper

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/lang"
)

const (
	// keepAlive is how long a card may hear nothing: well below Windows's five
	// seconds.
	keepAlive = 2 * time.Second
	// pollEvery is how often a card that went away is looked for.
	pollEvery = 500 * time.Millisecond
	// maxLosses ends a run whose card goes away again and again without a signature
	// in between: something disturbs it, and each loss costs the person a PIN.
	maxLosses = 3
)

// ErrOtherCertificate says that the key came back with another certificate.
var ErrOtherCertificate = lang.Errorf("this is not the certificate that the run began with", "はじめに使った証明書と異なります")

// Fault is why the key can be used no further in this run.
type Fault struct{ Err error }

// Message tells the cause in both languages.
func (f *Fault) Message() lang.Message { return lang.M("%v", "%v", f.Err) }

// Error returns the English text.
func (f *Fault) Error() string { return f.Err.Error() }

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Err }

// Options say how a key is kept. The zero value is for a key in memory, used by
// one goroutine at a time.
type Options struct {
	// Lost tells errors after which unlocking again may help; nil: there are none.
	Lost func(error) bool
	// Check refuses a certificate, right after the first unlocking; it may be nil.
	Check func(*x509.Certificate) error
	// Waiting is told why nothing happens, once for each time the key went away, and
	// Back that it is there again. Both may be nil.
	Waiting func(error)
	Back    func()
	// Idle locks a key that has not been used for so long; 0: it stays unlocked.
	Idle time.Duration
	// Parallel lets signatures be made at the same time, by keys whose Session can.
	Parallel bool
}

// Keeper is the owner of a key. Its methods may be called by many goroutines.
type Keeper struct {
	ctx  context.Context
	key  keys.Key
	o    Options
	done chan struct{} // closed by Close

	mu      sync.RWMutex // read-locked by parallel signatures
	session keys.Session // nil: locked
	chain   []*x509.Certificate
	fault   error
	losses  int

	// What is asked for each document, to be had while a signature is made.
	known  atomic.Pointer[[]*x509.Certificate] // chain
	failed atomic.Bool                         // fault is set

	usedMu sync.Mutex
	used   time.Time
	// usedWall is the same without the monotonic reading.
	usedWall time.Time
}

// New makes the Keeper of a key; nothing is asked yet. The end of ctx ends the
// asking for PINs and the waiting for cards.
func New(ctx context.Context, key keys.Key, o Options) *Keeper {
	if o.Lost == nil {
		o.Lost = func(error) bool { return false }
	}
	k := &Keeper{ctx: ctx, key: key, o: o, done: make(chan struct{})}
	go k.attend()
	return k
}

// Chain returns the signer's certificate and those of its CAs, the same in the
// whole run. The first call unlocks the key; the others wait for no signature.
func (k *Keeper) Chain() ([]*x509.Certificate, error) {
	if chain := k.known.Load(); chain != nil && !k.failed.Load() {
		return *chain, nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.chain == nil || k.fault != nil {
		if err := k.open(); err != nil {
			return nil, err
		}
	}
	return k.chain, nil
}

// Certificate returns the signer's certificate, after a fault too; nil before the
// key was unlocked first. It waits for nothing.
func (k *Keeper) Certificate() *x509.Certificate {
	if chain := k.known.Load(); chain != nil {
		return (*chain)[0]
	}
	return nil
}

// Sign hands the unlocked key to f, once for each time that the key did not go
// away meanwhile, and returns f's signature.
func (k *Keeper) Sign(f func(crypto.Signer) ([]byte, error)) ([]byte, error) {
	for {
		session, release, err := k.acquire()
		if err != nil {
			return nil, err
		}
		signature, err := f(session)
		release()
		k.touch()
		if err == nil {
			k.regained()
			return signature, nil
		}
		if err := k.lose(session, err); err != nil {
			return nil, err
		}
	}
}

// acquire returns the unlocked session, held for one signature.
func (k *Keeper) acquire() (session keys.Session, release func(), err error) {
	if k.o.Parallel {
		k.mu.RLock()
		if k.session != nil && !k.overdue() {
			return k.session, k.mu.RUnlock, nil
		}
		k.mu.RUnlock()
	}
	k.mu.Lock()
	if err := k.open(); err != nil {
		k.mu.Unlock()
		return nil, nil, err
	}
	return k.session, k.mu.Unlock, nil
}

// regained forgets earlier losses.
func (k *Keeper) regained() {
	if k.o.Parallel {
		return // only cards are lost
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.losses = 0
}

// lose gives up a session because of err. The error is nil when trying again may
// help.
func (k *Keeper) lose(session keys.Session, err error) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.session == session {
		k.session = nil
		session.Close() // err says more than a failure to close would
	}
	if k.losses++; !k.o.Lost(err) || k.losses > maxLosses {
		return k.fail(err)
	}
	return nil
}

// fail keeps the first fault. mu is held.
func (k *Keeper) fail(err error) error {
	if k.fault == nil {
		k.fault = &Fault{err}
		k.failed.Store(true)
	}
	return k.fault
}

// open unlocks the key if it is not. mu is held.
func (k *Keeper) open() error {
	k.lockIdle() // attend may not have come to it since the machine woke up
	if k.fault != nil || k.session != nil {
		return k.fault
	}
	session, err := k.unlock()
	if err == nil {
		err = k.admit(session)
	}
	if err != nil {
		return k.fail(err)
	}
	k.session = session
	k.touch()
	return nil
}

// admit holds a session to the certificate of the run.
func (k *Keeper) admit(session keys.Session) (err error) {
	chain := session.Chain()
	switch {
	case k.chain != nil && !bytes.Equal(k.chain[0].Raw, chain[0].Raw):
		err = lang.WithHint(ErrOtherCertificate, "a new run signs with the new one", "新しい証明書では新しい実行として署名してください")
	case k.chain == nil && k.o.Check != nil:
		err = k.o.Check(chain[0])
	}
	if err != nil {
		return errors.Join(err, session.Close())
	}
	k.chain = chain
	k.known.Store(&chain)
	return nil
}

// unlock waits for a key that was there before; one that was never there is an
// error at once.
func (k *Keeper) unlock() (keys.Session, error) {
	for told := false; ; told = true {
		session, err := k.unlockOnce()
		if err == nil && told && k.o.Back != nil {
			k.o.Back()
		}
		if err == nil || k.chain == nil || !k.o.Lost(err) {
			return session, err
		}
		if !told && k.o.Waiting != nil {
			k.o.Waiting(err)
		}
		select {
		case <-time.After(pollEvery):
		case <-k.ctx.Done():
			return nil, context.Cause(k.ctx)
		}
	}
}

// unlockOnce lets the end of the run end the asking, and not the session.
func (k *Keeper) unlockOnce() (keys.Session, error) {
	if err := k.ctx.Err(); err != nil {
		return nil, context.Cause(k.ctx)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(k.ctx))
	stop := context.AfterFunc(k.ctx, cancel)
	session, err := k.key.Unlock(ctx)
	if stop(); err != nil {
		cancel()
		return nil, err
	}
	return &lasting{session, cancel}, nil
}

// lasting ends the context of a session with the session.
type lasting struct {
	keys.Session
	cancel context.CancelFunc
}

func (l *lasting) Close() error {
	defer l.cancel()
	return l.Session.Close()
}

func (k *Keeper) touch() {
	k.usedMu.Lock()
	defer k.usedMu.Unlock()
	k.used = time.Now()
	k.usedWall = k.used.Round(0)
}

// idle goes by the clock on the wall too: the other one stands still while the machine
// sleeps.
func (k *Keeper) idle() time.Duration {
	k.usedMu.Lock()
	defer k.usedMu.Unlock()
	return max(time.Since(k.used), time.Now().Round(0).Sub(k.usedWall))
}

// attend keeps an idle card from being reset, and locks one that is idle for too
// long.
func (k *Keeper) attend() {
	tick := time.NewTicker(keepAlive / 2)
	defer tick.Stop()
	for quiet := time.Duration(0); ; {
		select {
		case <-k.done:
			return
		case <-tick.C:
		}
		if quiet += keepAlive / 2; quiet >= keepAlive && k.idle() >= keepAlive/2 && k.mu.TryLock() {
			quiet = 0
			k.nudge()
			k.mu.Unlock()
		}
	}
}

// nudge is done to an idle session. mu is held.
func (k *Keeper) nudge() {
	if k.session == nil {
		return
	}
	if k.lockIdle() {
		return
	}
	alive, ok := k.session.(*lasting).Session.(interface{ KeepAlive() error })
	if !ok {
		return
	}
	if err := alive.KeepAlive(); err != nil {
		k.session.Close()
		k.session = nil
	}
}

func (k *Keeper) overdue() bool { return k.o.Idle > 0 && k.idle() >= k.o.Idle }

// lockIdle locks a key that is idle for too long. mu is held.
func (k *Keeper) lockIdle() (locked bool) {
	if k.session == nil || !k.overdue() {
		return false
	}
	k.session.Close() // the next signature finds out what is wrong with the card
	k.session = nil
	return true
}

// Close locks the key. It may be called twice.
func (k *Keeper) Close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	select {
	case <-k.done:
		return nil
	default:
		close(k.done)
	}
	k.fail(keys.ErrClosed)
	if k.session == nil {
		return nil
	}
	session := k.session
	k.session = nil
	return session.Close()
}
