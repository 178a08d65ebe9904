//go:build linux || darwin || freebsd

package pcsc

import (
	"encoding/binary"
	"unsafe"
)

// maxATR is the longest ATR, 33 bytes (MAX_ATR_SIZE of pcsclite.h).
const maxATR = 33

// Offsets in SCARD_READERSTATE: two pointers, three words and the ATR, with no
// padding before the end.
const (
	pointerSize        = int(unsafe.Sizeof(uintptr(0)))
	wordSize           = int(unsafe.Sizeof(word(0)))
	readerStateCurrent = 2 * pointerSize
	readerStateEvent   = readerStateCurrent + wordSize
	readerStateATRSize = readerStateCurrent + 2*wordSize
	readerStateATR     = readerStateCurrent + 3*wordSize
)

// encodeStates lays an array of SCARD_READERSTATE out in memory. The names must
// be kept alive as long as the array is in use.
func encodeStates(states []readerState) (array []byte, names [][]byte) {
	array = make([]byte, len(states)*readerStateSize)
	names = make([][]byte, len(states))
	for i, s := range states {
		names[i] = append([]byte(s.reader), 0)
		b := array[i*readerStateSize:]
		putWord(b, pointerSize, uint64(uintptr(unsafe.Pointer(&names[i][0]))))
		putWord(b[readerStateCurrent:], wordSize, uint64(s.current))
	}
	return array, names
}

// decodeStates fills in what the resource manager wrote.
func decodeStates(array []byte, states []readerState) {
	for i := range states {
		b := array[i*readerStateSize : (i+1)*readerStateSize]
		states[i].event = uint32(getWord(b[readerStateEvent:]))
		n := min(getWord(b[readerStateATRSize:]), maxATR)
		states[i].atr = b[readerStateATR : readerStateATR+int(n)]
	}
}

func putWord(b []byte, size int, v uint64) {
	if size == 8 {
		binary.NativeEndian.PutUint64(b, v)
		return
	}
	binary.NativeEndian.PutUint32(b, uint32(v))
}

func getWord(b []byte) uint64 {
	if wordSize == 8 {
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
