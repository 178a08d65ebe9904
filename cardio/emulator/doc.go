// Package emulator is the Individual Number Card in software: the JPKI applet
// with two keys, their certificates and PINs, for a demonstration without a
// card, for tests, and for people who want to try another program on it. Its
// signatures mean nothing: the keys are public (testdata/ca), and no verifier
// trusts their issuer by default.
//
// New makes a Card, which is a cardio.Card: commands in, responses out. A
// Reader holds a Card and shares it between Sessions, each a cardio.Exclusive,
// as a PC/SC reader does with its connections. DialVPCD and VPCDListener plug a
// Card into pcscd through the virtual reader of the vsmartcard project, where
// any PC/SC program finds it. Options describe unusual cards: a phone, a
// blocked PIN, one without a signing certificate, a transport that needs GET
// RESPONSE; ParseQuery reads them from a key URI.
//
// The PINs are AuthPIN and SignPassword. Key and certificates are the same in
// every process, whatever the options say; only the Android and iPhone tokens
// have a pair of their own. Retry counters and changed PINs live as long as the
// Card does.
//
// The card answers as the plastic card was measured to, or as OpenSC was traced
// to need. Where neither says anything the stricter answer was chosen, so that
// a client which works here does not depend on leniency; such places are
// marked "not measured". It knows nothing of the client side: cardio/jpki is
// not imported, lest both make the same mistake.
//
// Left out: secure messaging, logical channels, command chaining,
// card-verifiable certificates, and everything in the other applets but their
// selection.
//
// Implemented: ISO/IEC 7816-4:2020, 11.2.2 (SELECT), 11.3.3 (READ BINARY),
// 11.5.6 (VERIFY), 11.5.7 (CHANGE REFERENCE DATA), 11.5.3 (GET CHALLENGE),
// 11.4.3 (GET DATA), 11.1.1 (GET RESPONSE); ISO/IEC 7816-8:2019, 11.5 (COMPUTE
// DIGITAL SIGNATURE) with the padding of RFC 8017, 9.2 for data that the caller
// has encoded; JICSAP 1.1 status words.
package emulator
