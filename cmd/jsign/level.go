package main

import (
	"cmp"
	"context"
	"crypto"
	"sync"

	"github.com/spf13/pflag"

	"github.com/jsign-jp/jsign/cardio/jpki"
	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/evidence"
	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/tsp"
	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/trust"
)

// levelOptions are the flags of levels B-T, B-LT and B-LTA.
type levelOptions struct {
	name       string // --level
	bestEffort bool

	servers                      []string // --tsa
	authFile, cert, key, serveCA string

	anchors  []string // --CAfile
	evidence evidence.Options
	offline  bool

	above *pflag.FlagSet // all of these flags but --level, which they need
}

func (a *app) levelFlags(all *pflag.FlagSet, o *levelOptions) {
	all.StringVar(&o.name, "level", "", a.say("`level`: b-b (default), b-t (timestamp), b-lt (and revocation data), b-lta (and archive timestamp)", "`レベル`: b-b（既定値）、b-t（タイムスタンプ）、b-lt（＋失効情報）、b-lta（＋アーカイブタイムスタンプ）"))
	f := pflag.NewFlagSet("level", pflag.ContinueOnError)
	f.SortFlags = false
	f.StringArrayVar(&o.servers, "tsa", nil, a.say("`URL` of a time-stamping authority; several are asked in order", "タイムスタンプ局の`URL`。複数あれば順に試す"))
	f.StringVar(&o.authFile, "tsa-auth-file", "", a.say("`file` with USER:PASSWORD for the TSA (https), which only you can read", "タイムスタンプ局（https）の「ユーザー:パスワード」の`ファイル`（本人だけが読めるもの）"))
	f.StringVar(&o.cert, "tsa-cert", "", a.say("PEM `file` with your certificate for the TSA", "タイムスタンプ局に示す証明書のPEM`ファイル`"))
	f.StringVar(&o.key, "tsa-key", "", a.say("PEM `file` with its private key, which only you can read", "その秘密鍵のPEM`ファイル`（本人だけが読めるもの）"))
	f.StringVar(&o.serveCA, "tsa-ca", "", a.say("PEM `file` with the CA of the TSA's https server", "タイムスタンプ局のhttpsサーバーを認証するCAのPEM`ファイル`"))
	f.StringArrayVar(&o.anchors, "CAfile", nil, a.say("`file` with CA certificates for the paths that b-lt stores", "b-ltで保存する証明書チェーンのCA証明書の`ファイル`"))
	o.evidence.AddFlags(f, a.language)
	f.BoolVar(&o.offline, "offline", false, a.say("ask nobody for revocation data", "失効情報をネットワークから取得しない"))
	f.BoolVar(&o.bestEffort, "best-effort", false, a.say("sign as b-t when revocation data cannot be had", "失効情報を得られないときは b-t で署名する"))
	all.AddFlagSet(f)
	o.above = f
}

// level is the level asked for.
func (o *levelOptions) level() (sign.Level, error) {
	l, ok := sign.ParseLevel(cmp.Or(o.name, sign.BB.String()))
	if !ok {
		return l, usageErrorf("unknown level %q", "レベル%qはありません", o.name)
	}
	return l, nil
}

// check refuses flags that do not go together. needless says which levels need no
// authority of their own.
func (o *levelOptions) check(needless func(sign.Level) bool) error {
	l, err := o.level()
	if err != nil {
		return err
	}
	if l == sign.BB {
		return o.checkBare()
	}
	switch {
	case len(o.servers) == 0 && !needless(l):
		return lang.WithHint(usageErrorf("level %s needs a time-stamping authority", "レベル%sにはタイムスタンプ局が必要です", l),
			"name it with --tsa URL", "--tsa URL で指定してください")
	case (o.cert == "") != (o.key == ""):
		return usageErrorf("--tsa-cert and --tsa-key belong together", "--tsa-certと--tsa-keyは両方指定してください")
	case o.bestEffort && l < sign.BLT:
		return usageErrorf("--best-effort is for levels b-lt and b-lta", "--best-effortはレベル b-lt と b-lta 用です")
	}
	return nil
}

// checkBare refuses flags that level B-B has no use for.
func (o *levelOptions) checkBare() (err error) {
	o.above.VisitAll(func(f *pflag.Flag) {
		if f.Changed && err == nil {
			err = lang.WithHint(usageErrorf("--%s is for levels above b-b", "--%sは b-b より上のレベル用です", f.Name),
				"name the level: --level b-t, b-lt or b-lta", "--level で b-t、b-lt、b-lta のいずれかを指定してください")
		}
	})
	return err
}

// files are those that must not be written over.
func (o *levelOptions) files() []string {
	list := []string{o.authFile, o.cert, o.key, o.serveCA}
	return append(append(list, o.anchors...), o.evidence.Files()...)
}

// options connects package sign to the authorities. Nothing is asked yet.
func (a *app) levelOptions(o *levelOptions) (opt sign.LevelOptions, err error) {
	if opt.Level, err = o.level(); err != nil || opt.Level == sign.BB {
		return opt, err
	}
	opt.BestEffort = o.bestEffort
	if len(o.servers) > 0 {
		client, err := a.timestamper(o)
		if err != nil {
			return opt, err
		}
		opt.Timestamp = a.timestamps(client)
	}
	if opt.Level >= sign.BLT {
		v, err := a.validator(o)
		if err != nil {
			return opt, err
		}
		opt.Validation = v.validate
	}
	return opt, nil
}

// foresee obtains what validates the signer where a card shows the certificate without
// a PIN. The signing certificate needs its PIN: package sign asks about it then,
// before the key signs.
func (o *signOptions) foresee(ctx context.Context, key keys.Key, uri keys.URI) error {
	card, ok := key.(interface {
		Certificates(context.Context) (*jpki.Certificates, error)
	})
	if !ok || o.levels.Validation == nil || o.level.bestEffort || uri.Query.Get("cert") != "auth" {
		return nil
	}
	free, err := card.Certificates(ctx)
	if err != nil || free.Auth == nil { // phones show it after the PIN only
		return keyError(err)
	}
	q := sign.ValidationQuery{}
	if q.Certificate, err = trust.ParseCertificate(free.Auth.Raw); err != nil {
		return keyError(err)
	}
	if free.AuthCA != nil {
		q.Known.Certificates = [][]byte{free.AuthCA.Raw}
	}
	_, err = o.levels.Validation(ctx, q)
	return err
}

// timestamps tells of authorities that did not answer.
func (a *app) timestamps(client *tsp.Client) func(context.Context, crypto.Hash, []byte) ([]byte, error) {
	var mu sync.Mutex // documents of a batch ask at the same time
	told := make(map[string]bool)
	return func(ctx context.Context, h crypto.Hash, digest []byte) ([]byte, error) {
		stamp, err := client.Stamp(ctx, h, digest)
		if err != nil {
			return nil, lang.WithHint(cli.Fail(exitEvidence, err), "nothing was written; try again later, name another authority with --tsa, or go through a proxy with --use-proxy",
				"何も書き出していません。後でやり直すか、--tsa で別のタイムスタンプ局を、プロキシーが必要なら --use-proxy を指定してください")
		}
		for _, failure := range stamp.Failures {
			text := lang.Explain(failure, a.language)
			mu.Lock()
			known := told[text]
			told[text] = true
			mu.Unlock()
			if !known {
				a.warn(lang.M("%v", "%v", failure))
			}
		}
		return stamp.Token, nil
	}
}

// leveled is a document that knows its level.
type leveled interface {
	Level() (reached sign.Level, missed error)
}

// reached notes the level that a document has now.
func (r *result) reached(d any, l lang.Language) {
	if d, ok := d.(leveled); ok {
		level, missed := d.Level()
		r.setLevel(level, missed, l)
	}
}

// setLevel takes what was reached, and why that is not what was asked for.
func (r *result) setLevel(level sign.Level, missed error, l lang.Language) {
	r.Level = level.String()
	if missed != nil {
		r.LevelMissed = lang.Explain(missed, l)
	}
}

// levelNote tells the level behind an output's name, if one was asked for.
func (a *app) levelNote(o *signOptions, r *result) string {
	switch {
	case o.level.name == "":
		return ""
	case r.LevelMissed != "":
		return a.say(" (%s, not %s: %s)", "（%[1]s。%[2]sではありません: %[3]s）", r.Level, o.level.name, r.LevelMissed)
	}
	return a.say(" (%s)", "（%s）", r.Level)
}
