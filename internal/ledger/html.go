package ledger

import (
	"html/template"
	"io"

	"github.com/jsign-jp/jsign/internal/lang"
)

// The page is written in three parts: rows come one by one. The summary stands
// first on the page though it is written last.
const page = `{{define "begin"}}<!DOCTYPE html>
<html lang="{{.Language}}">
<head>
<meta charset="utf-8">
` + htmlMark + `
<meta name="viewport" content="width=device-width">
<title>{{.Title}}</title>
<style>
body { display: flex; flex-direction: column; margin: 2em; font: 15px/1.5 system-ui, "Hiragino Sans", "Yu Gothic UI", "Noto Sans CJK JP", sans-serif; color: #1a1a1a; background: #fff }
h1 { order: -2; font-size: 1.4em; margin: 0 0 .5em }
dl { order: -1; display: grid; grid-template-columns: max-content auto; gap: .1em 1.5em; margin: 0 0 1.5em }
dt { color: #555 } dd { margin: 0; font-weight: 600 }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .35em .7em; border-bottom: 1px solid #ddd }
td.long { overflow-wrap: anywhere; min-width: 9em } th { white-space: nowrap }
th { position: sticky; top: 0; background: #f4f4f4 }
tr.failed td { background: #fdecea } tr.failed td:first-child { border-left: 4px solid #c62828 }
tr.doubt td { background: #fff8e1 } tr.doubt td:first-child { border-left: 4px solid #f9a825 }
tr.done td:first-child { border-left: 4px solid #2e7d32 } tr.skipped td { color: #666 }
@media print { body { margin: 0 } th { position: static } }
</style>
</head>
<body>
<h1>{{.Title}}</h1>
<table>
<thead><tr>{{range .Columns}}<th scope="col">{{.}}</th>{{end}}</tr></thead>
<tbody>
{{end}}{{define "row"}}<tr class="{{.State}}">{{range .Cells}}<td{{if .Long}} class="long"{{end}}>{{if .Link}}<a href="{{.Link}}">{{.Text}}</a>{{else}}{{.Text}}{{end}}</td>{{end}}</tr>
{{end}}{{define "end"}}</tbody>
</table>
<dl>{{range .}}<dt>{{.Title}}</dt><dd>{{.Value}}</dd>{{end}}</dl>
</body>
</html>
{{end}}`

type htmlWriter struct {
	dst  io.Writer
	h    Head
	page *template.Template
}

func newHTML(dst io.Writer, h Head) (Writer, error) {
	t, err := template.New("page").Parse(page)
	if err != nil {
		return nil, err
	}
	w := &htmlWriter{dst, h, t}
	var titles []string
	for _, c := range h.Columns {
		titles = append(titles, c.Title.In(h.Language))
	}
	tag := "en"
	if h.Language == lang.Japanese {
		tag = "ja"
	}
	return w, t.ExecuteTemplate(dst, "begin", struct {
		Language, Title string
		Columns         []string
	}{tag, h.Title.In(h.Language), titles})
}

func (w *htmlWriter) Row(r Row) error {
	type cell struct {
		Cell
		Long bool
	}
	cells := make([]cell, len(r.Cells))
	for i, c := range r.Cells {
		if c.Text != "" {
			c.Text = lang.Display(c.Text)
		}
		cells[i] = cell{c, w.h.Columns[i].Long}
	}
	return w.page.ExecuteTemplate(w.dst, "row", struct {
		State State
		Cells []cell
	}{r.State, cells})
}

func (w *htmlWriter) Close(facts ...Fact) error {
	type shown struct{ Title, Value string }
	var list []shown
	for _, f := range facts {
		list = append(list, shown{f.Title.In(w.h.Language), f.Shown()})
	}
	return w.page.ExecuteTemplate(w.dst, "end", list)
}
