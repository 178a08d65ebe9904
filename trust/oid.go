package trust

import "github.com/jsign-jp/jsign/internal/der"

// OID is an object identifier as its content octets (X.690, 8.19); String gives
// the dotted form, ParseOID reads it.
type OID = der.OID
