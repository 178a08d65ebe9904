//go:build linux || darwin || freebsd

package pcsc

import (
	"encoding/binary"
	"unsafe"
)

const (
	// maxATR is the longest ATR, 33 bytes (MAX_ATR_SIZE of pcsclite.h).
	maxATR = 33

	pointerSize = int(unsafe.Sizeof(uintptr(0)))
)

// layout is how SCARD_READERSTATE lies in memory: two pointers (the name, and
// one that is not used), three words and the ATR. It differs between systems by
// the size of a word and by what stands behind the ATR.
type layout struct {
	word int // bytes of a DWORD
	size int // bytes of the whole
}

// packedLayout ends with the ATR; paddedLayout is filled up to whole words.
func packedLayout(word int) layout { return layout{word, 2*pointerSize + 3*word + maxATR} }
func paddedLayout(word int) layout {
	return layout{word, (packedLayout(word).size + word - 1) / word * word}
}

// Offsets of the fields.
func (l layout) current() int { return 2 * pointerSize }
func (l layout) event() int   { return l.current() + l.word }
func (l layout) atrSize() int { return l.current() + 2*l.word }
func (l layout) atr() int     { return l.current() + 3*l.word }

// encode lays an array of SCARD_READERSTATE out in memory. The names must be
// kept alive as long as the array is in use.
func (l layout) encode(states []readerState) (array []byte, names [][]byte) {
	array = make([]byte, len(states)*l.size)
	names = make([][]byte, len(states))
	for i, s := range states {
		names[i] = append([]byte(s.reader), 0)
		b := array[i*l.size:]
		putWord(b[:pointerSize], uint64(uintptr(unsafe.Pointer(&names[i][0]))))
		putWord(b[l.current():l.event()], uint64(s.current))
	}
	return array, names
}

// decode fills in what the resource manager wrote.
func (l layout) decode(array []byte, states []readerState) {
	for i := range states {
		b := array[i*l.size : (i+1)*l.size]
		states[i].event = uint32(getWord(b[l.event():l.atrSize()]))
		n := min(getWord(b[l.atrSize():l.atr()]), maxATR)
		states[i].atr = b[l.atr() : l.atr()+int(n)]
	}
}

// putWord stores a word of 4 or 8 bytes, in the machine's order.
func putWord(b []byte, v uint64) {
	if len(b) == 8 {
		binary.NativeEndian.PutUint64(b, v)
		return
	}
	binary.NativeEndian.PutUint32(b, uint32(v))
}

func getWord(b []byte) uint64 {
	if len(b) == 8 {
		return binary.NativeEndian.Uint64(b)
	}
	return uint64(binary.NativeEndian.Uint32(b))
}

// splitNames splits SCardListReaders' list of NUL-terminated names.
func splitNames(list []byte) []string {
	var names []string
	for start, i := 0, 0; i < len(list); i++ {
		if list[i] != 0 {
			continue
		}
		if i == start { // the empty name ends the list
			break
		}
		names = append(names, string(list[start:i]))
		start = i + 1
	}
	return names
}
