package verify

import (
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/trust"
)

// FaultCode names why a check failed.
type FaultCode string

// The codes. NoFault is the zero value: the check passed, or was not made.
const (
	NoFault FaultCode = ""

	FaultAttributes       FaultCode = "attribute-rules"     // an attribute is missing, repeated or misplaced
	FaultUnknownDigest    FaultCode = "unknown-digest"      // the digest algorithm is not known
	FaultNoDigest         FaultCode = "no-digest-algorithm" // the message lists none
	FaultNoPublicKey      FaultCode = "no-public-key"       // the certificate's key cannot be read
	FaultKeyAlgorithm     FaultCode = "algorithm-mismatch"  // key and signature algorithm do not go together
	FaultSignature        FaultCode = "signature-invalid"   // the value is wrong
	FaultDigestNotListed  FaultCode = "digest-not-listed"   // digestAlgorithms lacks the signer's
	FaultDigestUnreadable FaultCode = "digest-unreadable"   // messageDigest is no OCTET STRING
	FaultDigestLength     FaultCode = "digest-wrong-length" // messageDigest is too long or too short
	FaultDigest           FaultCode = "digest-mismatch"     // the content is another one
	FaultContentUnread    FaultCode = "content-unreadable"  // reading it ended with an error
	FaultESSMissing       FaultCode = "ess-missing"         // no signing-certificate attribute
	FaultESSNotFound      FaultCode = "ess-not-found"       // it names another certificate
	FaultESSOrder         FaultCode = "ess-wrong-order"     // it does not name the signer's first
	FaultESSMalformed     FaultCode = "ess-malformed"       // it cannot be read
	FaultESSUnknownDigest FaultCode = "ess-unknown-digest"  // by a hash that is not known
	FaultESSDigestLength  FaultCode = "ess-digest-length"   // its hash is too long or too short
)

// Fault is why one check failed.
type Fault struct {
	Code FaultCode
	// Queue is what OpenSSL's lower layers leave in its error queue then.
	Queue []trust.QueueEntry
}

// OK reports whether there is no fault.
func (f Fault) OK() bool { return f.Code == NoFault }

// Message words the fault for people.
func (f Fault) Message() lang.Message {
	if m, ok := faultMessages[f.Code]; ok {
		return m
	}
	return lang.M("no fault", "問題はありません")
}

var faultMessages = map[FaultCode]lang.Message{
	FaultAttributes:       lang.M("a signed attribute is missing, repeated or misplaced", "署名属性が欠けているか、重複または誤った場所にあります"),
	FaultUnknownDigest:    lang.M("the digest algorithm is not known", "ダイジェスト方式が不明です"),
	FaultNoDigest:         lang.M("the message lists no digest algorithm", "メッセージにダイジェスト方式の指定がありません"),
	FaultNoPublicKey:      lang.M("the key in the signer's certificate cannot be read", "署名者の証明書の公開鍵を読み取れません"),
	FaultKeyAlgorithm:     lang.M("the signature algorithm and the signer's key do not go together", "署名方式と署名者の鍵が合いません"),
	FaultSignature:        lang.M("the signature does not match: it was not made by this signer for this content", "署名値が一致しません。この署名者がこの内容に付けた署名ではありません"),
	FaultDigestNotListed:  lang.M("the signer's digest algorithm is not listed in the message", "署名者のダイジェスト方式がメッセージの一覧にありません"),
	FaultDigestUnreadable: lang.M("the signed digest cannot be read", "署名されたダイジェストを読み取れません"),
	FaultDigestLength:     lang.M("the signed digest has the wrong length", "署名されたダイジェストの長さが正しくありません"),
	FaultDigest:           lang.M("the content was changed after it was signed", "署名後に内容が変更されています"),
	FaultContentUnread:    lang.M("the content could not be read to its end", "内容を最後まで読み取れませんでした"),
	FaultESSMissing:       lang.M("the signature does not say which certificate it was made with", "署名に使われた証明書の記載がありません"),
	FaultESSNotFound:      lang.M("the signature was made for another certificate", "別の証明書のための署名です"),
	FaultESSOrder:         lang.M("the signature names the certificates in the wrong order", "証明書の記載順序が正しくありません"),
	FaultESSMalformed:     lang.M("the signed certificate identifier cannot be read", "署名された証明書識別子を読み取れません"),
	FaultESSUnknownDigest: lang.M("the signed certificate identifier uses an unknown digest algorithm", "署名された証明書識別子のダイジェスト方式が不明です"),
	FaultESSDigestLength:  lang.M("the signed certificate identifier has the wrong length", "署名された証明書識別子の長さが正しくありません"),
}
