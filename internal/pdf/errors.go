package pdf

import (
	"fmt"

	"github.com/jsign-jp/jsign/internal/lang"
)

// Malformed is the error for a file that breaks ISO 32000 where nothing can be
// made of it.
type Malformed struct {
	Offset int64        // where in the file, from its first byte; -1 when not known
	Reason lang.Message // what is wrong there

	final bool // scanning the file for its objects would hide it
}

// Message returns the error in both languages.
func (e *Malformed) Message() lang.Message {
	if e.Offset < 0 {
		return lang.M("malformed PDF: %v", "PDF の構造が壊れています: %v", e.Reason)
	}
	return lang.M("malformed PDF at byte %d: %v", "PDF の構造が壊れています（%d バイト目）: %v", e.Offset, e.Reason)
}

func (e *Malformed) Error() string { return e.Message().In(lang.English) }

// LimitExceeded is the error for a file that asks for more work or memory than
// the constants of limits.go allow.
type LimitExceeded struct {
	Offset int64        // where in the file; -1 when not known
	Reason lang.Message // which limit
}

// Message returns the error in both languages.
func (e *LimitExceeded) Message() lang.Message {
	return lang.M("PDF refused: %v", "この PDF は処理できません: %v", e.Reason)
}

func (e *LimitExceeded) Error() string { return e.Message().In(lang.English) }

// ErrPassword is the error for an encrypted document that the password given,
// or the empty one, does not open.
var ErrPassword = lang.Errorf("the PDF is encrypted and the password is wrong or missing",
	"PDF は暗号化されており、パスワードが違うか指定されていません")

// UnsupportedEncryption is the error for a document encrypted by anything other
// than the standard security handler, revisions 2 to 6.
type UnsupportedEncryption struct {
	Handler Name   // value of /Filter
	Detail  string // what is not supported, in the file's own terms, such as "V 3"
}

// Message returns the error in both languages.
func (e *UnsupportedEncryption) Message() lang.Message {
	what := string(e.Handler)
	if e.Detail != "" {
		what += ", " + e.Detail
	}
	return lang.M("the PDF is encrypted in a way that is not supported: %s", "PDF の暗号化方式に対応していません: %s", what)
}

func (e *UnsupportedEncryption) Error() string { return e.Message().In(lang.English) }

// UnsupportedFilter is the error for stream data in a filter that carries no
// structure, such as DCTDecode.
type UnsupportedFilter struct{ Filter Name }

func (e *UnsupportedFilter) Error() string { return fmt.Sprintf("filter %s is not decoded", e.Filter) }

func malformed(offset int64, en, ja string, args ...any) error {
	return &Malformed{Offset: offset, Reason: lang.M(en, ja, args...)}
}

func limitExceeded(offset int64, en, ja string, args ...any) error {
	return &LimitExceeded{offset, lang.M(en, ja, args...)}
}

// runsInCircle is the error for structures that lead back to themselves.
func runsInCircle(off int64, en, ja string) error {
	return &Malformed{Offset: off, Reason: lang.M(en, ja), final: true}
}
