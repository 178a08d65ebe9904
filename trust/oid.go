package trust

import (
	"crypto/x509"

	"github.com/jsign-jp/jsign/internal/der"
)

// OID is an object identifier as its content octets (X.690, 8.19); String gives
// the dotted form, ParseOID reads it.
type OID = der.OID

// ParseOID reads the dotted decimal form; arcs may be of any size.
func ParseOID(dotted string) (OID, bool) {
	id, err := x509.ParseOID(dotted)
	if err != nil {
		return "", false
	}
	content, err := id.MarshalBinary()
	return OID(content), err == nil
}
