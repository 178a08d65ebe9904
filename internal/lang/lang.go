package lang

import (
	"errors"
	"fmt"
	"strings"
)

// Language is a language that messages exist in. The zero value is English.
type Language int

// The languages.
const (
	English Language = iota
	Japanese
)

// Parse reads a language name: "en", "ja", or a POSIX locale such as
// "ja_JP.UTF-8". ok is false for anything else.
func Parse(name string) (l Language, ok bool) {
	name, _, _ = strings.Cut(name, ".")
	name, _, _ = strings.Cut(name, "@")
	primary, _, _ := strings.Cut(strings.ReplaceAll(name, "-", "_"), "_")
	switch strings.ToLower(primary) {
	case "en", "c", "posix":
		return English, true
	case "ja":
		return Japanese, true
	}
	return English, false
}

// FromEnvironment returns the language of LC_ALL, LC_MESSAGES or LANG, the
// first that is set deciding (POSIX.1-2017, 8.2). getenv is os.Getenv or alike.
func FromEnvironment(getenv func(string) string) Language {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := getenv(name); v != "" {
			l, _ := Parse(v)
			return l
		}
	}
	return English
}

// Message is one sentence in both languages: fmt formats that take the same
// arguments. Arguments that are Messages or errors are rendered in the
// language asked for.
type Message struct {
	EN, JA string
	Args   []any
}

// M makes a Message.
func M(en, ja string, args ...any) Message { return Message{en, ja, args} }

// In renders the message in a language.
func (m Message) In(l Language) string {
	format := m.EN
	if l == Japanese {
		format = m.JA
	}
	if len(m.Args) == 0 {
		return format
	}
	args := make([]any, len(m.Args))
	for i, a := range m.Args {
		switch a := a.(type) {
		case Message:
			args[i] = a.In(l)
		case error:
			args[i] = Explain(a, l)
		default:
			args[i] = a
		}
	}
	return fmt.Sprintf(strings.ReplaceAll(format, "%w", "%v"), args...)
}

// String renders the message in English.
func (m Message) String() string { return m.In(English) }

// Error is an error that people read. It is made by Errorf and WithHint.
type Error struct {
	message Message
	hint    Message
	err     error // what it wraps; may be nil
}

// Error returns the English text, without the hint.
func (e *Error) Error() string { return e.message.In(English) }

// Unwrap returns the wrapped error, or nil.
func (e *Error) Unwrap() error { return e.err }

// Errorf makes an error in both languages. The formats are fmt's; an argument
// of type error is wrapped (the first one, if there are several), whichever verb
// prints it: %w means %v, and an indexed verb is written %[2]v.
func Errorf(en, ja string, args ...any) error {
	e := &Error{message: Message{en, ja, args}}
	for _, a := range args {
		if err, ok := a.(error); ok {
			e.err = err
			break
		}
	}
	return e
}

// WithHint returns err with a hint: what the person can do about it. A nil err
// stays nil.
func WithHint(err error, en, ja string, args ...any) error {
	if err == nil {
		return nil
	}
	return &Error{message: M("%w", "%w", err), hint: Message{en, ja, args}, err: err}
}

// Explain renders err in a language, on one line. Errors made elsewhere are
// rendered by their Error method.
func Explain(err error, l Language) string {
	var text string
	switch e := err.(type) {
	case *Error:
		text = e.message.In(l)
	case interface{ Message() Message }:
		text = e.Message().In(l)
	default:
		text = explainForeign(err, l)
	}
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
}

// explainForeign renders an error made elsewhere: the parts of errors.Join each
// for itself, what the system says in the language, anything else by its Error
// method.
func explainForeign(err error, l Language) string {
	parts := Parts(err)
	if len(parts) < 2 && parts[0] == err {
		if text, ok := system(err, l); ok {
			return text
		}
		return err.Error()
	}
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = Explain(part, l)
	}
	return strings.Join(texts, "; ")
}

// Parts returns what errors.Join joined, in order and however nested, or err
// itself. An error that wraps several and has a text of its own is one part.
func Parts(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var parts []error
	texts := make([]string, 0, 2)
	for _, e := range joined.Unwrap() {
		texts = append(texts, e.Error())
		parts = append(parts, Parts(e)...)
	}
	if strings.Join(texts, "\n") != err.Error() {
		return []error{err}
	}
	return parts
}

// Hint returns the outermost hint in err's chain, or "". Of several joined
// errors the first that has one speaks.
func Hint(err error, l Language) string {
	for err != nil {
		if e, ok := err.(*Error); ok && e.hint.EN != "" {
			return e.hint.In(l)
		}
		if e, ok := err.(interface{ Hint() Message }); ok {
			if h := e.Hint(); h.EN != "" {
				return h.In(l)
			}
		}
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			for _, e := range joined.Unwrap() {
				if h := Hint(e, l); h != "" {
					return h
				}
			}
			return ""
		}
		err = errors.Unwrap(err)
	}
	return ""
}
