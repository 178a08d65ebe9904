package emulator

import "github.com/jsign-jp/jsign/cardio"

// process executes a command behind the transport that the options describe.
func (k *Card) process(c cardio.Command) ([]byte, cardio.SW) {
	if k.fresh && k.options.First6F00 {
		k.fresh = false
		return nil, cardio.SWInternal
	}
	k.fresh = false
	limit := k.options.MaxAPDU
	if limit > 0 && (c.Extended || len(c.Data) > limit) {
		return nil, cardio.SWWrongLength
	}
	if c.CLA == 0 && c.INS == cardio.InsGetResponse && k.continues() {
		return k.getResponse(c)
	}
	k.pending = nil
	data, sw := k.execute(c)
	switch {
	case len(data) == 0:
		return nil, sw
	case k.options.WrongLe && len(data) != c.Ne:
		return nil, swRightLe | cardio.SW(byte(len(data)))
	case k.options.GetResponse:
		k.pending = data
		return nil, moreData(len(data))
	}
	return k.part(data, len(data))
}

// continues says whether the transport has GET RESPONSE at all.
func (k *Card) continues() bool { return k.options.GetResponse || k.options.MaxAPDU > 0 }

// getResponse fetches the next part of the answer (ISO/IEC 7816-4, 11.1.1).
func (k *Card) getResponse(c cardio.Command) ([]byte, cardio.SW) {
	switch {
	case len(c.Data) > 0 || c.Ne == 0:
		return nil, cardio.SWWrongLength
	case c.P1 != 0 || c.P2 != 0:
		return nil, cardio.SWWrongP1P2
	case len(k.pending) == 0:
		return nil, cardio.SWConditions
	}
	return k.part(k.pending, c.Ne)
}

// part returns at most n bytes of data, and no more than the transport carries;
// the rest is kept for GET RESPONSE.
func (k *Card) part(data []byte, n int) ([]byte, cardio.SW) {
	if k.options.MaxAPDU > 0 {
		n = min(n, k.options.MaxAPDU)
	}
	n = min(n, len(data))
	k.pending = data[n:]
	if len(k.pending) > 0 {
		return data[:n], moreData(len(k.pending))
	}
	return data, cardio.SWSuccess
}

// moreData returns 61xx; 00 stands for 256 and more.
func moreData(n int) cardio.SW {
	if n >= 256 {
		return swMoreData
	}
	return swMoreData | cardio.SW(n)
}
