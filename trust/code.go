package trust

// Code is the outcome of a check of a chain: the number and the text that OpenSSL
// 3.0 gives it (X509_V_ERR_*), which the field knows. OK is 0; whether a chain was
// judged at all is the Verdict beside it.
type Code int

// The codes, with OpenSSL's numbers.
const (
	OK                                      Code = 0
	CodeUnspecified                         Code = 1
	CodeUnableToGetIssuerCertificate        Code = 2
	CodeUnableToGetCRL                      Code = 3
	CodeUnableToDecryptCertificateSignature Code = 4
	CodeUnableToDecryptCRLSignature         Code = 5
	CodeUnableToDecodeIssuerPublicKey       Code = 6
	CodeCertificateSignatureFailure         Code = 7
	CodeCRLSignatureFailure                 Code = 8
	CodeCertificateNotYetValid              Code = 9
	CodeCertificateHasExpired               Code = 10
	CodeCRLNotYetValid                      Code = 11
	CodeCRLHasExpired                       Code = 12
	CodeErrorInCertificateNotBeforeField    Code = 13
	CodeErrorInCertificateNotAfterField     Code = 14
	CodeErrorInCRLLastUpdateField           Code = 15
	CodeErrorInCRLNextUpdateField           Code = 16
	CodeOutOfMemory                         Code = 17
	CodeDepthZeroSelfSignedCertificate      Code = 18
	CodeSelfSignedCertificateInChain        Code = 19
	CodeUnableToGetIssuerCertificateLocally Code = 20
	CodeUnableToVerifyLeafSignature         Code = 21
	CodeCertificateChainTooLong             Code = 22
	CodeCertificateRevoked                  Code = 23
	CodeNoIssuerPublicKey                   Code = 24
	CodePathLengthExceeded                  Code = 25
	CodeInvalidPurpose                      Code = 26
	CodeCertificateUntrusted                Code = 27
	CodeCertificateRejected                 Code = 28
	CodeSubjectIssuerMismatch               Code = 29
	CodeAKIDSKIDMismatch                    Code = 30
	CodeAKIDIssuerSerialMismatch            Code = 31
	CodeKeyUsageNoCertSign                  Code = 32
	CodeUnableToGetCRLIssuer                Code = 33
	CodeUnhandledCriticalExtension          Code = 34
	CodeKeyUsageNoCRLSign                   Code = 35
	CodeUnhandledCriticalCRLExtension       Code = 36
	CodeInvalidNonCA                        Code = 37
	CodeProxyPathLengthExceeded             Code = 38
	CodeKeyUsageNoDigitalSignature          Code = 39
	CodeProxyCertificatesNotAllowed         Code = 40
	CodeInvalidExtension                    Code = 41
	CodeInvalidPolicyExtension              Code = 42
	CodeNoExplicitPolicy                    Code = 43
	CodeDifferentCRLScope                   Code = 44
	CodeUnsupportedExtensionFeature         Code = 45
	CodeUnnestedResource                    Code = 46
	CodePermittedViolation                  Code = 47
	CodeExcludedViolation                   Code = 48
	CodeSubtreeMinMax                       Code = 49
	CodeApplicationVerification             Code = 50
	CodeUnsupportedConstraintType           Code = 51
	CodeUnsupportedConstraintSyntax         Code = 52
	CodeUnsupportedNameSyntax               Code = 53
	CodeCRLPathValidationError              Code = 54
	CodePathLoop                            Code = 55
	CodeSuiteBInvalidVersion                Code = 56
	CodeSuiteBInvalidAlgorithm              Code = 57
	CodeSuiteBInvalidCurve                  Code = 58
	CodeSuiteBInvalidSignatureAlgorithm     Code = 59
	CodeSuiteBLOSNotAllowed                 Code = 60
	CodeSuiteBCannotSignP384WithP256        Code = 61
	CodeHostnameMismatch                    Code = 62
	CodeEmailMismatch                       Code = 63
	CodeIPAddressMismatch                   Code = 64
	CodeDANENoMatch                         Code = 65
	CodeEEKeyTooSmall                       Code = 66
	CodeCAKeyTooSmall                       Code = 67
	CodeCADigestTooWeak                     Code = 68
	CodeInvalidCall                         Code = 69
	CodeStoreLookup                         Code = 70
	CodeNoValidSCTs                         Code = 71
	CodeProxySubjectNameViolation           Code = 72
	CodeOCSPVerifyNeeded                    Code = 73
	CodeOCSPVerifyFailed                    Code = 74
	CodeOCSPCertificateUnknown              Code = 75
	CodeUnsupportedSignatureAlgorithm       Code = 76
	CodeSignatureAlgorithmMismatch          Code = 77
	CodeSignatureAlgorithmInconsistency     Code = 78
	CodeInvalidCA                           Code = 79
	CodePathLenInvalidForNonCA              Code = 80
	CodePathLenWithoutKUKeyCertificateSign  Code = 81
	CodeKUKeyCertificateSignInvalidForNonCA Code = 82
	CodeIssuerNameEmpty                     Code = 83
	CodeSubjectNameEmpty                    Code = 84
	CodeMissingAuthorityKeyIdentifier       Code = 85
	CodeMissingSubjectKeyIdentifier         Code = 86
	CodeEmptySubjectAltName                 Code = 87
	CodeEmptySubjectSANNotCritical          Code = 88
	CodeCABasicConstraintsNotCritical       Code = 89
	CodeAuthorityKeyIdentifierCritical      Code = 90
	CodeSubjectKeyIdentifierCritical        Code = 91
	CodeCACertificateMissingKeyUsage        Code = 92
	CodeExtensionsRequireVersion3           Code = 93
	CodeECKeyExplicitParameters             Code = 94
)

// String returns OpenSSL's reason string; "unknown certificate verification error"
// for a number it does not have.
func (c Code) String() string {
	if c >= 0 && int(c) < len(codeText) {
		return codeText[c]
	}
	return "unknown certificate verification error"
}
