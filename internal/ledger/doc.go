// Package ledger writes what became of each document of a batch, as a file that
// people or programs read: CSV, JSON or HTML.
//
//	w, err := ledger.New(dst, ledger.HTML, ledger.Head{Title: title, Columns: columns})
//	err = w.Row(ledger.Row{State: ledger.Done, Cells: []ledger.Cell{{Text: name, Link: link}, …}})
//	err = w.Close(ledger.Fact{Key: "signed", Title: title, Value: 200})
//
// Rows are written as they come, in constant memory. Keys of columns and facts are
// stable, for programs; titles and the texts of cells are for people.
//
// CSV is UTF-8 with a byte order mark and CRLF (RFC 4180), as spreadsheet programs
// expect it; a cell that such a program would run as a formula begins with an
// apostrophe. HTML is one file without scripts and without anything from elsewhere.
// Everything is escaped, control characters are made visible. Names that are not
// UTF-8 are shown quoted.
package ledger
