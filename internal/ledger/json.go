package ledger

import (
	"encoding/json"
	"io"

	"github.com/jsign-jp/jsign/internal/lang"
)

// Version is the version of the JSON.
const Version = 1

type jsonWriter struct {
	dst  io.Writer
	h    Head
	rows int
}

func newJSON(dst io.Writer, h Head) (Writer, error) {
	title, err := json.Marshal(h.Title.In(h.Language))
	if err != nil {
		return nil, err
	}
	return &jsonWriter{dst: dst, h: h}, writeAll(dst, jsonBegin, string(title), ",\n\"documents\": [")
}

func (j *jsonWriter) Row(r Row) error {
	document := orderedObject{{"state", r.State.String()}}
	for i, cell := range r.Cells {
		column := j.h.Columns[i]
		document = append(document, member{column.Key, cell.Text})
		if digits := lang.NameHex(cell.Text); column.Long && digits != "" {
			document = append(document, member{column.Key + "Hex", digits})
		}
	}
	text, err := document.marshal()
	if err != nil {
		return err
	}
	separator := ",\n"
	if j.rows == 0 {
		separator = "\n"
	}
	j.rows++
	return writeAll(j.dst, separator, text)
}

func (j *jsonWriter) Close(facts ...Fact) error {
	var summary orderedObject
	for _, f := range facts {
		summary = append(summary, member{f.Key, f.Value})
	}
	text, err := summary.marshal()
	if err != nil {
		return err
	}
	return writeAll(j.dst, "\n],\n\"summary\": ", text, "\n}\n")
}

// orderedObject is a JSON object that keeps its order.
type orderedObject []member

type member struct {
	key   string
	value any
}

func (o orderedObject) marshal() (string, error) {
	text := []byte("{")
	for i, m := range o {
		if i > 0 {
			text = append(text, ", "...)
		}
		for k, part := range []any{m.key, m.value} {
			b, err := json.Marshal(part)
			if err != nil {
				return "", err
			}
			text = append(text, b...)
			if k == 0 {
				text = append(text, ": "...)
			}
		}
	}
	return string(append(text, '}')), nil
}

func writeAll(dst io.Writer, parts ...string) error {
	for _, p := range parts {
		if _, err := io.WriteString(dst, p); err != nil {
			return err
		}
	}
	return nil
}
