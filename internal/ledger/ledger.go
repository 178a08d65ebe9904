package ledger

import (
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/jsign-jp/jsign/internal/lang"
)

// Format is a form of ledger.
type Format int

// The formats.
const (
	CSV Format = iota
	JSON
	HTML
)

// FormatOf returns the format that a file's name asks for: .csv, .json, .html, .htm.
func FormatOf(name string) (Format, error) {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".csv":
		return CSV, nil
	case ".json":
		return JSON, nil
	case ".html", ".htm":
		return HTML, nil
	}
	return 0, lang.WithHint(lang.Errorf("%s: reports are .csv, .json or .html", "%s: レポートの形式は.csv、.json、.htmlのいずれかです", lang.Display(name)),
		"give the report's name one of these endings", "ファイル名の末尾をいずれかにしてください")
}

// Head says what a ledger is about.
type Head struct {
	Title    lang.Message
	Language lang.Language
	Columns  []Column
}

// Column is one column: Key for programs, Title for people. Long ones hold names or
// digests, which HTML may break anywhere; words of others stay whole.
type Column struct {
	Key   string
	Title lang.Message
	Long  bool
}

// Row is what became of one document; it has one cell for each column.
type Row struct {
	State State
	Cells []Cell
}

// Cell is a text, in HTML with a link: what LinkTo returns, or a URL of http and
// https; "" for none.
type Cell struct {
	Text string
	Link string
}

// LinkTo returns the link to a file, relative to the ledger's folder, with slashes.
func LinkTo(path string) string { return (&url.URL{Path: "./" + path}).EscapedPath() }

// State colours a row.
type State int

// The states.
const (
	Done    State = iota // as it should be
	Doubt                // neither good nor bad
	Failed               // bad
	Skipped              // not dealt with
)

// String returns the state's word for programs.
func (s State) String() string { return [...]string{"done", "doubt", "failed", "skipped"}[s] }

// Fact is one line of the summary: Value, a text or a number, for programs, and Text
// for people, who get Value where it is empty.
type Fact struct {
	Key   string
	Title lang.Message
	Value any
	Text  string
}

// Shown returns what people get.
func (f Fact) Shown() string {
	if f.Text != "" {
		return f.Text
	}
	return fmt.Sprint(f.Value)
}

// Writer takes the rows of a ledger, then its summary. It belongs to one goroutine.
// After an error nothing that was written is of use.
type Writer interface {
	Row(Row) error
	// Close writes the summary and the end; it does not close what is written to.
	Close(...Fact) error
}

// New begins a ledger in dst.
func New(dst io.Writer, f Format, h Head) (Writer, error) {
	switch f {
	case JSON:
		return newJSON(dst, h)
	case HTML:
		return newHTML(dst, h)
	}
	return newCSV(dst, h)
}
