package emulator

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
)

// Messages of one byte control the card's power; vpcd sends 0 and 1 more often
// than power changes.
const (
	controlOff   = 0
	controlOn    = 1
	controlReset = 2
	controlATR   = 4 // the only one that is answered
)

// serveVPCD answers messages until the other end closes, which is not an error.
func serveVPCD(conn net.Conn, chip Chip) error {
	r := quickReader{conn}
	for {
		message, err := readFrame(r)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		answer, err := answerVPCD(message, chip)
		if err != nil {
			return err
		}
		if answer == nil {
			continue
		}
		if err := writeFrame(conn, answer); err != nil {
			return err
		}
	}
}

// answerVPCD carries out one message. A nil answer means that none is due.
func answerVPCD(message []byte, chip Chip) ([]byte, error) {
	if len(message) > 1 {
		return chip.Transmit(message)
	}
	switch message[0] {
	case controlOff, controlOn: // on starts from nothing, even if off was lost
		chip.PowerOff()
	case controlReset:
		chip.Reset()
	case controlATR:
		return chip.ATR(), nil
	}
	return nil, nil // an unknown control is no reason to lose the card
}

// readFrame reads one message: two bytes of length, big-endian, and as many
// bytes. io.EOF means that the other end closed between messages.
func readFrame(r io.Reader) ([]byte, error) {
	var header [2]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint16(header[:])
	if n == 0 {
		return nil, frameError("length 0")
	}
	message := make([]byte, n)
	if _, err := io.ReadFull(r, message); err != nil {
		return nil, frameError("%v after %d bytes announced", err, n)
	}
	return message, nil
}

// writeFrame writes one message at once: in two writes, Nagle's algorithm would
// hold the second back.
func writeFrame(w io.Writer, message []byte) error {
	if len(message) == 0 || len(message) > maxFrame {
		return frameError("%d bytes to send", len(message))
	}
	b := binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(message)), uint16(len(message)))
	_, err := w.Write(append(b, message...))
	return err
}

// drain reads to the end, so that the other end is the first to close.
func drain(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// quickReader has each segment acknowledged at once. Debian's vpcd sends length
// and body in two segments, and Nagle's algorithm holds the second until the
// first is acknowledged: 40 ms for every message otherwise.
type quickReader struct{ conn net.Conn }

func (q quickReader) Read(b []byte) (int, error) {
	acknowledgeQuickly(q.conn)
	return q.conn.Read(b)
}
