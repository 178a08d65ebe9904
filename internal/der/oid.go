package der

import (
	"strconv"
	"strings"
)

// OID is an object identifier as its content octets (X.690, 8.19), without tag
// and length. OIDs compare with == and can be constants and map keys; String
// gives the dotted form.
type OID string

// String returns the dotted decimal form, or "invalid" for octets that are no
// object identifier. Arcs above 2^63 are not represented: "invalid" too.
func (o OID) String() string {
	if !o.Valid() {
		return "invalid"
	}
	var b strings.Builder
	first := true
	var arc uint64
	for i := range len(o) {
		if arc >= 1<<56 {
			return "invalid"
		}
		arc = arc<<7 | uint64(o[i]&0x7f)
		if o[i]&0x80 != 0 {
			continue
		}
		if first {
			root := min(arc/40, 2)
			b.WriteString(strconv.FormatUint(root, 10))
			arc -= 40 * root
			first = false
		}
		b.WriteByte('.')
		b.WriteString(strconv.FormatUint(arc, 10))
		arc = 0
	}
	return b.String()
}

// Valid reports whether the octets are an object identifier: not empty, each
// arc complete and without leading zero septets (X.690, 8.19.2).
func (o OID) Valid() bool {
	start := true
	for i := range len(o) {
		if start && o[i] == 0x80 {
			return false
		}
		start = o[i]&0x80 == 0
	}
	return len(o) > 0 && start
}

// Content types (RFC 5652, 4 ff.; RFC 3161; RFC 5083; RFC 3274; RFC 5485).
const (
	Data                  OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"         // id-data
	SignedData            OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"         // id-signedData
	EnvelopedData         OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"         // id-envelopedData
	DigestedData          OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x05"         // id-digestedData
	EncryptedData         OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06"         // id-encryptedData
	AuthenticatedData     OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x02" // id-ct-authData
	TSTInfo               OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x04" // id-ct-TSTInfo
	CompressedData        OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09" // id-ct-compressedData
	AuthEnvelopedData     OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17" // id-ct-authEnvelopedData
	ASCIITextWithCRLF     OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x1b" // id-ct-asciiTextWithCRLF
	AttributeContentHints OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x04" // id-aa-contentHint
)

// Attributes (RFC 5652, 11; RFC 5035; RFC 5126; RFC 6211; RFC 8933).
const (
	AttributeContentType            OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03"
	AttributeMessageDigest          OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"
	AttributeSigningTime            OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05"
	AttributeCountersignature       OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x06"
	AttributeSMIMECapabilities      OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x0f"
	AttributeCMSAlgorithmProtection OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x34"
	AttributeReceiptRequest         OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x01"
	AttributeSigningCertificate     OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x0c"
	AttributeTimeStampToken         OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x0e" // id-aa-timeStampToken
	AttributeSignaturePolicy        OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x0f" // id-aa-ets-sigPolicyId
	AttributeCommitmentType         OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x10" // id-aa-ets-commitmentType
	AttributeSigningCertificateV2   OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x2f"
	AttributeRevocationInfoArchival OID = "\x2a\x86\x48\x86\xf7\x2f\x01\x01\x08" // adbe-revocationInfoArchival
)

// Attributes of CAdES for the long term (ETSI EN 319 122-1, 5.3 to 5.5 and A.1).
const (
	AttributeContentTimeStamp   OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x14" // id-aa-ets-contentTimestamp
	AttributeCertificateValues  OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x17" // id-aa-ets-certValues
	AttributeRevocationValues   OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x18" // id-aa-ets-revocationValues
	AttributeArchiveTimeStampV2 OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x30" // id-aa-ets-archiveTimestamp (48)
	AttributeArchiveTimeStampV3 OID = "\x04\x00\x8d\x45\x02\x04"                     // id-aa-ets-archiveTimestampV3
	AttributeATSHashIndex       OID = "\x04\x00\x8d\x45\x02\x05"                     // id-aa-ATSHashIndex (TS 101 733)
	AttributeATSHashIndexV3     OID = "\x04\x00\x81\x95\x32\x01\x05"                 // id-aa-ATSHashIndex-v3
)

// Digest algorithms (RFC 3370, 2; RFC 5754, 2; NIST CSOR).
const (
	MD5        OID = "\x2a\x86\x48\x86\xf7\x0d\x02\x05"
	SHA1       OID = "\x2b\x0e\x03\x02\x1a"
	RIPEMD160  OID = "\x2b\x24\x03\x02\x01"
	SHA256     OID = "\x60\x86\x48\x01\x65\x03\x04\x02\x01"
	SHA384     OID = "\x60\x86\x48\x01\x65\x03\x04\x02\x02"
	SHA512     OID = "\x60\x86\x48\x01\x65\x03\x04\x02\x03"
	SHA224     OID = "\x60\x86\x48\x01\x65\x03\x04\x02\x04"
	SHA512_224 OID = "\x60\x86\x48\x01\x65\x03\x04\x02\x05"
	SHA512_256 OID = "\x60\x86\x48\x01\x65\x03\x04\x02\x06"
	SHA3_224   OID = "\x60\x86\x48\x01\x65\x03\x04\x02\x07"
	SHA3_256   OID = "\x60\x86\x48\x01\x65\x03\x04\x02\x08"
	SHA3_384   OID = "\x60\x86\x48\x01\x65\x03\x04\x02\x09"
	SHA3_512   OID = "\x60\x86\x48\x01\x65\x03\x04\x02\x0a"
	SHAKE128   OID = "\x60\x86\x48\x01\x65\x03\x04\x02\x0b"
	SHAKE256   OID = "\x60\x86\x48\x01\x65\x03\x04\x02\x0c"
)

// Signature and public key algorithms (RFC 3370, 3; RFC 4055; RFC 5480; RFC
// 5754, 3; RFC 5758; RFC 8410; RFC 8702).
const (
	RSAEncryption     OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"
	MD5WithRSA        OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x04"
	SHA1WithRSA       OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05"
	MGF1              OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08"
	RSASSAPSS         OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"
	SHA256WithRSA     OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"
	SHA384WithRSA     OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c"
	SHA512WithRSA     OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d"
	SHA224WithRSA     OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0e"
	SHA512_224WithRSA OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0f"
	SHA512_256WithRSA OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x10"
	RIPEMD160WithRSA  OID = "\x2b\x24\x03\x03\x01\x02"
	DSA               OID = "\x2a\x86\x48\xce\x38\x04\x01"
	DSAWithSHA1       OID = "\x2a\x86\x48\xce\x38\x04\x03"
	DSAWithSHA224     OID = "\x60\x86\x48\x01\x65\x03\x04\x03\x01"
	DSAWithSHA256     OID = "\x60\x86\x48\x01\x65\x03\x04\x03\x02"
	ECPublicKey       OID = "\x2a\x86\x48\xce\x3d\x02\x01"
	ECDSAWithSHA1     OID = "\x2a\x86\x48\xce\x3d\x04\x01"
	ECDSAWithSHA224   OID = "\x2a\x86\x48\xce\x3d\x04\x03\x01"
	ECDSAWithSHA256   OID = "\x2a\x86\x48\xce\x3d\x04\x03\x02"
	ECDSAWithSHA384   OID = "\x2a\x86\x48\xce\x3d\x04\x03\x03"
	ECDSAWithSHA512   OID = "\x2a\x86\x48\xce\x3d\x04\x03\x04"
	Ed25519           OID = "\x2b\x65\x70"
	Ed448             OID = "\x2b\x65\x71"
	// NIST CSOR, sigAlgs: used by OpenSSL and others for CMS with SHA-3.
	ECDSAWithSHA3_224 OID = "\x60\x86\x48\x01\x65\x03\x04\x03\x09"
	ECDSAWithSHA3_256 OID = "\x60\x86\x48\x01\x65\x03\x04\x03\x0a"
	ECDSAWithSHA3_384 OID = "\x60\x86\x48\x01\x65\x03\x04\x03\x0b"
	ECDSAWithSHA3_512 OID = "\x60\x86\x48\x01\x65\x03\x04\x03\x0c"
	RSAWithSHA3_224   OID = "\x60\x86\x48\x01\x65\x03\x04\x03\x0d"
	RSAWithSHA3_256   OID = "\x60\x86\x48\x01\x65\x03\x04\x03\x0e"
	RSAWithSHA3_384   OID = "\x60\x86\x48\x01\x65\x03\x04\x03\x0f"
	RSAWithSHA3_512   OID = "\x60\x86\x48\x01\x65\x03\x04\x03\x10"
)

// Named curves (RFC 5480, 2.1.1.1; RFC 5639; SEC 2).
const (
	CurveP224      OID = "\x2b\x81\x04\x00\x21"
	CurveP256      OID = "\x2a\x86\x48\xce\x3d\x03\x01\x07"
	CurveP384      OID = "\x2b\x81\x04\x00\x22"
	CurveP521      OID = "\x2b\x81\x04\x00\x23"
	CurveSecp256k1 OID = "\x2b\x81\x04\x00\x0a"
)

// Certificate extensions and revocation formats (RFC 5280; RFC 5652, 10.2.1; RFC 5940).
const (
	ExtensionSubjectKeyID OID = "\x55\x1d\x0e"
	RevocationInfoOCSP    OID = "\x2b\x06\x01\x05\x05\x07\x10\x02" // id-ri-ocsp-response
	RevocationInfoSCVP    OID = "\x2b\x06\x01\x05\x05\x07\x10\x04" // id-ri-scvp
	OCSPBasicResponse     OID = "\x2b\x06\x01\x05\x05\x07\x30\x01\x01"
)
