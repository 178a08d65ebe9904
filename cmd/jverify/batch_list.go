package main

import (
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/report"
	"github.com/jsign-jp/jsign/verify"
)

// listSigner tells whose signature vouches for the list of --check, and since when:
// anybody that is trusted can sign one, and an older list is as valid. The holder is
// not named, as everywhere in a batch.
type listSigner struct {
	File        string `json:"file"`
	Verdict     string `json:"verdict"`
	Serial      string `json:"serial"`
	Issuer      string `json:"issuer"`
	Fingerprint string `json:"certificateSha256"`
	Time        string `json:"time,omitempty"`  // RFC 3339
	Proof       string `json:"proof,omitempty"` // of the time
}

// signerOf reads the report on a list's signature, which is valid: it has a signer.
func (a *app) signerOf(name string, r *verify.Report) *listSigner {
	l := &listSigner{File: name, Verdict: report.Headline(r).In(a.language)}
	if len(r.Signatures) > 0 && r.Signatures[0].Signer != nil {
		c := r.Signatures[0].Signer
		l.Serial, l.Issuer, l.Fingerprint = c.Serial, c.Issuer, c.Fingerprint
		l.Time, l.Proof = a.signingTime(&r.Signatures[0])
	}
	return l
}

// message is the line for people.
func (l *listSigner) message() lang.Message {
	when := lang.M("at an unknown time", "不明")
	if l.Time != "" {
		when = lang.M("at %s (%s)", "%s（%s）", l.Time, l.Proof)
	}
	return lang.M("the list %s: %s; signed %v with the certificate of serial number %s, issued by %s (jverify --show-identity %s tells whose it is)",
		"一覧%s: %s。署名時刻: %v、署名者の証明書: シリアル番号 %s、発行者 %s（名義人は jverify --show-identity %s で表示します）",
		lang.Display(l.File), l.Verdict, when, l.Serial, l.Issuer, lang.Display(l.File+manifestSignature))
}
