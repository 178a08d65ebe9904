package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"github.com/jsign-jp/jsign/internal/batch"
	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/durable"
	"github.com/jsign-jp/jsign/internal/folder"
	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/keys/jpkikey"
	"github.com/jsign-jp/jsign/internal/keys/keeper"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/progress"
	"github.com/jsign-jp/jsign/internal/term"
	"github.com/jsign-jp/jsign/sign"
)

const (
	// journalName is the journal's in the output folder; its lock is the folder's.
	journalName = "jsign.journal"
	// sweepOwner marks the hidden files of batches.
	sweepOwner = "batch"
)

// batchRun is one run of jsign batch.
type batchRun struct {
	*app
	o        *batchOptions
	roots    []string
	list     *os.File // of --files-from; nil for folders
	uri      keys.URI
	tree     *folder.Tree
	settings string // for the journal
	group    durable.Group
	buffers  sync.Pool // of *bytes.Buffer, for documents that are held
	pace     pace
	journal  *batch.Journal
	opened   fs.FileInfo   // the journal's file
	before   batch.Summary // of the journal, when the run began
	keeper   *keeper.Keeper
	teller   *teller

	mu      sync.Mutex
	outputs map[[16]byte][16]byte // names that are given out, folded, and to which document
	fold    func(string) string   // of names that are one in the output folder
}

// newBatch puts a run together. Nothing is asked of the key yet.
func (a *app) newBatch(ctx context.Context, f *pflag.FlagSet, o *batchOptions, roots []string) (*batchRun, error) {
	quiet := *a // speaks past the bar
	r := &batchRun{app: &quiet, o: o, roots: roots, outputs: map[[16]byte][16]byte{}, buffers: sync.Pool{New: func() any { return new(bytes.Buffer) }}}
	r.screen = r.newMeter()
	key, uri, err := r.openKey(&o.signOptions)
	if err != nil {
		return nil, err
	}
	r.uri, r.pace = uri, paceOf(uri)
	r.group.Gather = r.pace.gather
	if err := o.checkRules(f, uri); err != nil {
		return nil, err
	}
	if o.levels, err = r.levelOptions(&o.level); err != nil {
		return nil, err
	}
	if err := o.levels.Rehearse(ctx); err != nil {
		return nil, err
	}
	for _, prepare := range []func(context.Context) error{r.openInputs, r.openOutputs, r.openTeller} {
		if err := prepare(ctx); err != nil {
			return nil, errors.Join(err, r.close())
		}
	}
	r.keeper = keeper.New(ctx, codedKey{key}, keeper.Options{
		Lost: jpkikey.Lost, Check: r.checkCertificate, Waiting: r.tellLost, Back: r.tellBack,
		Idle: o.lockAfter, Parallel: !isCard(uri),
	})
	return r, nil
}

// newMeter shows a bar where somebody can see it.
func (r *batchRun) newMeter() *progress.Meter {
	if term.IsTerminal(r.err) && (r.o.json || term.IsTerminal(r.out)) {
		return progress.Bar(r.err, r.language)
	}
	return progress.None(r.err)
}

// codedKey gives faults of unlocking their exit code.
type codedKey struct{ keys.Key }

func (k codedKey) Unlock(ctx context.Context) (keys.Session, error) {
	s, err := k.Key.Unlock(ctx)
	return s, keyError(err)
}

// openInputs checks the folders, or opens the list.
func (r *batchRun) openInputs(ctx context.Context) error {
	switch r.o.filesFrom {
	case "":
		return fileError(folder.CheckRoots(r.roots))
	case standardInput:
		r.list = r.in
		return nil
	}
	f, err := os.Open(r.o.filesFrom)
	if err != nil {
		return fileError(openError(r.o.filesFrom, err))
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return fileError(errors.Join(lang.WithHint(lang.Errorf("%s is a folder, not a list of files", "%sはフォルダーで、ファイルの一覧ではありません", lang.Display(r.o.filesFrom)),
			"name the folder without --files-from", "--files-from を付けずにフォルダーを指定してください"), f.Close()))
	}
	r.list = f
	return nil
}

// openOutputs makes the output folder and takes it for this run.
func (r *batchRun) openOutputs(ctx context.Context) (err error) {
	if r.tree, err = folder.MakeTree(r.o.output); err != nil {
		return fileError(err)
	}
	for _, root := range r.roots {
		if inside, err := r.tree.Contains(root); err != nil {
			return fileError(err)
		} else if inside {
			return lang.WithHint(usageErrorf("the input %s is in the output folder", "入力%sが出力フォルダーの中にあります", lang.Display(root)),
				"an output folder beside the inputs, or in them, is fine", "入力の隣か、入力の中のフォルダーを-oで指定してください")
		}
	}
	if r.settings, err = r.o.settings(r.uri, r.tree, r.roots); err != nil {
		return fileError(err)
	}
	r.journal, err = batch.Open(r.tree.Path(journalName), batch.JournalOptions{Settings: r.settings, Now: r.now, Gather: r.pace.gather})
	if err != nil {
		return fileError(explainJournal(r.tree.Path(journalName), err))
	}
	if r.opened, err = os.Stat(r.tree.Path(journalName)); err != nil {
		return fileError(explainJournal(r.tree.Path(journalName), err))
	}
	r.fold = foldingOf(r.tree.Root())
	if err := r.checkJournal(); err != nil {
		return err
	}
	if err := r.checkManifestPlace(); err != nil {
		return fileError(err)
	}
	// The journal's lock is held: no other batch writes here.
	_, err = durable.Sweep(ctx, r.tree.Root(), sweepOwner)
	return fileError(err)
}

// errGone ends a run whose journal was removed or moved, alone or with the output
// folder: nothing would keep what becomes of further documents.
var errGone = lang.WithHint(lang.Errorf("the journal is not in its place any more", "ジャーナルが元の場所にありません"),
	"was the output folder moved, or emptied? put the journal back, then go on with --resume", "出力フォルダーが移動されたか、空にされていませんか。ジャーナルを元に戻し、--resume で続けてください")

// stands returns errGone when the journal is not where it was.
func (r *batchRun) stands() error {
	name := r.tree.Path(journalName)
	if now, err := os.Stat(name); err != nil || !os.SameFile(now, r.opened) {
		return about(name, errGone)
	}
	return nil
}

func explainJournal(name string, err error) error {
	var path *os.PathError
	if errors.As(err, &path) && !durable.IsDiskFault(err) {
		return lang.WithHint(lang.Errorf("cannot open the journal %s: %v", "ジャーナル%sを開けません: %v", lang.Display(name), path.Err),
			"check the permissions of the folder and the file, or choose another folder with -o", "フォルダーとファイルの権限を確かめるか、-oで別のフォルダーを指定してください")
	}
	err = about(name, err)
	switch {
	case errors.Is(err, batch.ErrLocked):
		return lang.WithHint(err, "wait until it is done, or choose another folder with -o", "終わるのを待つか、-oで別のフォルダーを指定してください")
	case errors.Is(err, batch.ErrDamaged):
		return lang.WithHint(err, "see jsign journal verify; keep the file, and begin with another folder", "jsign journal verify で確かめ、ファイルを残して別のフォルダーで始めてください")
	}
	return err
}

// checkCertificate refuses a certificate that no receiver accepts, and another
// than the run began with.
func (r *batchRun) checkCertificate(c *x509.Certificate) error {
	if r.before.Certificate != (batch.Digest{}) && r.before.Certificate != sha256.Sum256(c.Raw) {
		return keyError(lang.WithHint(keeper.ErrOtherCertificate,
			"go on with the same card; --force signs every document again with this one", "同じカードで続けてください。--force でこのカードですべて署名し直します"))
	}
	return keyError(usable(c, r.now()))
}

func (r *batchRun) tellLost(err error) {
	r.warn(lang.M("%v: waiting for the card; put it back, Ctrl-C stops", "%v。カードを待っています。戻してください。Ctrl-Cで中止します", err))
	r.teller.event(event{Event: "waiting", Error: lang.Explain(err, r.language)})
}

func (r *batchRun) tellBack() {
	r.warn(lang.M("the card is back", "カードが戻りました"))
	r.teller.event(event{Event: "back"})
}

// sign runs the pipeline over all inputs.
func (r *batchRun) sign(ctx context.Context) (batch.Totals, error) {
	defer r.pace.begin()()
	stop := context.AfterFunc(ctx, func() {
		r.warn(lang.M("stopping: what is being signed is finished first", "停止します。署名中の文書は完了させます"))
	})
	defer stop()
	r.count(ctx)
	totals, err := batch.Run(ctx, r.journal, r.jobs, batch.Options[*sign.ToBeSigned]{
		Sign: r.signOne, Certificate: r.certificate, Fault: isFault, Retry: true,
		Workers: r.pace.signers, Signers: r.pace.signers, Finishers: r.pace.finishers, Drain: r.group.Hurry,
		Report: r.teller.document, Now: r.now,
	})
	if err == nil {
		err = r.stands()
	}
	return totals, diskError(err)
}

// diskError gives what the disk did to outputs and journal its exit code.
func diskError(err error) error {
	var journal *batch.WriteError
	if errors.As(err, &journal) {
		return fileError(lang.WithHint(err, "look after the disk, then go on with --resume", "ディスクを確認し、--resume で続けてください"))
	}
	if durable.IsDiskFault(err) || errors.Is(err, durable.ErrUnsynced) || errors.Is(err, errGone) {
		return fileError(err)
	}
	return err
}

func (r *batchRun) signOne(_ context.Context, tbs *sign.ToBeSigned) ([]byte, error) {
	return r.keeper.Sign(func(key crypto.Signer) ([]byte, error) {
		started := time.Now()
		signature, err := tbs.SignWith(key)
		r.screen.Busy(time.Since(started) / time.Duration(max(r.pace.signers, 1)))
		return signature, cli.Fail(exitSigning, err)
	})
}

func (r *batchRun) certificate() batch.Digest {
	certificate := r.keeper.Certificate()
	if certificate == nil {
		return batch.Digest{}
	}
	return sha256.Sum256(certificate.Raw)
}

// isFault tells faults of key, disk and authorities from those of a document.
func isFault(p batch.Phase, err error) bool {
	var key *keeper.Fault
	var coded *cli.Failure
	if errors.As(err, &coded) && coded.Code == exitEvidence || errors.Is(err, errGone) {
		return true
	}
	return p == batch.Signing || errors.As(err, &key) || p != batch.Preparing && durable.IsDiskFault(err)
}

// files are the inputs, each once.
func (r *batchRun) files(ctx context.Context, skipped func(string, lang.Message)) iter.Seq[folder.File] {
	o := folder.Options{Include: r.o.include, Exclude: r.o.exclude, Output: r.tree.Info(), Skipped: skipped}
	switch {
	case r.list != nil && r.o.zero:
		return folder.List(ctx, r.list, 0, o)
	case r.list != nil:
		return folder.List(ctx, r.list, '\n', o)
	case r.o.watch:
		o.Changed = r.tellChanged
		return folder.Watch(ctx, r.roots, o, r.o.stable)
	}
	return folder.Walk(ctx, r.roots, o)
}

// tellChanged warns that a watched document is not what was signed any more.
func (r *batchRun) tellChanged(name string) {
	if rule := r.o.rules.For(name); rule == nil || !rule.Skip {
		r.warn(lang.M("%s: the document changed after it was taken; its signature is for what it was", "%s: 取り込んだ後で文書が変更されました。署名は変更前の内容に対するものです", lang.Display(name)))
	}
}

// jobs makes documents of the inputs.
func (r *batchRun) jobs(ctx context.Context) iter.Seq[batch.Job[*sign.ToBeSigned]] {
	return func(yield func(batch.Job[*sign.ToBeSigned]) bool) {
		skipped := func(name string, why lang.Message) {
			r.warn(lang.M("%s: %v", "%s: %v", lang.Display(name), why))
		}
		for f := range r.files(ctx, skipped) {
			rule := r.o.rules.For(f.Name)
			if rule != nil && rule.Skip || r.isReport(f.Path) {
				continue
			}
			d := &batchDocument{run: r, file: f, o: r.o.under(rule), template: r.o.template}
			if rule != nil && rule.OutputName != nil {
				d.template = folder.Template(*rule.OutputName)
			}
			if !yield(batch.Job[*sign.ToBeSigned]{Name: f.Name, Document: d}) {
				return
			}
		}
	}
}

// count finds out, beside the work, how many documents there will be.
func (r *batchRun) count(ctx context.Context) {
	if r.o.watch || r.list != nil {
		return
	}
	go func() {
		n := 0
		for f := range r.files(ctx, nil) {
			if rule := r.o.rules.For(f.Name); rule == nil || !rule.Skip {
				n++
			}
		}
		if ctx.Err() == nil {
			r.screen.Known(n)
		}
	}()
}

// take gives an output name to one document of this run only.
func (r *batchRun) take(output, document string) bool {
	key, owner := shortSum(r.fold(output)), shortSum(document)
	r.mu.Lock()
	defer r.mu.Unlock()
	if first, taken := r.outputs[key]; taken {
		return first == owner
	}
	r.outputs[key] = owner
	return true
}

// given tells whether an output name is a document's.
func (r *batchRun) given(output string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, taken := r.outputs[shortSum(r.fold(output))]
	return taken
}

// shortSum stands for a name: 128 bits of SHA-256 do not collide.
func shortSum(name string) [16]byte {
	sum := sha256.Sum256([]byte(name))
	return [16]byte(sum[:])
}

// close ends the run: the key is locked first.
func (r *batchRun) close() error {
	var faults []error
	add := func(c io.Closer, there bool) {
		if there {
			faults = append(faults, c.Close())
		}
	}
	add(r.keeper, r.keeper != nil)
	add(r.journal, r.journal != nil)
	add(r.teller, r.teller != nil)
	add(r.list, r.list != nil && r.list != r.in)
	r.screen.Close()
	return errors.Join(faults...)
}
