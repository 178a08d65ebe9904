package ledger

import (
	"bufio"
	"io"
	"strings"
	"unicode/utf8"
)

// csvWriter writes RFC 4180. encoding/csv changes carriage returns and newlines in
// names, and then a name may be another file's.
type csvWriter struct{ w *bufio.Writer }

const byteOrderMark = "\ufeff"

func newCSV(dst io.Writer, h Head) (Writer, error) {
	c := &csvWriter{bufio.NewWriter(dst)}
	header := []string{"state"}
	for _, column := range h.Columns {
		header = append(header, column.Key)
	}
	if _, err := c.w.WriteString(byteOrderMark); err != nil {
		return nil, err
	}
	return c, c.record(header)
}

func (c *csvWriter) Row(r Row) error {
	record := []string{r.State.String()}
	for _, cell := range r.Cells {
		record = append(record, harmless(cell.Text))
	}
	return c.record(record)
}

func (c *csvWriter) record(fields []string) error {
	for i, f := range fields {
		if i > 0 {
			c.w.WriteByte(',') // WriteString tells of its error, too
		}
		c.w.WriteString(quoted(f))
	}
	_, err := c.w.WriteString("\r\n")
	return err
}

func quoted(field string) string {
	if !strings.ContainsAny(field, " \",\r\n") {
		return field
	}
	return `"` + strings.ReplaceAll(field, `"`, `""`) + `"`
}

// Close leaves the summary out: every line is a document.
func (c *csvWriter) Close(...Fact) error { return c.w.Flush() }

// harmless keeps spreadsheet programs from running a name as a formula. Some take
// the full-width signs for the others. Names that begin with the apostrophe get one
// more, so that no two become one.
func harmless(s string) string {
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune("'=+-@\t\r\n＝＋－＠", first) {
		return "'" + s
	}
	return s
}
