package batch

import (
	"context"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
)

// Job is one document of a run.
type Job[T any] struct {
	// Name identifies the document in the journal: any bytes but none. Two names
	// are two documents, however alike they look.
	Name     string
	Document Document[T]
}

// Document is signed in phases, each called once and by one goroutine at a
// time. T is what the signer needs, for instance *sign.ToBeSigned. Settle may
// come alone, and after Commit. An error of a phase ends the document; Close
// ends it always, if Prepare was called.
type Document[T any] interface {
	// Prepare does everything that the signature does not need: it reads, refuses,
	// digests and binds the certificate. It returns the document's own digest.
	Prepare(ctx context.Context) (tbs T, in Digest, err error)
	// Finish embeds the signature and writes the output, not yet under its name.
	Finish(ctx context.Context, signature []byte) (Output, error)
	// Settle tells whether the output stands under its name, sealed.Text, with the
	// digest sealed.Out, and if it does, makes file and name durable. It works
	// without Prepare. Only a clear "no" is false without error.
	Settle(ctx context.Context, sealed Record) (bool, error)
	// Unchanged tells whether a document signed by an earlier run, as last says, is
	// still what it was then. It works without Prepare.
	Unchanged(ctx context.Context, last Record) (bool, error)
	// Close gives back what the document holds.
	Close() error
}

// Output is complete and waits for its name.
type Output interface {
	// Name says where the output will stand, for the journal.
	Name() string
	// Digest returns the digest of the whole output.
	Digest() Digest
	// Commit makes the output durable and gives it its name, never over another
	// file of this run. An error with durable.ErrUnsynced in it ends the run.
	Commit() error
	// Abort removes the output, if it has not got its name.
	Abort() error
}

// Phase is where an error came from.
type Phase int

// The phases.
const (
	Preparing  Phase = iota
	Signing          // Options.Sign
	Finishing        // Document.Finish
	Committing       // Output.Commit
	Settling         // Document.Settle
)

// Options say how a batch runs. Sign is needed; otherwise the zero value is good.
type Options[T any] struct {
	// Sign asks the key for a signature. One call is made at a time, in the order
	// of the jobs, unless Signers says otherwise. Its context does not end when
	// the run is cancelled: a card in the middle of a signature is not disturbed.
	Sign func(ctx context.Context, tbs T) ([]byte, error)
	// Certificate returns the digest of the signer's certificate, for the journal;
	// it is called after the first signature. nil: none is recorded.
	Certificate func() Digest
	// Fault reports that an error is no fault of the document: the card is gone, the
	// PIN is blocked, the disk is full. Then signing stops and the document stays
	// pending. nil: every error of Signing is such a fault, no other.
	Fault func(Phase, error) bool
	// Drain is called when the last signature is made. It may be nil.
	Drain func()
	// Retry tries failed documents again.
	Retry bool
	// Workers prepare ahead (0: one a processor), Finishers write behind (0: 8), and
	// Signers call Sign (0: one; more only for keys in software).
	Workers, Finishers, Signers int
	// Report gets each result, in the order of the jobs, from the goroutine that
	// called Run. It may be nil.
	Report func(Result)
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Result is what became of one document.
type Result struct {
	Index int
	Name  string
	// State is Signed, Failed or Pending: not signed, and tried again next time.
	State Kind
	// Earlier tells that the state is that of an earlier run: nothing was done.
	Earlier bool
	// In, Out and Output, its name, are set when the document is signed.
	In, Out Digest
	Output  string
	// Err says why a document is not signed.
	Err error
}

// Totals sum up a run.
type Totals struct {
	Signed, Failed, Pending int
	Earlier                 int // of these, those that were so before
	// Elapsed is the time of the whole run, Busy the time within Sign, that of all
	// Signers together, and Span that from the first call of Sign to the end of the last.
	Elapsed, Busy, Span time.Duration
	Signers             int
}

// Utilisation is the part of Span that the key was at work, 0 to 1: of several
// signers the mean.
func (t Totals) Utilisation() float64 {
	if t.Span <= 0 || t.Signers == 0 {
		return 0
	}
	return float64(t.Busy) / float64(t.Span) / float64(t.Signers)
}

var (
	errNoName = lang.Errorf("a document without a name", "名前のない文書です")
	errEdited = lang.WithHint(lang.Errorf("the document changed after it was signed", "署名後に文書が変更されています"),
		"--force signs every document again", "--force ですべての文書に署名し直します")
	errStopped = lang.Errorf("the batch was stopped before this document", "この文書の前に一括処理が停止されました")
)
