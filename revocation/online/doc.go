// Package online gets revocation data from where certificates say it is: OCSP
// responders and CRLs over HTTP, CRLs from LDAP directories.
//
// New makes a Client, a revocation.Fetcher, for revocation.Gather. Fetch tries, until
// something settles the certificate's status: what the Client's Cache holds, OCSP
// responders, CRLs by URL, CRLs by directory name (at Options.DirectoryServers). All it
// brings is judged by package revocation, as any other data is. What did not work is in
// Material.Attempts with a Failure that says why; nothing that fails is ever taken for
// a status.
//
// A certificate must not steer requests into a network: addresses that are not public
// are refused when a connection is made, on the address the name resolved to, for HTTP,
// for redirects and for LDAP, unless Options.AllowUnsafe names them. Redirects keep the
// scheme and are counted. No credentials and no cookies are sent, URLs that hold user
// names are refused, LDAP is anonymous and follows no referrals. No proxy is used
// unless Options.Proxy says so; through one, the proxy resolves names, and only
// addresses spelled out are checked. Answers are limited in time and size.
//
// What leaves the machine: to an OCSP responder, the hash of the issuer's name and key,
// the certificate's serial number and a nonce; to a CRL server, which CRL is wanted. See
// docs/revocation.md.
//
// A Cache keeps what has a nextUpdate until then, on disk, for all processes of the
// user. A Client remembers in memory what it got and whom it could not reach, so that
// many certificates of one CA cost one request for its CRL. Both are safe for
// concurrent use.
//
// Clauses: RFC 6960, appendix A; RFC 5019; RFC 8954; RFC 5280, 4.2.1.13 and 4.2.2.1;
// RFC 4516, RFC 4523 (LDAP); RFC 4514 (names).
package online
