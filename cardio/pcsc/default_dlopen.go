//go:build !cgo && (linux || darwin || freebsd)

package pcsc

// defaultBinding is the binding of Establish.
func defaultBinding() (system, Code, error) { return bindLibrary() }
