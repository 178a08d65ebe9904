package main

import (
	"context"
	"strings"

	"github.com/jsign-jp/jsign/cmd/jverify/internal/openssl"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/verify"
)

// reportOptions says by what the certificates of signatures are judged: what the
// file holds, files that are named, and with --online what servers say.
func (a *app) reportOptions(o *openssl.Options) (opt verify.ReportOptions, err error) {
	opt = verify.ReportOptions{Time: a.now(), RevocationOptional: !o.Own.RequireRevocation}
	if o.Check.AtTime.Given {
		opt.Time = o.Check.Time()
	}
	if a.bundle != nil {
		opt.Material, opt.Fetcher = a.bundle.Files, a.bundle.Fetcher()
		return opt, nil
	}
	from := evidenceOptions{o.Own.Evidence, o.Own.Online}
	if opt.Material, err = from.material(); err != nil {
		return opt, err
	}
	if len(from.CRLs) > 0 && len(opt.Material.CRLs) == 0 {
		return opt, readError(lang.Errorf("there is no CRL in %s", "%sには失効リスト（CRL）がありません", lang.Display(strings.Join(from.CRLs, ", "))))
	}
	opt.Fetcher, err = a.fetcher(&from)
	return opt, err
}

// setTime takes --at for -attime, so that all is judged at the one moment.
func setTime(o *openssl.Options) error {
	if o.Own.At == "" {
		return nil
	}
	at, err := parseTime(o.Own.At)
	o.Check.AtTime = openssl.Number{Value: at.Unix(), Given: true}
	return usageError(err)
}

// reporter makes the reports of messages.
func reporter(opt verify.ReportOptions) func(context.Context, *verify.Message, *verify.Result) *verify.Report {
	return func(ctx context.Context, m *verify.Message, r *verify.Result) *verify.Report {
		return m.Report(ctx, r, opt)
	}
}
