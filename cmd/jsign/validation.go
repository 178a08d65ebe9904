package main

import (
	"context"
	"io"
	"os"
	"sync"

	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/evidence"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/trust"
)

// validator obtains what validates certificates: their paths, and revocation data
// from the document, from files and from the network.
type validator struct {
	*app
	files   revocation.Material
	anchors []*trust.Certificate // of --CAfile
	fetcher revocation.Fetcher

	mu    sync.Mutex                       // documents of a batch ask at the same time, and wait for one answer
	known map[[32]byte]sign.ValidationData // by certificate: a run asks about its signer once
}

func (a *app) validator(o *levelOptions) (*validator, error) {
	v := &validator{app: a, known: make(map[[32]byte]sign.ValidationData)}
	for _, name := range o.anchors {
		c, err := evidence.Collection(name, readEvidence)
		if err != nil {
			return nil, fileError(err)
		}
		v.anchors = append(v.anchors, c.Certificates...)
	}
	var err error
	if v.files, err = o.evidence.Material(readEvidence); err != nil {
		return nil, fileError(err)
	}
	v.fetcher, err = a.fetcher(o)
	return v, err
}

// validate answers package sign. The path's end is not judged: whoever validates
// the signature decides whom to trust.
func (v *validator) validate(ctx context.Context, q sign.ValidationQuery) (sign.ValidationData, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	key := q.Certificate.Fingerprint()
	if data, ok := v.known[key]; ok {
		return data, nil
	}
	data, err := v.obtain(ctx, q)
	if err != nil {
		return data, lang.WithHint(cli.Fail(exitEvidence, lang.Errorf("what validates %s later cannot be had: %w", "%sを後で検証するための情報を取得できません: %w", subjectOf(q.Certificate), err)),
			"nothing was written; give CAs with --CAfile and revocation data with --crl or --ocsp, or sign as b-t with --best-effort",
			"何も書き出していません。--CAfile でCA証明書、--crl や --ocsp で失効情報を指定するか、--best-effort で b-t にしてください")
	}
	v.known[key] = data
	return data, nil
}

func subjectOf(c *trust.Certificate) string {
	x, err := c.X509()
	if err != nil || x.Subject.CommonName == "" {
		return lang.M("the certificate", "証明書").EN
	}
	return lang.Display(x.Subject.CommonName)
}

func (v *validator) obtain(ctx context.Context, q sign.ValidationQuery) (data sign.ValidationData, err error) {
	path, err := v.path(q)
	if err != nil {
		return data, err
	}
	evidence, used := revocation.Gather(ctx, revocation.GatherOptions{
		Path: path, Time: q.Time, Now: v.now(), Skew: revocation.DefaultSkew,
		Embedded: material(q.Known), Files: v.files, Fetcher: v.fetcher,
	})
	for i := range evidence {
		if err := v.judge(&evidence[i], q); err != nil {
			return data, err
		}
	}
	return encode(path, used), nil
}

// judge refuses what a validation later would lack, and what it would refuse.
func (v *validator) judge(e *revocation.Evidence, q sign.ValidationQuery) error {
	switch {
	case e.Status == revocation.Good:
		return nil
	case e.Status != revocation.Revoked:
		return lang.Errorf("revocation of %s: %v", "%sの失効情報: %v", subjectOf(e.Certificate), e.Explanation())
	case q.Time.IsZero() || e.RevokedBy(q.Time):
		return lang.Errorf("the certificate of %s was revoked on %s", "%sの証明書は%sに失効しています", subjectOf(e.Certificate), e.RevokedAt.Format("2006-01-02"))
	}
	return nil
}

// path builds the certificate's path from what is known, without judging dates: an
// old signature's certificates may have expired.
func (v *validator) path(q sign.ValidationQuery) (*trust.Path, error) {
	opt := &trust.Options{Anchors: trust.NewStore(), NoCheckTime: true, Now: v.now}
	for _, b := range q.Known.Certificates {
		c, err := trust.ParseCertificate(b)
		if err != nil {
			continue // of no use for a path
		}
		opt.Untrusted = append(opt.Untrusted, c)
		if c.SelfSigned() {
			opt.Anchors.AddTrusted(c)
		}
	}
	for _, c := range v.anchors {
		opt.Anchors.AddTrusted(c)
	}
	r := trust.Verify(q.Certificate, *opt)
	if r.Verdict != trust.Valid {
		return nil, lang.Errorf("no path to a CA: %s", "CAまでのチェーンがありません: %s", r.Code.Message())
	}
	path := &trust.Path{Chain: r.Chain, Options: opt, Time: v.now()}
	path.CRLIssuerPath = func(issuer *trust.Certificate) ([]*trust.Certificate, trust.Fault) {
		r := trust.Verify(issuer, *opt)
		return r.Chain, trust.Fault{Code: r.Code, Depth: r.Depth}
	}
	return path, nil
}

// material parses what the document holds; what cannot be read is of no use.
func material(known sign.ValidationData) (m revocation.Material) {
	for _, b := range known.Certificates {
		if c, err := trust.ParseCertificate(b); err == nil {
			m.Certificates = append(m.Certificates, c)
		}
	}
	for _, b := range known.CRLs {
		if l, err := trust.ParseCRL(b); err == nil {
			m.CRLs = append(m.CRLs, l)
		}
	}
	for _, b := range known.OCSPs {
		if r, err := revocation.ParseOCSP(b); err == nil {
			m.OCSPs = append(m.OCSPs, r)
		}
	}
	return m
}

// encode returns the path and the revocation data that was used.
func encode(path *trust.Path, used revocation.Material) (data sign.ValidationData) {
	for _, c := range append(path.Chain, used.Certificates...) {
		data.Certificates = append(data.Certificates, c.Raw)
	}
	for _, l := range used.CRLs {
		data.CRLs = append(data.CRLs, l.Raw)
	}
	for _, r := range used.OCSPs {
		data.OCSPs = append(data.OCSPs, r.Raw)
	}
	return data
}

// readEvidence reads a file of certificates or revocation data.
func readEvidence(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fileError(openError(name, err))
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, evidence.MaxFile+1))
	switch {
	case err != nil:
		return nil, fileError(openError(name, err))
	case len(data) > evidence.MaxFile:
		return nil, fileError(lang.Errorf("%s is larger than %d bytes", "%sは%dバイトを超えています", lang.Display(name), evidence.MaxFile))
	}
	return data, nil
}
