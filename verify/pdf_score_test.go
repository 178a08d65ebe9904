package verify_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/verify"
)

const pdfCorpus = "../../shared/corpus/pdf"

// sample is a labelled file of the collection.
type sample struct {
	name, path, verdict, tier, size, note string
	encrypted                             bool
}

// pdfSamples reads the labels; without the collection the test is skipped, in
// CI it fails.
func pdfSamples(t testing.TB) []sample {
	t.Helper()
	f, err := os.Open(filepath.Join(pdfCorpus, "labels.tsv"))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("the collection of signed PDFs is not there")
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes = '\t', true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := func(row []string, name string) string { return row[slices.Index(rows[0], name)] }
	var list []sample
	for _, row := range rows[1:] {
		list = append(list, sample{column(row, "sha256"), column(row, "path"), column(row, "expected_verdict"), column(row, "tier"), column(row, "bytes"), column(row, "note"), column(row, "encrypted") == "1"})
	}
	return list
}

func (s sample) bad() bool {
	return slices.Contains([]string{"invalid-signature", "malformed", "modified-after-signing"}, s.verdict) || strings.HasPrefix(s.verdict, "attack:")
}

// accepted tells what counts as called valid, whoever signed.
func (s sample) accepted(r *verify.Report) bool {
	for _, sig := range r.Signatures {
		permitted := sig.Changes == verify.ChangesNone || sig.Changes == verify.ChangesPermitted ||
			s.encrypted && sig.Changes == verify.ChangesUnknown
		if sig.Integrity != verify.Intact || !permitted {
			return false
		}
	}
	return len(r.Signatures) > 0
}

// judged is a sample and what came of it.
type judged struct {
	sample
	report *verify.Report
	err    error
}

// judgeSamples verifies the samples that are scored, two at a time.
func judgeSamples(t testing.TB, samples []sample) []judged {
	t.Helper()
	out := make([]judged, len(samples))
	var wait sync.WaitGroup
	next := make(chan int)
	for range 2 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for i := range next {
				data, err := os.ReadFile(filepath.Join(pdfCorpus, samples[i].name+".pdf"))
				out[i] = judged{sample: samples[i], err: err}
				if err == nil {
					out[i].report, out[i].err = verify.PDF(context.Background(), bytes.NewReader(data), int64(len(data)), verify.PDFOptions{})
				}
			}
		}()
	}
	for i := range samples {
		next <- i
	}
	close(next)
	wait.Wait()
	return out
}

// why lists what speaks against the signatures.
func (j judged) why() string {
	if j.err != nil {
		return j.err.Error()
	}
	var b strings.Builder
	for _, s := range j.report.Signatures {
		fmt.Fprintf(&b, "[%s %s %s/%s", s.Field, s.Format, s.Integrity, s.Changes)
		for _, f := range s.Findings {
			if f.Severity != verify.Info && !strings.HasPrefix(f.Code, "chain-") {
				fmt.Fprintf(&b, "; %s: %s", f.Code, f.Message.In(lang.English))
			}
		}
		b.WriteString("] ")
	}
	return b.String()
}

// contradicted returns the samples that the collection labels valid and that are
// the same document as one it labels bad: made by the same program from the same
// bytes at another second. What differs are dates, identifiers, the digest, and
// the value of the signature. No rule about the file can tell such a pair apart.
func contradicted(t *testing.T, bad sample, samples []sample) (twins []string) {
	t.Helper()
	want := withoutMoment(t, bad)
	for _, s := range samples {
		if s.verdict == "valid" && s.size == bad.size && bytes.Equal(withoutMoment(t, s), want) {
			twins = append(twins, s.name)
		}
	}
	return twins
}

var moments = regexp.MustCompile(`\(D(:|\\072)[0-9]+Z\)|/ID \[[^\]]*\]`)

// withoutMoment returns a sample with what depends on the moment of signing taken
// out: dates, /ID, and in the signature its time, digest and value.
func withoutMoment(t *testing.T, s sample) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(pdfCorpus, s.name+".pdf"))
	if err != nil {
		t.Fatal(err)
	}
	start := bytes.Index(data, []byte("/Contents <"))
	if start < 0 {
		return data
	}
	start += len("/Contents <")
	length := bytes.IndexByte(data[start:], '>')
	value, err := hex.DecodeString(string(data[start : start+length]))
	if err != nil {
		t.Fatal(err)
	}
	m, err := cms.DecodeBytes(value, cms.DecodeOptions{})
	if err != nil || len(m.Signers) != 1 {
		return data
	}
	parts := [][]byte{m.Signers[0].Signature}
	for _, oid := range []der.OID{der.AttributeMessageDigest, der.AttributeSigningTime} {
		if v, ok := m.Signers[0].SignedAttrs.Value(oid); ok {
			parts = append(parts, v)
		}
	}
	for _, part := range parts {
		value = bytes.Replace(value, part, make([]byte, len(part)), 1)
	}
	out := slices.Concat(data[:start], value, data[start+length:])
	return moments.ReplaceAll(out, nil)
}

// exceptions are valid by their labels and not by our rules, each for the reason
// given in docs/pdf-verdicts.md.
var exceptions = []string{
	"2df55354a83cbb07ea18033c43c72637cb805cfee7c70206cb32f040374f81ed",
	"37247bb9487e60c808136f763e8e3a83a2f19847862a7b7d8f72ada4b0faf6c7",
	"4eb6183b45b30b4377d1448628b2d03158713ea6355400e83d4c79c8fe9cf612",
	"7e00b6a1d085d8f4ab664fa5df077ee3e558f9aa8304a8b447e8ac430f9ac016",
	"91eaeae15731d2ab2bff13761f9de2437cf48c3c03e85a0f45dda966aba26fd0",
	"fdee4b5216a3ccb9e75adbb18fc2d34c6c613d3393f396927af0e89c1fb434de",
}

// checkExceptions keeps the list and the documentation right.
func checkExceptions(t *testing.T, wrong map[string]string) {
	t.Helper()
	for name, verdict := range wrong {
		if verdict == "valid" && !slices.Contains(exceptions, name) {
			t.Errorf("%s is not accepted and not among the exceptions", name)
		}
	}
	for _, name := range exceptions {
		if wrong[name] == "" {
			t.Errorf("%s is accepted and among the exceptions", name)
		}
	}
}

const (
	wantBadAccepted   = 0
	wantValidAccepted = 0.98
)

// TestPDFScore holds the verdicts to the labels of the collection.
func TestPDFScore(t *testing.T) {
	var scored []sample
	for _, s := range pdfSamples(t) {
		if s.bad() || s.verdict == "valid" {
			scored = append(scored, s)
		}
	}
	type count struct{ bad, badAccepted, valid, validAccepted int }
	tiers := map[string]*count{"all": {}}
	wrong, contradictions := map[string]string{}, 0
	for _, j := range judgeSamples(t, scored) {
		accepted := j.err == nil && j.accepted(j.report)
		if tiers[j.tier] == nil {
			tiers[j.tier] = &count{}
		}
		for _, c := range []*count{tiers[j.tier], tiers["all"]} {
			switch {
			case j.bad() && accepted:
				c.bad, c.badAccepted = c.bad+1, c.badAccepted+1
			case j.bad():
				c.bad++
			case accepted:
				c.valid, c.validAccepted = c.valid+1, c.validAccepted+1
			default:
				c.valid++
			}
		}
		if j.bad() && accepted {
			twins := contradicted(t, j.sample, scored)
			t.Logf("%s is labelled %s; the same document is labelled valid as %v", j.name, j.verdict, twins)
			if len(twins) > 0 {
				contradictions++
			}
		}
		if j.bad() == accepted {
			wrong[j.name] = j.verdict
			t.Logf("%s %s/%s enc=%v %s %s", j.name[:8], j.verdict, j.tier, j.encrypted, j.path[max(0, len(j.path)-60):], j.why())
		}
	}
	for _, tier := range slices.Sorted(maps.Keys(tiers)) {
		c := tiers[tier]
		t.Logf("tier %-3s: bad accepted as valid %d of %d; valid accepted %d of %d", tier, c.badAccepted, c.bad, c.validAccepted, c.valid)
	}
	t.Logf("bad and accepted although the same document is labelled valid too: %d", contradictions)
	checkExceptions(t, wrong)
	all := tiers["all"]
	if all.badAccepted > wantBadAccepted+contradictions || float64(all.validAccepted) < wantValidAccepted*float64(all.valid) || all.bad == 0 || all.valid == 0 {
		t.Errorf("bad accepted as valid: %d of %d (at most %d); valid accepted: %d of %d (at least %v)",
			all.badAccepted, all.bad, wantBadAccepted, all.validAccepted, all.valid, wantValidAccepted)
	}
}
