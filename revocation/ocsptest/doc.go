// Package ocsptest makes OCSP responses for tests, right ones and wrong ones: for
// several certificates, by name or by key, with or without nonce, certificates and
// extensions. Response says what is in it and Marshal signs it; nothing is checked, so
// that every fault can be made. It is for tests alone.
package ocsptest
