package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// TestEveryFlag: each is written about, and some test uses it.
func TestEveryFlag(t *testing.T) {
	docs := contents(t, "../../README.md", "../../docs/*.md")
	tests := contents(t, "testdata/*.txtar", "*_test.go")
	eachFlag((&app{}).rootCommand(), func(c *cobra.Command, f *pflag.Flag) {
		spelling := `--` + regexp.QuoteMeta(f.Name)
		if f.Shorthand != "" {
			spelling = "(" + spelling + "|-" + f.Shorthand + ")"
		}
		name := regexp.MustCompile(spelling + `([^-\w]|$)`)
		if !name.MatchString(docs) {
			t.Errorf("%s --%s is not documented", c.CommandPath(), f.Name)
		}
		if !name.MatchString(tests) {
			t.Errorf("%s --%s is never tried", c.CommandPath(), f.Name)
		}
	})
}

func eachFlag(c *cobra.Command, do func(*cobra.Command, *pflag.Flag)) {
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Name != "help" {
			do(c, f)
		}
	})
	for _, sub := range c.Commands() {
		eachFlag(sub, do)
	}
}

// contents joins the files that fit the patterns, each of which must find some.
func contents(t *testing.T, patterns ...string) string {
	t.Helper()
	var all strings.Builder
	for _, pattern := range patterns {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: no files (%v)", pattern, err)
		}
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(b)
		}
	}
	return all.String()
}
