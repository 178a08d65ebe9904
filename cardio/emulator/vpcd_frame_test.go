package emulator

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"
)

func TestReadFrame(t *testing.T) {
	for _, test := range []struct {
		name, in, want string
		err            error
	}{
		{"control", "\x00\x01\x04", "\x04", nil},
		{"command", "\x00\x04\x00\x20\x00\x80", "\x00\x20\x00\x80", nil},
		{"two", "\x00\x01\x01\x00\x01\x02", "\x01", nil},
		{"nothing", "", "", io.EOF},
		{"length 0", "\x00\x00", "", errFrame},
		{"half a length", "\x00", "", io.ErrUnexpectedEOF},
		{"no body", "\x00\x05", "", errFrame},
		{"half a body", "\x00\x05\x00\xA4", "", errFrame},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := readFrame(bytes.NewReader([]byte(test.in)))
			if string(got) != test.want || !errors.Is(err, test.err) {
				t.Errorf("got %X, error %v", got, err)
			}
		})
	}
}

// writes counts calls of Write.
type writes struct {
	bytes.Buffer
	n int
}

func (w *writes) Write(b []byte) (int, error) { w.n++; return w.Buffer.Write(b) }

func TestWriteFrame(t *testing.T) {
	var w writes
	if err := writeFrame(&w, []byte{0x90, 0x00}); err != nil {
		t.Fatal(err)
	}
	if w.n != 1 || w.String() != "\x00\x02\x90\x00" {
		t.Errorf("%d writes: %X", w.n, w.Bytes())
	}
	if err := writeFrame(io.Discard, make([]byte, maxFrame)); err != nil {
		t.Errorf("the longest frame: %v", err)
	}
	for _, n := range []int{0, maxFrame + 1} {
		if err := writeFrame(io.Discard, make([]byte, n)); !errors.Is(err, errFrame) {
			t.Errorf("%d bytes: error %v", n, err)
		}
	}
}

// FuzzVPCDFrame: whatever the other end sends, the card answers each whole
// message that asks for an answer with one frame, and ends with the input.
func FuzzVPCDFrame(f *testing.F) {
	for _, seed := range []string{
		"\x00\x01\x00\x00\x01\x01\x00\x01\x00\x00\x01\x04", // noise at pcscd's start
		"\x00\x01\x02\x00\x04\x00\x20\x00\x80",
		"\x00\x0F\x00\xA4\x04\x0C\x0A\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01\x00\x07\x00\xA4\x02\x0C\x02\x00\x0A\x00\x05\x00\xB0\x00\x00\x00",
		"\x00\x02\x00\xA4\x00\x01\x09\xFF\xFF\x00",
	} {
		f.Add([]byte(seed))
	}
	card, err := New(Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		conn := &recorded{in: bytes.NewReader(in)}
		err := serveVPCD(conn, card)
		if err != nil && !errors.Is(err, errFrame) && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("ended with %v", err)
		}
		want := answersDue(in)
		for out := bytes.NewReader(conn.out.Bytes()); out.Len() > 0; want-- {
			answer, err := readFrame(out)
			if err != nil || len(answer) < 2 {
				t.Fatalf("answer %X, error %v", answer, err)
			}
		}
		if want != 0 {
			t.Fatalf("%d answers too few", want)
		}
	})
}

// answersDue counts the whole messages that are answered.
func answersDue(in []byte) (n int) {
	for r := bytes.NewReader(in); ; {
		message, err := readFrame(r)
		if err != nil {
			return n
		}
		if len(message) > 1 || message[0] == controlATR {
			n++
		}
	}
}

// recorded is a connection without a network.
type recorded struct {
	net.Conn
	in  io.Reader
	out bytes.Buffer
}

func (c *recorded) Read(b []byte) (int, error)  { return c.in.Read(b) }
func (c *recorded) Write(b []byte) (int, error) { return c.out.Write(b) }
