package cli

import (
	"errors"
	"fmt"

	"github.com/jsign-jp/jsign/internal/lang"
)

// Failure is an error that knows the exit code of its command. Err is nil when the
// output has told everything.
type Failure struct {
	Code int
	Err  error
}

func (f *Failure) Error() string {
	if f.Err == nil {
		return fmt.Sprintf("exit code %d", f.Code)
	}
	return f.Err.Error()
}

// Message is Err in both languages.
func (f *Failure) Message() lang.Message { return lang.M("%v", "%v", f.Err) }

func (f *Failure) Unwrap() error { return f.Err }

// Fail gives err an exit code, unless it has one; nil stays nil.
func Fail(code int, err error) error {
	var known *Failure
	if err == nil || errors.As(err, &known) {
		return err
	}
	return &Failure{code, err}
}
