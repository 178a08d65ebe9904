package trust

import "bytes"

// checkExtensions judges each certificate's extensions and purpose, from the leaf
// to the root.
func (v *verification) checkExtensions() Fault {
	e := extensionCheck{verification: v, purpose: v.opt.Purpose}
	if v.crlPath {
		e.purpose = PurposeCRLSign
	}
	for i, c := range v.chain {
		if code := e.check(i, c); code != OK {
			return at(code, i)
		}
	}
	return Fault{}
}

// extensionCheck is the state of checkExtensions.
type extensionCheck struct {
	*verification
	purpose     Purpose
	role        caRole // of the next certificate
	pathLength  int    // intermediates so far that are not self-issued
	proxyLength int
}

// caRole is what a certificate of the chain must be.
type caRole int

const (
	anyRole   caRole = iota // the leaf: a CA or not
	notCARole               // issues a proxy certificate
	caOnly
)

func (e *extensionCheck) check(i int, c *Certificate) Code {
	d, opt := c.info(), e.opt
	if d.unsupported && !opt.IgnoreCritical {
		return CodeUnhandledCriticalExtension
	}
	if d.proxy && (!opt.AllowProxyCerts || e.crlPath) {
		return CodeProxyCertificatesNotAllowed
	}
	if code := e.checkRole(i, d); code != OK {
		return code
	}
	if code := e.checkCurve(c); code != OK {
		return code
	}
	if opt.X509Strict && len(e.chain) > 1 {
		if code := e.checkStrict(i, c); code != OK {
			return code
		}
	}
	if e.purpose > PurposeAny && !e.fitsPurpose(i, c) {
		return CodeInvalidPurpose
	}
	return e.checkPathLength(i, d)
}

func (e *extensionCheck) checkRole(i int, d *details) Code {
	kind := d.caKind()
	strict := e.opt.X509Strict
	switch e.role {
	case anyRole:
		if strict && kind != caByConstraints && kind != notCA {
			return CodeInvalidCA
		}
	case notCARole:
		if kind != notCA {
			return CodeInvalidNonCA
		}
	case caOnly:
		if kind == notCA || (i+1 < len(e.chain) || strict) && kind != caByConstraints {
			return CodeInvalidCA
		}
	}
	return OK
}

func (e *extensionCheck) checkCurve(c *Certificate) Code {
	if len(e.chain) == 1 {
		return OK
	}
	key, err := c.completeKey()
	switch {
	case err != nil:
		return CodeUnspecified
	case key.ExplicitParameters:
		return CodeECKeyExplicitParameters
	}
	return OK
}

// checkPathLength judges pathLenConstraint (RFC 5280, 4.2.1.9) and prepares the next
// certificate's role.
func (e *extensionCheck) checkPathLength(i int, d *details) Code {
	if i > 1 && d.pathLen >= 0 && e.pathLength > d.pathLen+e.proxyLength {
		return CodePathLengthExceeded
	}
	if i > 0 && !d.selfIssued {
		e.pathLength++
	}
	e.role = caOnly
	if d.proxy {
		if d.proxyPathLen >= 0 {
			if e.proxyLength > d.proxyPathLen {
				return CodeProxyPathLengthExceeded
			}
			e.proxyLength = d.proxyPathLen
		}
		e.proxyLength++
		e.role = notCARole
	}
	return OK
}

// checkStrict is -x509_strict: requirements of RFC 5280 on form.
func (e *extensionCheck) checkStrict(i int, c *Certificate) Code {
	d := c.info()
	if code := strictConstraints(d); code != OK {
		return code
	}
	if code := strictNames(c, d); code != OK {
		return code
	}
	if c.SignatureAlgorithm.Algorithm != c.TBSSignature.Algorithm ||
		!bytes.Equal(c.SignatureAlgorithm.Parameters, c.TBSSignature.Parameters) {
		return CodeSignatureAlgorithmInconsistency
	}
	return strictKeyIDs(c, d, i+1 == len(e.chain))
}

func strictConstraints(d *details) Code {
	switch {
	case d.pathLen >= 0 && !d.ca:
		return CodePathLenInvalidForNonCA
	case d.pathLen >= 0 && d.keyUsage&KeyCertSign == 0:
		return CodePathLenWithoutKUKeyCertificateSign
	case d.ca && d.hasBasicConstraints && !d.basicCritical:
		return CodeCABasicConstraintsNotCritical
	case d.ca && !d.hasKeyUsage:
		return CodeCACertificateMissingKeyUsage
	case !d.ca && d.keyUsage&KeyCertSign != 0:
		return CodeKUKeyCertificateSignInvalidForNonCA
	}
	return OK
}

func strictNames(c *Certificate, d *details) Code {
	noSubject := emptyName(c.RawSubject)
	switch {
	case emptyName(c.RawIssuer):
		return CodeIssuerNameEmpty
	case noSubject && (d.ca || d.keyUsage&CRLSign != 0 || !d.hasAltNames):
		return CodeSubjectNameEmpty
	case noSubject && d.hasAltNames && !d.altCritical:
		return CodeEmptySubjectSANNotCritical
	case d.hasAltNames && len(d.altNames) == 0:
		return CodeEmptySubjectAltName
	}
	return OK
}

func strictKeyIDs(c *Certificate, d *details, last bool) Code {
	const version3 = 3
	switch {
	case d.authorityKeyID != nil && d.authorityCritical:
		return CodeAuthorityKeyIdentifierCritical
	case d.hasSubjectKeyID && d.subjectKeyCritical:
		return CodeSubjectKeyIdentifierCritical
	case c.Version < version3 && len(c.Extensions) > 0:
		return CodeExtensionsRequireVersion3
	case c.Version < version3:
		return OK
	case !last && (d.authorityKeyID == nil || d.authorityKeyID.KeyID == nil):
		return CodeMissingAuthorityKeyIdentifier
	case d.ca && !d.hasSubjectKeyID:
		return CodeMissingSubjectKeyIdentifier
	}
	return OK
}
