package verify_test

import (
	"bytes"
	"context"
	"crypto"
	"math/big"
	"math/rand"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/tsp"
	"github.com/jsign-jp/jsign/internal/tsp/tsptest"
	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

// flips is how many single bytes of each signed file are changed.
const flips = 1000

// TestPDFChangedByte: of what is made here, signed, signed by several, certified,
// timestamped at once and later, filled in, no byte inside the range can be
// changed.
func TestPDFChangedByte(t *testing.T) {
	opt := pdfOptions(t)
	tsa, err := trust.ParseCertificate(ca.DER(ca.TSACA))
	if err != nil {
		t.Fatal(err)
	}
	opt.Trust.Anchors.AddCertificate(tsa)
	for name, c := range madeDocuments(t) {
		t.Run(name, func(t *testing.T) {
			r, err := verify.PDF(context.Background(), bytes.NewReader(c.file), int64(len(c.file)), opt)
			if err != nil || !r.Valid() {
				t.Fatalf("not valid as it is: %v %s", err, judged{report: r}.why())
			}
			random := rand.New(rand.NewSource(1))
			for range flips {
				at := random.Intn(c.covered)
				if insideContents(c.file[:c.covered], at) {
					continue
				}
				file := bytes.Clone(c.file)
				file[at] ^= byte(1 + random.Intn(255))
				r, err := verify.PDF(context.Background(), bytes.NewReader(file), int64(len(file)), opt)
				if err == nil && (r.Valid() || (sample{}).accepted(r)) {
					t.Fatalf("valid with byte %d changed", at)
				}
			}
		})
	}
}

// insideContents: the last signature's value, which nothing covers.
func insideContents(file []byte, at int) bool {
	start := bytes.LastIndex(file, []byte("/Contents <"))
	end := start + bytes.IndexByte(file[start:], '>')
	return start <= at && at <= end
}

// coveredFile is a file and how much of it its last signature covers.
type coveredFile struct {
	file    []byte
	covered int
}

func madeDocuments(t *testing.T) map[string]coveredFile {
	t.Helper()
	out := map[string]coveredFile{}
	add := func(name string, file []byte) { out[name] = coveredFile{file, len(file)} }
	all := documents(t)
	for name, m := range all {
		add(name, m.file)
	}
	add("signed twice", signedPDF(t, all["approval"].file, sign.PDFOptions{Field: "later"}))
	add("certified and signed", signedPDF(t, all["level 2"].file, sign.PDFOptions{Field: "later"}))
	filled := made{t, all["level 2"].file}.later(map[int]string{objText: all["level 2"].with(objText, "(100)", "(200)")})
	out["filled in later"] = coveredFile{filled, len(all["level 2"].file)}
	add("filled in and signed", signedPDF(t, filled, sign.PDFOptions{}))
	level := sign.LevelOptions{Level: sign.BT, Timestamp: stamper(t)}
	add("timestamped at once", signedPDF(t, formPDF(), sign.PDFOptions{Profile: sign.ProfilePAdES, Level: level}))
	add("timestamped later", extended(t, all["pades"].file, level))
	add("certified and timestamped later", extended(t, all["level 1"].file, level))
	return out
}

// stamper asks an authority of the test PKI.
func stamper(t *testing.T) func(context.Context, crypto.Hash, []byte) ([]byte, error) {
	t.Helper()
	authority := tsptest.New(t, tsptest.Options{})
	return func(_ context.Context, h crypto.Hash, digest []byte) ([]byte, error) {
		q := tsp.Request{Hash: h, Digest: digest, Nonce: big.NewInt(1)}
		query, err := q.Marshal()
		if err != nil {
			return nil, err
		}
		answer, err := authority.Answer(query)
		if err != nil {
			return nil, err
		}
		token, err := q.Check(answer, time.Now())
		if err != nil {
			return nil, err
		}
		return token.Raw, nil
	}
}

// extended lifts what is signed to a level.
func extended(t *testing.T, file []byte, level sign.LevelOptions) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := sign.ExtendPDF(context.Background(), &out, bytes.NewReader(file), int64(len(file)), sign.ExtendOptions{Level: level}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
