package pcsc

// word is LONG and DWORD of macOS' PCSC/wintypes.h.
type word = uint32

// hostLayout is that of macOS, which packs structures.
func hostLayout() layout { return packedLayout(4) }

const libraryPath = "/System/Library/Frameworks/PCSC.framework/PCSC"
