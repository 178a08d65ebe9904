package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"sync"
	"time"

	"github.com/jsign-jp/jsign/internal/batch"
	"github.com/jsign-jp/jsign/internal/durable"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/ledger"
)

// event is one line of --json.
type event struct {
	Event    string  `json:"event"` // begin, document, waiting, back, end
	Version  int     `json:"version,omitempty"`
	Time     string  `json:"time"` // RFC 3339, UTC
	Document *string `json:"document,omitempty"`
	Hex      string  `json:"documentHex,omitempty"` // of a name that is not plain text
	State    string  `json:"state,omitempty"`       // signed, failed, pending
	Earlier  bool    `json:"earlier,omitempty"`
	Output   string  `json:"output,omitempty"`
	OutHex   string  `json:"outputHex,omitempty"`
	In       string  `json:"inputSha256,omitempty"`
	Out      string  `json:"outputSha256,omitempty"`
	Error    string  `json:"error,omitempty"`
	Totals   *totals `json:"totals,omitempty"`
	Run      string  `json:"run,omitempty"` // ended, interrupted
	Head     string  `json:"journalHead,omitempty"`
}

// totals are those of an end event.
type totals struct {
	Signed      int     `json:"signed"`
	Failed      int     `json:"failed"`
	Pending     int     `json:"pending"`
	Earlier     int     `json:"earlier"`
	Seconds     float64 `json:"seconds"`
	Busy        float64 `json:"keyBusySeconds"`
	Utilisation float64 `json:"keyUtilisation"`
}

// teller tells what becomes of documents: on the screen, as events, in reports.
type teller struct {
	run     *batchRun
	reports []*openReport
	mu      sync.Mutex // of err: what becomes of the card is told by another goroutine
	err     error      // the first of writing
}

type openReport struct {
	folder string
	file   *durable.File
	err    error // the first of writing this one
	ledger.Writer
}

func (r *openReport) note(err error) {
	if r.err == nil {
		r.err = err
	}
}

// end gives the report its name, unless it is not whole. What became of other reports
// or of the output does not matter.
func (r *openReport) end(facts []ledger.Fact) error {
	r.note(r.Writer.Close(facts...))
	if r.err == nil {
		r.err = r.file.Commit()
	}
	return r.err
}

// openTeller begins the reports.
func (r *batchRun) openTeller(ctx context.Context) error {
	t := &teller{run: r}
	r.teller = t
	for _, name := range r.o.reports {
		if err := t.openReport(ctx, name); err != nil {
			return fileError(err)
		}
	}
	t.event(event{Event: "begin", Version: 1})
	return nil
}

func (t *teller) openReport(ctx context.Context, name string) error {
	format, err := ledger.FormatOf(name)
	if err != nil {
		return err
	}
	if err := ledger.CheckReplace(name, format); err != nil {
		return err
	}
	// A run that is interrupted has a report too.
	file, err := durable.Create(context.WithoutCancel(ctx), name, durable.Options{Force: t.run.o.force || t.run.o.resume, Flag: "--report"})
	if errors.Is(err, fs.ErrExist) {
		return lang.WithHint(lang.Errorf("%s exists already", "%sはすでに存在します", lang.Display(name)),
			"remove it, or choose another name for the report", "削除するか、報告書に別の名前を指定してください")
	}
	if err != nil {
		return err
	}
	w, err := ledger.New(file, format, ledger.Head{
		Title: lang.M("Signed documents", "署名した文書"), Language: t.run.language,
		Columns: []ledger.Column{
			{Key: "document", Title: lang.M("document", "文書"), Long: true},
			{Key: "result", Title: lang.M("result", "結果")},
			{Key: "output", Title: lang.M("output", "出力"), Long: true},
			{Key: "inputSha256", Title: lang.M("SHA-256 of the document", "文書のSHA-256"), Long: true},
			{Key: "outputSha256", Title: lang.M("SHA-256 of the output", "出力のSHA-256"), Long: true},
			{Key: "reason", Title: lang.M("reason", "理由")},
		},
	})
	if err != nil {
		return errors.Join(err, file.Abort())
	}
	t.reports = append(t.reports, &openReport{folder: filepath.Dir(name), file: file, Writer: w})
	return nil
}

// document tells one result. Documents come in order, from one goroutine.
func (t *teller) document(result batch.Result) {
	t.run.screen.Done(result.Earlier)
	t.show(result)
	e := event{Event: "document", Document: &result.Name, Hex: lang.NameHex(result.Name), State: result.State.String(), Earlier: result.Earlier}
	if result.State == batch.Signed {
		e.Output, e.OutHex, e.In, e.Out = result.Output, lang.NameHex(result.Output), hex.EncodeToString(result.In[:]), hex.EncodeToString(result.Out[:])
	} else {
		e.Error = lang.Explain(result.Err, t.run.language)
	}
	t.event(e)
	for _, report := range t.reports {
		report.note(report.Row(t.row(report, result, e)))
	}
}

func (t *teller) note(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err == nil && err != nil {
		t.err = err
	}
}

// show prints a line for people. Under a bar only what went wrong is printed.
func (t *teller) show(result batch.Result) {
	name := lang.Display(result.Name)
	switch {
	case result.State == batch.Failed:
		text := fmt.Sprintf("jsign: error: %s: %s\n", name, lang.Explain(result.Err, t.run.language))
		if hint := lang.Hint(result.Err, t.run.language); hint != "" {
			text += fmt.Sprintf("jsign: hint: %s\n", hint)
		}
		t.run.screen.Print(text)
	case result.State == batch.Signed && !result.Earlier && !t.run.o.json && !t.run.screen.Drawn():
		_, err := fmt.Fprintf(t.run.out, "%s -> %s\n", name, lang.Display(t.run.tree.Path(result.Output)))
		t.note(err)
	}
}

func (t *teller) event(e event) {
	if !t.run.o.json {
		return
	}
	e.Time = t.run.now().UTC().Format(time.RFC3339Nano)
	encoder := json.NewEncoder(t.run.out)
	encoder.SetEscapeHTML(false)
	t.note(encoder.Encode(e))
}

// row is a line of a report. Links are relative to the report.
func (t *teller) row(report *openReport, result batch.Result, e event) ledger.Row {
	row := ledger.Row{State: ledger.Done}
	link := ""
	switch result.State {
	case batch.Failed:
		row.State = ledger.Failed
	case batch.Pending:
		row.State = ledger.Skipped
	default:
		if to, err := filepath.Rel(report.folder, t.run.tree.Path(result.Output)); err == nil {
			link = ledger.LinkTo(filepath.ToSlash(to))
		}
	}
	row.Cells = []ledger.Cell{
		{Text: result.Name}, {Text: t.run.stateName(result)}, {Text: result.Output, Link: link},
		{Text: e.In}, {Text: e.Out}, {Text: e.Error},
	}
	return row
}

func (r *batchRun) stateName(result batch.Result) string {
	switch {
	case result.State == batch.Signed && result.Earlier:
		return r.say("signed earlier", "署名済み（以前）")
	case result.State == batch.Signed:
		return r.say("signed", "署名済み")
	case result.State == batch.Failed:
		return r.say("failed", "失敗")
	}
	return r.say("not done", "未処理")
}

// tellGone warns of documents that an earlier run took up and did not sign, and that
// are no longer among the inputs. It returns their number.
func (r *batchRun) tellGone(sum batch.Totals) int {
	gone := r.journal.Summary().Pending - sum.Pending
	if gone > 0 {
		r.warn(lang.M("documents of an earlier run that are not signed and no longer there: %d (jsign journal show names them)",
			"以前の処理で署名されず、入力にもない文書: %d件（jsign journal showで確認できます）", gone))
	}
	return gone
}

// tell prints the summary and finishes the reports.
func (r *batchRun) tell(sum batch.Totals) error {
	journal := r.journal.Summary()
	head := hex.EncodeToString(journal.Head[:])
	facts := r.facts(sum, r.runFact(journal), head)
	r.teller.event(event{Event: "end", Head: head, Run: runState(journal).In(lang.English), Totals: &totals{
		sum.Signed, sum.Failed, sum.Pending, sum.Earlier, sum.Elapsed.Seconds(), sum.Busy.Seconds(), sum.Utilisation(),
	}})
	for _, report := range r.teller.reports {
		r.teller.note(report.end(facts))
	}
	if !r.o.json {
		r.screen.Close()
		r.teller.note(printFacts(r.out, facts, r.language))
	}
	if r.teller.err != nil {
		return fileError(lang.Errorf("the documents are done, but not everything could be told: %v", "文書の処理は完了しましたが、出力できなかったものがあります: %v", r.teller.err))
	}
	return nil
}

// facts are the summary.
func (r *batchRun) facts(sum batch.Totals, run ledger.Fact, head string) []ledger.Fact {
	rate := 0.0
	if sum.Elapsed > 0 {
		rate = float64(sum.Signed-min(sum.Earlier, sum.Signed)) / sum.Elapsed.Seconds()
	}
	return []ledger.Fact{
		{Key: "signed", Title: lang.M("signed", "署名済み"), Value: sum.Signed},
		{Key: "earlier", Title: lang.M("of these earlier", "うち以前"), Value: sum.Earlier},
		{Key: "failed", Title: lang.M("failed", "失敗"), Value: sum.Failed},
		{Key: "pending", Title: lang.M("not done", "未処理"), Value: sum.Pending},
		run,
		{Key: "time", Title: lang.M("time", "時間"), Value: sum.Elapsed.Seconds(), Text: fmt.Sprintf("%.1f s (%.1f/s)", sum.Elapsed.Seconds(), rate)},
		{Key: "utilisation", Title: lang.M("key at work", "鍵の稼働率"), Value: sum.Utilisation(), Text: fmt.Sprintf("%.1f %%", 100*sum.Utilisation())},
		{Key: "journal", Title: lang.M("journal head", "ジャーナルの末尾"), Value: head},
	}
}

func printFacts(w io.Writer, facts []ledger.Fact, l lang.Language) error {
	for _, f := range facts {
		if _, err := fmt.Fprintf(w, "%s: %s\n", f.Title.In(l), f.Shown()); err != nil {
			return err
		}
	}
	return nil
}

// Close removes reports that were not finished.
func (t *teller) Close() error {
	var faults []error
	for _, report := range t.reports {
		faults = append(faults, report.file.Abort())
	}
	return errors.Join(faults...)
}
