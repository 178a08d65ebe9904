package cardtest

import (
	"bytes"
	"testing"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/emulator"
)

// counting yields 0, 1, 2 … 255, 0 …, so that answers are known.
type counting struct{ next byte }

func (c *counting) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = c.next
		c.next++
	}
	return len(b), nil
}

func testAnswerSizes(t *testing.T, open Open) {
	// The card reads its source in another goroutine: this one counts by itself.
	expected := &counting{}
	b := newBench(t, open, emulator.Options{Rand: &counting{}})
	s := b.connect()
	if data := s.expect(cardio.Command{INS: cardio.InsVerify, P2: 0x80}, cardio.SWNoCurrentEF); len(data) != 0 {
		t.Errorf("%d bytes with a status word alone", len(data))
	}
	for n := 1; n <= 256; n++ {
		want := make([]byte, n)
		if _, err := expected.Read(want); err != nil {
			t.Fatal(err)
		}
		got := s.expect(cardio.Command{INS: 0x84, Ne: n}, cardio.SWSuccess) // GET CHALLENGE
		if !bytes.Equal(got, want) {
			t.Fatalf("Ne %d: got %X, want %X", n, got, want)
		}
	}
}

func testExtendedAnswer(t *testing.T, open Open) {
	s := newBench(t, open, emulator.Options{}).connect()
	s.selectFile(authCertificate)
	whole := readBinary(0, 65536)
	whole.Extended = true
	got := s.expect(whole, cardio.SWSuccess)
	if len(got) <= 256 {
		t.Fatalf("%d bytes in an extended answer", len(got))
	}
	for offset := 0; offset < len(got); offset += 256 {
		part := s.expect(readBinary(uint16(offset), 256), cardio.SWSuccess)
		if !bytes.HasPrefix(got[offset:], part) {
			t.Errorf("short and extended reads differ at offset %d", offset)
		}
	}
}

// testCommandSizes names applets that do not exist: the whole command has to
// arrive, and nothing else.
func testCommandSizes(t *testing.T, open Open) {
	b := newBench(t, open, emulator.Options{})
	s := b.connect()
	source := &counting{}
	for n := 1; n <= 255; n++ {
		for _, ne := range []int{0, 256} {
			c := cardio.Command{INS: cardio.InsSelect, P1: 0x04, Data: make([]byte, n), Ne: ne}
			if _, err := source.Read(c.Data); err != nil {
				t.Fatal(err)
			}
			s.expect(c, cardio.SWFileNotFound)
			sent, err := c.Marshal()
			if err != nil {
				t.Fatal(err)
			}
			if !b.witness.Saw(sent) {
				t.Fatalf("%d bytes, Ne %d: the command arrived changed", n, ne)
			}
		}
	}
}

func testBuffers(t *testing.T, open Open) {
	s := newBench(t, open, emulator.Options{Rand: &counting{}}).connect()
	command := []byte{0x00, 0x84, 0x00, 0x00, 0x10}
	first, err := s.Transmit(command)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(command, []byte{0x00, 0x84, 0x00, 0x00, 0x10}) {
		t.Errorf("the command was changed to %X", command)
	}
	kept := bytes.Clone(first)
	clear(command)
	second, err := s.Transmit([]byte{0x00, 0x84, 0x00, 0x00, 0x10})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, kept) {
		t.Error("the second answer overwrote the first")
	}
	if bytes.Equal(first, second) {
		t.Error("the second answer is the first again")
	}
}

func testMoreData(t *testing.T, open Open) {
	s := newBench(t, open, emulator.Options{GetResponse: true}).connect()
	s.selectFile(authCertificate)
	s.expect(readBinary(0, 256), 0x6100) // the status word is not followed behind the caller's back
	s.expect(readBinary(0, 4), 0x6104)
	testSend(t, s, readBinary(0, 256), 256)
}

func testWrongLe(t *testing.T, open Open) {
	s := newBench(t, open, emulator.Options{WrongLe: true}).connect()
	s.selectFile(0x08) // 3 bytes long
	s.expect(readBinary(0, 256), 0x6C03)
	testSend(t, s, readBinary(0, 256), 3)
}

func testLimit(t *testing.T, open Open) {
	s := newBench(t, open, emulator.Options{MaxAPDU: 255}).connect()
	s.selectFile(authCertificate)
	if data := s.expect(readBinary(0, 256), 0x6101); len(data) != 255 {
		t.Errorf("%d bytes in the first part", len(data))
	}
	testSend(t, s, readBinary(0, 256), 256)
}

// testSend has cardio.Send collect an answer of n bytes.
func testSend(t *testing.T, s *session, c cardio.Command, n int) {
	t.Helper()
	r, err := cardio.Send(s, c)
	if err != nil || r.SW != cardio.SWSuccess || len(r.Data) != n {
		t.Errorf("Send: SW %v, %d bytes, error %v; want 9000 and %d bytes", r.SW, len(r.Data), err, n)
	}
}
