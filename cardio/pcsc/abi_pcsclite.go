//go:build linux || freebsd

package pcsc

// word is LONG and DWORD of pcsc-lite's wintypes.h: C's long, which is as wide
// as Go's uint on every system Go supports here.
type word = uint

// readerStateSize is sizeof(SCARD_READERSTATE), padded to whole words.
const readerStateSize = (readerStateATR + maxATR + wordSize - 1) / wordSize * wordSize

const libraryPath = "libpcsclite.so.1"
