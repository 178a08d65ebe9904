package folder

import (
	"path"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"golang.org/x/text/unicode/norm"

	"github.com/jsign-jp/jsign/internal/lang"
)

// Glob is a pattern for names: doublestar's, compared in NFC.
type Glob string

// ParseGlob checks a pattern.
func ParseGlob(pattern string) (Glob, error) {
	if pattern == "" || !doublestar.ValidatePattern(pattern) {
		return "", lang.WithHint(lang.Errorf("%q is not a pattern", "%qはパターンとして正しくありません", pattern),
			"for instance *.pdf, contracts/**/*.pdf, {a,b}/*", "例: *.pdf、contracts/**/*.pdf、{a,b}/*")
	}
	return Glob(norm.NFC.String(pattern)), nil
}

// Match compares a name: the whole of it, or the last element if the pattern has
// no slash.
func (g Glob) Match(name string) bool {
	name = norm.NFC.String(name)
	if !strings.Contains(string(g), "/") {
		name = path.Base(name)
	}
	return doublestar.MatchUnvalidated(string(g), name)
}

// CheckPatterns refuses what Walk could not use.
func CheckPatterns(patterns ...string) error {
	if len(patterns) > maxPatterns {
		return lang.Errorf("more than %d patterns", "パターンが%d個を超えています", maxPatterns)
	}
	for _, p := range patterns {
		if _, err := ParseGlob(p); err != nil {
			return err
		}
	}
	return nil
}

// matcher are the patterns of a walk.
type matcher struct{ include, exclude []Glob }

// newMatcher drops patterns that CheckPatterns refuses; they fit nothing.
func newMatcher(o Options) *matcher { return &matcher{globs(o.Include), globs(o.Exclude)} }

func globs(patterns []string) (list []Glob) {
	for _, p := range patterns {
		list = append(list, Glob(norm.NFC.String(p)))
	}
	return list
}

func (m *matcher) excluded(name string) bool { return matchAny(m.exclude, name) }

func (m *matcher) included(name string) bool {
	return len(m.include) == 0 || matchAny(m.include, name)
}

func matchAny(globs []Glob, name string) bool {
	for _, g := range globs {
		if g.Match(name) {
			return true
		}
	}
	return false
}
