package main

import (
	"encoding/json"
	"fmt"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/jsign-jp/jsign/cardio/jpki"
	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/keys/emulatorkey"
	"github.com/jsign-jp/jsign/internal/keys/jpkikey"
	"github.com/jsign-jp/jsign/internal/lang"
)

// readerStatus is one reader in the JSON of jsign status.
type readerStatus struct {
	Reader  string `json:"reader"`
	Card    bool   `json:"card"`
	Token   string `json:"token,omitempty"`
	Problem string `json:"problem,omitempty"`

	Sign *keyStatus `json:"sign,omitempty"`
	Auth *keyStatus `json:"auth,omitempty"`
}

// keyStatus is one key. TriesLeft is null when the card does not tell it.
type keyStatus struct {
	Certificate string `json:"certificate"` // available, none, unknown
	PIN         string `json:"pin"`         // ready, blocked, verified, unknown
	TriesLeft   *int   `json:"triesLeft"`
}

func (a *app) statusCommand() *cobra.Command {
	var key string
	var asJSON bool
	c := &cobra.Command{
		Use: "status", Args: noArguments,
		Short: a.say("show readers, cards and PIN tries left", "リーダー、カード、暗証番号の残り回数を表示"),
		Long: a.say("Shows every reader, the card in it, and how many tries of its PINs are left. It costs no try.",
			"すべてのリーダーとカード、暗証番号の残り回数を表示します。回数は減りません。"),
		RunE: func(c *cobra.Command, _ []string) error {
			states, err := a.readers(c, key)
			if err != nil {
				return keyError(err)
			}
			if asJSON {
				return a.printStatusJSON(states)
			}
			for _, s := range states {
				a.printStatus(s)
			}
			return nil
		},
	}
	c.Flags().StringVar(&key, "key", "jpki:", a.say("jpki: or emulator: with its `query`", "jpki: または emulator: とその`query`"))
	c.Flags().BoolVar(&asJSON, "json", false, a.say("print JSON", "JSONで出力する"))
	return c
}

// readers lists the readers of the system, or the emulated one.
func (a *app) readers(c *cobra.Command, key string) ([]jpkikey.ReaderState, error) {
	uri, err := keys.ParseURI(key)
	switch {
	case err != nil:
		return nil, cli.Fail(exitUsage, err)
	case uri.Scheme == "jpki":
		return jpkikey.List(c.Context(), nil)
	case uri.Scheme != "emulator":
		return nil, usageErrorf("%s has no reader", "%sはリーダーを使いません", key)
	}
	card, err := newEmulatedCard(url.Values(uri.Query).Encode())
	if err != nil {
		return nil, err
	}
	a.warnOfEmulation()
	return jpkikey.List(c.Context(), emulatorkey.NewManager(card))
}

func (a *app) printStatus(s jpkikey.ReaderState) {
	fmt.Fprintln(a.out, lang.Display(s.Reader.Name))
	switch {
	case !s.Reader.Present:
		fmt.Fprintln(a.out, "  "+a.say("no card", "カードがありません"))
	case s.Err != nil:
		fmt.Fprintln(a.out, "  "+lang.Explain(s.Err, a.language))
	default:
		fmt.Fprintf(a.out, "  %s (%s)\n", tokenName(s.Info.Token.Kind).In(a.language), s.Info.Token.Label)
		fmt.Fprintf(a.out, "  %s: %s\n", a.say("signing password", "署名用パスワード"), describeKey(s.Info.Sign).In(a.language))
		fmt.Fprintf(a.out, "  %s: %s\n", a.say("user authentication PIN", "利用者証明用暗証番号"), describeKey(s.Info.Auth).In(a.language))
	}
}

func tokenName(k jpki.TokenKind) lang.Message {
	switch k {
	case jpki.IndividualNumberCard:
		return lang.M("Individual Number Card", "マイナンバーカード")
	case jpki.ResidentCard:
		return lang.M("Basic Resident Register card", "住民基本台帳カード")
	case jpki.AndroidToken:
		return lang.M("Android phone", "スマートフォン（Android）")
	case jpki.IPhoneToken:
		return lang.M("iPhone", "iPhone")
	}
	return lang.M("unknown token", "不明なトークン")
}

func describeKey(k jpki.KeyInfo) lang.Message {
	var pin lang.Message
	switch k.PIN.State {
	case jpki.PINReady:
		pin = lang.M("%d tries left", "残り%d回", k.PIN.Tries)
	case jpki.PINBlocked:
		pin = lang.M("blocked", "ロックされています")
	case jpki.PINVerified:
		pin = lang.M("verified by another program", "ほかのプログラムが照合済み")
	default:
		pin = lang.M("the card does not tell the tries left", "残り回数が分かりません")
	}
	if k.Certificate == jpki.NotAvailable {
		return lang.M("%v, no certificate for it on the card", "%v、対応する電子証明書がありません", pin)
	}
	return pin
}

func (a *app) printStatusJSON(states []jpkikey.ReaderState) error {
	list := make([]readerStatus, 0, len(states))
	for _, s := range states {
		r := readerStatus{Reader: s.Reader.Name, Card: s.Reader.Present}
		if s.Err != nil {
			r.Problem = lang.Explain(s.Err, a.language)
		}
		if s.Info != nil {
			r.Token, r.Sign, r.Auth = s.Info.Token.Label, newKeyStatus(s.Info.Sign), newKeyStatus(s.Info.Auth)
		}
		list = append(list, r)
	}
	e := json.NewEncoder(a.out)
	e.SetIndent("", "  ")
	return e.Encode(map[string]any{"version": 1, "readers": list})
}

func newKeyStatus(k jpki.KeyInfo) *keyStatus {
	s := &keyStatus{Certificate: "unknown", PIN: "unknown"}
	switch k.Certificate {
	case jpki.Available:
		s.Certificate = "available"
	case jpki.NotAvailable:
		s.Certificate = "none"
	}
	switch k.PIN.State {
	case jpki.PINReady:
		s.PIN, s.TriesLeft = "ready", &k.PIN.Tries
	case jpki.PINBlocked:
		s.PIN, s.TriesLeft = "blocked", new(int)
	case jpki.PINVerified:
		s.PIN = "verified"
	}
	return s
}
