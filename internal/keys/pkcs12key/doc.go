// Package pkcs12key opens keys in PKCS #12 files (`pkcs12:FILE`, also called PFX).
//
// Open reads the file and returns a keys.Key, having found out all that can be
// found out without the passphrase. Unlock asks for it, unless the empty one
// opens the file, and a wrong one is keys.ErrPassphrase. The file holds one
// private key and its certificate; the other certificates become the chain,
// whatever their order.
//
// Decoding is that of software.sslmate.com/src/go-pkcs12: PBES2 with AES, the
// legacy encryptions with triple DES and RC2, MACs with SHA-1 and SHA-2 and
// PBMAC1. A file in BER, which some old programs write, is refused with the
// openssl command that converts it.
//
// Nothing here panics on any file. What a file may demand of key derivation is
// bounded before the passphrase is asked for, where the file says it openly; in
// what it says encrypted, the end of the context ends the wait.
//
// Implemented: RFC 7292 (PKCS #12), RFC 8018 6.2 (PBES2), RFC 9579 (PBMAC1).
package pkcs12key
