package trust

// Extensions (RFC 5280, 4.2 and 5.2 f.; RFC 6960, 4.2.2.2.1; RFC 3779; RFC 3820;
// Netscape).
const (
	oidSubjectKeyID      OID = "\x55\x1d\x0e"
	oidKeyUsage          OID = "\x55\x1d\x0f"
	oidSubjectAltName    OID = "\x55\x1d\x11"
	oidIssuerAltName     OID = "\x55\x1d\x12"
	oidBasicConstraints  OID = "\x55\x1d\x13"
	oidCRLNumber         OID = "\x55\x1d\x14"
	oidReasonCode        OID = "\x55\x1d\x15"
	oidInvalidityDate    OID = "\x55\x1d\x18"
	oidDeltaCRL          OID = "\x55\x1d\x1b"
	oidIssuingDistPoint  OID = "\x55\x1d\x1c"
	oidCertificateIssuer OID = "\x55\x1d\x1d"
	oidNameConstraints   OID = "\x55\x1d\x1e"
	oidCRLDistPoints     OID = "\x55\x1d\x1f"
	oidCertPolicies      OID = "\x55\x1d\x20"
	oidPolicyMappings    OID = "\x55\x1d\x21"
	oidAuthorityKeyID    OID = "\x55\x1d\x23"
	oidPolicyConstraints OID = "\x55\x1d\x24"
	oidExtKeyUsage       OID = "\x55\x1d\x25"
	oidFreshestCRL       OID = "\x55\x1d\x2e"
	oidInhibitAnyPolicy  OID = "\x55\x1d\x36"
	oidIPAddrBlock       OID = "\x2b\x06\x01\x05\x05\x07\x01\x07"
	oidAutonomousSysNum  OID = "\x2b\x06\x01\x05\x05\x07\x01\x08"
	oidProxyCertInfo     OID = "\x2b\x06\x01\x05\x05\x07\x01\x0e"
	oidOCSPNoCheck       OID = "\x2b\x06\x01\x05\x05\x07\x30\x01\x05"
	oidAuthorityInfo     OID = "\x2b\x06\x01\x05\x05\x07\x01\x01"
	oidNetscapeCertType  OID = "\x60\x86\x48\x01\x86\xf8\x42\x01\x01"

	// ExtensionAuthorityKeyID and ExtensionIssuingDistributionPoint are what a delta
	// CRL must share with its base (RFC 5280, 5.2.4).
	ExtensionAuthorityKeyID           = oidAuthorityKeyID
	ExtensionIssuingDistributionPoint = oidIssuingDistPoint

	// AnyPolicy is the special policy of RFC 5280, 4.2.1.4.
	AnyPolicy OID = "\x55\x1d\x20\x00"
)

// Extended key usages (RFC 5280, 4.2.1.12; Microsoft; Netscape).
const (
	oidAnyExtKeyUsage  OID = "\x55\x1d\x25\x00"
	oidServerAuth      OID = "\x2b\x06\x01\x05\x05\x07\x03\x01"
	oidClientAuth      OID = "\x2b\x06\x01\x05\x05\x07\x03\x02"
	oidCodeSigning     OID = "\x2b\x06\x01\x05\x05\x07\x03\x03"
	oidEmailProtection OID = "\x2b\x06\x01\x05\x05\x07\x03\x04"
	oidTimeStamping    OID = "\x2b\x06\x01\x05\x05\x07\x03\x08"
	oidOCSPSigning     OID = "\x2b\x06\x01\x05\x05\x07\x03\x09"
	oidDVCS            OID = "\x2b\x06\x01\x05\x05\x07\x03\x0a"
	oidMSSGC           OID = "\x2b\x06\x01\x04\x01\x82\x37\x0a\x03\x03"
	oidNSSGC           OID = "\x60\x86\x48\x01\x86\xf8\x42\x04\x01"
	oidADCAIssuers     OID = "\x2b\x06\x01\x05\x05\x07\x30\x02"
	oidADOCSP          OID = "\x2b\x06\x01\x05\x05\x07\x30\x01"
)

// Attribute types and otherName types that have rules of their own.
const (
	oidCommonName      OID = "\x55\x04\x03"
	oidEmailAddress    OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"
	oidSmtpUTF8Mailbox OID = "\x2b\x06\x01\x05\x05\x07\x08\x09"
)
