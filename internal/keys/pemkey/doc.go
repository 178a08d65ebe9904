// Package pemkey opens keys and certificates in PEM files (`pem:CERT,KEY`).
//
// Open reads both files and returns a keys.Key, having found out all that can
// be found out without a passphrase. Unlock asks for one only when the key is
// encrypted. The certificate file holds the signer's certificate and those of
// CAs, in any order; all of them become the chain. The key must be that of one
// of them.
//
// Private keys are read as PKCS #8, PKCS #1 (RSA) and SEC 1 (EC), and as
// encrypted PKCS #8 with PBES2: PBKDF2 with HMAC-SHA-1 or SHA-2, and AES-CBC or
// triple DES. That is what openssl writes now and wrote in the last ten years.
// For the older forms (encryption by PEM headers, PBES1, scrypt) and for DER
// the error's hint has the openssl command that converts them.
//
// A plain key file that others can read is reported through Options.Warn and
// used: whoever keeps a key in a file may have reasons that the mode does not
// show (a container's secret, a Windows disk). It is for the caller to be
// stricter.
//
// Nothing here panics on any file; the limits are those of package keys.
//
// Implemented: RFC 7468 (PEM), RFC 5208 and RFC 5958 (PKCS #8), RFC 8017 A.1.2
// (PKCS #1), RFC 5915 (SEC 1), RFC 8018 6.2 and A.4 (PBES2).
package pemkey
