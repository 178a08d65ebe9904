package online_test

import (
	"bufio"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/revocation/online"
)

// directory is a small LDAP server: it knows searches for one entry.
type directory struct {
	net.Listener
	entries  map[string][]byte // by distinguished name: certificateRevocationList;binary
	fault    func(net.Conn)    // instead of an answer
	searches atomic.Int32
}

func newDirectory(t *testing.T, entries map[string][]byte, fault func(net.Conn)) *directory {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &directory{Listener: listener, entries: entries, fault: fault}
	done := make(chan struct{})
	t.Cleanup(func() { listener.Close(); <-done })
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go d.serve(conn)
		}
	}()
	return d
}

func (d *directory) url() string { return "ldap://" + d.Addr().String() }

// LDAP's tags (RFC 4511, 4.2 ff.).
const (
	searchRequest = casn1.Tag(0x63)
	searchEntry   = 0x64
	searchDone    = 0x65
	noSuchObject  = 32
)

func (d *directory) serve(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	for {
		message, err := readMessage(in)
		if err != nil {
			return
		}
		var body, search, name cryptobyte.String
		var id int64
		if !message.ReadASN1(&body, casn1.SEQUENCE) || !body.ReadASN1Integer(&id) ||
			!body.ReadASN1(&search, searchRequest) || !search.ReadASN1(&name, casn1.OCTET_STRING) {
			return // unbind
		}
		d.searches.Add(1)
		if d.fault != nil {
			d.fault(conn)
			return
		}
		conn.Write(d.answer(id, string(name)))
	}
}

// readMessage reads one element with a length of one or more octets.
func readMessage(in *bufio.Reader) (cryptobyte.String, error) {
	header, err := in.Peek(2)
	if err != nil {
		return nil, err
	}
	size, long := int(header[1]), 0
	if header[1] >= 0x80 {
		long = int(header[1] & 0x7f)
		whole, err := in.Peek(2 + long)
		if err != nil {
			return nil, err
		}
		size = 0
		for _, b := range whole[2:] {
			size = size<<8 | int(b)
		}
	}
	message := make([]byte, 2+long+size)
	_, err = io.ReadFull(in, message)
	return message, err
}

func (d *directory) answer(id int64, name string) (out []byte) {
	code := byte(noSuchObject)
	if crl, ok := d.entries[name]; ok {
		code = 0
		attribute := der.Sequence(der.OctetString([]byte("certificateRevocationList;binary")), der.Element(der.TagSet, der.OctetString(crl)))
		out = der.Sequence(der.Integer(id), der.Element(searchEntry, der.OctetString([]byte(name)), der.Sequence(attribute)))
	}
	empty := der.OctetString(nil)
	return append(out, der.Sequence(der.Integer(id), der.Element(searchDone, der.Element(0x0a, []byte{code}), empty, empty))...)
}

// directoryPoint is a distribution point by directory name, as JPKI's.
func directoryPoint(t *testing.T, name pkix.Name) func(*x509.Certificate) {
	t.Helper()
	raw, err := asn1.Marshal(name.ToRDNSequence())
	if err != nil {
		t.Fatal(err)
	}
	point := der.Sequence(der.Element(0xa0, der.Element(0xa0, der.Element(0xa4, raw))))
	return func(c *x509.Certificate) {
		c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 31}, Value: der.Sequence(point)}}
	}
}

// jpkiName is the shape of JPKI's names, with what must be escaped.
func jpkiName() (pkix.Name, string) {
	return pkix.Name{Country: []string{"JP"}, Organization: []string{"JPKI"}, OrganizationalUnit: []string{"CRL Distribution Points"}, CommonName: `Tokyo, "a" + b`},
		`CN=Tokyo\, \"a\" \+ b,OU=CRL Distribution Points,O=JPKI,C=JP`
}

func TestDirectory(t *testing.T) {
	a := newAuthority(t)
	name, dn := jpkiName()
	d := newDirectory(t, map[string][]byte{dn: a.crl(), "CN=plain": a.crl()}, nil)
	missing := newDirectory(t, nil, nil)
	for _, test := range []struct {
		test  string
		names func(*x509.Certificate)
		opt   online.Options
		tried int
	}{
		{"by directory name", directoryPoint(t, name), online.Options{DirectoryServers: []string{d.url()}}, 1},
		{"at the second server", directoryPoint(t, name), online.Options{DirectoryServers: []string{missing.url(), d.url()}}, 2},
		{"by URL", namingCRL(d.url() + "/CN=plain?certificateRevocationList;binary"), online.Options{AllowUnsafe: loopback()}, 1},
		{"by URL, all its parts", namingCRL(d.url() + "/CN=plain?certificateRevocationList?base?objectClass=cRLDistributionPoint"), online.Options{AllowUnsafe: loopback()}, 1},
		{"by URL without a host", namingCRL("ldap:///CN=plain?certificateRevocationList"), online.Options{DirectoryServers: []string{d.url()}}, 1},
	} {
		t.Run(test.test, func(t *testing.T) {
			c := a.issue(test.names)
			m, err := newClient(t, test.opt).Fetch(t.Context(), c, a.issuer)
			if err != nil {
				t.Fatal(err)
			}
			if e := a.status(c, m); e.Status != revocation.Good || len(m.Attempts) != test.tried {
				t.Errorf("%v after %+v", e.Explanation(), m.Attempts)
			}
		})
	}
}

func TestDirectoryFaults(t *testing.T) {
	a := newAuthority(t)
	name, dn := jpkiName()
	whole := (&directory{entries: map[string][]byte{dn: a.crl()}}).answer(1, dn)
	for _, test := range []struct {
		name    string
		entries map[string][]byte
		fault   func(net.Conn)
		reason  online.Reason
	}{
		{"no such entry", nil, nil, online.NoEntry},
		{"no CRL in it", map[string][]byte{dn: []byte("nothing")}, nil, online.Unreadable},
		{"slow", nil, func(c net.Conn) { io.Copy(io.Discard, c) }, online.TooSlow},
		{"cut off", nil, func(c net.Conn) { c.Write(whole[:40]) }, online.CutOff},
		{"no LDAP", nil, func(c net.Conn) { c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")) }, online.CutOff},
		{"endless", nil, endlessEntry, online.TooLarge},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDirectory(t, test.entries, test.fault)
			timeout := time.Minute
			if test.reason == online.TooSlow {
				timeout = 50 * time.Millisecond
			}
			c := a.issue(directoryPoint(t, name))
			m, err := newClient(t, online.Options{DirectoryServers: []string{d.url()}, Timeout: timeout}).Fetch(t.Context(), c, a.issuer)
			wantFailure(t, err, test.reason)
			if e := a.status(c, m); e.Status != revocation.NotChecked {
				t.Errorf("%v", e.Status)
			}
			// A time that is short may be over before anything was asked.
			if n := d.searches.Load(); n != 1 && (n != 0 || test.reason != online.TooSlow) {
				t.Errorf("%d searches", n)
			}
		})
	}
}

// endlessEntry announces an entry of 1 GB and goes on until nobody listens.
func endlessEntry(c net.Conn) {
	c.Write([]byte{0x30, 0x84, 0x40, 0, 0, 0, 2, 1, 1, 0x64, 0x84, 0x3f, 0xff, 0, 0, 4, 0x84, 0x3f, 0, 0, 0})
	block := make([]byte, 1<<20)
	for {
		if _, err := c.Write(block); err != nil {
			return
		}
	}
}

// TestDirectoryGuard: a certificate cannot name a directory in the user's network, nor
// anything but a CRL in one; the user can.
func TestDirectoryGuard(t *testing.T) {
	a := newAuthority(t)
	d := newDirectory(t, map[string][]byte{"CN=plain": a.crl()}, nil)
	for location, reason := range map[string]online.Reason{
		d.url() + "/CN=plain": online.ForbiddenAddress,
		strings.Replace(d.url(), "127.0.0.1", "localhost", 1) + "/CN=plain": online.ForbiddenAddress,
		d.url() + "/CN=plain?userPassword":                                  online.BadLocation,
		d.url() + "/CN=plain?certificateRevocationList?sub":                 online.BadLocation,
		"ldap://user:secret@ldap.invalid/CN=plain":                          online.BadLocation,
	} {
		_, err := newClient(t, online.Options{}).Fetch(t.Context(), a.issue(namingCRL(location)), a.issuer)
		t.Run(location, func(t *testing.T) { wantFailure(t, err, reason) })
	}
	if d.searches.Load() != 0 {
		t.Errorf("%d searches", d.searches.Load())
	}
	for _, server := range []string{"http://ldap.invalid", "ldap:///CN=x", "ldap://user@ldap.invalid", "\x7f"} {
		if _, err := online.New(online.Options{DirectoryServers: []string{server}}); err == nil {
			t.Errorf("%q was taken", server)
		}
	}
}
