package ledger

import (
	"encoding/csv"
	"io"
	"strings"
	"unicode/utf8"
)

type csvWriter struct {
	w *csv.Writer
	h Head
}

const byteOrderMark = "\ufeff"

func newCSV(dst io.Writer, h Head) (Writer, error) {
	if _, err := io.WriteString(dst, byteOrderMark); err != nil {
		return nil, err
	}
	c := &csvWriter{w: csv.NewWriter(dst), h: h}
	c.w.UseCRLF = true
	header := []string{"state"}
	for _, column := range h.Columns {
		header = append(header, column.Key)
	}
	return c, c.w.Write(header)
}

func (c *csvWriter) Row(r Row) error {
	record := []string{r.State.String()}
	for _, cell := range r.Cells {
		record = append(record, harmless(cell.Text))
	}
	return c.w.Write(record)
}

// Close leaves the summary out: every line is a document.
func (c *csvWriter) Close(...Fact) error {
	c.w.Flush()
	return c.w.Error()
}

// harmless keeps spreadsheet programs from running a name as a formula. Some take
// the full-width signs for the others.
func harmless(s string) string {
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", first) {
		return "'" + s
	}
	return s
}
