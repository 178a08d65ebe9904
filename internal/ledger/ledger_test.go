package ledger_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/ledger"
)

func sample(t *testing.T, f ledger.Format, l lang.Language, names ...string) string {
	t.Helper()
	var b bytes.Buffer
	w, err := ledger.New(&b, f, ledger.Head{Title: lang.M("signed documents", "署名した文書"), Language: l,
		Columns: []ledger.Column{{Key: "file", Title: lang.M("file", "ファイル"), Long: true}, {Key: "why", Title: lang.M("why", "理由")}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := w.Row(ledger.Row{State: ledger.Failed, Cells: []ledger.Cell{{Text: name, Link: ledger.LinkTo(name)}, {Text: "x"}}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(ledger.Fact{Key: "failed", Title: lang.M("failed", "失敗"), Value: 2}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// hostile are names that a format could take for its own syntax.
var hostile = []string{
	"a.pdf", "＝1+1", "=cmd|' /C calc'!A0", `<script>alert(1)</script>.pdf`, "javascript:alert(1)", "new\nline", "quote\".pdf", "契約書.pdf", "\xff\xfe", "",
	"carriage\rreturn", "two\r\nlines", "'=1", "a b,c",
}

func TestCSV(t *testing.T) {
	text := sample(t, ledger.CSV, lang.English, hostile...)
	records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil || len(records) != len(hostile)+1 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	for i, name := range hostile {
		want := name
		if strings.HasPrefix(name, "=") || strings.HasPrefix(name, "＝") || strings.HasPrefix(name, "'") {
			want = "'" + name
		}
		if strings.Contains(name, "\r") { // csv.Reader changes these
			if want = `,"` + name + `",`; !strings.Contains(text, want) {
				t.Errorf("%q is not there", want)
			}
			continue
		}
		if got := records[i+1][1]; got != want {
			t.Errorf("%q became %q", name, got)
		}
	}
}

func TestJSON(t *testing.T) {
	var d struct {
		Version   int
		Documents []struct{ State, File, FileHex, Why, WhyHex string }
		Summary   map[string]any
	}
	if err := json.Unmarshal([]byte(sample(t, ledger.JSON, lang.English, hostile...)), &d); err != nil {
		t.Fatal(err)
	}
	if d.Version != ledger.Version || len(d.Documents) != len(hostile) || d.Documents[0].State != "failed" || d.Summary["failed"] != 2.0 {
		t.Errorf("%+v", d)
	}
	if d.Documents[0].FileHex != "" || d.Documents[8].FileHex != "fffe" || d.Documents[9].FileHex != "" || d.Documents[0].WhyHex != "" {
		t.Errorf("names in hexadecimal digits: %+v", d.Documents)
	}
	if err := json.Unmarshal([]byte(sample(t, ledger.JSON, lang.English)), &d); err != nil {
		t.Errorf("without documents: %v", err)
	}
}

func TestHTML(t *testing.T) {
	text := sample(t, ledger.HTML, lang.Japanese, hostile...)
	for _, bad := range []string{"<script", `href="javascript:`, "new\nline", "\xff"} {
		if strings.Contains(text, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	for _, good := range []string{`<html lang="ja">`, "署名した文書", "契約書.pdf", `href="./quote%22.pdf"`, `href="./javascript:alert%281%29"`, "<dt>失敗</dt><dd>2</dd>"} {
		if !strings.Contains(text, good) {
			t.Errorf("the page lacks %q", good)
		}
	}
}

func TestFormatOf(t *testing.T) {
	for name, want := range map[string]ledger.Format{"a.csv": ledger.CSV, "A.JSON": ledger.JSON, "x/y.html": ledger.HTML, "y.htm": ledger.HTML} {
		if f, err := ledger.FormatOf(name); err != nil || f != want {
			t.Errorf("%s: %v, %v", name, f, err)
		}
	}
	if _, err := ledger.FormatOf("report.txt"); lang.Hint(err, lang.Japanese) == "" {
		t.Errorf("report.txt: %v", err)
	}
}

type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errors.New("full")
	}
	return len(p), nil
}

// TestErrorsAreTold: a full disk is an error at the latest when the ledger is closed.
func TestErrorsAreTold(t *testing.T) {
	for _, f := range []ledger.Format{ledger.CSV, ledger.JSON, ledger.HTML} {
		for room := range 60 {
			w, err := ledger.New(&full{room}, f, ledger.Head{Columns: []ledger.Column{{Key: "file"}}})
			if err == nil {
				err = errors.Join(w.Row(ledger.Row{Cells: []ledger.Cell{{Text: "a rather long name of a document, longer than the room that is left.pdf"}}}), w.Close())
			}
			if err == nil {
				t.Errorf("format %d, room %d: no error", f, room)
			}
		}
	}
}

// TestOnlyLongCellsBreakAnywhere: a browser must not break words of the others.
func TestOnlyLongCellsBreakAnywhere(t *testing.T) {
	got := sample(t, ledger.HTML, lang.English, "a.pdf")
	if !strings.Contains(got, `<td class="long"><a href="./a.pdf">a.pdf</a></td><td>x</td>`) {
		t.Error(got)
	}
}
