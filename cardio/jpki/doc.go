// Package jpki speaks to the JPKI applet: the two keys of the Individual Number
// Card (マイナンバーカード) and of its phone tokens, their certificates and PINs.
//
// Detect says whether a card is one. Probe tells which kind it is and how many tries
// each PIN has left, and FreeCertificates and ReadCertificate read what needs no PIN;
// none of them costs a try. Unlock asks for a PIN, has the card verify it, and returns
// a *Session: a crypto.Signer with its certificate chain. Close ends the session.
//
// Unlock guards the PIN (guard.go). It is checked for its form before the card
// sees it; the tries left are queried first; nothing is sent to a blocked PIN,
// to one with a single try left (unless Options.LastTry), to one whose counter
// the card does not tell, or to one that another program left verified. A PIN
// that no person typed just now is sent only while the counter is full, so that
// a wrong file in a loop costs one try. For each PIN that the PINSource hands
// over at most one VERIFY is transmitted, and none is ever repeated: when the
// answer is lost, the error is a *UncertainError. The PIN's buffer is wiped
// before Unlock returns, and no error contains any of it.
//
// The person is never waited for inside a transaction. Unlock looks at the
// card, ends the transaction, calls the PINSource, begins another one, and goes
// on only if it is the same card with the same counter. From VERIFY to Close it
// is one exclusive transaction. Windows resets a card that idles in one for five
// seconds, so callers do everything slow before Unlock, and close soon.
//
// A session ends by selecting another applet and unpowering the card, since
// neither of them alone drops a verified PIN on every reader. The certificate is
// read after the PIN, and each signature is checked against its public key
// before it is returned.
//
// What differs between cards is data (profile.go): applet, files, PIN rules and
// signature scheme of each key. All functions take a cardio.Exclusive, so a
// card behind PC/SC and the emulator are the same to them. A card has one owner
// at a time; a Session may be used from several goroutines, which it serialises.
//
// Implemented: ISO/IEC 7816-4:2020, 11.2.2 (SELECT), 11.3.3 (READ BINARY),
// 11.5.6 (VERIFY); ISO/IEC 7816-8:2019, 11.5 (COMPUTE DIGITAL SIGNATURE); JICSAP
// 1.1 status words; RFC 8017, 9.2 and A.2.4 (DigestInfo); PKCS #11 2.40, 3.2
// (CK_TOKEN_INFO in EF 0006).
package jpki
