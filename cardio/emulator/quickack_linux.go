package emulator

import (
	"net"
	"syscall"
)

// acknowledgeQuickly turns delayed acknowledgements off. The kernel turns them
// on again by itself (tcp(7), TCP_QUICKACK), so it has to be told before every
// read. Failing costs time only.
func acknowledgeQuickly(conn net.Conn) {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_QUICKACK, 1)
	})
}
