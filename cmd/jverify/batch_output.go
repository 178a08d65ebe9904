package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/jsign-jp/jsign/cmd/jverify/internal/openssl"
	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/durable"
	"github.com/jsign-jp/jsign/internal/inspect"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/ledger"
	"github.com/jsign-jp/jsign/internal/report"
	"github.com/jsign-jp/jsign/verify"
)

// batchOutput tells what was found: a line for each file, a report, the totals.
type batchOutput struct {
	*app
	o      *batchOptions
	file   *durable.File // of --report
	ledger ledger.Writer // nil without
	list   *listSigner   // nil without --check
	totals batchTotals
	hints  []string // what to do about files that cannot be judged, each once
	start  time.Time
	at     time.Time // that files are judged for
}

// maxHints is how many hints end a run: more would hide the totals.
const maxHints = 5

// batchTotals counts files.
type batchTotals struct{ valid, invalid, unreadable, unsigned, missing int }

func (a *app) newBatchOutput(ctx context.Context, o *batchOptions) (*batchOutput, error) {
	out := &batchOutput{app: a, o: o, start: a.now()}
	if o.report == "" {
		return out, nil
	}
	format, err := ledger.FormatOf(o.report)
	if err != nil {
		return nil, usageError(err)
	}
	if err := ledger.CheckReplace(o.report, format); err != nil {
		return nil, readError(err)
	}
	if out.file, err = durable.Create(ctx, o.report, durable.Options{Force: true, Flag: "--report", NoForce: true}); err != nil {
		return nil, readError(err)
	}
	out.ledger, err = ledger.New(out.file, format, ledger.Head{
		Title: lang.M("Verified files", "検証結果"), Language: a.language, Columns: []ledger.Column{
			{Key: "file", Title: lang.M("file", "ファイル"), Long: true},
			{Key: "verdict", Title: lang.M("verdict", "判定")},
			{Key: "reason", Title: lang.M("reason", "理由")},
			{Key: "signatures", Title: lang.M("signatures", "署名数")},
			{Key: "time", Title: lang.M("signed", "署名時刻")},
			{Key: "proof", Title: lang.M("time is", "時刻の根拠")},
			{Key: "certificate", Title: lang.M("certificate (serial)", "証明書（シリアル番号）")},
			{Key: "revocation", Title: lang.M("revocation", "失効")},
		}})
	if err != nil {
		out.abort()
		return nil, readError(err)
	}
	return out, nil
}

func (out *batchOutput) abort() {
	if out.file != nil {
		_ = out.file.Abort() // after Commit this does nothing
	}
}

// batchLine is what was found about one file, in words.
type batchLine struct {
	File    string       `json:"file"`
	Hex     string       `json:"fileHex,omitempty"` // of a name that is not plain text
	State   string       `json:"state"`             // valid, invalid, unreadable, unsigned, missing
	Verdict string       `json:"verdict"`
	Reason  string       `json:"reason,omitempty"`
	row     ledger.State // of the report
	report  *verify.Report
}

// result tells of one file.
func (out *batchOutput) result(r inspect.Result) error {
	l := out.line(r)
	switch {
	case r.Differs != nil:
		l.fail(out, out.say("changed or added", "変更または追加"), r.Differs)
	case out.o.check != "" && (r.State == inspect.Content || r.State == inspect.Unsigned && !out.o.all):
		l.State, l.row, l.Verdict = "valid", ledger.Done, out.say("as listed", "一覧どおり")
	}
	if l.State == "" {
		return nil // the content of a signature that is told of
	}
	return out.tell(l)
}

// line words what was found about one file.
func (out *batchOutput) line(r inspect.Result) *batchLine {
	l := &batchLine{File: r.File.Path, report: r.Report}
	switch r.State {
	case inspect.Content:
	case inspect.Unsigned:
		l.State, l.row, l.Verdict = "unsigned", ledger.Skipped, out.say("no signature", "署名なし")
		if out.o.all {
			l.row = ledger.Failed
		}
	case inspect.Judged:
		l.Verdict = report.Headline(r.Report).In(out.language)
		l.State, l.row = "valid", ledger.Done
		if !r.Valid() {
			l.State, l.row = "invalid", ledger.Failed
		}
		if reason, ok := report.Reason(r.Report); ok {
			l.Reason = reason.In(out.language)
		}
	default:
		l.State, l.row, l.Verdict, l.Reason = "unreadable", ledger.Failed, out.say("cannot be judged", "判定できません"), lang.Explain(r.Err, out.language)
		out.remember(lang.Hint(r.Err, out.language))
	}
	return l
}

// remember keeps a hint for the end.
func (out *batchOutput) remember(hint string) {
	if hint != "" && len(out.hints) < maxHints && !slices.Contains(out.hints, hint) {
		out.hints = append(out.hints, hint)
	}
}

// fail makes a line one of a file that is not what it should be.
func (l *batchLine) fail(out *batchOutput, verdict string, err error) {
	l.State, l.row, l.Verdict, l.Reason = "invalid", ledger.Failed, verdict, lang.Explain(err, out.language)
}

func (out *batchOutput) tell(l *batchLine) error {
	out.totals.count(l)
	if err := out.print(l); err != nil {
		return err
	}
	if out.ledger == nil {
		return nil
	}
	link := ""
	if to, err := out.relative(l.File); err == nil {
		link = ledger.LinkTo(to)
	}
	cells := []ledger.Cell{{Text: l.File, Link: link}, {Text: l.Verdict}, {Text: l.Reason}}
	return out.ledger.Row(ledger.Row{State: l.row, Cells: append(cells, out.signatureCells(l.report)...)})
}

// relative is the way from the report to a file.
func (out *batchOutput) relative(path string) (string, error) {
	from, err := filepath.Abs(filepath.Dir(out.o.report))
	if err != nil {
		return "", err
	}
	to, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(from, to)
	return filepath.ToSlash(rel), err
}

// signatureCells tell of the first signature, and how many there are.
func (out *batchOutput) signatureCells(r *verify.Report) []ledger.Cell {
	cells := make([]ledger.Cell, 5)
	if r == nil {
		return cells
	}
	cells[0].Text = strconv.Itoa(len(r.Signatures))
	if len(r.Signatures) == 0 {
		return cells
	}
	s := r.Signatures[0]
	cells[1].Text, cells[2].Text = out.signingTime(&s)
	if s.Signer != nil {
		cells[3].Text = s.Signer.Serial
	}
	cells[4].Text = report.RevocationWord(s.Revocation).In(out.language)
	return cells
}

// signingTime is when a signature was made, if anybody tells, and who does.
func (a *app) signingTime(s *verify.Signature) (when, proof string) {
	switch {
	case !s.ProvenTime.IsZero():
		return s.ProvenTime.Format(time.RFC3339), a.say("proven", "タイムスタンプ")
	case !s.ClaimedTime.IsZero():
		return s.ClaimedTime.Format(time.RFC3339), a.say("claimed", "署名者の申告")
	}
	return "", ""
}

func (t *batchTotals) count(l *batchLine) {
	switch l.State {
	case "valid":
		t.valid++
	case "invalid":
		t.invalid++
	case "unsigned":
		t.unsigned++
	case "missing":
		t.missing++
	default:
		t.unreadable++
	}
}

func (out *batchOutput) print(l *batchLine) error {
	if out.o.quiet && l.row == ledger.Done {
		return nil
	}
	if out.o.asJSON {
		l.Hex = lang.NameHex(l.File)
		return json.NewEncoder(out.out).Encode(l)
	}
	text := fmt.Sprintf("%s: %s", lang.Display(l.File), l.Verdict)
	if l.Reason != "" {
		text += out.say(" (%s)", "（%s）", l.Reason)
	}
	_, err := fmt.Fprintln(out.out, text)
	return err
}

// end tells what is missing, and the totals.
func (out *batchOutput) end(ctx context.Context, manifest *inspect.Manifest) error {
	if ctx.Err() != nil {
		return interrupted()
	}
	if manifest != nil {
		for _, name := range manifest.Missing() {
			l := &batchLine{File: filepath.Join(filepath.Dir(out.o.check), filepath.FromSlash(name)), State: "missing", row: ledger.Failed,
				Verdict: out.say("MISSING", "欠落"), Reason: out.say("it is in the list and not in the folder", "一覧にあるファイルが存在しません")}
			if err := out.tell(l); err != nil {
				return readError(err)
			}
		}
	}
	if err := out.commit(); err != nil {
		if ctx.Err() != nil {
			return interrupted()
		}
		return readError(err)
	}
	return out.summary()
}

func interrupted() error {
	return &cli.Failure{Code: exitInterrupted, Err: lang.Errorf("interrupted: not every file was judged", "中断しました: 検証していないファイルがあります")}
}

func (out *batchOutput) commit() error {
	if out.ledger == nil {
		return nil
	}
	if err := out.ledger.Close(out.facts()...); err != nil {
		return err
	}
	return out.file.Commit()
}

func (out *batchOutput) facts() []ledger.Fact {
	t := &out.totals
	facts := []ledger.Fact{
		{Key: "time", Title: lang.M("judged for", "判定時点"), Value: out.at.UTC().Format(time.RFC3339)},
		{Key: "valid", Title: lang.M("valid", "有効"), Value: t.valid},
		{Key: "invalid", Title: lang.M("not valid", "無効・未確認"), Value: t.invalid},
		{Key: "unreadable", Title: lang.M("not judged", "判定不能"), Value: t.unreadable},
		{Key: "missing", Title: lang.M("missing", "欠落"), Value: t.missing},
		{Key: "unsigned", Title: lang.M("without a signature", "署名なし"), Value: t.unsigned},
	}
	if out.list != nil {
		facts = append(facts, ledger.Fact{Key: "list", Title: lang.M("list", "一覧"), Value: out.list.message().In(out.language)})
	}
	return facts
}

// summary prints the totals and gives the run its exit code. Nothing judged is no
// success.
func (out *batchOutput) summary() error {
	t := &out.totals
	if out.o.asJSON {
		last := map[string]any{"totals": map[string]int{"valid": t.valid, "invalid": t.invalid, "unreadable": t.unreadable,
			"missing": t.missing, "unsigned": t.unsigned}, "time": out.at.UTC().Format(time.RFC3339)}
		if out.list != nil {
			last["list"] = out.list
		}
		if err := json.NewEncoder(out.out).Encode(last); err != nil {
			return readError(err)
		}
	}
	out.printLine("%s", lang.M("%d valid, %d not valid, %d not judged, %d missing, %d without a signature (%.1f s)",
		"有効 %d、無効・未確認 %d、判定不能 %d、欠落 %d、署名なし %d（%.1f秒）", t.valid, t.invalid, t.unreadable, t.missing, t.unsigned,
		out.now().Sub(out.start).Seconds()))
	for _, hint := range out.hints {
		out.printLine("jverify: hint: %s", lang.M("%s", "%s", hint))
	}
	switch {
	case t.invalid+t.missing > 0, out.o.all && t.unsigned > 0:
		return notValid()
	case t.unreadable > 0:
		return &cli.Failure{Code: openssl.ExitRead}
	case t.valid == 0:
		return &cli.Failure{Code: openssl.ExitNotValid, Err: lang.Errorf("there was no signed file", "署名済みのファイルがありませんでした")}
	}
	return nil
}

// printLine writes a message to standard error.
func (a *app) printLine(format string, m lang.Message) {
	fmt.Fprintf(a.err, format+"\n", m.In(a.language))
}
