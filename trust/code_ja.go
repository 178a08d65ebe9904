package trust

import "github.com/jsign-jp/jsign/internal/lang"

// Message returns the outcome in both languages; the English text is OpenSSL's reason.
func (c Code) Message() lang.Message {
	ja := c.japaneseChain()
	if ja == "" {
		ja = c.japaneseCRL()
	}
	if ja == "" {
		ja = c.japaneseForm()
	}
	if ja == "" {
		ja = c.String()
	}
	return lang.Message{EN: c.String(), JA: ja}
}

// japaneseChain names outcomes about the chain and the certificates in it.
func (c Code) japaneseChain() string {
	switch c {
	case OK:
		return "問題ありません"
	case CodeUnableToGetIssuerCertificate, CodeUnableToGetIssuerCertificateLocally:
		return "発行者の証明書が見つかりません"
	case CodeCertificateSignatureFailure:
		return "証明書の署名を検証できません"
	case CodeCertificateNotYetValid:
		return "証明書はまだ有効ではありません"
	case CodeCertificateHasExpired:
		return "証明書の有効期限が切れています"
	case CodeDepthZeroSelfSignedCertificate:
		return "信頼されていない自己署名証明書です"
	case CodeSelfSignedCertificateInChain:
		return "証明書チェーンの頂点が信頼されていません"
	case CodeUnableToVerifyLeafSignature:
		return "最初の証明書を検証できません"
	case CodeCertificateChainTooLong:
		return "証明書チェーンが長すぎます"
	case CodePathLengthExceeded:
		return "パス長制約を超えています"
	case CodeInvalidPurpose:
		return "証明書の用途が異なります"
	case CodeCertificateUntrusted:
		return "証明書が信頼されていません"
	case CodeCertificateRejected:
		return "証明書が拒否されています"
	case CodeKeyUsageNoCertSign:
		return "鍵用途に証明書署名がありません"
	case CodeInvalidCA:
		return "CA証明書ではありません"
	case CodeNoExplicitPolicy:
		return "要求されたポリシーがありません"
	case CodePermittedViolation:
		return "名前が許可された範囲の外です"
	case CodeExcludedViolation:
		return "名前が除外された範囲の中です"
	case CodeHostnameMismatch:
		return "ホスト名が一致しません"
	case CodeEmailMismatch:
		return "メールアドレスが一致しません"
	case CodeIPAddressMismatch:
		return "IPアドレスが一致しません"
	}
	return ""
}

// japaneseCRL names outcomes about revocation.
func (c Code) japaneseCRL() string {
	switch c {
	case CodeCertificateRevoked:
		return "証明書は失効しています"
	case CodeUnableToGetCRL:
		return "証明書のCRLがありません"
	case CodeUnableToGetCRLIssuer:
		return "CRL発行者の証明書が見つかりません"
	case CodeCRLSignatureFailure:
		return "CRLの署名を検証できません"
	case CodeCRLNotYetValid:
		return "CRLはまだ有効ではありません"
	case CodeCRLHasExpired:
		return "CRLの有効期限が切れています"
	case CodeKeyUsageNoCRLSign:
		return "鍵用途にCRL署名がありません"
	case CodeDifferentCRLScope:
		return "CRLの対象範囲が異なります"
	case CodeUnhandledCriticalCRLExtension:
		return "CRLに未知の重要な拡張があります"
	case CodeCRLPathValidationError:
		return "CRL発行者の証明書チェーンを検証できません"
	}
	return ""
}

// japaneseForm names outcomes about encodings, extensions and algorithms.
func (c Code) japaneseForm() string {
	switch c {
	case CodeUnhandledCriticalExtension:
		return "未知の重要な拡張があります"
	case CodeInvalidExtension:
		return "拡張が不正です"
	case CodeInvalidPolicyExtension:
		return "ポリシー拡張が不正です"
	case CodeUnableToDecodeIssuerPublicKey, CodeNoIssuerPublicKey:
		return "発行者の公開鍵を読み取れません"
	case CodeErrorInCertificateNotBeforeField, CodeErrorInCertificateNotAfterField:
		return "証明書の有効期間の形式が不正です"
	case CodeErrorInCRLLastUpdateField, CodeErrorInCRLNextUpdateField:
		return "CRLの更新日時の形式が不正です"
	case CodeEEKeyTooSmall:
		return "署名者の鍵が弱すぎます"
	case CodeCAKeyTooSmall:
		return "CAの鍵が弱すぎます"
	case CodeCADigestTooWeak:
		return "CAの署名のハッシュ関数が弱すぎます"
	case CodeECKeyExplicitParameters:
		return "公開鍵が楕円曲線パラメーターを直接指定しています"
	case CodeUnsupportedSignatureAlgorithm:
		return "未対応の署名アルゴリズムです"
	case CodeUnspecified:
		return "証明書を検証できません"
	}
	return ""
}
