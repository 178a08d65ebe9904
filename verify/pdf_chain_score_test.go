package verify_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

// pdfAnchors are the roots of the collection's generated files.
func pdfAnchors(t testing.TB) *trust.Store {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(pdfCorpus, "anchors", "*.der"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no anchors: %v", err)
	}
	store := trust.NewStore()
	for _, name := range files {
		store.AddCertificate(must(trust.ParseCertificate(must(os.ReadFile(name)))))
	}
	return store
}

// frozen is the moment at which the generated files were made and judged where
// their notes name none.
func frozen() time.Time { return time.Date(2020, 11, 1, 0, 0, 0, 0, time.UTC) }

var noteMoment = regexp.MustCompile(`@(\d{4}-\d{2}-\d{2})`)

// moment is when the note of a sample has it judged.
func (s sample) moment() time.Time {
	if m := noteMoment.FindStringSubmatch(s.note); m != nil {
		return must(time.Parse(time.DateOnly, m[1]))
	}
	return frozen()
}

func judgeSample(t testing.TB, s sample, opt verify.PDFOptions) *verify.Report {
	t.Helper()
	data := must(os.ReadFile(filepath.Join(pdfCorpus, s.name+".pdf")))
	return must(verify.PDF(context.Background(), bytes.NewReader(data), int64(len(data)), opt))
}

// longTerm reports whether what a signature carries for the long term holds: that is
// what the sources ask of files with validation data.
func longTerm(s *verify.Signature) bool {
	return s.Indication == verify.TotalPassed && !s.ProvenTime.IsZero()
}

// TestPDFChainScore: of the generated files whose chain has a problem all are seen,
// with the roots and the moment that the source judged them by.
func TestPDFChainScore(t *testing.T) {
	var seen, all int
	for _, s := range pdfSamples(t) {
		problem := s.verdict == "chain-problem" || strings.Contains(s.note, "chain-problem:")
		if s.tier != "P" || !problem {
			continue
		}
		all++
		r := judgeSample(t, s, verify.PDFOptions{Trust: trust.Options{Anchors: pdfAnchors(t)}, ReportOptions: verify.ReportOptions{Time: s.moment()}})
		bad := slices.ContainsFunc(r.Signatures, func(x verify.Signature) bool { return !longTerm(&x) })
		if bad {
			seen++
		}
		var got []string
		for _, x := range r.Signatures {
			got = append(got, fmt.Sprintf("%s %s/%s level %q %s", x.Field, x.Indication, x.SubIndication, x.Level, x.Revocation))
			for _, y := range x.Timestamps {
				got = append(got, fmt.Sprintf("  stamp %s %s/%s", y.Kind, y.Indication, y.SubIndication))
			}
		}
		t.Logf("%s %s at %s: %s", s.name[:8], s.note[:min(90, len(s.note))], s.moment().Format(time.DateOnly), strings.Join(got, "; "))
	}
	t.Logf("chain problems seen: %d of %d", seen, all)
	if all == 0 || seen < all {
		t.Errorf("chain problems seen: %d of %d", seen, all)
	}
}

// wantArchived is how many of the valid generated files reach B-LT or B-LTA, as the
// tests that made them say.
const wantArchived = 20

// TestPDFLongTermScore: what was made for the long term holds with what it carries
// alone, with the roots and the moment of its making.
func TestPDFLongTermScore(t *testing.T) {
	n := 0
	for _, s := range pdfSamples(t) {
		if s.tier != "P" || s.verdict != "valid" {
			continue
		}
		r := judgeSample(t, s, verify.PDFOptions{Trust: trust.Options{Anchors: pdfAnchors(t)}, ReportOptions: verify.ReportOptions{Time: frozen(), RevocationOptional: true}})
		for _, x := range r.Signatures {
			if x.Level == verify.LevelLT || x.Level == verify.LevelLTA {
				n++
				if !longTerm(&x) || x.Revocation != verify.RevocationGood {
					t.Errorf("%s %s: %s, %s/%s, %s", s.name[:8], x.Field, x.Level, x.Indication, x.SubIndication, x.Revocation)
				}
			}
		}
	}
	t.Logf("signatures of B-LT and B-LTA: %d", n)
	if n < wantArchived {
		t.Errorf("signatures of B-LT and B-LTA: %d, want %d", n, wantArchived)
	}
}

// TestPDFTimestampScore: timestamps that are for something else, or were altered, are
// seen, whoever's they are.
func TestPDFTimestampScore(t *testing.T) {
	var seen, all int
	for _, s := range pdfSamples(t) {
		if s.verdict != "timestamp-invalid" {
			continue
		}
		all++
		r := judgeSample(t, s, verify.PDFOptions{})
		bad := false
		for _, x := range r.Signatures {
			bad = bad || x.Format == "ETSI.RFC3161" && x.Integrity == verify.Broken
			for _, y := range x.Timestamps {
				bad = bad || y.Indication == verify.TotalFailed
			}
		}
		if bad {
			seen++
		} else {
			t.Errorf("%s (%s) is not seen: %+v", s.name[:8], s.note, r.Signatures)
		}
	}
	t.Logf("bad timestamps seen: %d of %d", seen, all)
	if all == 0 {
		t.Error("no sample")
	}
}
