package verify

import (
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/trust"
)

// ChainMessage words for people what a chain's code says; the rarer codes keep
// OpenSSL's words.
func ChainMessage(code trust.Code) lang.Message {
	if m, ok := chainMessages[code]; ok {
		return m
	}
	return lang.M("the certificate cannot be relied on: %v", "証明書を信頼できません: %v", code.Message())
}

var chainMessages = map[trust.Code]lang.Message{
	trust.CodeUnableToGetIssuerCertificate:        lang.M("the certificate of a CA in the chain is missing", "証明書チェーンの認証局の証明書が見つかりません"),
	trust.CodeUnableToGetIssuerCertificateLocally: lang.M("the signer's CA is not among those that are trusted", "署名者の認証局は信頼された認証局ではありません"),
	trust.CodeDepthZeroSelfSignedCertificate:      lang.M("the signer vouches for itself: no trusted CA does", "自己署名証明書であり、信頼された認証局が発行したものではありません"),
	trust.CodeSelfSignedCertificateInChain:        lang.M("the chain ends in a CA that is not trusted", "証明書チェーンの最上位の認証局が信頼されていません"),
	trust.CodeCertificateHasExpired:               lang.M("a certificate of the chain was no longer valid at the time of judgement", "判定時点で証明書の有効期間が過ぎています"),
	trust.CodeCertificateNotYetValid:              lang.M("a certificate of the chain was not valid yet at the time of judgement", "判定時点で証明書の有効期間が始まっていません"),
	trust.CodeCertificateRevoked:                  lang.M("a certificate of the chain has been revoked", "証明書が失効しています"),
	trust.CodeUnableToGetCRL:                      lang.M("revocation cannot be checked: there is no CRL", "失効リストがないため、失効を確認できません"),
	trust.CodeCRLHasExpired:                       lang.M("revocation cannot be checked: the CRL is out of date", "失効リストの期限が過ぎているため、失効を確認できません"),
	trust.CodeInvalidPurpose:                      lang.M("a certificate of the chain is not meant for this use", "証明書の用途が署名に適していません"),
	trust.CodeCertificateSignatureFailure:         lang.M("a certificate of the chain is forged or damaged", "証明書が偽造されているか壊れています"),
}
