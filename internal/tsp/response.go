package tsp

import (
	"unicode/utf8"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
)

// Status is a PKIStatus (RFC 3161, 2.4.2).
type Status int

// The two that come with a token; all others are refusals.
const (
	Granted         Status = 0
	GrantedWithMods Status = 1
)

// Failure is a PKIFailureInfo: the number of the bit that is set.
type Failure int

// The reasons of RFC 3161, 2.4.2. NoFailure stands for none given.
const (
	NoFailure           Failure = -1
	BadAlgorithm        Failure = 0
	BadRequest          Failure = 2
	BadDataFormat       Failure = 5
	TimeNotAvailable    Failure = 14
	UnacceptedPolicy    Failure = 15
	UnacceptedExtension Failure = 16
	AddInfoNotAvailable Failure = 17
	SystemFailure       Failure = 25
)

// Message says the reason in words.
func (f Failure) Message() lang.Message {
	switch f {
	case BadAlgorithm:
		return lang.M("hash algorithm not supported", "ハッシュ方式に対応していません")
	case BadRequest:
		return lang.M("request not permitted", "この要求は認められていません")
	case BadDataFormat:
		return lang.M("request in the wrong format", "要求の形式が正しくありません")
	case TimeNotAvailable:
		return lang.M("its time source is not available", "時刻源を利用できません")
	case UnacceptedPolicy:
		return lang.M("policy not supported", "指定のポリシーに対応していません")
	case UnacceptedExtension:
		return lang.M("extension not supported", "拡張に対応していません")
	case AddInfoNotAvailable:
		return lang.M("additional information not available", "追加情報を利用できません")
	case SystemFailure:
		return lang.M("system failure", "システム障害です")
	}
	return lang.M("no reason given", "理由は示されていません")
}

// Response is a TimeStampResp (RFC 3161, 2.4.2).
type Response struct {
	Status  Status
	Text    []string // the TSA's words, UTF-8, for display only
	Failure Failure
	Token   []byte // ContentInfo as on the wire; nil for none
}

func errResponse(err error) error {
	return lang.Errorf("the answer is not a timestamp response: %w", "応答がタイムスタンプ応答の形式ではありません: %w", err)
}

// ParseResponse reads a response that fills b. Token is a part of b. What the
// status means is not judged here.
func ParseResponse(b []byte) (*Response, error) {
	p := &Response{Failure: NoFailure}
	r := der.NewBytesReader(b)
	if err := p.read(r); err != nil {
		return nil, errResponse(err)
	}
	if rest, err := r.Rest(); err != nil || rest != der.RestNothing {
		return nil, errResponse(r.Fault(der.LengthMismatch, "TimeStampResp"))
	}
	return p, nil
}

func (p *Response) read(r *der.Reader) error {
	const where = "TimeStampResp"
	if err := r.EnterTag(der.TagSequence, where); err != nil {
		return err
	}
	if err := p.readStatus(r); err != nil {
		return err
	}
	_, more, err := r.Next()
	if err != nil {
		return err
	}
	if more {
		if _, err := r.Expect(der.TagSequence, "timeStampToken"); err != nil {
			return err
		}
		if p.Token, err = r.Raw(maxResponse); err != nil {
			return err
		}
	}
	return leave(r, where)
}

// readStatus reads PKIStatusInfo.
func (p *Response) readStatus(r *der.Reader) error {
	const where = "PKIStatusInfo"
	if err := r.EnterTag(der.TagSequence, where); err != nil {
		return err
	}
	status, err := r.Int32("PKIStatus")
	if err != nil {
		return err
	}
	p.Status = Status(status)
	if err := optional(r, der.TagSequence, p.readTexts); err != nil {
		return err
	}
	if err := optional(r, der.TagBitString, p.readFailure); err != nil {
		return err
	}
	return leave(r, where)
}

// readTexts reads PKIFreeText.
func (p *Response) readTexts(r *der.Reader) error {
	if err := r.Enter(); err != nil {
		return err
	}
	for {
		_, more, err := r.Next()
		if err != nil {
			return err
		}
		if !more {
			return leave(r, "PKIFreeText")
		}
		text, err := r.Primitive(der.TagUTF8String, "PKIFreeText", maxText)
		if err != nil {
			return err
		}
		if len(p.Text) == maxTexts {
			return r.Fault(der.OverLimit, "PKIFreeText")
		}
		if !utf8.Valid(text) {
			return r.Fault(der.BadValue, "PKIFreeText")
		}
		p.Text = append(p.Text, string(text))
	}
}

// readFailure reads PKIFailureInfo and keeps its first bit that is set.
func (p *Response) readFailure(r *der.Reader) error {
	bits, err := r.Primitive(der.TagBitString, "PKIFailureInfo", maxInteger)
	if err != nil {
		return err
	}
	if len(bits) == 0 || bits[0] > 7 {
		return r.Fault(der.BadValue, "PKIFailureInfo")
	}
	for i := range (len(bits) - 1) * 8 {
		if bits[1+i/8]&(0x80>>(i%8)) != 0 {
			p.Failure = Failure(i)
			return nil
		}
	}
	return nil
}
