package cms

import (
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
)

// Code names a departure from the standards that does not keep a message from
// being read or a signature from being checked. Codes are stable: reports carry
// them.
type Code string

// The codes, with the clause each departs from.
const (
	BEREncoding           Code = "ber-encoding"           // allowed by RFC 5652, not where DER is demanded (ISO 32000, ETSI)
	SetNotSorted          Code = "set-not-sorted"         // X.690, 11.6; likewise
	TrailingOctets        Code = "trailing-octets"        // outside of the message
	MessageVersion        Code = "message-version"        // RFC 5652, 5.1
	ObsoleteChoice        Code = "obsolete-choice"        // RFC 5652, 10.2.2
	DigestListedTwice     Code = "digest-listed-twice"    // RFC 5652, 5.1
	SignerVersion         Code = "signer-version"         // RFC 5652, 5.3
	DigestNotListed       Code = "digest-not-listed"      // RFC 5652, 5.3
	DigestParameters      Code = "digest-parameters"      // RFC 5754, 2
	WeakDigestAlgorithm   Code = "weak-digest"            // RFC 6151, RFC 6194
	SignedAttrsNotDER     Code = "signed-attrs-not-der"   // RFC 5652, 5.3
	SignedAttrsEmpty      Code = "signed-attrs-empty"     // RFC 5652, 5.3: SIZE (1..MAX)
	SignedAttrsMissing    Code = "signed-attrs-missing"   // RFC 5652, 5.3: content other than id-data
	UnsignedAttrsEmpty    Code = "unsigned-attrs-empty"   // RFC 5652, 5.3: SIZE (1..MAX)
	AttributeMisplaced    Code = "attribute-misplaced"    // RFC 5652, 11; RFC 5035
	AttributeRepeated     Code = "attribute-repeated"     // RFC 5652, 5.3 and 11
	ContentTypeDiffers    Code = "content-type-differs"   // RFC 5652, 11.1
	SigningTimeMalformed  Code = "signing-time-malformed" // RFC 5652, 11.3
	AlgorithmProtection   Code = "algorithm-protection"   // RFC 6211
	SignatureAlgorithm    Code = "signature-algorithm"    // does not fit the key or the digest: RFC 5652, 5.3; RFC 8933
	SignatureParameters   Code = "signature-parameters"   // RFC 4055, 5; RFC 5758, 3.2; RFC 8410, 3
	AttributesAsContent   Code = "attributes-as-content"  // RFC 5652, 5.3: content that may be another signature's attributes
	SigningCertificateBad Code = "signing-certificate"    // RFC 5035, 5
	SignatureNotDER       Code = "signature-not-der"      // ECDSA-Sig-Value, RFC 5753, 7.2
	CertificateNotDER     Code = "certificate-not-der"    // RFC 5652, 10.2.2
	IssuerDiffers         Code = "issuer-differs"         // RFC 5280, 7.1: the name matches, its octets do not
)

// Finding is one departure.
type Finding struct {
	Code   Code
	Signer int     // index in Signers; -1 for the message as a whole
	Type   der.OID // the attribute or algorithm concerned; "" for none
}

// Message says the finding in a sentence.
func (f Finding) Message() lang.Message {
	m, ok := findingMessages()[f.Code]
	if !ok {
		return lang.M(string(f.Code), string(f.Code))
	}
	if f.Type == "" {
		return m
	}
	return lang.M("%s (%s)", "%s(%s)", m, f.Type.String())
}

func findingMessages() map[Code]lang.Message {
	return map[Code]lang.Message{
		BEREncoding:           lang.M("the message is BER and not DER", "メッセージがDERではなくBERで符号化されています"),
		SetNotSorted:          lang.M("the elements of a SET OF are not in DER order", "SET OFの要素がDERの順序になっていません"),
		TrailingOctets:        lang.M("other data follows the message", "メッセージのあとに別のデータがあります"),
		MessageVersion:        lang.M("the version number does not fit what the message holds", "メッセージの内容に合わないバージョン番号です"),
		ObsoleteChoice:        lang.M("the message holds a certificate of an obsolete kind", "廃止された種類の証明書が含まれています"),
		DigestListedTwice:     lang.M("a digest algorithm is listed twice", "ダイジェスト方式が重複しています"),
		SignerVersion:         lang.M("the signer's version number does not fit how the signer is named", "署名者の指定方法に合わないバージョン番号です"),
		DigestNotListed:       lang.M("the signer's digest algorithm is not listed in the message", "署名者のダイジェスト方式がメッセージの一覧にありません"),
		DigestParameters:      lang.M("the digest algorithm has parameters", "ダイジェスト方式にパラメーターがあります"),
		WeakDigestAlgorithm:   lang.M("the digest algorithm is broken", "ダイジェスト方式は安全ではありません"),
		SignedAttrsNotDER:     lang.M("the signed attributes are not DER", "署名属性がDERで符号化されていません"),
		SignedAttrsEmpty:      lang.M("the set of signed attributes is empty", "署名属性の集合が空です"),
		SignedAttrsMissing:    lang.M("content of this type needs signed attributes", "この種別の内容には署名属性が必要です"),
		UnsignedAttrsEmpty:    lang.M("the set of unsigned attributes is empty", "非署名属性の集合が空です"),
		AttributeMisplaced:    lang.M("an attribute is where it must not be", "属性が置かれてはならない場所にあります"),
		AttributeRepeated:     lang.M("an attribute is repeated or has not exactly one value", "属性が重複しているか、値が1つではありません"),
		ContentTypeDiffers:    lang.M("the signed content type is not that of the content", "署名された内容種別が実際の内容種別と異なります"),
		SigningTimeMalformed:  lang.M("the signing time is malformed", "署名時刻の形式が正しくありません"),
		AlgorithmProtection:   lang.M("the protected algorithms are not those used", "保護されたアルゴリズムが実際のものと異なります"),
		SignatureAlgorithm:    lang.M("the signature algorithm named is not the one used", "記載された署名方式が実際のものと異なります"),
		SignatureParameters:   lang.M("the signature algorithm's parameters are not as they must be", "署名方式のパラメーターが規定どおりではありません"),
		AttributesAsContent:   lang.M("the content looks like the signed attributes of another signature", "内容が別の署名の署名属性のように見えます"),
		SigningCertificateBad: lang.M("the signed certificate identifier is not that of the signer's certificate", "署名された証明書識別子が署名者の証明書と一致しません"),
		SignatureNotDER:       lang.M("the signature value is not DER", "署名値がDERで符号化されていません"),
		CertificateNotDER:     lang.M("a certificate is not DER", "証明書がDERで符号化されていません"),
		IssuerDiffers:         lang.M("the signer's name is not written as in the certificate", "署名者の名前の表記が証明書と異なります"),
	}
}
