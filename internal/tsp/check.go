package tsp

import (
	"strings"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/trust"
)

// Check reads the answer to a request, a TimeStampResp in DER, and returns its token
// when it answers this request: granted, the imprint, nonce and policy as asked, its
// time near now, well made and rightly signed (RFC 3161, 2.2 and 2.4.2). Trust in the TSA is
// not looked at. Errors are Findings.
func (q Request) Check(answer []byte, now time.Time) (*Token, error) {
	response, err := ParseResponse(answer)
	if err != nil {
		return nil, finding(Unreadable, "%w", "%w", err)
	}
	if err := response.granted(); err != nil {
		return nil, err
	}
	token, err := ParseToken(response.Token)
	if err != nil {
		return nil, finding(Unreadable, "%w", "%w", err)
	}
	if err := q.match(&token.Info, now); err != nil {
		return nil, err
	}
	if _, found := token.check(q.Digest, trust.Options{}); len(found) > 0 {
		return nil, found[0]
	}
	return token, nil
}

func (p *Response) granted() error {
	if p.Status != Granted && p.Status != GrantedWithMods {
		return finding(Refused, "the timestamping authority refused: %s%s", "タイムスタンプ局が拒否しました: %s%s", p.Failure.Message(), p.words())
	}
	if p.Token == nil {
		return finding(NoToken, "the answer says granted and holds no timestamp", "応答は許可ですが、タイムスタンプがありません")
	}
	return nil
}

// words returns the TSA's own words, made fit for a terminal.
func (p *Response) words() string {
	if len(p.Text) == 0 {
		return ""
	}
	return " (" + lang.Display(strings.Join(p.Text, " ")) + ")"
}

// match compares what was asked with what is stated.
func (q Request) match(i *Info, now time.Time) error {
	switch {
	case i.Hash != q.Hash:
		return finding(ImprintDiffers, "the timestamp uses another hash than was asked for", "タイムスタンプのハッシュ方式が要求と異なります")
	case q.Nonce != nil && (i.Nonce == nil || i.Nonce.Cmp(q.Nonce) != 0):
		return finding(NonceDiffers, "the answer is to another request: its nonce differs", "別の要求への応答です（ノンスが一致しません）")
	case q.Policy != "" && i.Policy != q.Policy:
		return finding(PolicyDiffers, "the timestamp is under policy %s and not %s", "タイムスタンプのポリシー%sが要求の%sと異なります", i.Policy.String(), q.Policy.String())
	}
	if off := i.Time.Sub(now).Abs(); off > maxSkew {
		return finding(TimeFarOff, "the timestamp's time is %s from this computer's clock", "タイムスタンプの時刻がこのコンピューターの時計と%sずれています", off.Round(time.Second).String())
	}
	return nil
}
