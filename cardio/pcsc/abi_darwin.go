package pcsc

// word is LONG and DWORD of macOS' PCSC/wintypes.h: 32 bits.
type word = uint32

// readerStateSize is sizeof(SCARD_READERSTATE), which macOS packs.
const readerStateSize = readerStateATR + maxATR

const libraryPath = "/System/Library/Frameworks/PCSC.framework/PCSC"
