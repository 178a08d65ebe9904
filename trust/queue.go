package trust

// reason is a reason of OpenSSL's: its number, function, text and place.
type reason struct {
	code     uint32
	function string
	text     string
	file     string
	line     int
}

// The reasons that signature checks leave in the queue (OpenSSL 3.0).
var (
	reasonInvalidPadding     = reason{0x0200008A, "RSA_padding_check_PKCS1_type_1", "invalid padding", "../crypto/rsa/rsa_pk1.c", 75}
	reasonBlockType          = reason{0x0200006A, "RSA_padding_check_PKCS1_type_1", "block type is not 01", "../crypto/rsa/rsa_pk1.c", 82}
	reasonFixedHeader        = reason{0x02000066, "RSA_padding_check_PKCS1_type_1", "bad fixed header decrypt", "../crypto/rsa/rsa_pk1.c", 94}
	reasonNullMissing        = reason{0x02000071, "RSA_padding_check_PKCS1_type_1", "null before block missing", "../crypto/rsa/rsa_pk1.c", 102}
	reasonPadCount           = reason{0x02000067, "RSA_padding_check_PKCS1_type_1", "bad pad byte count", "../crypto/rsa/rsa_pk1.c", 107}
	reasonPaddingCheck       = reason{0x02000072, "rsa_ossl_public_decrypt", "padding check failed", "../crypto/rsa/rsa_ossl.c", 590}
	reasonBadExponent        = reason{code: 0x02000065, function: "rsa_ossl_public_decrypt", text: "bad e value"}
	reasonTooLargeForModulus = reason{0x02000084, "rsa_ossl_public_decrypt", "data too large for modulus", "../crypto/rsa/rsa_ossl.c", 554}
	reasonWrongLength        = reason{0x02000077, "ossl_rsa_verify", "wrong signature length", "../crypto/rsa/rsa_sign.c", 339}
	reasonBadSignature       = reason{0x02000068, "ossl_rsa_verify", "bad signature", "../crypto/rsa/rsa_sign.c", 429}
	reasonFirstOctet         = reason{0x02000085, "RSA_verify_PKCS1_PSS_mgf1", "first octet invalid", "../crypto/rsa/rsa_pss.c", 86}
	reasonLastOctet          = reason{0x02000086, "RSA_verify_PKCS1_PSS_mgf1", "last octet invalid", "../crypto/rsa/rsa_pss.c", 105}
	reasonDataTooLarge       = reason{0x0200006D, "RSA_verify_PKCS1_PSS_mgf1", "data too large", "../crypto/rsa/rsa_pss.c", 94}
	reasonSaltRecovery       = reason{0x02000087, "RSA_verify_PKCS1_PSS_mgf1", "salt length recovery failed", "../crypto/rsa/rsa_pss.c", 124}
	reasonSaltLength         = reason{0x02000088, "RSA_verify_PKCS1_PSS_mgf1", "salt length check failed", "../crypto/rsa/rsa_pss.c", 129}
	reasonBadPSS             = reason{0x02000068, "RSA_verify_PKCS1_PSS_mgf1", "bad signature", "../crypto/rsa/rsa_pss.c", 147}

	// Those of CMS's signers; OpenSSL's place is not kept.
	reasonIllegalPadding = reason{code: 0x02000090, function: "rsa_cms_verify", text: "illegal or unsupported padding mode"}
	reasonPSSParameters  = reason{code: 0x02000095, function: "ossl_rsa_pss_to_ctx", text: "invalid pss parameters"}
	reasonPSSDigest      = reason{code: 0x0200009E, function: "ossl_rsa_pss_to_ctx", text: "digest does not match"}

	reasonEVP              = reason{0x06880006, "ASN1_item_verify_ctx", "EVP lib", "../crypto/asn1/a_verify.c", 220}
	reasonUnknownAlgorithm = reason{0x060000C7, "ASN1_item_verify_ctx", "unknown signature algorithm", "../crypto/asn1/a_verify.c", 143}
	reasonWrongKeyType     = reason{0x060000C8, "ASN1_item_verify_ctx", "wrong public key type", "../crypto/asn1/a_verify.c", 183}
	reasonBitsLeft         = reason{0x060000DC, "ASN1_item_verify_ctx", "invalid bit string bits left", "../crypto/asn1/a_verify.c", 137}
)

func (r reason) entry(library string) QueueEntry {
	return QueueEntry{Code: r.code, Library: library, Function: r.function, Reason: r.text, File: r.file, Line: r.line}
}

func rsaEntry(r reason) QueueEntry { return r.entry("rsa routines") }

func asn1Entry(r reason) QueueEntry { return r.entry("asn1 encoding routines") }

func providerEntry() QueueEntry {
	return reason{0x1C880004, "rsa_verify", "RSA lib", "../providers/implementations/signature/rsa_sig.c", 788}.entry("Provider routines")
}
