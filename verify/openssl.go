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

func rsaRoutines(code uint32, function, reason string) []trust.QueueEntry {
	return []trust.QueueEntry{{Code: code, Library: "rsa routines", Function: function, Reason: reason}}
}

func illegalPadding() []trust.QueueEntry {
	return rsaRoutines(0x02000090, "rsa_cms_verify", "illegal or unsupported padding mode")
}

func invalidPSSParameters() []trust.QueueEntry {
	return rsaRoutines(0x02000095, "ossl_rsa_pss_to_ctx", "invalid pss parameters")
}

func digestDoesNotMatch() []trust.QueueEntry {
	return rsaRoutines(0x0200009E, "ossl_rsa_pss_to_ctx", "digest does not match")
}

func wrongType() []trust.QueueEntry {
	return []trust.QueueEntry{{Code: 0x0580007A, Library: "x509 certificate routines", Function: "X509_ATTRIBUTE_get0_data", Reason: "wrong type"}}
}
