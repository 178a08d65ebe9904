package trust

import (
	"slices"
	"sync"
)

// Store holds trust anchors and CRLs: OpenSSL's X509_STORE. A nil Store is empty.
// It is filled before it is used; then it may serve many goroutines (folders added by
// AddDir are read as they are asked for).
type Store struct {
	mu      sync.Mutex
	anchors map[string][]*Certificate // by canonical subject, in the order of adding
	crls    map[string][]*CRL         // by canonical issuer
	trusts  map[*Certificate]*trustSettings
	dirs    []*directory
}

// trustSettings are those of a TRUSTED CERTIFICATE file (OpenSSL's X509_CERT_AUX).
type trustSettings struct{ trusted, rejected []OID }

// NewStore returns an empty store.
func NewStore() *Store {
	return &Store{
		anchors: make(map[string][]*Certificate), crls: make(map[string][]*CRL),
		trusts: make(map[*Certificate]*trustSettings),
	}
}

// AddCertificate adds an anchor. One that is there already is not added again.
func (s *Store) AddCertificate(c *Certificate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.add(c, nil)
}

// AddTrusted adds an anchor that its owner chose by itself: a chain may end there
// without PartialChain, self-signed or not, as at a TRUSTED CERTIFICATE that is
// trusted for every use.
func (s *Store) AddTrusted(c *Certificate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.add(c, &trustSettings{trusted: []OID{oidAnyExtKeyUsage}})
}

func (s *Store) add(c *Certificate, t *trustSettings) {
	key := c.subject()
	if slices.ContainsFunc(s.anchors[key], c.Equal) {
		return
	}
	s.anchors[key] = append(s.anchors[key], c)
	if t != nil {
		s.trusts[c] = t
	}
}

// AddCRL adds a CRL. One that is there already is not added again.
func (s *Store) AddCRL(l *CRL) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addCRL(l)
}

func (s *Store) addCRL(l *CRL) {
	key := l.issuerName()
	same := func(o *CRL) bool { return string(o.Raw) == string(l.Raw) }
	if !slices.ContainsFunc(s.crls[key], same) {
		s.crls[key] = append(s.crls[key], l)
	}
}

// Anchors returns all anchors that were added, folders aside, in no order.
func (s *Store) Anchors() []*Certificate {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*Certificate
	for _, list := range s.anchors {
		all = append(all, list...)
	}
	return all
}

// Contains reports whether the certificate itself is an anchor.
func (s *Store) Contains(c *Certificate) bool {
	return slices.ContainsFunc(s.namesakes(c), c.Equal)
}

// CertificatesBySubject returns the anchors with the name.
func (s *Store) CertificatesBySubject(name []byte) []*Certificate {
	return s.bySubject(string(CanonicalName(name)))
}

// issuersOf returns the anchors that have the name of c's issuer.
func (s *Store) issuersOf(c *Certificate) []*Certificate {
	return s.bySubject(c.issuer())
}

// namesakes returns the anchors that have c's name.
func (s *Store) namesakes(c *Certificate) []*Certificate {
	return s.bySubject(c.subject())
}

// bySubject returns the anchors with the canonical name. Folders are asked each time
// for what they have newly.
func (s *Store) bySubject(canonical string) []*Certificate {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.dirs {
		d.load(s, []byte(canonical))
	}
	return slices.Clip(s.anchors[canonical])
}

// CRLsByIssuer returns the CRLs issued under the name.
func (s *Store) CRLsByIssuer(name []byte) []*CRL {
	if s == nil {
		return nil
	}
	canonical := CanonicalName(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.dirs {
		d.loadCRLs(s, canonical)
	}
	return slices.Clip(s.crls[string(canonical)])
}

// trust is what an anchor's settings say of a use. selfSigned counts a self-signed
// anchor without settings as trusted.
func (s *Store) trust(c *Certificate, use TrustUse, selfSigned bool) trustState {
	if s == nil {
		return stateUntrusted
	}
	s.mu.Lock()
	t := s.trusts[c]
	s.mu.Unlock()
	id, rule := useRule(use)
	if use == TrustCompatible || t == nil {
		if selfSigned && rule.selfSigned && !c.info().invalid && c.SelfSigned() {
			return stateTrusted
		}
		return stateUntrusted
	}
	matches := func(o OID) bool { return o == id || rule.any && o == oidAnyExtKeyUsage }
	switch {
	case slices.ContainsFunc(t.rejected, matches):
		return stateRejected
	case slices.ContainsFunc(t.trusted, matches):
		return stateTrusted
	case t.trusted != nil:
		return stateRejected
	case selfSigned && rule.selfSigned && !c.info().invalid && c.SelfSigned():
		return stateTrusted
	}
	return stateUntrusted
}

// trustRule: any counts anyExtendedKeyUsage for the use, selfSigned accepts
// self-signed anchors without settings.
type trustRule struct{ any, selfSigned bool }

func useRule(use TrustUse) (OID, trustRule) {
	wide := trustRule{any: true, selfSigned: true}
	switch use {
	case TrustSSLClient:
		return oidClientAuth, wide
	case TrustSSLServer:
		return oidServerAuth, wide
	case TrustEmail:
		return oidEmailProtection, wide
	case TrustObjectSign:
		return oidCodeSigning, wide
	case TrustTSA:
		return oidTimeStamping, wide
	case TrustOCSPSign:
		return oidOCSPSigning, trustRule{}
	case TrustOCSPRequest:
		return oidADOCSP, trustRule{}
	}
	return oidAnyExtKeyUsage, trustRule{selfSigned: true}
}
