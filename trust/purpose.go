package trust

// caKind is how a certificate says that it is a CA (OpenSSL's check_ca).
type caKind int

const (
	notCA           caKind = 0
	caByConstraints caKind = 1
	caVersion1Root  caKind = 3
	caByKeyUsage    caKind = 4
	caByNetscape    caKind = 5
)

// Bits of the Netscape certificate type.
const (
	nsSSLClient = 0x80
	nsSSLServer = 0x40
	nsSMIME     = 0x20
	nsSSLCA     = 0x04
	nsSMIMECA   = 0x02
	nsAnyCA     = 0x07
)

func (d *details) caKind() caKind {
	switch {
	case d.invalid, d.rejectsKeyUsage(KeyCertSign):
		return notCA
	case d.hasBasicConstraints && d.ca:
		return caByConstraints
	case d.hasBasicConstraints:
		return notCA
	case d.version1Root:
		return caVersion1Root
	case d.hasKeyUsage:
		return caByKeyUsage
	case d.hasNetscape && d.netscape&nsAnyCA != 0:
		return caByNetscape
	}
	return notCA
}

// fitsPurpose judges a certificate's fitness; trust settings of the store go before.
func (e *extensionCheck) fitsPurpose(i int, c *Certificate) bool {
	if i >= e.untrusted && e.purpose == e.opt.Purpose {
		switch e.opt.Anchors.trust(c, e.opt.Trust, false) {
		case stateTrusted:
			return true
		case stateRejected:
			return false
		}
	}
	d := c.info()
	if d.invalid {
		return !e.opt.X509Strict
	}
	asCA := e.role == caOnly
	fit := purposeFit(d, e.purpose, asCA)
	return fit == 1 || fit > 1 && !e.opt.X509Strict
}

// purposeFit returns 0 when unfit, 1 when fit, another number when fit by tolerance
// (OpenSSL's X509_check_purpose).
func purposeFit(d *details, p Purpose, asCA bool) int {
	switch p {
	case PurposeSSLClient:
		return fitSSLClient(d, asCA)
	case PurposeSSLServer, PurposeNSSSLServer:
		return fitSSLServer(d, asCA, p == PurposeNSSSLServer)
	case PurposeSMIMESign:
		return fitSMIME(d, asCA, DigitalSignature|NonRepudiation)
	case PurposeSMIMEEncrypt:
		return fitSMIME(d, asCA, KeyEncipherment)
	case PurposeCRLSign:
		if asCA {
			return int(d.caKind())
		}
		return one(!d.rejectsKeyUsage(CRLSign))
	case PurposeAnyExplicit:
		return 1
	case PurposeOCSPHelper:
		if asCA {
			return int(d.caKind())
		}
		return 1
	case PurposeTimestampSign:
		return fitTimestamp(d, asCA)
	}
	return 2 // unknown to OpenSSL: -1 there, tolerated unless strict
}

func one(fit bool) int {
	if fit {
		return 1
	}
	return 0
}

func fitSSLCA(d *details) int {
	kind := d.caKind()
	return one(kind != notCA && !(kind == caByNetscape && d.netscape&nsSSLCA == 0))
}

func fitSSLClient(d *details, asCA bool) int {
	if d.rejectsExtKeyUsage(ekuClient) {
		return 0
	}
	if asCA {
		return fitSSLCA(d)
	}
	return one(!d.rejectsKeyUsage(DigitalSignature|KeyAgreement) && !(d.hasNetscape && d.netscape&nsSSLClient == 0))
}

func fitSSLServer(d *details, asCA, encipher bool) int {
	if d.rejectsExtKeyUsage(ekuServer | ekuSGC) {
		return 0
	}
	if asCA {
		return fitSSLCA(d)
	}
	if d.hasNetscape && d.netscape&nsSSLServer == 0 {
		return 0
	}
	if d.rejectsKeyUsage(DigitalSignature | KeyEncipherment | KeyAgreement) {
		return 0
	}
	return one(!encipher || !d.rejectsKeyUsage(KeyEncipherment))
}

func fitSMIME(d *details, asCA bool, usage KeyUsage) int {
	if d.rejectsExtKeyUsage(ekuEmail) {
		return 0
	}
	if asCA {
		kind := d.caKind()
		if kind == caByNetscape && d.netscape&nsSMIMECA == 0 {
			return 0
		}
		return int(kind)
	}
	if d.rejectsKeyUsage(usage) {
		return 0
	}
	switch {
	case !d.hasNetscape, d.netscape&nsSMIME != 0:
		return 1
	case d.netscape&nsSSLClient != 0:
		return 2
	}
	return 0
}

// fitTimestamp is RFC 3161, 2.3: timeStamping alone, and critical; key usage for
// signing alone.
func fitTimestamp(d *details, asCA bool) int {
	if asCA {
		return int(d.caKind())
	}
	const signing = DigitalSignature | NonRepudiation
	if d.hasKeyUsage && (d.keyUsage&^signing != 0 || d.keyUsage&signing == 0) {
		return 0
	}
	return one(d.hasExtKeyUsage && d.extKeyUsage == ekuTime && d.extKeyUsageCritical)
}
