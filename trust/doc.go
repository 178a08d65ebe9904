// Package trust reads certificates and CRLs, holds trust anchors, and judges
// chains of certificates.
//
// ParseCertificate and ParseCRL read what crypto/x509 refuses too (negative serial
// numbers, rare curves and types of string, broken extensions): what a field
// means is judged later, and X509 gives crypto/x509's reading where there is
// one. A Store holds anchors: files and folders as openssl's -CAfile and
// -CApath take them (AddFile, AddDir), a person's own Folder, and the pinned
// authorities of JPKI (AddPinned), which are known here by fingerprint alone.
// Nothing is trusted unless a Store says so.
//
// PublicKey verifies the signatures of certificates, CRLs and OCSP responses
// (VerifySigned), and the values of CMS signers (VerifyValue): all keys are read,
// and all values verified, here.
//
// Two judges answer with the same Result. VerifyOpenSSL does what OpenSSL 3.0
// does: the same choice of candidates without going back, the same order of
// checks, the same first error, with OpenSSL's number and words. Verify is RFC
// 5280 in full: it tries all candidates within limits and applies every clause, and
// weak algorithms count only for signatures of their time (AlgorithmPolicy).
// Both judge at a time given in Options. Revocation is asked of a
// RevocationChecker, in the order of the judge; package revocation has them.
//
// A Verdict's zero value is NotKnown. What a certificate says of its holder is
// shown by nothing here. No network is used, nothing is executed, and the work
// that hostile certificates, names, policies and lists can cause is bounded by
// the constants in limits.go. Certificates, CRLs and keys are read only and safe
// for concurrent use.
//
// Not here: RFC 3779 resources (a critical extension for them is refused), DANE,
// certificate transparency, A-labels in constraints on SmtpUTF8Mailbox names.
//
// Clauses: RFC 5280, 4, 5.1-5.3, 6.1, 7.1; RFC 3279, RFC 4055, RFC 5480, RFC 5639, RFC
// 5758 and RFC 8410 (keys and signatures); RFC 3820 (proxy certificates, when
// allowed); RFC 6125, 6.4 and RFC 8398, 6 (names); RFC 6460 (Suite B); RFC 8017, 8
// and 9; RFC 5652, 5.6, RFC 4056 and RFC 8419 (values of signers); SEC 1, 4.1.4; NIST
// SP 800-57 part 1 and SP 800-131A (strengths).
package trust
