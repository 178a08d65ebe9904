package emulator_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/emulator"
	"github.com/jsign-jp/jsign/internal/lang"
)

const hangLimit = 2 * time.Minute

// driver speaks vpcd's side of the protocol, in two writes as vpcd does.
type driver struct {
	t *testing.T
	net.Conn
}

func newDriver(t *testing.T, conn net.Conn) driver {
	t.Helper()
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(hangLimit)); err != nil {
		t.Fatal(err)
	}
	return driver{t, conn}
}

func (d driver) send(message string) {
	d.t.Helper()
	b := unhex(d.t, message)
	for _, part := range [][]byte{binary.BigEndian.AppendUint16(nil, uint16(len(b))), b} {
		if _, err := d.Write(part); err != nil {
			d.t.Fatal(err)
		}
	}
}

func (d driver) exchange(message, want string) {
	d.t.Helper()
	d.send(message)
	var length [2]byte
	if _, err := io.ReadFull(d, length[:]); err != nil {
		d.t.Fatalf("%s: %v", message, err)
	}
	got := make([]byte, binary.BigEndian.Uint16(length[:]))
	if _, err := io.ReadFull(d, got); err != nil {
		d.t.Fatalf("%s: %v", message, err)
	}
	if !matches(d.t, got, want) {
		d.t.Fatalf("%s: got %s, want %s", message, shortened(got), want)
	}
}

// ended waits until the other side closes.
func (d driver) ended() {
	d.t.Helper()
	if n, err := d.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) {
		d.t.Errorf("read %d bytes, error %v, where the connection should end", n, err)
	}
}

// listen returns a listener on the loopback.
func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// dialed starts DialVPCD and returns vpcd's end, what ends it and its result.
func dialed(t *testing.T, chip emulator.Chip) (driver, context.CancelFunc, <-chan error) {
	t.Helper()
	l := listen(t)
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	result := make(chan error, 1)
	go func() { result <- emulator.DialVPCD(ctx, l.Addr().String(), chip) }()
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return newDriver(t, conn), cancel, result
}

func await(t *testing.T, result <-chan error) error {
	t.Helper()
	select {
	case err := <-result:
		return err
	case <-time.After(hangLimit):
		t.Fatal("does not return")
		return nil
	}
}

const (
	off, on, reset, getATR = "00", "01", "02", "04"
	atr                    = "3BE000FF8131FE4514"
)

// TestDialVPCD plays what pcscd does from start to end, with the noise it makes.
func TestDialVPCD(t *testing.T) {
	card := newCard(t, emulator.Options{StatusSurvivesReset: true})
	d, cancel, result := dialed(t, card)
	d.exchange(getATR, atr)
	for _, control := range []string{on, off, on, "03", "7F"} { // the last two are unknown
		d.send(control)
	}
	d.exchange(getATR, atr)
	d.exchange(selectJPKI, "9000")
	d.exchange(selectAuthPIN, "9000")
	d.exchange(verifyAuth, "9000")
	d.send(reset)
	d.exchange(getATR, atr)
	d.exchange(selectJPKI, "9000")
	d.exchange(selectAuthKey, "9000")
	d.exchange(sign, "* 9000")
	d.send(off)
	d.send(on)
	d.exchange(selectJPKI, "9000")
	d.exchange(selectAuthKey, "9000")
	d.exchange(sign, "6982")
	d.exchange(selectAuthCert, "9000")
	d.exchange("00B00000000000", "* 9000")
	cancel()
	if err := await(t, result); err != nil {
		t.Errorf("DialVPCD: %v", err)
	}
	d.ended()
	converse(t, card, "00A40000 > 6A86") // out of the reader, the card has no power
}

func TestDialVPCDEndsWithReader(t *testing.T) {
	d, _, result := dialed(t, newCard(t, emulator.Options{}))
	d.exchange(getATR, atr)
	d.Close()
	if err := await(t, result); err != nil {
		t.Errorf("DialVPCD: %v", err)
	}
}

// TestDialVPCDCardPulled: a hook's error takes the card out of the reader.
func TestDialVPCDCardPulled(t *testing.T) {
	card := newCard(t, emulator.Options{OnCommand: func(c cardio.Command) error {
		if c.INS == cardio.InsVerify {
			return cardio.ErrCardRemoved
		}
		return nil
	}})
	d, _, result := dialed(t, card)
	d.exchange(selectJPKI, "9000")
	d.send(verifyAuth)
	d.ended()
	if err := await(t, result); !errors.Is(err, cardio.ErrCardRemoved) {
		t.Errorf("DialVPCD: %v", err)
	}
}

func TestDialVPCDMalformed(t *testing.T) {
	for name, bytes := range map[string]string{"length 0": "\x00\x00", "cut": "\x00\x08\x00\xA4"} {
		t.Run(name, func(t *testing.T) {
			d, _, result := dialed(t, newCard(t, emulator.Options{}))
			if _, err := d.Write([]byte(bytes)); err != nil {
				t.Fatal(err)
			}
			if err := d.Conn.(*net.TCPConn).CloseWrite(); err != nil {
				t.Fatal(err)
			}
			if err := await(t, result); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func TestDialVPCDUnreachable(t *testing.T) {
	l := listen(t)
	addr := l.Addr().String()
	l.Close()
	err := emulator.DialVPCD(t.Context(), addr, newCard(t, emulator.Options{}))
	if !errors.Is(err, syscall.ECONNREFUSED) || lang.Hint(err, lang.English) == "" {
		t.Errorf("error %v, hint %q", err, lang.Hint(err, lang.English))
	}
}

// listening starts a listener's Serve and returns it with what ends it and its
// result.
func listening(t *testing.T, chip, other emulator.Chip) (*emulator.VPCDListener, context.CancelFunc, <-chan error) {
	t.Helper()
	l, err := emulator.NewVPCDListener("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	result := make(chan error, 1)
	go func() { result <- l.Serve(ctx, chip, other) }()
	return l, cancel, result
}

func dialPort(t *testing.T, port uint16) driver {
	t.Helper()
	conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(port))))
	if err != nil {
		t.Fatal(err)
	}
	return newDriver(t, conn)
}

// TestServe: both slots answer, and the end of the context waits for the
// reader to close first.
func TestServe(t *testing.T) {
	l, cancel, result := listening(t, newCard(t, emulator.Options{}), nil)
	first, second := dialPort(t, l.Port()), dialPort(t, l.Port()+1)
	first.exchange(getATR, atr)
	first.exchange(selectJPKI, "9000")
	second.exchange(getATR, "3B80800101")
	second.exchange(selectJPKI, "6D00")
	second.send(off)
	second.send(reset)
	cancel()
	first.exchange(selectAuthCert, "9000") // still served
	second.exchange(getATR, "3B80800101")
	first.Close()
	select {
	case err := <-result:
		t.Errorf("Serve returned %v before its second connection ended", err)
	default:
	}
	second.exchange(getATR, "3B80800101")
	second.Close()
	if err := await(t, result); err != nil {
		t.Errorf("Serve: %v", err)
	}
}

func TestServeTwoCards(t *testing.T) {
	l, _, _ := listening(t, newCard(t, emulator.Options{}), newCard(t, emulator.Options{Contactless: true}))
	dialPort(t, l.Port()).exchange(getATR, atr)
	dialPort(t, l.Port()+1).exchange(getATR, "3B88800100000000003381813A")
}

// TestServeCardStays: in reversed mode a card cannot be pulled.
func TestServeCardStays(t *testing.T) {
	card := newCard(t, emulator.Options{OnCommand: func(cardio.Command) error { return cardio.ErrCardRemoved }})
	l, cancel, result := listening(t, card, nil)
	d := dialPort(t, l.Port())
	d.exchange(selectJPKI, "6F00")
	d.exchange(getATR, atr)
	if _, err := d.Write([]byte{0, 0}); err != nil { // nor by a malformed message
		t.Fatal(err)
	}
	cancel()
	d.Close()
	if err := await(t, result); err != nil {
		t.Errorf("Serve: %v", err)
	}
}

func TestVPCDListenerAddresses(t *testing.T) {
	for _, addr := range []string{
		"0.0.0.0:35963", ":35963", "[::]:35963", "192.0.2.1:35963", "example.com:35963", "127.0.0.1", "127.0.0.1:65535",
		"127.0.0.1:-1", "127.0.0.1:http", "", "[::ffff:192.0.2.1]:35963",
	} {
		if l, err := emulator.NewVPCDListener(addr); err == nil {
			l.Close()
			t.Errorf("%q: accepted", addr)
		}
	}
	for _, addr := range []string{"127.0.0.1:0", "localhost:0", "127.1.2.3:0"} {
		l, err := emulator.NewVPCDListener(addr)
		if err != nil {
			t.Errorf("%q: %v", addr, err)
			continue
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestVPCDListenerPortTaken: both ports are needed, and a half is given back.
func TestVPCDListenerPortTaken(t *testing.T) {
	l, _, _ := listening(t, newCard(t, emulator.Options{}), nil)
	for _, port := range []uint16{l.Port(), l.Port() - 1} {
		addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(int(port)))
		if l, err := emulator.NewVPCDListener(addr); err == nil {
			l.Close()
			t.Errorf("%s: accepted", addr)
		}
	}
}

func TestServeReturns(t *testing.T) {
	_, cancel, result := listening(t, newCard(t, emulator.Options{}), nil)
	cancel()
	if err := await(t, result); err != nil {
		t.Errorf("Serve without a reader: %v", err)
	}
}
