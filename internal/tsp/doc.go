// Package tsp asks time-stamping authorities (TSA) for tokens and verifies
// tokens.
//
// To obtain one:
//
//	client, err := tsp.NewClient(tsp.ClientOptions{Servers: []tsp.Server{{URL: url}}})
//	stamp, err := client.Stamp(ctx, crypto.SHA256, digest)   // stamp.Token goes into the signature
//
// The servers are asked in order until one answers well; why the others did not is
// kept in Stamp.Failures. A token is handed out only when it answers this request
// (imprint, nonce, policy, a time near the clock's) and is well made and signed.
// Whether its authority is trusted is not asked then.
//
// To verify one:
//
//	token, err := tsp.ParseToken(raw)
//	digest := ...                                // of what was stamped, by token.Info.Hash
//	result := token.Verify(tsp.Options{Digest: digest, Chain: trust.Options{Anchors: anchors}})
//
// Result.Time is set only when everything holds: the digest, the one signer, its
// signature, ESS certificate identifier and certificate (timeStamping alone,
// critical) and, by package trust, its chain to an anchor at the token's time. What a token
// merely claims is in Info and Result.Claimed, and proves nothing. The zero Result is
// not known, not valid.
//
// No clock, randomness or network is used but those of ClientOptions. All input is
// bounded by the constants in limits.go, and no input makes the package panic.
//
// Clauses: RFC 3161, 2.3, 2.4, 3.4; RFC 5816 (signing-certificate-v2); RFC 5035, 5;
// RFC 5652, 5; RFC 7617 (basic authentication).
package tsp
