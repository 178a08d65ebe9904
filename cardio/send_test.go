package cardio_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/cardio"
)

// script is a card that expects commands and answers them, one line after the
// other: "command > response", in hex.
type script struct {
	t     *testing.T
	lines []string
}

func newScript(t *testing.T, lines ...string) *script {
	s := &script{t, lines}
	t.Cleanup(func() {
		if len(s.lines) > 0 {
			t.Errorf("never sent: %q", s.lines)
		}
	})
	return s
}

func (s *script) Transmit(command []byte) ([]byte, error) {
	s.t.Helper()
	if len(s.lines) == 0 {
		s.t.Fatalf("one command too many: %X", command)
	}
	want, response, _ := strings.Cut(s.lines[0], ">")
	s.lines = s.lines[1:]
	if !bytes.Equal(command, unhex(s.t, want)) {
		s.t.Fatalf("sent %X, want %s", command, want)
	}
	return unhex(s.t, response), nil
}

// TestSendFollows: 6Cxx is sent again with the right Le, 61xx is fetched.
func TestSendFollows(t *testing.T) {
	read := cardio.Command{INS: cardio.InsReadBinary, Ne: 256}
	sign := cardio.Command{CLA: 0x80, INS: cardio.InsPerformSecurityOp, P2: 0x80, Data: []byte{0xAA}}
	for _, test := range []struct {
		name    string
		command cardio.Command
		lines   []string
		data    string
		sw      cardio.SW
	}{
		{"success", read, []string{"00B0000000 > 0102 9000"}, "0102", 0x9000},
		{"error", read, []string{"00B0000000 > 6982"}, "", 0x6982},
		{"6Cxx", read, []string{"00B0000000 > 6C03", "00B0000003 > 010203 9000"}, "010203", 0x9000},
		{"6C00 is 256", sign, []string{"802A008001AA > 6C00", "802A008001AA00 > 01 9000"}, "01", 0x9000},
		{"6Cxx twice", read, []string{"00B0000000 > 6C03", "00B0000003 > 6C02"}, "", 0x6C02},
		{"61xx", read, []string{"00B0000000 > 6102", "00C0000002 > 0102 9000"}, "0102", 0x9000},
		{"61xx with data", read, []string{"00B0000000 > 01 6101", "00C0000001 > 02 9000"}, "0102", 0x9000},
		{"61xx in parts", read, []string{"00B0000000 > 6100", "00C0000000 > 01 6102", "00C0000002 > 0203 9000"}, "010203", 0x9000},
		{"61xx, then an error", read, []string{"00B0000000 > 01 6101", "00C0000001 > 6F00"}, "01", 0x6F00},
		{"6Cxx, then 61xx", read, []string{"00B0000000 > 6C02", "00B0000002 > 6102", "00C0000002 > 0102 9000"}, "0102", 0x9000},
		{"extended 6Cxx becomes short", cardio.Command{INS: cardio.InsReadBinary, Ne: 65536, Extended: true},
			[]string{"00B00000000000 > 6C03", "00B0000003 > 010203 9000"}, "010203", 0x9000},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := cardio.Send(newScript(t, test.lines...), test.command)
			if err != nil || r.SW != test.sw || !bytes.Equal(r.Data, unhex(t, test.data)) {
				t.Errorf("got %X SW %v, error %v", r.Data, r.SW, err)
			}
		})
	}
}

// TestSendKeepsExtendedData: data that only the extended form holds stays in it.
func TestSendKeepsExtendedData(t *testing.T) {
	data := hexOf(256)
	card := newScript(t, "802A0080 000100"+data+"0000 > 6C02", "802A0080 000100"+data+"0002 > 0102 9000")
	c := cardio.Command{CLA: 0x80, INS: 0x2A, P2: 0x80, Data: fill(256), Ne: 65536, Extended: true}
	if r, err := cardio.Send(card, c); err != nil || r.SW != cardio.SWSuccess {
		t.Errorf("SW %v, error %v", r.SW, err)
	}
}

// TestPINCommandsAreSentOnce: whatever the card answers, a try is not risked a
// second time, by Send no more than by SendOnce.
func TestPINCommandsAreSentOnce(t *testing.T) {
	for _, ins := range []byte{0x20, 0x21, 0x24, 0x25, 0x2C, 0x2D} {
		for _, sw := range []cardio.SW{0x6C00, 0x6C04, 0x6100, 0x6104, 0x6F00, 0x63C2, 0x9000} {
			for name, send := range map[string]func(cardio.Card, cardio.Command) (cardio.Response, error){
				"Send": cardio.Send, "SendOnce": cardio.SendOnce,
			} {
				card := newScript(t, "00"+string("0123456789ABCDEF"[ins>>4])+string("0123456789ABCDEF"[ins&15])+"0080 04 31323334 > "+sw.String())
				r, err := send(card, cardio.Command{INS: ins, P2: 0x80, Data: []byte("1234")})
				if err != nil || r.SW != sw {
					t.Errorf("%s, instruction %02X, SW %v: got %v, error %v", name, ins, sw, r.SW, err)
				}
			}
		}
	}
}

func TestSendOnceDoesNotFollow(t *testing.T) {
	for _, sw := range []string{"6102", "6C02"} {
		r, err := cardio.SendOnce(newScript(t, "00B0000000 > "+sw), cardio.Command{INS: cardio.InsReadBinary, Ne: 256})
		if err != nil || r.SW.String() != sw {
			t.Errorf("got SW %v, error %v", r.SW, err)
		}
	}
}

// cardFunc is a card made of a function.
type cardFunc func([]byte) ([]byte, error)

func (f cardFunc) Transmit(command []byte) ([]byte, error) { return f(command) }

// TestSendEnds: a card that has always more ends in an error, not in a loop or
// in all of the memory.
func TestSendEnds(t *testing.T) {
	for name, answer := range map[string][]byte{
		"empty parts": {0x61, 0x01},
		"full parts":  append(make([]byte, 256), 0x61, 0x00),
		"long parts":  append(make([]byte, 65536), 0x61, 0x00),
	} {
		t.Run(name, func(t *testing.T) {
			rounds := 0
			card := cardFunc(func([]byte) ([]byte, error) { rounds++; return answer, nil })
			r, err := cardio.Send(card, cardio.Command{INS: cardio.InsReadBinary, Ne: 256})
			if !errors.Is(err, cardio.ErrResponse) || len(r.Data) > 0 || rounds > 1000 {
				t.Errorf("%d rounds, %d bytes, error %v", rounds, len(r.Data), err)
			}
		})
	}
}

// TestSendLeavesPartsAlone: joining must not write into what Transmit returned.
func TestSendLeavesPartsAlone(t *testing.T) {
	first := make([]byte, 3, 64)
	copy(first, []byte{0x01, 0x61, 0x01})
	card := cardFunc(func(c []byte) ([]byte, error) {
		if c[1] == cardio.InsGetResponse {
			return []byte{0x02, 0x90, 0x00}, nil
		}
		return first, nil
	})
	if _, err := cardio.Send(card, cardio.Command{INS: cardio.InsReadBinary, Ne: 256}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first[:3], []byte{0x01, 0x61, 0x01}) {
		t.Errorf("the first part became %X", first[:3])
	}
}

func TestSendReportsTransport(t *testing.T) {
	gone := cardFunc(func([]byte) ([]byte, error) { return nil, cardio.ErrCardRemoved })
	for name, send := range map[string]func(cardio.Card, cardio.Command) (cardio.Response, error){
		"Send": cardio.Send, "SendOnce": cardio.SendOnce,
	} {
		if _, err := send(gone, cardio.Command{INS: cardio.InsReadBinary, Ne: 256}); !errors.Is(err, cardio.ErrCardRemoved) {
			t.Errorf("%s: error %v", name, err)
		}
		if _, err := send(gone, cardio.Command{Ne: -1}); !errors.Is(err, cardio.ErrCommand) {
			t.Errorf("%s: error %v for a command that cannot be encoded", name, err)
		}
	}
	for name, first := range map[string][]byte{"6Cxx": {0x6C, 0x01}, "61xx": {0x61, 0x01}} {
		sent := false
		card := cardFunc(func([]byte) ([]byte, error) {
			if sent {
				return nil, cardio.ErrCardRemoved
			}
			sent = true
			return first, nil
		})
		if _, err := cardio.Send(card, cardio.Command{INS: cardio.InsReadBinary, Ne: 256}); !errors.Is(err, cardio.ErrCardRemoved) {
			t.Errorf("after %s: error %v", name, err)
		}
	}
	short := cardFunc(func([]byte) ([]byte, error) { return []byte{0x90}, nil })
	if _, err := cardio.Send(short, cardio.Command{}); !errors.Is(err, cardio.ErrResponse) {
		t.Errorf("one byte: error %v", err)
	}
}

// TestSendWipesCommand: the bytes that held the PIN are gone when Send returns.
func TestSendWipesCommand(t *testing.T) {
	var kept []byte
	card := cardFunc(func(c []byte) ([]byte, error) { kept = c; return []byte{0x90, 0x00}, nil })
	if _, err := cardio.SendOnce(card, cardio.Command{INS: cardio.InsVerify, Data: []byte("1234")}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(kept, make([]byte, len(kept))) {
		t.Errorf("the command is still %X", kept)
	}
}
