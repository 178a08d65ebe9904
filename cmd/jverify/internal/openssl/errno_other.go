//go:build !unix

package openssl

import (
	"errors"
	"io/fs"
)

// errno returns the number and text that the C library has for err.
func errno(err error) (uint32, string) {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 2, "No such file or directory"
	case errors.Is(err, fs.ErrPermission):
		return 13, "Permission denied"
	}
	return 5, "Input/output error"
}
