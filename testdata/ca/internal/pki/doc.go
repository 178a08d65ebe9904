// Package pki makes the test PKI whose output is committed one folder up.
//
// Generate is the only entry: it returns every file by name. The certificates
// are written with our own DER, because the shape is the point: attribute
// order, string types, extension order and criticality are those of the
// Japanese Public Key Infrastructure (JPKI), which crypto/x509 does not let a
// caller choose.
//
// The output is a function of the keys alone: serial numbers and dates are
// fixed, signatures are deterministic (PKCS #1 v1.5, RFC 6979, Ed25519), and
// the salts of the PKCS #12 files are derived from their names. Keys that exist
// are reused, and only a missing one is generated.
//
// Clauses: RFC 5280 4 and 5 (certificates and CRLs), RFC 6960 4.2 (OCSP),
// RFC 3161 2.3 (the TSA's certificate), RFC 7292 (PKCS #12), RFC 5958 and
// RFC 8018 A.4 (encrypted private keys).
package pki
