package main

import (
	"context"
	"fmt"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/jsign-jp/jsign/cardio/emulator"
	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/lang"
)

// emulatorCommand serves the emulated card to every PC/SC program, through
// vsmartcard's virtual reader.
func (a *app) emulatorCommand() *cobra.Command {
	var connect, listen, options string
	c := &cobra.Command{
		Use: "emulator", Args: noArguments,
		Short: a.say("serve an emulated card to every PC/SC program", "すべてのPC/SCプログラムから使える模擬カードを動かす"),
		Long: a.say(
			"Serves an emulated card through vsmartcard's virtual reader (vpcd), until Ctrl-C.\nIts key is public: what it signs means nothing. PINs: authentication 1234, signing PASSWORD1.",
			"vsmartcardの仮想リーダー（vpcd）に模擬カードを挿します。Ctrl-Cで終わります。\n鍵は公開されており、署名に意味はありません。暗証番号: 利用者証明用 1234、署名用 PASSWORD1。"),
		Example: a.say(
			`  jsign emulator --vpcd-connect 127.0.0.1:35963           Debian's vpcd, which listens
  jsign emulator --vpcd-listen 127.0.0.1:40000            a vpcd configured with DEVICENAME 127.0.0.1:0x9C40
  jsign emulator --vpcd-connect 127.0.0.1:35963 --card 'tries=1&token=android'`,
			`  jsign emulator --vpcd-connect 127.0.0.1:35963           Debianのvpcd（待ち受け側）
  jsign emulator --vpcd-listen 127.0.0.1:40000            DEVICENAME 127.0.0.1:0x9C40 と設定したvpcd
  jsign emulator --vpcd-connect 127.0.0.1:35963 --card 'tries=1&token=android'`),
		RunE: func(c *cobra.Command, _ []string) error {
			if (connect == "") == (listen == "") {
				return usageErrorf("give either --vpcd-connect or --vpcd-listen", "--vpcd-connectか--vpcd-listenの一方を指定してください")
			}
			card, err := newEmulatedCard(options)
			if err != nil {
				return err
			}
			a.warnOfEmulation()
			if listen != "" {
				return keyError(a.listenVPCD(c.Context(), listen, card))
			}
			fmt.Fprintln(a.err, a.say("jsign: connecting to the virtual reader at %s", "jsign: 仮想リーダー%sに接続します", connect))
			return keyError(emulator.DialVPCD(c.Context(), connect, card))
		},
	}
	f := c.Flags()
	f.StringVar(&connect, "vpcd-connect", "", a.say("`address` of a vpcd that listens", "待ち受けているvpcdの`アドレス`"))
	f.StringVar(&listen, "vpcd-listen", "", a.say("loopback `address` to listen on, for a vpcd in reversed mode; the next port is used too, and port 0 is any free one", "逆向きのvpcdを待ち受けるループバック`アドレス`。次のポートも使う。ポート0なら空きポートを選ぶ"))
	f.StringVar(&options, "card", "", a.say("what kind of card, as in --key emulator:?`query`", "カードの種類。--key emulator:?`query` と同じ書き方"))
	return c
}

// listenVPCD waits for a virtual reader in reversed mode, and says where.
func (a *app) listenVPCD(ctx context.Context, addr string, card *emulator.Card) error {
	l, err := emulator.NewVPCDListener(addr)
	if err != nil {
		return err
	}
	fmt.Fprintln(a.err, a.say("jsign: waiting for a virtual reader at %v", "jsign: %vで仮想リーダーを待ちます", l.Addr()))
	return l.Serve(ctx, card, nil)
}

func newEmulatedCard(query string) (*emulator.Card, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, usageErrorf("--card %q: %v", "--card %q: %v", query, err)
	}
	options, err := emulator.ParseQuery(values)
	if err != nil {
		return nil, cli.Fail(exitUsage, lang.Errorf("--card: %v", "--card: %v", err))
	}
	return emulator.New(options)
}

// warnOfEmulation is printed at every use of the emulated card.
func (a *app) warnOfEmulation() {
	a.warn(lang.M("emulated card: its key is public, and its signatures mean nothing",
		"模擬カードです。鍵は公開されており、署名に意味はありません"))
}
