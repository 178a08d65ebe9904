// Package rules says how documents of a batch are signed, by globs over their
// names.
//
//	[[rule]]
//	match = "invoices/**/*.pdf"
//	profile = "pades"
//	reason = "承認"
//
//	[[rule]]
//	match = "drafts/**"
//	skip = true
//
// Parse reads that from TOML, ParseRule one rule from a flag, written as the
// inside of an inline table: match="*.txt", attached=true. The first rule that
// fits a name counts, and what it does not set stays as the command line has it.
// Unknown keys are errors: a rule that is not understood must not be passed over.
package rules

import (
	"errors"
	"io"

	"github.com/BurntSushi/toml"

	"github.com/jsign-jp/jsign/internal/folder"
	"github.com/jsign-jp/jsign/internal/lang"
)

const (
	// maxFile is the longest file of rules, in bytes.
	maxFile = 1 << 20
	// maxRules bounds the globs that each name is compared with.
	maxRules = 1000
)

// Rule is one rule. nil leaves a setting as it is.
type Rule struct {
	Match string `toml:"match"` // a glob, see folder.Glob
	Skip  bool   `toml:"skip"`  // not signed at all

	Profile    *string `toml:"profile"`
	Field      *string `toml:"field"`
	Reason     *string `toml:"reason"`
	Location   *string `toml:"location"`
	Certify    *int    `toml:"certify"`
	Format     *string `toml:"format"`
	Attached   *bool   `toml:"attached"`
	Digest     *string `toml:"digest"`
	OutputName *string `toml:"output-name"` // a folder.Template

	glob folder.Glob
}

// Rules are tried in order.
type Rules []Rule

// For returns the first rule for a name, or nil.
func (r Rules) For(name string) *Rule {
	for i := range r {
		if r[i].glob.Match(name) {
			return &r[i]
		}
	}
	return nil
}

// Parse reads a file of rules.
func Parse(r io.Reader) (Rules, error) {
	var file struct {
		Rule Rules `toml:"rule"`
	}
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxFile {
		return nil, lang.Errorf("the rules are larger than %d bytes", "規則が%dバイトを超えています", maxFile)
	}
	if err := decode(string(text), &file); err != nil {
		return nil, err
	}
	return file.Rule, file.Rule.check()
}

// ParseRule reads one rule from the inside of an inline table.
func ParseRule(text string) (Rule, error) {
	var line struct {
		Rule Rule `toml:"rule"`
	}
	if err := decode("rule = {"+text+"}", &line); err != nil {
		return Rule{}, err
	}
	list := Rules{line.Rule}
	err := list.check()
	return list[0], err
}

// decode refuses keys that v has no field for.
func decode(text string, v any) error {
	known, err := toml.Decode(text, v)
	var where toml.ParseError
	if errors.As(err, &where) {
		return lang.Errorf("line %d of the rules: %s", "規則の%d行目: %s", where.Position.Line, where.Message)
	}
	if err != nil {
		return lang.Errorf("the rules are not understood: %v", "規則を解釈できません: %v", err)
	}
	if unknown := known.Undecoded(); len(unknown) > 0 {
		return lang.WithHint(lang.Errorf("the rules know no %q", "規則に%qという項目はありません", unknown[0].String()),
			"keys: match skip profile field reason location certify format attached digest output-name",
			"項目: match skip profile field reason location certify format attached digest output-name")
	}
	return nil
}

func (r Rules) check() error {
	if len(r) > maxRules {
		return lang.Errorf("more than %d rules", "規則が%d個を超えています", maxRules)
	}
	for i := range r {
		if r[i].Match == "" {
			return lang.WithHint(lang.Errorf("a rule says not what it is for", "何に適用するかを示していない規則があります"),
				"each rule needs match, for instance match = \"*.pdf\"", "規則にはmatchが必要です。例: match = \"*.pdf\"")
		}
		glob, err := folder.ParseGlob(r[i].Match)
		if err != nil {
			return err
		}
		r[i].glob = glob
		if name := r[i].OutputName; name != nil {
			if _, err := folder.ParseTemplate(*name); err != nil {
				return err
			}
		}
	}
	return nil
}
