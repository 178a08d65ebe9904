//go:build linux || darwin || freebsd

package pcsc

import (
	"bytes"
	"errors"
	"slices"
	"testing"
)

// TestLayouts compares with sizeof and offsetof of SCARD_READERSTATE as the C
// compilers of the systems have them.
func TestLayouts(t *testing.T) {
	if pointerSize != 8 {
		t.Skip("the figures are those of 64-bit systems")
	}
	for name, c := range map[string]struct {
		layout
		event, atrSize, atr, size int
	}{
		"Linux":   {paddedLayout(8), 24, 32, 40, 80},
		"FreeBSD": {paddedLayout(8), 24, 32, 40, 80},
		"macOS":   {packedLayout(4), 20, 24, 28, 61},
	} {
		if l := c.layout; l.current() != 16 || l.event() != c.event || l.atrSize() != c.atrSize || l.atr() != c.atr || l.size != c.size {
			t.Errorf("%s: current %d, event %d, size of ATR %d, ATR %d, size %d", name, l.current(), l.event(), l.atrSize(), l.atr(), l.size)
		}
	}
}

// TestLayoutRoundTrip writes what a resource manager would, and reads it back.
func TestLayoutRoundTrip(t *testing.T) {
	for _, l := range []layout{paddedLayout(8), packedLayout(4), paddedLayout(4), hostLayout()} {
		states := []readerState{{reader: "A", current: 0x10022}, {reader: "B"}}
		array, names := l.encode(states)
		if len(array) != 2*l.size || string(names[0]) != "A\x00" || getWord(array[l.current():l.event()]) != 0x10022 {
			t.Fatalf("%+v: %x", l, array)
		}
		second := array[l.size:]
		putWord(second[l.event():l.atrSize()], 0x20122)
		putWord(second[l.atrSize():l.atr()], maxATR)
		atr := bytes.Repeat([]byte{0x3B}, maxATR)
		copy(second[l.atr():], atr)
		l.decode(array, states)
		if states[0].event != 0 || len(states[0].atr) != 0 || states[1].event != 0x20122 || !bytes.Equal(states[1].atr, atr) {
			t.Errorf("%+v: %+v", l, states)
		}
		putWord(second[l.atrSize():l.atr()], 0xFFFFFFFF)
		if l.decode(array, states); len(states[1].atr) != maxATR {
			t.Errorf("%+v: an ATR of %d bytes", l, len(states[1].atr))
		}
	}
}

func TestSplitNames(t *testing.T) {
	for list, want := range map[string][]string{
		"":               nil,
		"\x00":           nil,
		"A\x00\x00":      {"A"},
		"A 1\x00B\x00":   {"A 1", "B"},
		"A\x00\x00B\x00": {"A"},
		"A":              nil, // not terminated
	} {
		if got := splitNames([]byte(list)); !slices.Equal(got, want) {
			t.Errorf("%q: %q", list, got)
		}
	}
}

// TestNoLibrary has no library, and one without the functions.
func TestNoLibrary(t *testing.T) {
	_, _, err := bindLibraryAt("libpcsclite-that-nobody-has.so.1")
	if !errors.Is(err, ErrNoLibrary) {
		t.Errorf("no library: %v", err)
	}
	for _, libc := range []string{"libc.so.6", "libc.so.7", "/usr/lib/libSystem.B.dylib"} {
		if _, _, err := bindLibraryAt(libc); !errors.Is(err, ErrNoLibrary) {
			t.Errorf("%s: %v", libc, err)
		}
	}
}
