package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jsign-jp/jsign/internal/batch"
	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/ledger"
)

func (a *app) journalCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "journal",
		Short: a.say("check and read the journal of a batch", "一括処理のジャーナルを検査・表示"),
		Long: a.say(
			"Checks and reads the journal that jsign batch keeps in its output folder. FILE is the journal, or the folder.",
			"jsign batchが出力フォルダーに残すジャーナルを検査・表示します。FILEはジャーナルまたはそのフォルダーです。"),
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.journalVerifyCommand(), a.journalShowCommand(), a.journalExportCommand())
	return c
}

// one demands a single FILE.
func one(c *cobra.Command, args []string) error { return usageError(cli.Arguments(1, 1)(c, args)) }

func (a *app) journalVerifyCommand() *cobra.Command {
	var head string
	c := &cobra.Command{
		Use: "verify FILE", Args: one,
		Short: a.say("find edited, removed or moved records", "記録の改変・削除・並べ替えを検出"),
		Long: a.say(
			"Checks every record's sum and its link to the one before. Records taken off the end, and a journal made anew, are found with --head:\nthe value that jsign batch printed when it ended. Exit codes: 0 sound, 2 cannot be read, 5 changed.",
			"各記録の検査値と前の記録とのつながりを確かめます。末尾の削除や作り直しは --head（jsign batchが最後に表示した値）で検出します。\n終了コード: 0 健全、2 読めない、5 改変あり。"),
		RunE: func(_ *cobra.Command, args []string) error { return a.verifyJournal(args[0], head) },
	}
	c.Flags().StringVar(&head, "head", "", a.say("`value` that the last record must have", "最後の記録が持つべき`値`"))
	return c
}

func (a *app) verifyJournal(name, head string) error {
	f, err := openJournal(name)
	if err != nil {
		return err
	}
	defer f.Close()
	s, err := batch.Verify(f)
	if err != nil {
		return journalError(name, err)
	}
	found := hex.EncodeToString(s.Head[:])
	if head != "" && !strings.EqualFold(head, found) {
		return cli.Fail(exitSigning, lang.WithHint(lang.Errorf("%s: the last record is %s, not %s", "%s: 最後の記録は%sで、%sではありません", lang.Display(name), found, head),
			"records were added or removed after the value was noted, or the journal was made anew", "値を控えた後に記録が追加・削除されたか、ジャーナルが作り直されています"))
	}
	return fileError(printFacts(a.out, []ledger.Fact{
		{Title: lang.M("records", "記録"), Value: s.Records},
		{Title: lang.M("signed", "署名済み"), Value: s.Signed},
		{Title: lang.M("failed", "失敗"), Value: s.Failed},
		{Title: lang.M("not done", "未処理"), Value: s.Pending},
		{Title: lang.M("repairs", "修復"), Value: s.Notes},
		a.runFact(s),
		{Title: lang.M("head", "末尾"), Value: found},
	}, a.language))
}

// runState tells whether the last run came to its end.
func runState(s batch.Summary) lang.Message {
	if s.Ended {
		return lang.M("ended", "終了")
	}
	return lang.M("interrupted", "中断")
}

func (a *app) runFact(s batch.Summary) ledger.Fact {
	state := runState(s)
	return ledger.Fact{Key: "run", Title: lang.M("run", "処理"), Value: state.In(lang.English), Text: state.In(a.language)}
}

// openJournal takes the journal or its folder.
func openJournal(name string) (*os.File, error) {
	if isFolder(name) {
		name = filepath.Join(name, journalName)
	}
	// Opening a pipe would wait for whoever writes to it.
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return nil, fileError(lang.Errorf("%s is no regular file", "%sは通常のファイルではありません", lang.Display(name)))
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fileError(openError(name, err))
	}
	return f, nil
}

func journalError(name string, err error) error {
	switch {
	case errors.Is(err, batch.ErrTorn):
		return cli.Fail(exitSigning, lang.WithHint(about(name, err), "a power loss leaves it so, and jsign batch --resume mends it", "停電後の状態です。jsign batch --resume が修復します"))
	case errors.Is(err, batch.ErrDamaged):
		return cli.Fail(exitSigning, about(name, err))
	}
	return fileError(openError(name, err))
}

func (a *app) journalShowCommand() *cobra.Command {
	return &cobra.Command{
		Use: "show FILE", Args: one,
		Short: a.say("print the records", "記録を表示"),
		Long:  a.say("Prints one line for each record: time, kind, document, and its output or the reason.", "記録を1行ずつ表示します: 時刻、種類、文書、出力または理由。"),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.readJournal(args[0], func(w io.Writer, r batch.Record) error {
				_, err := fmt.Fprintln(w, showRecord(r))
				return err
			})
		},
	}
}

func showRecord(r batch.Record) string {
	line := r.Time.UTC().Format(time.RFC3339) + " " + r.Kind.String()
	if r.Name != "" {
		line += " " + lang.Display(r.Name)
	}
	switch {
	case r.Kind == batch.Signed || r.Kind == batch.Sealed:
		line += " -> " + lang.Display(r.Text)
	case r.Text != "":
		line += ": " + lang.Display(r.Text)
	}
	return line
}

// readJournal hands every record to show, and then tells of damage.
func (a *app) readJournal(name string, show func(io.Writer, batch.Record) error) error {
	f, err := openJournal(name)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(a.out)
	for r, err := range batch.Read(f) {
		if err != nil {
			return errors.Join(w.Flush(), journalError(name, err))
		}
		if err := show(w, r); err != nil {
			return fileError(err)
		}
	}
	return fileError(w.Flush())
}

// exported is a record as JSON. A name that is not plain text is in Name or Text as far
// as JSON has it, and whole in NameHex or TextHex.
type exported struct {
	Time        string `json:"time"` // RFC 3339, UTC
	Kind        string `json:"kind"`
	Name        string `json:"document,omitempty"`
	NameHex     string `json:"documentHex,omitempty"`
	In          string `json:"inputSha256,omitempty"`
	Out         string `json:"outputSha256,omitempty"`
	Certificate string `json:"certificateSha256,omitempty"`
	Text        string `json:"text,omitempty"`
	TextHex     string `json:"textHex,omitempty"`
}

func (a *app) journalExportCommand() *cobra.Command {
	return &cobra.Command{
		Use: "export FILE", Args: one,
		Short: a.say("print the records as JSON, one a line", "記録をJSONで1行ずつ出力"),
		Long:  a.say("Prints every record with its digests as JSON, one a line.", "すべての記録をハッシュ値とともにJSONで1行ずつ出力します。"),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.readJournal(args[0], func(w io.Writer, r batch.Record) error {
				e := json.NewEncoder(w)
				e.SetEscapeHTML(false)
				return e.Encode(export(r))
			})
		},
	}
}

func export(r batch.Record) exported {
	e := exported{Time: r.Time.UTC().Format(time.RFC3339Nano), Kind: r.Kind.String(), Name: r.Name, NameHex: lang.NameHex(r.Name), Text: r.Text}
	if r.Kind == batch.Sealed || r.Kind == batch.Signed {
		e.TextHex = lang.NameHex(r.Text)
		e.In, e.Out, e.Certificate = hex.EncodeToString(r.In[:]), hex.EncodeToString(r.Out[:]), hex.EncodeToString(r.Certificate[:])
	}
	return e
}
