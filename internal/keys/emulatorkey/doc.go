// Package emulatorkey makes a signing key of the emulated card: the emulator: key
// URI, for a demonstration without a card and for tests. Its signatures mean
// nothing.
//
// Open makes a card, in this process, with the options of the URI. It is unlocked
// as a card in a reader is (internal/keys/jpkikey): the same queries, the same PIN
// guard, the same session. Only the reader differs. The card lives as long as
// the Key: a wrong PIN costs it a try, and the next Unlock finds one less.
package emulatorkey
