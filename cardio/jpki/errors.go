package jpki

import (
	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/internal/lang"
)

// Why a PIN was not sent. cardio.ErrBlocked is a further one.
var (
	ErrPINForm        = lang.Errorf("the PIN cannot be right", "暗証番号の形式が正しくありません")
	ErrLastTry        = lang.Errorf("only one try is left", "残り1回です")
	ErrNotTyped       = lang.Errorf("a PIN that was not typed is sent only while no try has failed", "直接入力していない暗証番号は、失敗が一度もないときだけ送信します")
	ErrNoCounter      = lang.Errorf("the card does not tell how many tries are left", "カードが残り回数を示しません")
	ErrOpen           = lang.Errorf("another program left the PIN verified", "ほかのプログラムが暗証番号を照合したままです")
	ErrOtherCard      = lang.Errorf("this is not the card that the PIN was asked for", "暗証番号を尋ねたときのカードと異なります")
	ErrCounterChanged = lang.Errorf("the number of tries left changed while the PIN was typed", "暗証番号の入力中に残り回数が変わりました")
)

// What a session can fail with.
var (
	ErrDigest         = lang.Errorf("the card signs SHA-256, SHA-384 and SHA-512 digests with PKCS #1 v1.5", "カードが署名できるのはSHA-256・SHA-384・SHA-512（PKCS #1 v1.5）のみです")
	ErrWrongSignature = lang.Errorf("the card made a signature that its certificate does not confirm", "カードの署名を証明書で検証できません")
	ErrWrongKey       = lang.Errorf("the certificate's key is of another type than the card's", "証明書の鍵の種類がカードと異なります")
	ErrDisturbed      = lang.Errorf("another program used the card in between", "途中でほかのプログラムがカードを使いました")
	ErrSessionClosed  = lang.Errorf("the session with the card has ended", "カードとのセッションは終了しています")
	ErrStillOpen      = lang.Errorf("the card could not be told to forget the PIN", "カードに暗証番号の照合状態を破棄させられませんでした")
)

var (
	errOpen           = lang.WithHint(ErrOpen, "close the other program and take the card out once", "ほかのプログラムを終了し、カードをいったん取り出してください")
	errNoCounter      = lang.WithHint(ErrNoCounter, "without it a wrong PIN could block the card unnoticed; nothing was sent", "誤った暗証番号で気づかずにロックするおそれがあるため、送信しませんでした")
	errOtherCard      = lang.WithHint(ErrOtherCard, "the PIN was not sent; start again with the right card", "暗証番号は送信していません。正しいカードでやり直してください")
	errCounterChanged = lang.WithHint(ErrCounterChanged, "another program may be sending a PIN; nothing was sent from here", "ほかのプログラムが暗証番号を送信した可能性があります。こちらからは送信していません")
)

// pinName returns what people call the PIN of a key.
func pinName(k KeyKind) lang.Message {
	if k == Auth {
		return lang.M("user authentication PIN", "利用者証明用パスワード（4桁）")
	}
	return lang.M("signing password", "署名用パスワード（6～16文字）")
}

func formError(k KeyKind) error {
	if k == Auth {
		return lang.WithHint(ErrPINForm, "the user authentication PIN has exactly 4 digits; it was not sent",
			"利用者証明用パスワードは数字4桁です。送信していません")
	}
	return lang.WithHint(ErrPINForm, "the signing password has 6 to 16 letters A-Z and digits; it was not sent",
		"署名用パスワードは英字と数字で6～16文字です。送信していません")
}

func blockedError(k KeyKind) error {
	return withBlockedHint(lang.Errorf("%w: %v", "%w: %v", cardio.ErrBlocked, pinName(k)), k)
}

func withBlockedHint(err error, k KeyKind) error {
	if k == Auth {
		return lang.WithHint(err, "the municipal office can set a new PIN", "市区町村の窓口で再設定できます")
	}
	return lang.WithHint(err, "the municipal office can set a new password, or a convenience store's kiosk with the phone app while the user authentication PIN works",
		"市区町村の窓口、または利用者証明用パスワードが使えればスマートフォンアプリとコンビニのキオスク端末で再設定できます")
}

func withWrongPINHint(err error, k KeyKind) error {
	if k == Auth {
		return lang.WithHint(err, "it is the 4-digit user authentication PIN", "数字4桁の利用者証明用パスワードです")
	}
	return lang.WithHint(err, "it is the password of 6 to 16 letters and digits, not a 4-digit PIN", "6～16文字の署名用パスワードです。4桁の暗証番号ではありません")
}

func lastTryError(k KeyKind) error {
	return lang.WithHint(lang.Errorf("%w: %v", "%w: %v", ErrLastTry, pinName(k)),
		"one more wrong PIN blocks it; if you are sure of it, type it at the terminal with --last-try",
		"次に間違えるとロックされます。確実な場合だけ --last-try を付けて端末で入力してください")
}

func untypedError(left, full int) error {
	return lang.WithHint(lang.Errorf("%w (%d of %d left)", "%w（残り%d回、最大%d回）", ErrNotTyped, left, full),
		"check the file, then type the PIN once at the terminal: a right PIN restores the counter",
		"ファイルを確かめ、端末から一度正しく入力してください。残り回数が元に戻ります")
}

// NoCertificateError says that a card carries no certificate for a key. Cards
// of people under 15 and of adult wards have none for signing.
type NoCertificateError struct{ Key KeyKind }

// Message tells the error in both languages.
func (e *NoCertificateError) Message() lang.Message {
	if e.Key == Auth {
		return lang.M("the card has no user authentication certificate", "カードに利用者証明用電子証明書がありません")
	}
	return lang.M("the card has no signing certificate", "カードに署名用電子証明書がありません")
}

// Error returns the English text.
func (e *NoCertificateError) Error() string { return e.Message().In(lang.English) }

// Hint tells how to get one.
func (e *NoCertificateError) Hint() lang.Message {
	return lang.M("the municipal office issues it (signing certificates from the age of 15)", "市区町村の窓口で発行を受けられます（署名用は15歳以上）")
}

// UncertainError says that a PIN was sent and that its outcome is not known, so
// that a try may have been used. Nothing was sent a second time.
type UncertainError struct {
	Cause error // what came in place of an answer
}

// Message tells the error in both languages.
func (e *UncertainError) Message() lang.Message {
	return lang.M("the PIN was sent, but it is not known whether a try was used: %v", "暗証番号を送信しましたが、回数を消費したかどうか分かりません: %v", e.Cause)
}

// Error returns the English text.
func (e *UncertainError) Error() string { return e.Message().In(lang.English) }

// Hint tells how to find out.
func (e *UncertainError) Hint() lang.Message {
	return lang.M("see how many tries are left with jsign status before typing it again", "入力し直す前に jsign status で残り回数を確かめてください")
}

// Unwrap returns the cause.
func (e *UncertainError) Unwrap() error { return e.Cause }
