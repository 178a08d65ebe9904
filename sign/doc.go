// Package sign makes signatures: CMS over any file, and signed PDFs.
//
// CMS and PDF do everything in one call, with a Signer: a private key that is
// ready to sign, and its certificates.
//
//	err := sign.PDF(ctx, dst, src, size, key, sign.PDFOptions{})
//
// Where the key is slow, asks a person for a PIN, or stands somewhere else, the
// same is done in three phases. Nothing is asked of the key before a document
// is known to be signable:
//
//	d, err := sign.PreparePDF(ctx, src, size, opt) // reads, refuses, digests; no key
//	tbs, err := d.Bind(ctx, chain)                 // certificate known: what is to be signed
//	value, err := tbs.SignWith(key)                // or any other way to a signature
//	err = d.Finish(ctx, dst, value)                // writes
//
// Promised: the source is never changed, and a source that changes between
// Prepare and Finish is an error; a signed PDF begins with the old file, byte
// for byte, and earlier signatures in it stay valid; a signature is checked with
// the certificate's public key before anything is written; memory does not grow
// with the content; documents may be worked on in parallel, each by one
// goroutine at a time. Not promised: that the certificate is valid or trusted.
// What dst got before an error is of no use; package internal/durable keeps
// such files from being seen.
//
// With LevelOptions a signature reaches level B-T, B-LT or B-LTA of CAdES and
// PAdES; ExtendPDF and ExtendCMS lift signatures that exist. This package
// connects to nothing: the options bring the functions that obtain timestamps
// and validation data. Prepare and Bind obtain all that can be had before the key
// signs; what fails later is an error, and nothing is written.
//
// PDF signatures come in two profiles. ProfileMOJ follows the published rules of
// the online registration (登記・供託オンライン申請): adbe.pkcs7.detached, /Name and
// /M, nothing after it. ProfilePAdES is PAdES baseline.
//
// Implemented: RFC 5652 (CMS), RFC 5035 (ESS signing-certificate-v2), RFC 8419
// (Ed25519 in CMS), RFC 8551 (S/MIME); ISO 32000-2:2020, 12.7.5.5 (signature
// fields), 12.8.1 to 12.8.3 (signatures, DocMDP, FieldMDP); ETSI EN 319 142-1,
// and EN 319 122-1, 6 (baseline levels B-B to B-LTA), EN 319 122-1, 5.3 and 5.5
// (signature-time-stamp, archive-time-stamp-v3), RFC 5940 (OCSP in CMS).
package sign
