// Package jpkikey makes a signing key of the Individual Number Card in a reader: it
// joins cardio/pcsc, which finds readers and cards, with cardio/jpki, which
// speaks to the applet.
//
// Open reads a jpki: key URI and touches nothing. Key.Unlock finds the card, has
// the PIN asked for and verified, and returns the session that signs; nothing of
// PC/SC stays open between a session's Close and the next Unlock. List tells
// what is in every reader, for people who look for their card or their tries.
//
// Which card: the one in the reader that the URI names, by its whole name or by
// a part that only one reader has, letter case aside. Without a name it is the
// only Individual Number Card in any reader. Two of them are an error that lists
// their readers, never a choice by chance.
//
// What is promised of PINs is what cardio/jpki promises; nothing is added here.
// Manager is what this package needs of PC/SC, and the emulated card has one of
// its own, so that both go the same way.
package jpkikey
