// Package revocation finds out whether certificates were revoked, from OCSP responses
// and CRLs.
//
// Check answers one Query. ParseOCSP reads responses: of whatever responder, named by
// name or key, for several certificates; that they were signed by whom the issuer
// appointed, are of their time and mean this very certificate (CAs that share a name
// differ by key) is judged on the octets by RFC 6960. CRLs are judged by RFC 5280, 6.3:
// full, partitioned, indirect and delta CRLs, distribution points and scopes, reasons,
// entry extensions, CRL issuers of their own. The answer is Evidence, not a boolean:
// good, revoked (when, why, by which source, fresh until when), unknown (with
// everything that was refused and the clause), or not checked, which is the zero value
// and its own state: that nothing was there to ask is never success.
//
// Gather asks about all certificates of a path: what is embedded and in files, and a
// Fetcher where those do not settle it. Nothing here fetches; package online does, where
// the caller wants it.
//
// Two checkers put this into trust's judgement of chains. OpenSSL does what OpenSSL
// 3.0 does with CRLs, the order of its errors and its tolerances included
// (revocation dates are not compared, a removeFromCRL in a full CRL is good);
// Strict is Check, and refuses what is revoked by then or unknown.
//
// The issuer is handed in, and paths of other CRL issuers are verified by a callback:
// nothing here builds chains. The entries of a CRL are indexed
// once and its signature is verified once for each key, however many
// certificates it judges. Everything is safe for concurrent use.
//
// Clauses: RFC 5280, 5 and 6.3, 4.2.1.13, 4.2.1.15; RFC 6960, 2.2, 3.2, 4.2, 4.4; RFC
// 8954, 2.1; EN 319 102-1, 5.2.5.
package revocation
