package sign_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/verify"
)

// TestExtendCorpus lifts documents that others signed: what is lifted keeps every
// signature as it was, and no signature finds a change that is not permitted.
func TestExtendCorpus(t *testing.T) {
	t.Parallel()
	paths, _ := filepath.Glob("../../shared/corpus/pdf/*.pdf")
	if len(paths) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("the corpus is not here")
		}
		t.Skip("the corpus is not here")
	}
	d := newDesk(t)
	opt := d.options(sign.BLTA)
	opt.Validation = func(_ context.Context, q sign.ValidationQuery) (sign.ValidationData, error) {
		return sign.ValidationData{Certificates: [][]byte{q.Certificate.Raw}, CRLs: [][]byte{ca.DER("tsa-ca.crl")}}, nil
	}
	if err := opt.Rehearse(context.Background()); err != nil {
		t.Fatal(err)
	}
	step := 8 // all of them, with EXTEND_ALL set, take a minute
	if os.Getenv("EXTEND_ALL") != "" {
		step = 1
	}
	lifted, reasons := 0, make(map[string]int)
	for i := 0; i < len(paths); i += step {
		file, err := os.ReadFile(paths[i])
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if _, err := sign.ExtendPDF(context.Background(), &out, bytes.NewReader(file), int64(len(file)), sign.ExtendOptions{Level: opt}); err != nil {
			reasons[err.Error()]++
			continue
		}
		lifted++
		sameSignatures(t, filepath.Base(paths[i]), file, out.Bytes())
	}
	t.Logf("%d of %d lifted; the others: %v", lifted, len(paths)/step, reasons)
	if lifted < 100/step {
		t.Errorf("only %d were lifted", lifted)
	}
}

func sameSignatures(t *testing.T, name string, before, after []byte) {
	t.Helper()
	if !bytes.HasPrefix(after, before) {
		t.Errorf("%s: the old file is no prefix", name)
	}
	var reports [2]*verify.Report
	for i, file := range [][]byte{before, after} {
		var err error
		if reports[i], err = verify.PDF(context.Background(), bytes.NewReader(file), int64(len(file)), verify.PDFOptions{}); err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
	}
	now := make(map[string]verify.Signature)
	for _, s := range reports[1].Signatures {
		now[s.Field] = s
	}
	for _, old := range reports[0].Signatures {
		if now := now[old.Field]; now.Integrity != old.Integrity || now.Field != old.Field ||
			now.Changes == verify.ChangesForbidden && old.Changes != verify.ChangesForbidden {
			t.Errorf("%s: field %q was %s, %s and is %s, %s: %v", name, old.Field, old.Integrity, old.Changes, now.Integrity, now.Changes, now.Findings)
		}
	}
}
