package trust

import "github.com/jsign-jp/jsign/internal/der"

// IsOCSPResponder reports whether the certificate is for signing OCSP responses
// that its issuer delegated (RFC 6960, 4.2.2.2): extended key usage names
// id-kp-OCSPSigning itself, key usage, when there, allows signatures, and no
// extension is broken or critical and unknown. Who issued it is not looked at.
func (c *Certificate) IsOCSPResponder() bool {
	d := c.info()
	return !d.invalid && !d.unsupported && d.hasExtKeyUsage && d.extKeyUsage&ekuOCSP != 0 &&
		!d.rejectsKeyUsage(DigitalSignature|NonRepudiation)
}

// HasOCSPNoCheck reports whether the certificate says that its own revocation need
// not be checked (id-pkix-ocsp-nocheck, RFC 6960, 4.2.2.2.1).
func (c *Certificate) HasOCSPNoCheck() bool {
	_, present := c.Extension(oidOCSPNoCheck)
	return present
}

// OCSPServers returns the locations of OCSP responders that authority information
// access names (RFC 5280, 4.2.2.1); nil when there are none or it cannot be read.
func (c *Certificate) OCSPServers() []GeneralName { return c.accessLocations(oidADOCSP) }

// CAIssuers returns where the issuer's certificate can be had, likewise.
func (c *Certificate) CAIssuers() []GeneralName { return c.accessLocations(oidADCAIssuers) }

func (c *Certificate) accessLocations(method OID) (names []GeneralName) {
	x, _ := c.Extension(oidAuthorityInfo)
	list, ok := only(x.Value, der.TagSequence)
	for n := 0; ok && len(list) > 0; n++ {
		seq, ok := list.take(der.TagSequence)
		if !ok || n == maxAccess {
			return nil
		}
		id, ok := seq.content.take(der.TagOID)
		if !ok {
			return nil
		}
		e, ok := seq.content.next()
		if !ok || len(seq.content) > 0 {
			return nil
		}
		if g, ok := e.generalName(); ok && OID(id.content) == method {
			names = append(names, g)
		}
	}
	return names
}
