// Package revocation finds out whether certificates were revoked, from CRLs that
// are at hand.
//
// Check answers one Query by RFC 5280, 6.3: full, partitioned, indirect and delta
// CRLs, distribution points and scopes, reasons, entry extensions, CRL issuers of
// their own. The answer is Evidence, not a boolean: good, revoked (when, why, by
// which CRL, fresh until when), unknown (with each CRL that was refused and the
// clause), or not checked, which is the zero value and its own state: that nothing
// was there to ask is never success.
//
// Two checkers put this into trust's judgement of chains. OpenSSL does what OpenSSL
// 3.0 does with CRLs, the order of its errors and its tolerances included
// (revocation dates are not compared, a removeFromCRL in a full CRL is good);
// Strict is Check, and refuses what is revoked by then or unknown.
//
// The issuer is handed in, and paths of other CRL issuers are verified by a callback:
// nothing here builds chains. Nothing is fetched. The entries of a CRL are indexed
// once and its signature is verified once for each key, however many
// certificates it judges. Everything is safe for concurrent use.
//
// Clauses: RFC 5280, 5 and 6.3, 4.2.1.13, 4.2.1.15.
package revocation
