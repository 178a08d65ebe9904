// Package tsptest is a time-stamping authority for tests: `openssl ts -reply` with
// the test PKI's key, behind HTTP. New fails, or skips outside of CI, where
// openssl is not installed.
//
//	authority := tsptest.New(t, tsptest.Options{})
//	server := httptest.NewServer(authority)
package tsptest
