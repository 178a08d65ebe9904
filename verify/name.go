package verify

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
)

// nameString renders an encoded Name as RFC 4514 does; one that cannot be read
// in hexadecimal.
func nameString(name []byte) string {
	var rdns pkix.RDNSequence
	if rest, err := asn1.Unmarshal(name, &rdns); err != nil || len(rest) > 0 {
		return "#" + hex.EncodeToString(name)
	}
	return rdns.String()
}
