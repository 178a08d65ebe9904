package trust

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
)

// Collection is what a PEM file holds, in order.
type Collection struct {
	Certificates []*Certificate
	CRLs         []*CRL
	settings     []*trustSettings // beside Certificates
}

// Read reads certificates and CRLs in PEM, as ReadPEM does, or in DER, one after
// another. Data that holds neither is an error.
func Read(data []byte) (*Collection, error) {
	var c *Collection
	var err error
	if bytes.Contains(data, []byte("-----BEGIN ")) {
		c, err = ReadPEM(data)
	} else {
		c, err = readDER(data)
	}
	if err == nil && len(c.Certificates)+len(c.CRLs) == 0 {
		err = lang.Errorf("there is no certificate and no CRL in it", "証明書も失効リスト（CRL）も入っていません")
	}
	return c, err
}

func readDER(data []byte) (*Collection, error) {
	c := &Collection{}
	for in := input(data); len(in) > 0; {
		e, ok := in.next()
		if !ok {
			return c, errCertificate("Certificate")
		}
		cert, err := ParseCertificate(e.raw)
		if err == nil {
			c.Certificates, c.settings = append(c.Certificates, cert), append(c.settings, nil)
			continue
		}
		crl, crlErr := ParseCRL(e.raw)
		if crlErr != nil {
			return c, err
		}
		c.CRLs = append(c.CRLs, crl)
	}
	return c, nil
}

// ReadPEM reads the certificates (also X509 CERTIFICATE and TRUSTED CERTIFICATE) and
// CRLs of PEM text; other blocks are passed over. A block of these that is broken
// is a *FileError.
func ReadPEM(data []byte) (*Collection, error) {
	c := &Collection{}
	for {
		b, rest, ok, err := nextBlock(data)
		if err != nil || !ok {
			return c, err
		}
		if err := c.take(b); err != nil {
			return c, err
		}
		data = rest
	}
}

func (c *Collection) take(b block) error {
	switch b.label {
	case "CERTIFICATE", "X509 CERTIFICATE":
		cert, err := ParseCertificate(firstElement(b.data))
		if err != nil {
			return brokenBlock(b.data, err)
		}
		c.Certificates, c.settings = append(c.Certificates, cert), append(c.settings, nil)
	case "TRUSTED CERTIFICATE":
		cert, settings, err := parseTrusted(b.data)
		if err != nil {
			return brokenBlock(b.data, err)
		}
		c.Certificates, c.settings = append(c.Certificates, cert), append(c.settings, settings)
	case "X509 CRL":
		crl, err := ParseCRL(firstElement(b.data))
		if err != nil {
			return brokenBlock(b.data, err)
		}
		c.CRLs = append(c.CRLs, crl)
	}
	return nil
}

// firstElement drops what follows the first element, as OpenSSL's reader does.
func firstElement(data []byte) []byte {
	in := input(data)
	if e, ok := in.next(); ok {
		return e.raw
	}
	return data
}

func brokenBlock(data []byte, err error) error {
	asn1 := func(code uint32, function, text string, line int) QueueEntry {
		return asn1Entry(reason{code, function, text, "../crypto/asn1/tasn_dec.c", line})
	}
	var queue []QueueEntry
	if _, _, end, ok := input(data).header(); !ok && end > len(data) {
		queue = append(queue, asn1(0x0680009B, "asn1_check_tlen", "too long", 1183),
			asn1(0x06800066, "asn1_check_tlen", "bad object header", 1183))
	}
	queue = append(queue, reason{0x0488000D, "PEM_X509_INFO_read_bio_ex", "ASN1 lib", "../crypto/pem/pem_info.c", 178}.entry("PEM routines"), pemLibrary())
	return &FileError{Err: err, Queue: queue}
}

// parseTrusted reads a certificate followed by OpenSSL's trust settings.
func parseTrusted(data []byte) (*Certificate, *trustSettings, error) {
	in := input(data)
	e, ok := in.next()
	if !ok {
		return nil, nil, errCertificate("Certificate")
	}
	c, err := ParseCertificate(e.raw)
	if err != nil || len(in) == 0 {
		return c, nil, err
	}
	aux, ok := in.take(der.TagSequence)
	if !ok {
		return nil, nil, errCertificate("X509_CERT_AUX")
	}
	t := &trustSettings{}
	for tag, list := range map[byte]*[]OID{der.TagSequence: &t.trusted, der.ContextConstructed: &t.rejected} {
		if *list, ok = oidsAt(aux.content, tag); !ok {
			return nil, nil, errCertificate("X509_CERT_AUX")
		}
	}
	return c, t, nil
}

// oidsAt reads the list of identifiers in the first element with the tag; nil when
// there is none.
func oidsAt(in input, tag byte) ([]OID, bool) {
	for len(in) > 0 {
		e, ok := in.next()
		if !ok {
			return nil, false
		}
		if e.tag != tag {
			continue
		}
		list := []OID{}
		for len(e.content) > 0 {
			oid, ok := e.content.take(der.TagOID)
			if !ok {
				return nil, false
			}
			list = append(list, OID(oid.content))
		}
		return list, true
	}
	return nil, true
}

// Add adds everything of a collection and returns how much that was.
func (s *Store) Add(c *Collection) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, cert := range c.Certificates {
		s.add(cert, c.settings[i])
	}
	for _, l := range c.CRLs {
		s.addCRL(l)
	}
	return len(c.Certificates) + len(c.CRLs)
}

// AddFile reads a PEM file as -CAfile does and returns how many certificates and
// CRLs it has. A file that cannot be read, is broken or has none of them is a
// *FileError.
func (s *Store) AddFile(path string) (n int, err error) {
	data, err := readFile(path)
	if err != nil {
		return 0, err
	}
	c, err := ReadPEM(data)
	n = s.Add(c)
	if fe := (*FileError)(nil); errors.As(err, &fe) {
		fe.Path = path
		return n, fe
	}
	if n == 0 {
		return 0, &FileError{
			Path: path, Err: lang.Errorf("no certificate or CRL in the file", "ファイルに証明書もCRLもありません"),
			Queue: []QueueEntry{reason{0x05800088, "X509_load_cert_crl_file_ex", "no certificate or crl found", "../crypto/x509/by_file.c", 258}.entry("x509 certificate routines")},
		}
	}
	return n, nil
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, openError(path, err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, nil // OpenSSL opens a folder and reads nothing
	}
	data, err := io.ReadAll(io.LimitReader(f, maxTrustFile+1))
	if err == nil && len(data) > maxTrustFile {
		err = lang.Errorf("the file is too large", "ファイルが大きすぎます")
	}
	if err != nil {
		return nil, &FileError{Path: path, Err: err}
	}
	return data, nil
}

func openError(path string, err error) error {
	text, code := "Permission denied", uint32(0x8000000D)
	var number syscall.Errno
	if errors.As(err, &number) {
		code = 0x80000000 | uint32(number)
	}
	kind := reason{0x10080002, "BIO_new_file", "system lib", "../crypto/bio/bss_file.c", 77}
	if errors.Is(err, fs.ErrNotExist) {
		text = "No such file or directory"
		kind.code, kind.text, kind.line = 0x10000080, "no such file", 75
	}
	call := QueueEntry{
		Code: code, Library: "system library", Function: "BIO_new_file", Reason: text,
		File: "../crypto/bio/bss_file.c", Line: 67, Data: fmt.Sprintf("calling fopen(%s, r)", path),
	}
	last := reason{0x05880002, "X509_load_cert_crl_file_ex", "system lib", "../crypto/x509/by_file.c", 229}
	return &FileError{Path: path, Err: err, Queue: []QueueEntry{call, kind.entry("BIO routines"), last.entry("x509 certificate routines")}}
}

// directory is a folder of HASH.N certificates and HASH.rN CRLs, looked into when a
// name is asked for.
type directory struct {
	path  string
	certs map[uint32]int // by hash: the next number
	crls  map[uint32]int
}

// AddDir makes the store consult a folder of HASH.N and HASH.rN files, as -CApath
// does. Files that cannot be read end a name's list.
func (s *Store) AddDir(path string) {
	s.dirs = append(s.dirs, &directory{path: path, certs: make(map[uint32]int), crls: make(map[uint32]int)})
}

// nameHash is OpenSSL's hash of a canonical name, by which files are called.
func nameHash(canonical []byte) uint32 {
	h := sha1.Sum(canonical)
	return binary.LittleEndian.Uint32(h[:])
}

func (d *directory) load(s *Store, canonical []byte) {
	d.each(d.certs, canonical, "", func(c *Collection) {
		for i, cert := range c.Certificates {
			s.add(cert, c.settings[i])
		}
	})
}

func (d *directory) loadCRLs(s *Store, canonical []byte) {
	d.each(d.crls, canonical, "r", func(c *Collection) {
		for _, l := range c.CRLs {
			s.addCRL(l)
		}
	})
}

// each reads HASH.N files from the number where the last look ended, until one is
// missing or unreadable.
func (d *directory) each(next map[uint32]int, canonical []byte, kind string, add func(*Collection)) {
	hash := nameHash(canonical)
	for n := next[hash]; n < maxDirEntries; n++ {
		data, err := readFile(filepath.Join(d.path, fmt.Sprintf("%08x.%s%d", hash, kind, n)))
		if err != nil {
			return
		}
		c, err := ReadPEM(data)
		if err != nil && !bytes.Contains(data, []byte("-----BEGIN")) {
			return
		}
		add(c)
		next[hash] = n + 1
	}
}
