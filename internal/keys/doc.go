// Package keys says what a signing key is to the rest of jsign, wherever it is
// kept, and how one is named on the command line.
//
// ParseURI reads the value of --key. The packages below open what it names:
// keys/jpki a card, keys/emulator the emulated card, keys/pkcs12 and keys/pem
// files. Each gives a Key; Unlock asks its person for what it takes and gives a
// Session, which signs and knows the certificates. NewSession is the Session of
// keys in memory.
//
// # Key URIs
//
//	jpki:                         the first card, its signing key
//	jpki:?reader=NAME&cert=auth   the card in a reader, its authentication key
//	emulator:?delay=200ms         the emulated card
//	pkcs12:FILE                   key and certificates of a PKCS #12 file
//	pem:CERT,KEY                  certificates of one PEM file, key of another
//	pem:FILE                      both in one file
//
// The scheme is case-insensitive. In jpki: and emulator: the query follows the
// usual rules: keys and values are percent-encoded (a plus sign is a plus
// sign). In pkcs12: and pem: all that follows the colon is file names as they
// are: ?, %, # and backslashes mean themselves, `pkcs12:C:\x.p12` is a Windows
// path. Only the comma is special in pem:, and a comma in a name is written
// twice. Nothing is left to guess: an unknown scheme, an unknown, repeated or
// empty query key is an error that names it.
//
// Errors are made for people, in both languages. Opening a key asks nobody and
// finds what can be found without its secret, so that no passphrase is asked
// for in vain.
//
// What is promised of secrets: a Secret prints as a placeholder and is wiped by
// whoever asked for it. What is not: Go's cryptographic packages keep copies of
// private keys and passphrases that can't be wiped.
//
// Implemented: RFC 3986 2.1 and 3.1 (percent-encoding, schemes).
package keys
