package main

import (
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/report"
	"github.com/jsign-jp/jsign/verify"
)

// listSigner tells whose signature vouches for the list of --check: anybody that is
// trusted can sign one. The holder is not named, as everywhere in a batch.
type listSigner struct {
	File        string `json:"file"`
	Verdict     string `json:"verdict"`
	Serial      string `json:"serial"`
	Issuer      string `json:"issuer"`
	Fingerprint string `json:"certificateSha256"`
}

// signerOf reads the report on a list's signature, which is valid: it has a signer.
func (a *app) signerOf(name string, r *verify.Report) *listSigner {
	l := &listSigner{File: name, Verdict: report.Headline(r).In(a.language)}
	if len(r.Signatures) > 0 && r.Signatures[0].Signer != nil {
		c := r.Signatures[0].Signer
		l.Serial, l.Issuer, l.Fingerprint = c.Serial, c.Issuer, c.Fingerprint
	}
	return l
}

// message is the line for people.
func (l *listSigner) message() lang.Message {
	return lang.M("the list %s: %s; signed with the certificate of serial number %s, issued by %s (jverify --show-identity %s tells whose it is)",
		"一覧%s: %s。署名者の証明書: シリアル番号 %s、発行者 %s（名義人は jverify --show-identity %s で表示します）",
		lang.Display(l.File), l.Verdict, l.Serial, l.Issuer, lang.Display(l.File+manifestSignature))
}
