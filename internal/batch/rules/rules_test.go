package rules

import (
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/internal/lang"
)

const example = `
[[rule]]
match = "invoices/**/*.pdf"
profile = "pades"
reason = "承認"
certify = 2

[[rule]]
match = "*.docx"
attached = true
output-name = "{dir}/{stem}.signed{ext}{suffix}"

[[rule]]
match = "drafts/**"
skip = true
`

func TestFirstRuleCounts(t *testing.T) {
	r, err := Parse(strings.NewReader(example))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{
		"invoices/2026/a.pdf": 0, "invoices/a.pdf": 0, "drafts/a.docx": 1, "drafts/a/b": 2, "other.pdf": -1,
	} {
		got := -1
		for i := range r {
			if r.For(name) == &r[i] {
				got = i
			}
		}
		if got != want {
			t.Errorf("%s: rule %d, want %d", name, got, want)
		}
	}
	if p := r[0]; *p.Profile != "pades" || *p.Reason != "承認" || *p.Certify != 2 || p.Attached != nil || !*r[1].Attached || !r[2].Skip {
		t.Errorf("%+v", r)
	}
}

func TestParseRule(t *testing.T) {
	r, err := ParseRule(`match="*.txt", attached=true`)
	if err != nil || !*r.Attached || (Rules{r}).For("a/b.txt") == nil {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestBadRules(t *testing.T) {
	for _, bad := range []string{
		"[[rule]]\nmatch = \"[a\"", "[[rule]]\nprofile = \"moj\"", "[[rule]]\nmatch = \"a\"\nprofil = \"moj\"", "rule = 1", "[[rule",
		"[[rule]]\nmatch = \"a\"\ncertify = \"2\"", "[[rule]]\nmatch = \"a\"\noutput-name = \"../{name}\"", "[other]\n",
		strings.Repeat("#", maxFile+1), strings.Repeat("[[rule]]\nmatch = \"a\"\n", maxRules+1),
	} {
		_, err := Parse(strings.NewReader(bad))
		if err == nil || lang.Explain(err, lang.Japanese) == lang.Explain(err, lang.English) {
			t.Errorf("%.40q: %v", bad, err)
		}
	}
	for _, bad := range []string{"", "match", `match="a"} x={`, `profile="moj"`} {
		if _, err := ParseRule(bad); err == nil {
			t.Errorf("%q is a rule", bad)
		}
	}
}

// Whatever rules are accepted, the one that answers for a name fits it by itself,
// and none before it does.
func FuzzFirstRuleCounts(f *testing.F) {
	f.Add(example, "invoices/a.pdf")
	f.Fuzz(func(t *testing.T, text, name string) {
		r, err := Parse(strings.NewReader(text))
		if err != nil {
			return
		}
		answer := r.For(name)
		for i := range r {
			alone := r[i : i+1].For(name)
			if alone == nil {
				continue
			}
			if answer != alone {
				t.Errorf("rule %d fits %q, but %v answers", i, name, answer)
			}
			return
		}
		if answer != nil {
			t.Errorf("%v answers for %q and does not fit", answer, name)
		}
	})
}
