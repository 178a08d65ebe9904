//go:build linux || freebsd

package pcsc

import "unsafe"

// word is LONG and DWORD of pcsc-lite's wintypes.h: C's long, which is as wide
// as Go's uint on every system that Go has in common with pcsc-lite.
type word = uint

// hostLayout is that of pcsc-lite, which does not pack structures here.
func hostLayout() layout { return paddedLayout(int(unsafe.Sizeof(word(0)))) }

const libraryPath = "libpcsclite.so.1"
