package online

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"syscall"

	"github.com/jsign-jp/jsign/internal/lang"
)

// guard says which addresses may be connected to.
type guard struct {
	allowed []netip.Prefix
}

// dialer returns a dialer that asks the guard about each address before it connects, so
// that it does not matter what a name resolved to before.
func (g guard) dialer() *net.Dialer {
	return &net.Dialer{ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(address)
		if err != nil || !g.permits(ap.Addr()) {
			return failure(ForbiddenAddress, "the address %s is not a public one and not allowed", "アドレス%sは公開アドレスではなく、接続が許可されていません", lang.Display(address))
		}
		return nil
	}}
}

// permits reports whether an address is public or allowed. One that carries an IPv4
// address is judged by that, too.
func (g guard) permits(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	for _, p := range g.allowed {
		if p.Contains(a) {
			return true
		}
	}
	if inner, ok := embedded(a); ok && !g.permits(inner) {
		return false
	}
	return a.IsGlobalUnicast() && !a.IsPrivate() && !special(a)
}

// permitsHost judges a host's name as it is spelled, where a proxy resolves it. Names
// that some resolvers take for an IPv4 address are none.
func (g guard) permitsHost(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if a, err := netip.ParseAddr(host); err == nil {
		return g.permits(a)
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	return last != "" && last != "localhost" && (last[0] < '0' || last[0] > '9')
}

// special reports addresses that are not for the internet (RFC 6890, RFC 8215).
func special(a netip.Addr) bool {
	for _, p := range [...]netip.Prefix{
		prefix4(0, 0, 8), prefix4(100, 64, 10), prefix4(192, 0, 24), prefix4(198, 18, 15), prefix4(240, 0, 4),
	} {
		if p.Contains(a) {
			return true
		}
	}
	return a.Is6() && (starts(a, 0x01, 0x00, 0, 0, 0, 0, 0, 0) || starts(a, 0xfe, 0xc0) || starts(a, 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01))
}

func prefix4(a, b byte, bits int) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{a, b}), bits)
}

func starts(a netip.Addr, octets ...byte) bool {
	whole := a.As16()
	return string(whole[:len(octets)]) == string(octets)
}

// embedded returns the IPv4 address that an IPv6 address leads to: IPv4-compatible,
// NAT64 (RFC 6052), 6to4 (RFC 3056) and Teredo (RFC 4380).
func embedded(a netip.Addr) (netip.Addr, bool) {
	if !a.Is6() {
		return a, false
	}
	b := a.As16()
	switch {
	case starts(a, make([]byte, 12)...), starts(a, 0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0):
		return netip.AddrFrom4([4]byte(b[12:])), true
	case starts(a, 0x20, 0x02):
		return netip.AddrFrom4([4]byte(b[2:6])), true
	case starts(a, 0x20, 0x01, 0, 0):
		return netip.AddrFrom4([4]byte{^b[12], ^b[13], ^b[14], ^b[15]}), true
	}
	return a, false
}
