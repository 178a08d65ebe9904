// Package identity reads what a JPKI certificate says of its holder.
//
// FromCertificate returns the attributes of a signing certificate: registered
// name, sex, birth date and address, with the flags that tell which characters
// are substitutes. SignerName returns the name alone, for certificates of any
// kind.
//
// Reading is tolerant, because the profile grows: an attribute that is unknown,
// repeated or malformed is kept undecoded in Identity.Other, so that whoever
// shows an identity can show all of it. Nothing here fails and nothing panics
// on any certificate; input beyond the limits in limits.go is not read.
//
// It promises nothing of the truth of what it reads: the values are the
// signer's own claim until the certificate's chain is verified. They are
// personal data. Identity therefore prints as a placeholder with every fmt
// verb, and a caller that wants to show a field names it.
//
// Values come without control characters, so that they are safe to print; they
// may hold any other character, U+3000 between surname and given name included.
//
// Everything is safe for concurrent use; certificates are only read.
//
// Implemented: RFC 5280, 4.2.1.6 (otherName), and the JPKI certificate profile as it
// is seen in certificates (attribute arc 1.2.392.200149.8.5.5).
package identity
