package emulator

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"sync"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/internal/lang"
)

// DialVPCD plugs a card into the virtual reader that listens at addr, which
// Debian's vpcd does on port 35963 (slot 0) and 35964 (slot 1). It serves the
// card until the context ends, which takes the card out and returns nil, or
// until the connection or the card fails. An error of the card, such as a hook's
// cardio.ErrCardRemoved, takes the card out too, and is returned.
//
// Debian's vpcd listens on all addresses of the host; whoever reaches it can
// plug a card in. Nothing here changes that.
func DialVPCD(ctx context.Context, addr string, chip Chip) error {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return lang.WithHint(
			lang.Errorf("cannot reach the virtual reader at %s: %v", "仮想カードリーダー%sに接続できません: %v", addr, err),
			"is pcscd running, and is the package vsmartcard-vpcd installed?",
			"pcscdが動作し、vsmartcard-vpcdパッケージがインストールされているか確認してください")
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	defer conn.Close()
	err = serveVPCD(conn, chip)
	chip.PowerOff()
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// VPCDListener waits for a virtual reader in reversed mode, which dials two
// consecutive ports: one for each of its two slots.
type VPCDListener struct {
	first, second net.Listener
}

// NewVPCDListener listens at addr, HOST:PORT, and at PORT+1. HOST must be a
// loopback address: the protocol has no authentication. Port 0 chooses two
// free ports.
func NewVPCDListener(addr string) (*VPCDListener, error) {
	host, port, err := splitLoopback(addr)
	if err != nil {
		return nil, err
	}
	if port != 0 {
		return listenPair(host, port)
	}
	for range maxPortAttempts {
		var l *VPCDListener
		if l, err = listenPair(host, 0); err == nil {
			return l, nil
		}
	}
	return nil, err
}

// splitLoopback returns the parts of HOST:PORT, and an error for any host but
// a loopback address.
func splitLoopback(addr string) (netip.Addr, uint16, error) {
	host, portText, err := net.SplitHostPort(addr)
	if err != nil {
		return netip.Addr{}, 0, lang.Errorf("%q is not HOST:PORT", "%qはHOST:PORTの形式ではありません", addr)
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil || port == maxPort {
		return netip.Addr{}, 0, lang.Errorf("%q is not a port with another one after it", "%qの次のポートが使えません", portText)
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || !ip.IsLoopback() {
		return netip.Addr{}, 0, lang.WithHint(
			lang.Errorf("refusing to listen at %s: the card would be open to the network", "%sでは待ち受けません。カードがネットワークに公開されます", addr),
			"use 127.0.0.1:PORT", "127.0.0.1:PORTを使ってください")
	}
	return ip, uint16(port), nil
}

// listenPair listens at a port, any free one if it is 0, and at the next.
func listenPair(host netip.Addr, port uint16) (*VPCDListener, error) {
	first, err := net.Listen("tcp", netip.AddrPortFrom(host, port).String())
	if err != nil {
		return nil, lang.Errorf("cannot listen: %v", "待ち受けできません: %v", err)
	}
	next := first.Addr().(*net.TCPAddr).AddrPort().Port() + 1
	second, err := net.Listen("tcp", netip.AddrPortFrom(host, next).String())
	if err != nil {
		first.Close()
		return nil, lang.Errorf("cannot listen: %v", "待ち受けできません: %v", err)
	}
	return &VPCDListener{first, second}, nil
}

// Addr returns the address that is listened at; the second port is the next.
func (l *VPCDListener) Addr() net.Addr { return l.first.Addr() }

// Port returns the first port; the second is the next.
func (l *VPCDListener) Port() uint16 { return l.first.Addr().(*net.TCPAddr).AddrPort().Port() }

// Close stops listening. Connections stay.
func (l *VPCDListener) Close() error { return errors.Join(l.first.Close(), l.second.Close()) }

// Serve serves chip to whoever dials the first port, and other to the second;
// nil stands for a card that knows nothing, since a slot must not be empty.
//
// The other end has to be the first to close, because vpcd 3.3 aborts pcscd when
// the card's end does. So when the context ends, Serve stops listening and
// returns nil once pcscd has gone; and a card cannot be taken out: an error of
// its Transmit is answered by 6F00.
func (l *VPCDListener) Serve(ctx context.Context, chip, other Chip) error {
	if other == nil {
		other = blank{}
	}
	defer context.AfterFunc(ctx, func() { l.Close() })()
	var connections sync.WaitGroup
	failed := make(chan error, 2)
	go func() { failed <- acceptEach(l.first, chip, &connections) }()
	go func() { failed <- acceptEach(l.second, other, &connections) }()
	err := <-failed
	l.Close()
	<-failed
	connections.Wait()
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// acceptEach serves a chip on every connection until the listener fails.
func acceptEach(l net.Listener, chip Chip, connections *sync.WaitGroup) error {
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		connections.Go(func() {
			defer conn.Close()
			if err := serveVPCD(conn, unfailing{chip}); err != nil {
				drain(conn)
			}
			chip.PowerOff()
		})
	}
}

// blank is a card without any application.
type blank struct{}

func (blank) ATR() []byte { return []byte("\x3B\x80\x80\x01\x01") }
func (blank) Reset()      {}
func (blank) PowerOff()   {}
func (blank) Transmit([]byte) ([]byte, error) {
	return []byte{0x6D, 0x00}, nil
}

// unfailing is a card whose transport errors become a status word.
type unfailing struct{ Chip }

func (u unfailing) Transmit(command []byte) ([]byte, error) {
	response, err := u.Chip.Transmit(command)
	if err != nil {
		return respond(nil, cardio.SWInternal), nil
	}
	return response, nil
}

// errFrame says that the other end does not speak the vpcd protocol.
var errFrame = errors.New("malformed vpcd frame")

func frameError(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errFrame, fmt.Sprintf(format, args...))
}
