package ca

// The JPKI-shaped CAs. Generations of one service share one DN and differ by
// key: 1 is old, 2 is current, 3 is the next card's (P-384).
const (
	SignCA1 = "sign-ca-1.pem"
	SignCA2 = "sign-ca-2.pem"
	SignCA3 = "sign-ca-3.pem"
	AuthCA1 = "auth-ca-1.pem"
	AuthCA2 = "auth-ca-2.pem"
	AuthCA3 = "auth-ca-3.pem"

	// SignCA0 ended in 2020.
	SignCA0 = "sign-ca-0.pem"
	// SignCAImpostor has SignCA2's name, serial number and key identifier, and
	// another key.
	SignCAImpostor = "sign-ca-impostor.pem"
)

// The certificates of one person's cards and phone.
const (
	Sign        = "sign.pem" // the current card, under SignCA2
	Auth        = "auth.pem" // the current card, under AuthCA2
	SignGen1    = "sign-gen1.pem"
	AuthGen1    = "auth-gen1.pem"
	SignP384    = "sign-p384.pem"
	AuthP384    = "auth-p384.pem"
	AndroidSign = "android-sign.pem"
	AndroidAuth = "android-auth.pem"
)

// Variants of Sign, each with one difference.
const (
	SignExpired     = "sign-expired.pem"
	SignNotYetValid = "sign-not-yet-valid.pem"
	SignRevoked     = "sign-revoked.pem"
	SignWrongUsage  = "sign-wrong-usage.pem" // keyEncipherment alone
	SignSubstitute  = "sign-substitute.pem"  // substituted characters, partial birth date
	SignExpiredCA   = "sign-expired-ca.pem"  // under SignCA0
	SignImpostor    = "sign-impostor.pem"    // under SignCAImpostor
)

// An organisation's chain: leaf, OrgCA, OrgRoot.
const (
	OrgRoot    = "org-root.pem"
	OrgCA      = "org-ca.pem"
	OrgRSA2048 = "org-rsa2048.pem"
	OrgRSA3072 = "org-rsa3072.pem"
	OrgRSA4096 = "org-rsa4096.pem"
	OrgP256    = "org-p256.pem"
	OrgP384    = "org-p384.pem"
	OrgEd25519 = "org-ed25519.pem"
)

// OCSP responders and the time-stamping authority.
const (
	OCSPSign = "ocsp-sign.pem" // delegated by SignCA2
	OCSPAuth = "ocsp-auth.pem" // delegated by AuthCA2
	OCSPOrg  = "ocsp-org.pem"  // delegated by OrgCA
	TSACA    = "tsa-ca.pem"
	TSA      = "tsa.pem"
)

// Certificates lists every certificate file.
func Certificates() []string {
	return []string{
		SignCA0, SignCA1, SignCA2, SignCA3, SignCAImpostor, AuthCA1, AuthCA2, AuthCA3,
		Sign, Auth, SignGen1, AuthGen1, SignP384, AuthP384, AndroidSign, AndroidAuth,
		SignExpired, SignNotYetValid, SignRevoked, SignWrongUsage, SignSubstitute, SignExpiredCA, SignImpostor,
		OrgRoot, OrgCA, OrgRSA2048, OrgRSA3072, OrgRSA4096, OrgP256, OrgP384, OrgEd25519,
		OCSPSign, OCSPAuth, OCSPOrg, TSACA, TSA,
	}
}
