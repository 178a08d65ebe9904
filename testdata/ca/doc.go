// Package ca is jsign's test PKI: certificates, keys, CRLs and OCSP responses
// shaped like those of the Japanese Public Key Infrastructure (JPKI), and an
// ordinary organisation's chain and a time-stamping authority beside them.
//
// Certificate, Key, Pool, PEM and DER return the parts by file name; the names
// are the constants in names.go, and README.md tells what each file is for.
//
// Nothing made with it can be taken for the real thing: the organisation is
// JPKI-TEST, the policies are those of a test environment, every host ends in
// .invalid, and the private keys are public. Nothing trusts these CAs by
// default; a test or a demo that wants to must say so.
//
// The accessors panic on a name that does not exist or on a file of another
// kind: that is a mistake in the caller's source, found by its first run.
// Everything is safe for concurrent use.
//
// The files are made by `go generate ./testdata/ca` from internal/pki. Their
// dates lie far apart (end entities 2024 to 2049), so that tests do not rot.
package ca
