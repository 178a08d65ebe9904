package cli

import (
	"errors"
	"strings"

	"github.com/jsign-jp/jsign/internal/lang"
)

// LanguageValue is the flag --lang. Help and the errors of parsing speak its
// language too, so it is looked for before the flags are parsed.
type LanguageValue struct{ Language *lang.Language }

// String implements pflag.Value.
func (v LanguageValue) String() string {
	if v.Language != nil && *v.Language == lang.Japanese {
		return "ja"
	}
	return "en"
}

// Type implements pflag.Value.
func (v LanguageValue) Type() string { return "en|ja" }

// Set implements pflag.Value.
func (v LanguageValue) Set(s string) error {
	l, ok := lang.Parse(s)
	if !ok {
		return errors.New("not en or ja")
	}
	*v.Language = l
	return nil
}

// ChooseLanguage returns the language that --lang asks for, or else the
// environment's. A value that is none is left to the flag's own parser.
func ChooseLanguage(args []string, getenv func(string) string) lang.Language {
	for i, arg := range args {
		name, value, joined := strings.Cut(arg, "=")
		switch {
		case arg == "--":
			return lang.FromEnvironment(getenv)
		case name != "--lang":
		case joined:
			return parseLanguage(value, getenv)
		case i+1 < len(args):
			return parseLanguage(args[i+1], getenv)
		}
	}
	return lang.FromEnvironment(getenv)
}

func parseLanguage(name string, getenv func(string) string) lang.Language {
	if l, ok := lang.Parse(name); ok {
		return l
	}
	return lang.FromEnvironment(getenv)
}
