package trust

import (
	"crypto/x509"
	"errors"
)

var errNotYet = errors.New("trust: not written yet")

// ParseCertificate reads one certificate; bytes after it are an error.
func ParseCertificate(der []byte) (*Certificate, error) { return nil, errNotYet }

// X509 returns crypto/x509's reading, where it can read the certificate.
func (c *Certificate) X509() (*x509.Certificate, error) { return nil, errNotYet }

// PublicKey returns the subject's public key.
func (c *Certificate) PublicKey() (*PublicKey, error) { return nil, errNotYet }

// SubjectKeyID returns the subject key identifier, nil when absent.
func (c *Certificate) SubjectKeyID() []byte { return nil }

// Fingerprint returns the SHA-256 of Raw.
func (c *Certificate) Fingerprint() [32]byte { return [32]byte{} }

// ParseCRL reads one CRL.
func ParseCRL(der []byte) (*CRL, error) { return nil, errNotYet }

// EqualNames compares two encoded Names as OpenSSL does (RFC 5280, 7.1): letter
// case, runs of spaces and the type of string do not count.
func EqualNames(a, b []byte) bool { return false }

// ParseOID reads the dotted form.
func ParseOID(dotted string) (OID, bool) { return "", false }

// NewStore returns an empty store.
func NewStore() *Store { return &Store{} }

// AddCertificate adds an anchor.
func (s *Store) AddCertificate(c *Certificate) {}

// AddCRL adds a CRL.
func (s *Store) AddCRL(c *CRL) {}

// AddFile reads a PEM file as -CAfile does: certificates, TRUSTED CERTIFICATEs and
// CRLs; other blocks are passed over. It returns how many were added. A fault in
// a block is an error that holds what OpenSSL's queue would (*FileError).
func (s *Store) AddFile(path string) (n int, err error) { return 0, errNotYet }

// AddDir makes the store consult a folder of HASH.N and HASH.rN files, as -CApath does.
func (s *Store) AddDir(path string) {}

// VerifyOpenSSL judges a certificate as OpenSSL 3.0 does: same choice of
// candidates, same order of checks, same first fault.
func VerifyOpenSSL(leaf *Certificate, opt Options) *Result { return &Result{} }

// Verify judges a certificate by RFC 5280: all candidates are tried within
// limits, and every clause counts.
func Verify(leaf *Certificate, opt Options) *Result { return &Result{} }
