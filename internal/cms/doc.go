// Package cms reads and writes Cryptographic Message Syntax SignedData: bytes
// only, no trust, no network, no files.
//
// To sign, in two phases (digest out, signature in):
//
//	sig, err := cms.NewSignature(cms.SignatureOptions{Certificate: cert})
//	tbs, err := sig.Bind(der.Data, digest)           // what the key must sign
//	value, err := key.Sign(rand, tbs.Digest, tbs.Options)
//	err = sig.SetValue(value)                        // checked against cert
//	msg := cms.Message{ContentType: der.Data, Certificates: chain, Signatures: []*cms.Signature{sig}}
//	out, err := msg.Marshal()                        // detached; WriteAttached streams the content
//
// Message.MaxSize tells beforehand how large the result can become, room for
// unsigned attributes (a timestamp) included: what a PDF's /Contents needs.
// What is written is DER; a message that is added to keeps its parts octet for
// octet.
//
// To lift what exists, SignerInfo.WithUnsigned and SignedData.AddCertificates,
// AddCRLs and AddOCSPs add to a decoded message, which Message.Existing writes
// again; NewATSHashIndex and ArchiveImprint tell what an archive timestamp stamps.
//
// To read, Decode takes a stream of DER or BER of any size and hands the content
// on as it comes, in constant memory. It accepts what OpenSSL accepts and
// Audit (with AuditKey and AuditCertificate) reports each departure from the
// standards as a Finding, for the caller to judge. NewPEMReader and OpenSMIME
// unwrap the other two input forms, CopyText makes text canonical. SignerInfo's
// Verify functions check one signer's attributes and digest, and have a Key (package
// trust's) check the signature value; chains, times and purposes are the caller's.
//
// Every input is limited (limits.go); no input makes the package panic or use
// memory in proportion to the content.
//
// Clauses: RFC 5652 (CMS) 3-5, 10-11; RFC 5940 (OCSP); EN 319 122-1, 5.5 (archive
// timestamps); RFC 5035 (ESS signing-certificate-v2);
// RFC 3370, 4055, 5754, 5758, 8419, 8702 (algorithms); RFC 8933 (algorithm
// agreement); RFC 7468 (PEM); RFC 8551 (S/MIME) 3; X.690 (BER, DER).
package cms
