package online

import (
	"net/netip"
	"testing"
)

// TestGuardAddresses: what is not for the internet is refused, in every spelling.
func TestGuardAddresses(t *testing.T) {
	forbidden := []string{
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.255", "169.254.169.254", "172.16.0.1", "172.31.255.255",
		"192.0.0.1", "192.168.1.1", "198.18.0.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::10.0.0.1", "64:ff9b::7f00:1",
		"64:ff9b:1::1", "2002:0a00:0001::1", "2002:7f00:1::", "2001:0:1:2:3:4:f5ff:fffe", "100::1", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0",
		"fec0::1", "ff02::1", "ff0e::1",
	}
	public := []string{"8.8.8.8", "100.63.0.1", "172.15.0.1", "172.32.0.1", "2001:db8:ffff::1", "2400:4050::1", "64:ff9b::8.8.8.8", "2002:808:808::1", "::ffff:8.8.8.8"}
	for _, a := range forbidden {
		if (guard{}).permits(netip.MustParseAddr(a)) {
			t.Errorf("%s is permitted", a)
		}
	}
	for _, a := range public {
		if !(guard{}).permits(netip.MustParseAddr(a)) {
			t.Errorf("%s is refused", a)
		}
	}
}

// TestGuardAllows: what is allowed is, and nothing else.
func TestGuardAllows(t *testing.T) {
	g := guard{[]netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd00::/8")}}
	for a, want := range map[string]bool{
		"10.1.2.3": true, "::ffff:10.1.2.3": true, "64:ff9b::10.1.2.3": true, "fd00::1": true,
		"10.2.0.1": false, "127.0.0.1": false, "fc00::1": false, "64:ff9b::10.2.0.1": false,
	} {
		if got := g.permits(netip.MustParseAddr(a)); got != want {
			t.Errorf("%s: %v", a, got)
		}
	}
}

// TestGuardHosts: names that a proxy resolves, as they are spelled.
func TestGuardHosts(t *testing.T) {
	for host, want := range map[string]bool{
		"ocsp.example.jp": true, "ocsp.example.jp.": true, "8.8.8.8": true,
		"": false, ".": false, "localhost": false, "LOCALHOST.": false, "db.localhost": false, "127.0.0.1": false, "127.1": false,
		"2130706433": false, "0x7f.0.0.1": false, "0177.0.0.1": false, "1.2.3.0x4": false, "::1": false, "::ffff:127.0.0.1": false,
	} {
		if got := (guard{}).permitsHost(host); got != want {
			t.Errorf("%q: %v", host, got)
		}
	}
}
