package pades

import "github.com/jsign-jp/jsign/internal/lang"

// errBehindEnd: what is signed must be what readers show, and here they differ.
var errBehindEnd = lang.WithHint(
	lang.Errorf("objects stand behind the end of the document: some readers show them, others do not", "文書の終わりの後にオブジェクトがあり、表示がソフトウェアによって異なります"),
	"open it, check what it shows, and save or print it as a new PDF", "文書を開いて内容を確認し、新しいPDFとして保存し直してください")

// TooSmall is the error for a signature that is larger than the room laid out
// for it in /Contents. Nothing is signed again: the caller has to lay out a new
// revision with Need bytes and ask for a new signature.
type TooSmall struct {
	Room, Need int // bytes of DER
}

// Message returns the error in both languages.
func (e *TooSmall) Message() lang.Message {
	return lang.M("the signature takes %d bytes and the document has room for %d", "署名は %d バイトですが、文書に確保した領域は %d バイトです", e.Need, e.Room)
}

func (e *TooSmall) Error() string { return e.Message().In(lang.English) }

// NotPermitted is the error for a signature that an earlier one in the same
// document forbids.
type NotPermitted struct {
	By     string // fully qualified name of the earlier signature's field; "" when it has none
	Level  int    // its DocMDP level when that forbids it, else 0
	Field  string // the field that may not be signed when a lock forbids it
	reason lang.Message
}

// Message returns the error in both languages.
func (e *NotPermitted) Message() lang.Message { return e.reason }

func (e *NotPermitted) Error() string { return e.reason.In(lang.English) }

// Hint tells what can be done about it.
func (e *NotPermitted) Hint() lang.Message {
	return lang.M("sign a copy of the document from before that signature, or ask its signer for one that permits further signatures",
		"その署名より前の版に署名するか、追加の署名を許可した文書を署名者に依頼してください")
}

func notPermittedByLevel(p *Permissions) error {
	e := &NotPermitted{By: p.LevelBy, Level: p.Level}
	switch {
	case p.levelByLock:
		e.reason = lang.M("the signature in field %q locks the document and permits no further change (/P %d of its lock)",
			"フィールド「%s」の署名が文書をロックし、以後の変更を一切許可していません（ロックの /P %d）", e.By, e.Level)
	case e.By == "":
		e.reason = lang.M("a signature without a field, named in /Perms, certifies the document and permits no further change (DocMDP level %d)",
			"/Perms が指す、フィールドのない署名が文書を証明し、以後の変更を一切許可していません（DocMDP レベル %d）", e.Level)
	default:
		e.reason = lang.M("the signature in field %q certifies the document and permits no further change (DocMDP level %d)",
			"フィールド「%s」の署名が文書を証明し、以後の変更を一切許可していません（DocMDP レベル %d）", e.By, e.Level)
	}
	return e
}

func notPermittedByLock(by, field string) error {
	return &NotPermitted{By: by, Field: field, reason: lang.M(
		"the signature in field %q locks field %q (FieldMDP)",
		"フィールド「%s」の署名により、フィールド「%s」はロックされています（FieldMDP）", by, field)}
}
