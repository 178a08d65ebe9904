package ledger

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"io"
	"strings"
	"unicode/utf8"
)

// csvWriter writes RFC 4180. Each line is made for itself: with UseCRLF the encoder
// changes what ends lines within names, too, and then a name may be another file's.
type csvWriter struct {
	dst  *bufio.Writer
	line bytes.Buffer
	w    *csv.Writer // into line
}

const byteOrderMark = "\ufeff"

func newCSV(dst io.Writer, h Head) (Writer, error) {
	c := &csvWriter{dst: bufio.NewWriter(dst)}
	c.w = csv.NewWriter(&c.line)
	header := []string{"state"}
	for _, column := range h.Columns {
		header = append(header, column.Key)
	}
	if _, err := c.dst.WriteString(byteOrderMark); err != nil {
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
	c.line.Reset()
	if err := c.w.Write(fields); err != nil {
		return err
	}
	c.w.Flush() // a buffer takes everything
	_, err := c.dst.WriteString(strings.TrimSuffix(c.line.String(), "\n") + "\r\n")
	return err
}

// Close leaves the summary out: every line is a document.
func (c *csvWriter) Close(...Fact) error { return c.dst.Flush() }

// harmless keeps spreadsheet programs from running a name as a formula. Some take
// the full-width signs for the others. Names that begin with the apostrophe get one
// more, so that no two become one.
func harmless(s string) string {
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune("'=+-@\t\r\n＝＋－＠", first) {
		return "'" + s
	}
	return s
}
