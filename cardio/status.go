package cardio

import (
	"fmt"

	"github.com/jsign-jp/jsign/internal/lang"
)

// SW is the status word SW1-SW2 of a response (ISO/IEC 7816-4, 5.6).
type SW uint16

// Status words that callers compare with.
const (
	SWSuccess            SW = 0x9000
	SWEndOfFile          SW = 0x6282 // end of file before Ne bytes
	SWNoCounter          SW = 0x6300 // comparison failed, no counter given
	SWWrongLength        SW = 0x6700
	SWChannel            SW = 0x6881
	SWSecureMessaging    SW = 0x6882
	SWIncompatibleFile   SW = 0x6981
	SWSecurityStatus     SW = 0x6982
	SWBlocked            SW = 0x6983
	SWReferenceLocked    SW = 0x6984 // JICSAP: the referenced key or PIN is locked
	SWConditions         SW = 0x6985
	SWNoCurrentEF        SW = 0x6986
	SWWrongData          SW = 0x6A80
	SWFileNotFound       SW = 0x6A82
	SWWrongP1P2          SW = 0x6A86
	SWReferenceNotFound  SW = 0x6A88
	SWWrongOffset        SW = 0x6B00
	SWUnknownInstruction SW = 0x6D00
	SWUnknownClass       SW = 0x6E00
	SWInternal           SW = 0x6F00
)

func (sw SW) sw1() byte { return byte(sw >> 8) }
func (sw SW) sw2() byte { return byte(sw) }

// String returns four upper-case hex digits.
func (sw SW) String() string { return fmt.Sprintf("%04X", uint16(sw)) }

// Tries returns the counter in 63Cx: how many tries are left.
func (sw SW) Tries() (left int, ok bool) {
	return int(sw & 0xF), sw&0xFFF0 == 0x63C0
}

// Err returns nil for 9000 and a *StatusError for everything else. ins is the
// instruction that was answered.
func (sw SW) Err(ins byte) error {
	if sw == SWSuccess {
		return nil
	}
	return &StatusError{SW: sw, INS: ins}
}

// What a status word means to a caller. StatusError unwraps to these.
var (
	ErrBlocked        = lang.Errorf("the PIN is blocked", "暗証番号がロックされています")
	ErrSecurityStatus = lang.Errorf("the PIN has not been verified", "暗証番号が照合されていません")
	ErrNotFound       = lang.Errorf("no such file on the card", "カードに該当するファイルがありません")
	ErrUnsupported    = lang.Errorf("the card does not know this command", "カードがこの命令に対応していません")
)

// ErrNotThisCard says that the card answers, but is of another kind than the
// one looked for.
var ErrNotThisCard = lang.Errorf("this is not an Individual Number Card", "マイナンバーカードではありません")

// UnknownTries stands for a retry counter the card did not tell.
const UnknownTries = -1

// PINError says that a PIN was compared and found wrong.
type PINError struct {
	// Remaining is the number of tries left: 0 means that this very
	// comparison blocked the PIN; UnknownTries that the card did not say.
	Remaining int
}

// Message tells the error in both languages.
func (e *PINError) Message() lang.Message {
	switch {
	case e.Remaining == UnknownTries:
		return lang.M("wrong PIN", "暗証番号が違います")
	case e.Remaining == 1:
		return lang.M("wrong PIN, 1 try left", "暗証番号が違います。残り1回です")
	}
	return lang.M("wrong PIN, %d tries left", "暗証番号が違います。残り%d回です", e.Remaining)
}

// Error returns the English text.
func (e *PINError) Error() string { return e.Message().In(lang.English) }

// Is reports a PINError without tries left as ErrBlocked too.
func (e *PINError) Is(target error) bool { return target == ErrBlocked && e.Remaining == 0 }

// StatusError is a status word other than 9000. It unwraps to a *PINError,
// ErrBlocked, ErrSecurityStatus, ErrNotFound or ErrUnsupported where the status
// word means that.
type StatusError struct {
	SW  SW
	INS byte // the instruction that was answered
}

// Message tells the error in both languages, with the status word.
func (e *StatusError) Message() lang.Message {
	if cause := e.Unwrap(); cause != nil {
		return lang.M("%v (SW %v)", "%v（SW %v）", cause, e.SW.String())
	}
	return lang.M("the card answered SW %v to instruction %02X", "カードが命令%02[2]Xに状態語%[1]vを返しました", e.SW.String(), e.INS)
}

// Error returns the English text.
func (e *StatusError) Error() string { return e.Message().In(lang.English) }

// Unwrap returns what the status word means to a caller, or nil.
func (e *StatusError) Unwrap() error {
	if carriesPIN(e.INS) {
		if left, ok := e.SW.Tries(); ok {
			return &PINError{Remaining: left}
		}
		switch e.SW {
		case SWNoCounter:
			return &PINError{Remaining: UnknownTries}
		case SWBlocked, SWReferenceLocked:
			return ErrBlocked
		}
	}
	switch e.SW {
	case SWSecurityStatus:
		return ErrSecurityStatus
	case SWFileNotFound, SWReferenceNotFound:
		return ErrNotFound
	case SWUnknownInstruction, SWUnknownClass:
		return ErrUnsupported
	}
	return nil
}
