package trust

// Store holds trust anchors and CRLs: OpenSSL's X509_STORE. It may be filled by
// one goroutine and then used by many.
type Store struct {
}
