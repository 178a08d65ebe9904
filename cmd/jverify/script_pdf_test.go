package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/jsign-jp/jsign/internal/pdf"
	"github.com/jsign-jp/jsign/sign"
)

func signPDF(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: signpdf OUT CERT [WORD…]")
	}
	in := filepath.Join("..", "..", "testdata", "demo", "contract.pdf")
	opt := sign.PDFOptions{Now: func() time.Time { return time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC) }}
	for _, word := range args[2:] {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "pades":
			opt.Profile = sign.ProfilePAdES
		case "certify":
			level, err := strconv.Atoi(value)
			ts.Check(err)
			opt.Certify = level
		case "in":
			in = ts.MkAbs(value)
		case "password":
			opt.Password = []byte(value)
		default:
			ts.Fatalf("unknown word %q", word)
		}
	}
	source, err := os.ReadFile(in)
	ts.Check(err)
	var out bytes.Buffer
	ts.Check(sign.PDF(context.Background(), &out, bytes.NewReader(source), int64(len(source)), newTestKey(args[1]), opt))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), out.Bytes(), 0o600))
}

// revise appends a revision as any program can: it rotates the page, which nothing
// permits, or changes the title, which everything does.
func revise(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: revise FILE KEY VALUE")
	}
	data, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	file, err := pdf.Open(bytes.NewReader(data), int64(len(data)), pdf.Options{})
	ts.Check(err)
	update := file.NewUpdate()
	if args[1] == "title" {
		update.SetTrailer("Info", update.Add(pdf.Dict{{Key: "Title", Value: pdf.String{Bytes: []byte(args[2])}}}))
	} else {
		n, err := strconv.Atoi(args[2])
		ts.Check(err)
		ts.Check(file.Pages(func(_ int, ref pdf.Ref, page pdf.Dict) bool {
			update.Set(ref, page.With(pdf.Name(args[1]), pdf.Integer(n)))
			return false
		}))
	}
	appended, err := update.Append()
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), append(data, appended.Bytes...), 0o600))
}

func encrypt(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: encrypt IN OUT PASSWORD")
	}
	out, err := exec.Command("qpdf", "--encrypt", args[2], "owner", "256", "--", ts.MkAbs(args[0]), ts.MkAbs(args[1])).CombinedOutput()
	if err != nil {
		ts.Fatalf("qpdf: %v: %s", err, out)
	}
}
