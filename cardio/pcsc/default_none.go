//go:build !cgo && !windows && !linux && !darwin && !freebsd

package pcsc

import "github.com/jsign-jp/jsign/internal/lang"

// defaultBinding is the binding of Establish: none without cgo on this system.
func defaultBinding() (system, Code, error) {
	return nil, codeSuccess, lang.WithHint(ErrNoLibrary, "build with CGO_ENABLED=1", "CGO_ENABLED=1でビルドしてください")
}
