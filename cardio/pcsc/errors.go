package pcsc

import (
	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/internal/lang"
)

// What can be wrong between a program and a card. Errors of this package wrap
// one of these, or cardio.ErrCardRemoved, or none of them if the result code
// means nothing a caller could act on.
var (
	ErrNoLibrary     = lang.Errorf("the PC/SC library is not installed", "PC/SCライブラリがインストールされていません")
	ErrNoService     = lang.Errorf("the smart card service is not running", "スマートカードサービスが動いていません")
	ErrDenied        = lang.Errorf("this user may not use the smart card service", "このユーザーにはスマートカードサービスの利用が許可されていません")
	ErrNoReader      = lang.Errorf("no card reader is connected", "カードリーダーが接続されていません")
	ErrUnknownReader = lang.Errorf("there is no such card reader", "指定のカードリーダーがありません")
	ErrNoCard        = lang.Errorf("there is no card in the reader", "カードリーダーにカードがありません")
	ErrInUse         = lang.Errorf("another program has the card for itself", "ほかのプログラムがカードを占有しています")
	ErrUnresponsive  = lang.Errorf("the card does not answer", "カードが応答しません")
	ErrReset         = lang.Errorf("the card was reset by another program or the system", "ほかのプログラムまたはシステムによってカードがリセットされました")
	ErrTransmission  = lang.Errorf("the connection to the card failed", "カードとの通信に失敗しました")
	ErrClosed        = lang.Errorf("the connection to the card is closed", "カードとの接続は閉じられています")
	ErrTransaction   = lang.Errorf("wrong order of Begin and End", "BeginとEndの順序が誤っています")
)

// Error is a result code of PC/SC other than success. It unwraps to one of the
// package's errors or to cardio.ErrCardRemoved where the code means that.
type Error struct {
	Code   Code
	Reader string // "" where no reader was concerned

	fault fault
}

// fault is what a result code means to a person.
type fault struct {
	err  error
	hint lang.Message
}

// newError returns nil for success. goos chooses among hints.
func newError(c Code, reader, goos string) error {
	if c == codeSuccess {
		return nil
	}
	return &Error{Code: c, Reader: reader, fault: faultOf(c, goos)}
}

// Message tells the error in both languages, with the reader.
func (e *Error) Message() lang.Message {
	cause := e.fault.err
	if cause == nil {
		cause = lang.Errorf("the smart card service reported error %v", "スマートカードサービスがエラー%vを返しました", e.Code.String())
	}
	if e.Reader == "" {
		return lang.M("%v", "%v", cause)
	}
	return lang.M("%v: %v", "%v: %v", e.Reader, cause)
}

// Error returns the English text.
func (e *Error) Error() string { return e.Message().In(lang.English) }

// Hint returns what the person can do about it.
func (e *Error) Hint() lang.Message { return e.fault.hint }

// Unwrap returns what the code means to a caller, or nil.
func (e *Error) Unwrap() error { return e.fault.err }

func faultOf(c Code, goos string) fault {
	switch c {
	case codeNoService, codeServiceStopped:
		return fault{ErrNoService, serviceHint(goos)}
	case codeSecurityViolation, codeNoAccess:
		return fault{ErrDenied, lang.M(
			"a polkit rule may forbid it in remote sessions: allow org.debian.pcsc-lite.access_pcsc and access_card, or work at the machine itself",
			"リモート接続ではpolkitの規則で禁止されていることがあります。org.debian.pcsc-lite.access_pcscとaccess_cardを許可するか、本体の前で操作してください")}
	case codeNoReaders:
		return fault{ErrNoReader, noReaderHint(goos)}
	case codeUnknownReader:
		return fault{ErrUnknownReader, lang.M("check the name; the reader may have been unplugged", "名前を確かめてください。リーダーが抜かれたのかもしれません")}
	case codeReaderUnavailable:
		return fault{cardio.ErrCardRemoved, lang.M("the reader was unplugged: connect it again", "カードリーダーが抜かれました。接続し直してください")}
	}
	return cardFault(c)
}

func cardFault(c Code) fault {
	switch c {
	case codeNoSmartCard:
		return fault{ErrNoCard, lang.M("put the card on the reader", "カードをカードリーダーに置いてください")}
	case codeRemoved:
		return fault{cardio.ErrCardRemoved, lang.M("put the card back and leave it there until the end", "カードを戻し、終わるまで動かさないでください")}
	case codeSharingViolation:
		return fault{ErrInUse, lang.M("close the other program that uses the card (a browser, the official client software)", "カードを使っているほかのプログラム（ブラウザーや利用者クライアントソフトなど）を終了してください")}
	case codeReset, codeUnpowered:
		return fault{ErrReset, lang.M("close other programs that use the card, then try again", "カードを使うほかのプログラムを終了してから、やり直してください")}
	case codeUnresponsive, codeUnsupportedCard, codeProtocolMismatch, codeNotReady:
		return fault{ErrUnresponsive, lang.M("take the card out and put it in again; check which side is up", "カードを取り出し、向きを確かめて入れ直してください")}
	case codeNotTransacted, codeCommError, codeCommDataLost:
		return fault{ErrTransmission, lang.M("leave the card still on the reader; a metal surface or a second card disturbs it", "カードをリーダーの上で動かさないでください。金属面やほかのカードは通信を妨げます")}
	}
	return fault{}
}

func serviceHint(goos string) lang.Message {
	switch goos {
	case "windows":
		return lang.M("connect the reader; if that does not help, start the service \"Smart Card\" (SCardSvr) as administrator: sc start SCardSvr",
			"カードリーダーを接続してください。それでも動かなければ、管理者として「Smart Card」サービス（SCardSvr）を開始してください: sc start SCardSvr")
	case "darwin":
		return lang.M("connect the reader: macOS starts the service by itself then; if not, restart the Mac",
			"カードリーダーを接続してください。macOSはサービスを自動的に開始します。開始しなければ再起動してください")
	case "freebsd":
		return lang.M("pkg install pcsc-lite ccid, then: service pcscd onestart", "pkg install pcsc-lite ccid の後に service pcscd onestart を実行してください")
	}
	return lang.M("Debian, Ubuntu: sudo apt install pcscd; Fedora: sudo dnf install pcsc-lite pcsc-lite-ccid; then: sudo systemctl enable --now pcscd.socket",
		"Debian・Ubuntu: sudo apt install pcscd、Fedora: sudo dnf install pcsc-lite pcsc-lite-ccid の後に sudo systemctl enable --now pcscd.socket を実行してください")
}

func noReaderHint(goos string) lang.Message {
	if goos == "linux" || goos == "freebsd" {
		return lang.M("connect a card reader; if it is connected, install its driver (for most readers the package libccid)",
			"カードリーダーを接続してください。接続済みであれば、ドライバー（多くの機種ではパッケージlibccid）をインストールしてください")
	}
	return lang.M("connect a card reader; if it is connected, install its driver", "カードリーダーを接続してください。接続済みであれば、ドライバーをインストールしてください")
}

// noLibrary is the error of a binding that found no library to bind.
func noLibrary(cause error) error {
	return lang.WithHint(lang.Errorf("%w (%v)", "%w（%v）", ErrNoLibrary, cause),
		"Debian, Ubuntu: sudo apt install libpcsclite1 pcscd; Fedora: sudo dnf install pcsc-lite; FreeBSD: pkg install pcsc-lite",
		"Debian・Ubuntu: sudo apt install libpcsclite1 pcscd、Fedora: sudo dnf install pcsc-lite、FreeBSD: pkg install pcsc-lite")
}
