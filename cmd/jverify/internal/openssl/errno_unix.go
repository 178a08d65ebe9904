//go:build unix

package openssl

import (
	"errors"
	"syscall"
)

// errno returns the number of a system error and strerror(3)'s text in the C
// locale, as far as opening files meets them.
func errno(err error) (uint32, string) {
	var e syscall.Errno
	if !errors.As(err, &e) {
		return 5, "Input/output error"
	}
	text := e.Error()
	// Go writes the texts of the C library in lower case.
	return uint32(e), string(text[0]&^0x20) + text[1:]
}
