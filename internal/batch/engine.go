package batch

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"sync"
	"time"

	"github.com/jsign-jp/jsign/internal/durable"
)

// Run signs the jobs and writes what becomes of each into the journal. It
// returns when all is done, or when ctx ended, a fault occurred or the journal
// could not be written; the error says which, and every document that the key has
// already signed is finished first. Documents that fail are no error. Run takes
// jobs as fast as it works them off, and holds a bounded number. The context that
// jobs gets ends with ctx, or with a fault; then they must end too, whatever they
// wait for. A journal serves one Run at a time.
func Run[T any](ctx context.Context, j *Journal, jobs func(context.Context) iter.Seq[Job[T]], o Options[T]) (Totals, error) {
	r := newRun(ctx, j, o)
	defer r.stop(nil)
	started := r.o.Now()
	r.start(jobs(r.ctx))
	r.collect()
	r.stages.Wait()
	r.totals.Elapsed = r.o.Now().Sub(started)
	r.totals.Span, r.totals.Signers = r.last.Sub(r.first), r.o.Signers
	err := context.Cause(r.ctx)
	if err == nil {
		err = j.Append(Record{Kind: End})
	}
	if failed := j.Sync(); !errors.Is(err, failed) {
		err = errors.Join(err, failed)
	}
	return r.totals, err
}

// item is a job on its way. Each stage hands it on by closing or sending on a
// channel, so that one goroutine at a time holds it.
type item[T any] struct {
	Job[T]
	last      Record        // what the journal knew
	prepared  chan struct{} // closed by the preparing stage
	done      chan struct{} // closed when result stands
	opened    bool          // Prepare was called
	tbs       T
	signature []byte
	recorded  int64  // how far the journal must be durable before the report
	result    Result // State 0: still on its way
}

// run is the state of one Run.
type run[T any] struct {
	o       Options[T]
	journal *Journal
	working context.Context // does not end
	ctx     context.Context // ends when no further document is to be signed
	stop    context.CancelCauseFunc

	tokens  chan struct{} // one for each document in memory
	ahead   chan *item[T] // to the preparing stage
	order   chan *item[T] // to the signer
	behind  chan *item[T] // to the finishing stage
	results chan *item[T] // to the report
	stages  sync.WaitGroup

	totals      Totals
	mu          sync.Mutex // of the times
	first, last time.Time
}

func newRun[T any](ctx context.Context, j *Journal, o Options[T]) *run[T] {
	o.Workers = within(o.Workers, runtime.GOMAXPROCS(0))
	o.Finishers = within(o.Finishers, defaultFinishers)
	o.Signers = within(o.Signers, 1)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Fault == nil {
		o.Fault = func(p Phase, _ error) bool { return p == Signing }
	}
	if o.Certificate == nil {
		o.Certificate = func() Digest { return Digest{} }
	}
	if o.Drain == nil {
		o.Drain = func() {}
	}
	if o.Report == nil {
		o.Report = func(Result) {}
	}
	window := perWorker * (o.Workers + o.Finishers + o.Signers)
	channel := func() chan *item[T] { return make(chan *item[T], window) }
	r := &run[T]{
		o: o, journal: j, working: context.WithoutCancel(ctx),
		tokens: make(chan struct{}, window),
		ahead:  channel(), order: channel(), behind: channel(), results: channel(),
	}
	r.ctx, r.stop = context.WithCancelCause(ctx)
	return r
}

func within(n, usual int) int {
	if n <= 0 {
		n = usual
	}
	return min(n, maxWorkers)
}

// start sets the stages going. They end one after the other when the jobs do.
func (r *run[T]) start(jobs iter.Seq[Job[T]]) {
	r.stages.Go(func() { r.feed(jobs) })
	for range r.o.Workers {
		r.stages.Go(func() { r.each(r.ahead, r.prepare) })
	}
	var signers sync.WaitGroup
	for range r.o.Signers {
		signers.Go(func() { r.each(r.order, r.sign) })
	}
	r.stages.Go(func() {
		signers.Wait()
		r.journal.hurry()
		r.o.Drain()
		close(r.behind)
	})
	for range r.o.Finishers {
		r.stages.Go(func() { r.each(r.behind, r.finish) })
	}
}

func (r *run[T]) each(from chan *item[T], work func(*item[T])) {
	for it := range from {
		work(it)
	}
}

// feed takes the jobs in. The channels have room for every token: only the wait
// for a token blocks.
func (r *run[T]) feed(jobs iter.Seq[Job[T]]) {
	defer func() {
		close(r.ahead)
		close(r.order)
		close(r.results)
	}()
	index := 0
	for job := range jobs {
		select {
		case r.tokens <- struct{}{}:
		case <-r.ctx.Done():
		}
		if r.ctx.Err() != nil {
			return
		}
		it := &item[T]{Job: job, prepared: make(chan struct{}), done: make(chan struct{})}
		it.result = Result{Index: index, Name: job.Name}
		index++
		r.claim(it)
		r.ahead <- it
		r.order <- it
		r.results <- it
	}
}

// claim looks the document up in the journal and ends it when nothing is to do.
func (r *run[T]) claim(it *item[T]) {
	if it.Name == "" {
		it.end(Failed, errNoName)
		return
	}
	last, err := r.journal.Claim(it.Name)
	it.last = last
	switch {
	case errors.Is(err, ErrClaimed):
		it.end(Failed, err)
	case err != nil:
		r.stop(err)
		it.end(Pending, err)
	case last.Kind == Failed && !r.o.Retry:
		it.result.Earlier = true
		it.end(Failed, errors.New(last.Text))
	}
}

// end gives the item its result; the stages after this one pass it on.
func (it *item[T]) end(state Kind, err error) { it.result.State, it.result.Err = state, err }

func (it *item[T]) ended() bool { return it.result.State != 0 }

func (r *run[T]) prepare(it *item[T]) {
	defer close(it.prepared)
	if it.ended() || it.last.Kind == Sealed && r.settle(it) {
		return
	}
	if it.last.Kind == Signed {
		r.recognise(it)
		return
	}
	if r.ctx.Err() != nil {
		it.end(Pending, errStopped)
		return
	}
	var err error
	it.opened = true
	it.tbs, it.result.In, err = it.Document.Prepare(r.ctx)
	if err != nil {
		r.fail(it, Preparing, err)
	}
}

// recognise ends a document that an earlier run has signed.
func (r *run[T]) recognise(it *item[T]) {
	switch same, err := it.Document.Unchanged(r.ctx, it.last); {
	case r.ctx.Err() != nil:
		it.end(Pending, errStopped)
	case err != nil:
		it.end(Failed, err)
	case !same:
		it.end(Failed, errEdited)
	default:
		it.result.Earlier = true
		it.take(it.last)
	}
}

// take ends a document as signed, as a record says.
func (it *item[T]) take(signed Record) {
	it.result.In, it.result.Out, it.result.Output = signed.In, signed.Out, signed.Text
	it.end(Signed, nil)
}

// settle finds out whether a document whose output was about to get its name, got
// it. It reports true when the item has ended.
func (r *run[T]) settle(it *item[T]) bool {
	stands, err := it.Document.Settle(r.working, it.last)
	switch {
	case err != nil && r.o.Fault(Settling, err):
		r.stop(err)
		it.end(Pending, err)
	case err != nil:
		it.end(Pending, err) // the journal keeps the doubt for the next run
	case stands:
		r.signed(it, it.last)
	}
	return it.ended()
}

// sign is the owner of the key.
func (r *run[T]) sign(it *item[T]) {
	<-it.prepared
	if !it.ended() && r.ctx.Err() != nil {
		it.end(Pending, errStopped)
	}
	if !it.ended() {
		started := r.o.Now()
		signature, err := r.o.Sign(r.working, it.tbs)
		r.clock(started)
		it.signature = signature
		if err != nil {
			r.fail(it, Signing, err)
		}
	}
	r.behind <- it
}

// clock counts the time of one signature.
func (r *run[T]) clock(started time.Time) {
	now := r.o.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.first.IsZero() || started.Before(r.first) {
		r.first = started
	}
	if now.After(r.last) {
		r.last = now
	}
	r.totals.Busy += now.Sub(started)
}

func (r *run[T]) finish(it *item[T]) {
	defer close(it.done)
	if !it.ended() {
		r.publish(it)
	}
	if it.opened {
		it.Document.Close() // read-only by now: its error changes nothing
	}
}

// publish makes the output and gives it its name. The journal knows the digest
// before the name exists, so that after a crash it can tell a finished output
// from one that is not, and from a stranger's.
func (r *run[T]) publish(it *item[T]) {
	out, err := it.Document.Finish(r.working, it.signature)
	if err != nil {
		r.fail(it, Finishing, err)
		return
	}
	sealed := Record{Kind: Sealed, Name: it.Name, In: it.result.In, Out: out.Digest(), Certificate: r.o.Certificate(), Text: out.Name()}
	if err := r.journal.record(sealed); err != nil {
		r.stop(err)
		it.end(Pending, errors.Join(err, out.Abort()))
		return
	}
	if err := out.Commit(); err != nil && !r.stands(it, sealed, err) {
		if !it.ended() {
			r.fail(it, Committing, errors.Join(err, out.Abort()))
		}
		return
	}
	r.signed(it, sealed)
}

// stands asks whether an output has its name though Commit said that it failed.
// Where that cannot be told, the document stays sealed for the next run. When it has
// the name and may lose it, this run asks no more: the next sync would lie.
func (r *run[T]) stands(it *item[T], sealed Record, failed error) bool {
	if errors.Is(failed, durable.ErrUnsynced) {
		it.end(Pending, failed)
		r.stop(failed)
		return false
	}
	stands, err := it.Document.Settle(r.working, sealed)
	if err != nil {
		it.end(Pending, errors.Join(failed, err))
		if r.o.Fault(Committing, failed) || r.o.Fault(Settling, err) {
			r.stop(it.result.Err)
		}
	}
	return stands && err == nil
}

// signed records that the output stands. Nothing waits for that record but the
// report: where it is lost, the output itself tells.
func (r *run[T]) signed(it *item[T], sealed Record) {
	sealed.Kind = Signed
	end, err := r.journal.note(sealed)
	if err != nil {
		r.stop(err)
		it.end(Pending, err)
		return
	}
	it.recorded = end
	it.take(sealed)
}

// fail ends a document: as failed when it is its own fault, as pending otherwise.
func (r *run[T]) fail(it *item[T], p Phase, err error) {
	switch {
	case p == Preparing && r.ctx.Err() != nil:
		it.end(Pending, errStopped)
	case r.o.Fault(p, err):
		r.stop(err)
		it.end(Pending, err)
	default:
		it.end(Failed, err)
		if err := r.journal.Append(Record{Kind: Failed, Name: it.Name, Text: err.Error()}); err != nil {
			r.stop(err)
			it.end(Pending, err)
		}
	}
}

// collect reports the results in order.
func (r *run[T]) collect() {
	for it := range r.results {
		<-it.done
		r.confirm(it)
		<-r.tokens
		r.count(it.result)
		r.o.Report(it.result)
	}
}

// confirm waits until the journal keeps what is about to be reported.
func (r *run[T]) confirm(it *item[T]) {
	if it.recorded == 0 {
		return
	}
	if err := r.journal.await(it.recorded); err != nil {
		r.stop(err)
		it.take(Record{})
		it.end(Pending, err)
	}
}

func (r *run[T]) count(result Result) {
	switch result.State {
	case Signed:
		r.totals.Signed++
	case Failed:
		r.totals.Failed++
	default:
		r.totals.Pending++
	}
	if result.Earlier {
		r.totals.Earlier++
	}
}
