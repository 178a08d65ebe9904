//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly || windows)

package batch

import (
	"errors"
	"os"
)

func lock(*os.File) error { return errors.ErrUnsupported }
