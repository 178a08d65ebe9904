package online

import (
	"context"
	"errors"
	"io"
	"net"

	"github.com/jsign-jp/jsign/internal/lang"
)

// Reason is why a question got no answer. The zero value is Unreachable.
type Reason int

// The reasons.
const (
	Unreachable      Reason = iota // no connection, or it broke
	TooSlow                        // not within the time
	Interrupted                    // the caller's context ended
	ForbiddenAddress               // not public, and not allowed
	BadLocation                    // a URL that is not asked
	BadRedirect                    // to another scheme, or too many
	HTTPStatus                     // anything but 200
	ContentType                    // not what was asked for
	TooLarge
	CutOff     // ended before its end
	Unreadable // no CRL, no OCSP response
	WrongNonce // another request's answer
	Refused    // an OCSP status other than successful, or an LDAP result code
	NoEntry    // the directory has no such CRL
	NoLocation // the certificate names none that can be asked
)

// Failure says in both languages why a question got no answer.
type Failure struct {
	Reason Reason
	Text   lang.Message
	Cause  error // the error below; may be nil
}

// Error implements error, in English.
func (f *Failure) Error() string { return f.Text.In(lang.English) }

// Message returns the text in both languages.
func (f *Failure) Message() lang.Message { return f.Text }

// Unwrap returns the error below.
func (f *Failure) Unwrap() error { return f.Cause }

func failure(reason Reason, en, ja string, args ...any) error {
	f := &Failure{Reason: reason, Text: lang.M(en, ja, args...)}
	for _, a := range args {
		if err, ok := a.(error); ok {
			f.Cause = err
		}
	}
	return f
}

func tooLarge(limit int64) error {
	return failure(TooLarge, "the answer is larger than %d octets", "応答が%dバイトを超えています", limit)
}

// explain makes a Failure of an error from an exchange.
func explain(ctx context.Context, err error) error {
	var own *Failure
	var timeout net.Error
	switch {
	case errors.As(err, &own):
		return own
	case errors.Is(ctx.Err(), context.Canceled):
		return failure(Interrupted, "interrupted", "中断されました")
	case errors.Is(err, context.DeadlineExceeded), ctx.Err() != nil, errors.As(err, &timeout) && timeout.Timeout():
		return failure(TooSlow, "the server takes too long", "サーバーの応答に時間がかかりすぎています")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return failure(CutOff, "the answer is cut off", "応答が途中で切れています")
	}
	return failure(Unreachable, "the server cannot be reached: %w", "サーバーに接続できません: %w", lang.Cause(err))
}
