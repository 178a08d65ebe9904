//go:build !linux

package emulator

import "net"

// acknowledgeQuickly does nothing: the option is Linux's.
func acknowledgeQuickly(net.Conn) {}
