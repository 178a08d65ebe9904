package verify

import (
	"fmt"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/trust"
)

// What OpenSSL's lower layers leave in its error queue.

// fetchFailed is left when an algorithm is not known.
func fetchFailed(algorithm der.OID) trust.QueueEntry {
	return trust.QueueEntry{Code: 0x0308010C, Library: "digital envelope routines", Function: "inner_evp_generic_fetch", Reason: "unsupported",
		Data: fmt.Sprintf("Global default library context, Algorithm (%s : 0), Properties (<null>)", algorithm)}
}

func wrongType() []trust.QueueEntry {
	return []trust.QueueEntry{{Code: 0x0580007A, Library: "x509 certificate routines", Function: "X509_ATTRIBUTE_get0_data", Reason: "wrong type"}}
}
