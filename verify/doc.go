// Package verify judges signatures: CMS messages, and signatures in PDF files.
//
// For a CMS message, Open decodes it (DER, PEM or S/MIME, of any size, in
// constant memory) and hashes its content on the way. SetContent and UsePart
// supply content that lies outside of it. Check makes every check of every
// signer and returns the outcomes as data, without weighing them. Report weighs
// them by ETSI EN 319 102-1, with RFC 5652 and its companions applied in full.
// WriteContent gives the content out, once the caller is content with it.
//
//	m, err := verify.Open(verify.Input{At: f, Size: size}, verify.OpenOptions{})
//	defer m.Close()
//	err = m.SetContent(content.Copy)               // of a detached signature
//	result := m.Check(verify.CheckOptions{Trust: trust.Options{Anchors: anchors}})
//	report := m.Report(ctx, result, verify.ReportOptions{Time: now})
//	if report.Valid() { … }
//
// PDF does all of it for a PDF file: of every signature it tells whether its value
// is right, what it covers, and whether what was changed later was permitted.
// SignedRevision tells how long the file was when a signature was made.
//
// Certificates are judged as of now, and where that does not do as of the time at which a
// timestamp that holds proves the signature to have existed: Report.Signatures
// tells of every timestamp, of what is known of each certificate's revocation
// and from where, and of the level that was reached. ReportOptions takes data
// beside what the file carries, and who may be asked for more.
//
// What is promised: nothing is called valid of which a check failed or was left
// out. The zero ReportOptions demand that revocation was checked. Reports hold
// words and numbers only; a judgement that was not made has its zero value,
// which means unknown. Errors are for messages that cannot be read; a message
// that can be read and is wrong has a Report that says so. Memory does not depend
// on the content's size.
//
// What is not: no network is used but by the caller's Fetcher, and no time but the
// caller's.
//
// A Message belongs to one goroutine; everything else may be shared.
//
// Clauses: RFC 5652 (CMS) 5, 10, 11; RFC 5035 (ESS) 5.4; RFC 8419, 8933; RFC 8551
// (S/MIME) 3; ETSI EN 319 102-1, 5.1.3, 5.3, 5.5, 5.6; EN 319 122-1, 5.3 to 5.5;
// ISO 32000-2, 12.8.
package verify
